"""The OpenAPI 3.1 document: what stands in it once, for all routes."""

import json
from functools import cache, partial
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, Response
from marshmallow import Schema
from werkzeug.exceptions import HTTPException

from api.documented_problems import problem_answer
from api.errors import http_problem
from api.problems import PROBLEMS
from core.version import VERSION
from schemas.base import ProblemSchema

DESCRIPTION = """\
The front door of children's social care: agencies send contacts and referrals about children,
the authority's first contact team decides about them, and both see the same figures.

**Keys.** Send `Authorization: Bearer <key>` with every request under `/v1`. A key has roles in
one or more authorities. What your key may not know of answers 404, like what does not exist.

**Retries.** Sending is safe to repeat. The same record under the same `agency_reference` answers
200 with the record as it is now and `Idempotency-Replayed: true`; the same reference with other
content answers 409 with a link to it. `Idempotency-Key` does the same for any POST that stores
something.

**Changes.** Records carry an `ETag`. A PATCH needs it in `If-Match`: 428 without, 412 when the
record has changed since. `GET` with `If-None-Match` answers 304 when it has not.

**Errors.** Every error is `application/problem+json` (RFC 9457). `type` is a page here that
explains it, `instance` the request's id, `errors` names everything that is wrong with the input,
by RFC 6901 pointer or by parameter. A *warning*, in `warnings`, accepts the record and says what
should be better. Submitted values are never repeated in either.

**Input** is strict: unknown fields and unknown or repeated parameters are refused (422). Answers
may gain fields: ignore those that you don't know.

**Times** are RFC 3339 with their offset; we answer in UTC. Dates, `YYYY-MM-DD`, are days in
London. Text is trimmed.
"""

_IF_MATCH = {
    "name": "If-Match",
    "description": "The `ETag` of the version that this change was made for, or `*`.",
    "schema": {"type": "string"},
    "example": '"3"',
}
_REQUEST_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "A name of yours for this request, 1 to 128 of `A-Za-z0-9._-` (another is "
        "replaced). It comes back in the answer, in problems and in our log.",
        "schema": {"type": "string"},
    },
    "Idempotency-Key": {
        "description": "A new random value for each request; the same one to repeat it.",
        "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    },
    "If-Match": _IF_MATCH,
    "If-Match-Required": {**_IF_MATCH, "required": True},
    "If-None-Match": {
        "description": "The `ETag` that you have: 304 when it still stands.",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "traceparent": {
        "description": "Your place in a trace (W3C Trace Context), which is continued here.",
        "schema": {"type": "string"},
    },
}

_RESPONSE_HEADERS = {
    "X-Request-ID": "The request's id, as sent or made here.",
    "traceparent": "The place in the trace (W3C Trace Context) to continue from.",
    "ETag": "The version of the record.",
    "Location": "Where the record is.",
    "Link": "Related addresses (RFC 8288).",
    "Idempotency-Replayed": "`true` when this was sent before; nothing new was stored.",
    "Retry-After": "Seconds to wait before the same request is sent again.",
    "WWW-Authenticate": "How to authenticate.",
}

_PATH_PARAMETERS: dict[str, dict[str, Any]] = {
    "authority": {
        "description": "The authority's ONS code.",
        "example": "E06000004",
        "schema": {"type": "string", "pattern": "^[EWSN][0-9]{8}$"},
    },
    "contact_id": {
        "description": "The id of the contact.",
        "example": "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
        "schema": {"type": "string", "format": "uuid"},
    },
    "caf_id": {
        "description": "The id of the CAF.",
        "example": "01941f29-7c00-7ddd-8ddd-dddddddddddd",
        "schema": {"type": "string", "format": "uuid"},
    },
    "import_id": {
        "description": "The id of the import.",
        "example": "01941f29-7c00-7bbb-8bbb-bbbbbbbbbbbb",
        "schema": {"type": "string", "format": "uuid"},
    },
}


class FrontDoorApi(flask_smorest.Api):
    """flask-smorest's API with problem details in place of its own error shape."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_pagination_header(self) -> None:
        """Leave flask-smorest's own paging out of the document: ours has pages of its own."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The problem that stands for an HTTP error, with the error's own headers."""
        return http_problem(error)


def make_api(app: Flask) -> FrontDoorApi:
    """The app's API, to register blueprints with; `app.extensions["openapi_document"]` reads it."""
    app.config.update(API_TITLE="Front Door", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = FrontDoorApi(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": "/", "description": "This service"}],
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name),
        },
    )
    _describe_shared_parts(api)
    app.extensions["openapi_document"] = cache(partial(document, app))
    return api


def _schema_name(schema: type[Schema] | Schema | str) -> str:
    """The schema's name in the document; one that is loaded in part is a patch."""
    resolved = resolve_schema_cls(schema)
    name = (resolved[0] if isinstance(resolved, list) else resolved).__name__
    patch = "Patch" if getattr(schema, "partial", None) else ""
    return name.removesuffix("Schema").removesuffix(patch) + patch


def _describe_shared_parts(api: FrontDoorApi) -> None:
    components = api.spec.components
    components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": "The key of your system."}
    )
    for name, told in _REQUEST_HEADERS.items():
        components.parameter(name, "header", dict(told), lazy=True)
    for name, description in _RESPONSE_HEADERS.items():
        told = {"description": description, "schema": {"type": "string"}}
        components.header(name, told, lazy=True)
    for slug in PROBLEMS:
        components.response(slug, problem_answer(slug), lazy=True)


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of all blueprints that are registered by now."""
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    made: dict[str, Any] = json.loads(json.dumps(api.spec.to_dict()))
    for operations in made["paths"].values():
        for parameter in operations.get("parameters", ()):
            _describe_path_parameter(parameter)
    for schema in made["components"]["schemas"].values():
        _leave_out_fixed(schema)
    return made


def _leave_out_fixed(schema: dict[str, Any]) -> None:
    found = schema.get("properties", {})
    schema["properties"] = {name: found[name] for name in found if "x-fixed" not in found[name]}


def _describe_path_parameter(parameter: dict[str, Any]) -> None:
    if parameter.get("in") == "path":
        parameter.update(_PATH_PARAMETERS.get(parameter["name"], {}))


def document_text(made: dict[str, Any]) -> str:
    """The document as it is checked in: sorted, so that only changes show as changes."""
    return json.dumps(made, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
