"""What every request gets: an id, a place in a trace, one log line, and careful headers."""

import re
import secrets
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from flask import Flask, Response, request

from core.logging import Facts, log_error, log_info

_KEY = "front_door.trace"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(
    r"00-(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})"
)
_AUTHORITY = re.compile(r"[EWSN][0-9]{8}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_NO_CONTENT = "default-src 'none'; frame-ancestors 'none'"
_OWN_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@dataclass(slots=True)
class Trace:
    """A request's names, and what the log line will say of its caller."""

    request_id: str
    trace_id: str
    flags: str
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    started: float = field(default_factory=time.perf_counter)
    caller: dict[str, Facts] = field(default_factory=dict)

    @property
    def traceparent(self) -> str:
        """The W3C header by which others continue the trace from here."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def register_requests(app: Flask) -> None:
    """Number, time, log and guard every request. Call before any other registration."""
    app.before_request(_begin)
    # Flask runs the last registered first: registered first, this sees the finished answer.
    app.after_request(_finish)


def trace() -> Trace:
    """The current request's trace."""
    # In the environ, not in flask.g: g outlives a request where an outer context is pushed.
    found: Trace | None = request.environ.get(_KEY)
    if found is None:
        found = request.environ[_KEY] = _new_trace()
    return found


def request_id() -> str:
    """The current request's id, as sent or made: in answers, problems and the log."""
    return trace().request_id


def note_caller(*, key_id: str, agency: str | None) -> None:
    """Tell the log line whose key it was, and the code of its agency."""
    trace().caller = {"key_id": key_id, "agency": agency}


def _new_trace() -> Trace:
    sent_id = request.headers.get("X-Request-ID", "")
    parent = _TRACEPARENT.fullmatch(request.headers.get("traceparent", "").strip())
    return Trace(
        request_id=sent_id if _REQUEST_ID.fullmatch(sent_id) else str(uuid4()),
        trace_id=parent["trace"] if parent else secrets.token_hex(16),
        flags=parent["flags"] if parent else "00",
    )


def _begin() -> None:
    trace()


def _finish(response: Response) -> Response:
    current = trace()
    response.headers["X-Request-ID"] = current.request_id
    response.headers["traceparent"] = current.traceparent
    _guard(response)
    failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    (log_error if failed else log_info)("request", **_line(current, status=response.status_code))
    return response


def _guard(response: Response) -> None:
    is_page = response.mimetype == "text/html"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Content-Security-Policy", _OWN_CONTENT if is_page else _NO_CONTENT)


def _line(current: Trace, *, status: int) -> dict[str, Facts]:
    authority = str((request.view_args or {}).get("authority", ""))
    return {
        "request_id": current.request_id,
        "trace_id": current.trace_id,
        "span_id": current.span_id,
        "method": request.method if request.method in _METHODS else "other",
        # The rule, never the path: what stands in a path or query may be somebody's name.
        "route": request.url_rule.rule if request.url_rule else None,
        "status": status,
        "duration_ms": round((time.perf_counter() - current.started) * 1000, 1),
        "authority": authority if _AUTHORITY.fullmatch(authority) else None,
        **current.caller,
    }
