"""Every error as one problem-details answer: the domain's, HTTP's, the database's, and ours."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import sqlalchemy.exc
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from api.problems import PROBLEMS, problem_of_status
from api.requests import request_id
from api.routes import PROBLEM_JSON
from core.logging import error_facts, log_error
from domain.errors import (
    DomainError,
    Finding,
    IdempotencyKeyReusedError,
    SentBeforeWithOtherContentError,
)
from domain.imports import BodyEndedError

_RETRY_UNAVAILABLE = {"Retry-After": "5"}
_RETRY_BUSY = {"Retry-After": "1"}
# lock_not_available, deadlock_detected, serialization_failure
_BUSY_STATES = frozenset({"55P03", "40P01", "40001"})
_AWAY = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
)


class RequestError(DomainError):
    """A request that HTTP's rules refuse, before or beside the domain's."""

    def __init__(
        self,
        detail: str,
        *,
        findings: Iterable[Finding] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.findings = tuple(findings)
        self.headers = dict(headers or {})


class MalformedBodyError(RequestError):
    """The body cannot be read as what it says it is."""

    slug = "malformed-body"


class UnauthenticatedError(RequestError):
    """There is no key, or it is none of ours, expired or revoked."""

    slug = "unauthenticated"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="front-door"'})


class NotAcceptableError(RequestError):
    """The caller accepts none of the formats that there are."""

    slug = "not-acceptable"

    def __init__(self, media_types: Iterable[str]) -> None:
        super().__init__(f"This can be given as {', '.join(media_types)}.")


class BusyError(RequestError):
    """Another request holds what this one needs; the same request may come again."""

    slug = "busy"

    def __init__(self, detail: str = "Another request is at work on this. Repeat yours.") -> None:
        super().__init__(detail, headers=_RETRY_BUSY)


class TooLargeError(RequestError):
    """The body is longer than the limit, in bytes."""

    slug = "too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body may have at most {limit:,} bytes here.")


class UnsupportedMediaTypeError(RequestError):
    """The body's type, charset or encoding is not taken here."""

    slug = "unsupported-media-type"


class PreconditionRequiredError(RequestError):
    """A change came without `If-Match`."""

    slug = "precondition-required"


class UnavailableError(RequestError):
    """Something that is needed does not answer."""

    slug = "unavailable"

    def __init__(self, detail: str = "The database does not answer. Repeat the request.") -> None:
        super().__init__(detail, headers=_RETRY_UNAVAILABLE)


def problem_response(
    slug: str,
    detail: str,
    *,
    findings: Iterable[Finding] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
    status: int | None = None,
) -> Response:
    """An `application/problem+json` answer of a type in the catalogue.

    `findings` become `errors`; `extra` members are added; `status` replaces the type's own, for
    an HTTP status that the catalogue does not have.
    """
    problem = PROBLEMS[slug]
    errors = [finding.as_dict() for finding in findings]
    body = {
        "type": problem.path,
        "title": problem.title,
        "status": int(status or problem.status),
        "detail": detail,
        "instance": request_id(),
        **({"errors": errors} if errors else {}),
        **(extra or {}),
    }
    answer = Response(current_app.json.dumps(body), body["status"], content_type=PROBLEM_JSON)
    answer.headers.update(headers or {})
    return answer


def register_errors(app: Flask) -> None:
    """Answer every error with a problem. Call after the API object was made."""
    app.register_error_handler(DomainError, domain_problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(sqlalchemy.exc.SQLAlchemyError, database_problem)
    app.register_error_handler(Exception, unexpected_problem)


def domain_problem(error: DomainError) -> Response:
    """The answer to an error of the domain or of a request."""
    findings: Iterable[Finding] = getattr(error, "findings", ())
    headers: Mapping[str, str] = getattr(error, "headers", {})
    extra: dict[str, str] = {}
    if isinstance(error, SentBeforeWithOtherContentError):
        url = _record_url(error)
        extra = {error.kind: url}
        headers = {"Link": f'<{url}>; rel="related"'}
    if isinstance(error, BodyEndedError) and error.import_id:
        extra = {"import": _import_url(error.import_id)}
    if isinstance(error, IdempotencyKeyReusedError):
        findings = (Finding("reused", error.detail, parameter="Idempotency-Key"),)
    return problem_response(
        error.slug, error.detail, findings=findings, headers=headers, extra=extra
    )


def _record_url(error: SentBeforeWithOtherContentError) -> str:
    authority = (request.view_args or {}).get("authority")
    return f"/v1/authorities/{authority}/{error.kind}s/{error.record_id}"


def _import_url(import_id: str) -> str:
    authority = (request.view_args or {}).get("authority")
    return f"/v1/authorities/{authority}/imports/{import_id}"


def http_problem(error: HTTPException) -> Response:
    """The answer to werkzeug's own errors: unknown route, wrong method, and the like."""
    if error.response is not None:
        return current_app.make_response(error.get_response(request.environ))
    if error.code is None or error.code == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(getattr(error, "original_exception", None) or error)
    problem = problem_of_status(error.code)
    kept = [pair for pair in error.get_headers(request.environ) if pair[0] != "Content-Type"]
    return problem_response(
        problem.slug,
        f"{problem.meaning} {problem.remedy}",
        headers=dict(kept),
        status=error.code,
    )


def database_problem(error: sqlalchemy.exc.SQLAlchemyError) -> Response:
    """The answer to the database's errors: busy, away, or unexpected; their text is never told."""
    state = _facts_of_database(error)["sqlstate"]
    if state in _BUSY_STATES:
        return domain_problem(BusyError())
    if isinstance(error, _AWAY):
        log_error("database_away", request_id=request_id(), **_facts(error))
        return domain_problem(UnavailableError())
    return _unexpected(error)


def unexpected_problem(error: Exception) -> Response:
    """The answer to anything else: nothing of it is told."""
    return _unexpected(error)


def _unexpected(error: BaseException) -> Response:
    log_error("unexpected_error", request_id=request_id(), **_facts(error))
    problem = PROBLEMS["unexpected"]
    return problem_response(problem.slug, f"{problem.meaning} {problem.remedy}")


def _facts(error: BaseException) -> dict[str, Any]:
    return error_facts(error) | _facts_of_database(error)


def _facts_of_database(error: BaseException) -> dict[str, str | None]:
    """The SQLSTATE and the constraint's name: the only parts that can't hold a value."""
    cause = getattr(error, "orig", None)
    diagnosis = getattr(cause, "diag", None)
    return {
        "sqlstate": getattr(cause, "pgcode", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
    }
