"""A blueprint whose views say what they take and give once, for the parser and the document."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import flask_smorest
from marshmallow import Schema

from api.arguments import ArgumentsParser
from api.documented_problems import TRACING, problem_answers
from api.routes import JSON, View, is_open, mark

_FACTS = "x-front-door"
_WRITES = frozenset({"post", "put", "patch", "delete"})


class ApiBlueprint(flask_smorest.Blueprint):
    """flask-smorest's blueprint with strict arguments and every problem in the document."""

    ARGUMENTS_PARSER = ArgumentsParser()

    def __init__(self, name: str, import_name: str, **options: object) -> None:
        super().__init__(name, import_name, **options)
        # Before these run, the arguments and responses of the view stand in the operation.
        self._prepare_doc_cbks.append(_complete_operation)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., object] | None = None,
        **options: object,
    ) -> None:
        """Register a view; whether it is open is read from the view itself."""
        told = self.doc(**{_FACTS: {"is_open": is_open(view_func)}})(view_func)
        super().add_url_rule(rule, endpoint, told, **options)

    def arguments(
        self,
        schema: type[Schema] | Schema,
        *,
        location: str = "json",
        content_types: tuple[str, ...] = (JSON,),
        **options: object,
    ) -> Callable[[View], View]:
        """Give the view what `schema` loads from the body, or with `location="query"` the query.

        `content_types` are the media types of a body that are taken, the documented one first.
        """
        in_body = location == "json"
        if in_body:
            options["content_type"] = content_types[0]
        # Of a class, a schema would be made for every request.
        made = schema() if isinstance(schema, type) else schema
        parse = super().arguments(made, location=location, **options)
        facts = {"body_types": content_types} if in_body else {"takes_query": True}
        tell = self.doc(**{_FACTS: facts})

        def decorator(view: View) -> View:
            parsing: View = tell(parse(view))
            return mark(parsing, **facts)

        return decorator


def documented(
    *,
    operation_id: str,
    summary: str,
    description: str,
    problems: Iterable[str] = (),
    request_headers: Iterable[str] = (),
    response_headers: Iterable[str] = (),
    request_example: object = None,
    response_example: object = None,
    response_examples: Mapping[str, object] | None = None,
    request_types: Mapping[str, Mapping[str, Any]] | None = None,
    response_types: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[[View], View]:
    """Say in the OpenAPI document what a view does.

    `problems` are slugs of `api.problems` beyond those that every such route may give.
    `request_headers` and `response_headers` name headers of `api.openapi`; the latter stand on
    every success. `response_examples` are several by name, in place of one. `request_types` and
    `response_types` give further media types, each with an OpenAPI media type object
    (`{"schema": …, "example": …}`).
    """
    facts = {
        "problems": tuple(problems),
        "request_headers": tuple(request_headers),
        "response_headers": tuple(response_headers),
        "request_example": request_example,
        "response_example": response_example,
        "response_examples": dict(response_examples or {}),
        "request_types": dict(request_types or {}),
        "response_types": dict(response_types or {}),
    }
    document: Callable[[View], View] = ApiBlueprint.doc(
        operationId=operation_id, summary=summary, description=description, **{_FACTS: facts}
    )
    return document


def _complete_operation(
    doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_: object
) -> dict[str, Any]:
    facts = doc_info.get("manual_doc", {}).pop(_FACTS, {})
    is_closed = not facts.get("is_open", False)
    doc["security"] = [{"key": []}] if is_closed else []
    doc["parameters"] = [
        *doc.get("parameters", []),
        *_request_headers(facts),
        *TRACING,
    ]
    _complete_body(doc, facts)
    answers = doc.get("responses", {})
    successes = {status: answers[status] for status in answers if _is_success(status)}
    for status, answer in successes.items():
        _complete_success(answer, facts, has_body=int(status) != HTTPStatus.NOT_MODIFIED)
    slugs = [
        *_usual_problems(method=method, is_closed=is_closed, has_body="requestBody" in doc),
        *facts.get("problems", ()),
    ]
    doc["responses"] = successes | problem_answers(slugs)
    return doc


def _request_headers(facts: Mapping[str, Any]) -> list[str]:
    is_required = "precondition-required" in facts.get("problems", ())
    return [
        "If-Match-Required" if name == "If-Match" and is_required else name
        for name in facts.get("request_headers", ())
    ]


def _is_success(status: int | str) -> bool:
    return int(status) < HTTPStatus.BAD_REQUEST


def _complete_body(doc: dict[str, Any], facts: Mapping[str, Any]) -> None:
    content = {**doc.get("requestBody", {}).get("content", {}), **facts.get("request_types", {})}
    if not content:
        return
    doc.setdefault("requestBody", {"required": True})["content"] = content
    for media_type in facts.get("body_types", ()):
        media = content.setdefault(media_type, dict(content[facts["body_types"][0]]))
        media["schema"] = _one_or_many(media["schema"])
        if facts.get("request_example") is not None:
            media["example"] = facts["request_example"]


def _one_or_many(schema: object) -> object:
    if getattr(schema, "accepts_list", False):
        return {"oneOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}
    return schema


def _complete_success(answer: dict[str, Any], facts: Mapping[str, Any], *, has_body: bool) -> None:
    names = (*TRACING, *facts.get("response_headers", ()))
    answer["headers"] = {**answer.get("headers", {}), **{name: name for name in names}}
    content = answer.get("content", {})
    if JSON in content and facts.get("response_example") is not None:
        content[JSON].setdefault("example", facts["response_example"])
    if JSON in content and facts.get("response_examples"):
        named = facts["response_examples"].items()
        content[JSON]["examples"] = {name: {"value": example} for name, example in named}
    if has_body and (content or facts.get("response_types")):
        answer["content"] = {**content, **facts.get("response_types", {})}


def _usual_problems(*, method: str, is_closed: bool, has_body: bool) -> list[str]:
    return [
        *(("malformed-body", "too-large", "unsupported-media-type") if has_body else ()),
        *(("unauthenticated", "forbidden", "not-found") if is_closed else ()),
        *(("busy",) if method in _WRITES else ()),
        "not-acceptable",
        "unprocessable",
        "unexpected",
        "unavailable",
    ]
