"""How a view's schemas read the request: strict JSON bodies, and queries without surprises."""

from collections.abc import Callable
from typing import Any, NoReturn

from flask import Flask, Request, current_app, request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from api.body import read_json
from api.routes import JSON, view_of
from domain.errors import Finding, UnprocessableError
from schemas.base import UNKNOWN_PARAMETER, Draft, DraftSchema
from schemas.compiled import CannotCompileError, compile_schema
from schemas.findings import CodedMessage, findings_of, is_safe_name

BODY_LIMIT = 1_048_576

_QUERIES_KEPT = 1_000

_REPEATED = CodedMessage("repeated_parameter", "This parameter may be given once.")


class ArgumentsParser(FlaskParser):
    """webargs with our strictness: the schema decides on unknown names, errors are findings."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._queries: dict[tuple[Any, bytes], dict[str, Any]] = {}
        self._drafted: dict[DraftSchema, Callable[[object], Draft]] = {}

    def parse(
        self,
        argmap: Any,
        req: Request | None = None,
        *,
        location: str | None = None,
        **options: Any,
    ) -> Any:
        """What a schema loads from a part of the request; a draft of a body as soon as may be."""
        if location == "json" and isinstance(argmap, DraftSchema):
            return self._draft(argmap)(self.load_json(req or request, argmap))
        if location == "query":
            return self._query(argmap, (req or request).query_string, **options)
        return super().parse(argmap, req, location=location, **options)

    def _query(self, schema: Any, query: bytes, **options: Any) -> dict[str, Any]:
        """What a schema loads from a query: kept, because dashboards ask the same again."""
        known = self._queries.get((schema, query))
        if known is None:
            known = super().parse(schema, location="query", **options)
            if len(self._queries) >= _QUERIES_KEPT:
                self._queries.clear()
            self._queries[schema, query] = known
        return dict(known)

    def _draft(self, schema: DraftSchema) -> Callable[[object], Draft]:
        if schema not in self._drafted:
            try:
                self._drafted[schema] = compile_schema(schema)
            except CannotCompileError:
                self._drafted[schema] = schema.load
        return self._drafted[schema]

    def load_json(self, req: Request, _schema: Schema) -> object:
        """The body, of a media type that the route takes, within `MAX_BODY_BYTES`."""
        media_types = getattr(view_of(req), "body_types", (JSON,))
        limit = current_app.config.get("MAX_BODY_BYTES", BODY_LIMIT)
        return read_json(req, limit=limit, media_types=media_types)

    def load_querystring(self, req: Request, schema: Schema) -> dict[str, str]:
        """The query's values by name; a repeated name is reported with the schema's findings."""
        query = req.args.to_dict()
        repeated = [name for name, values in req.args.lists() if len(values) > 1]
        if repeated:
            messages = schema.validate(query) | {name: [_REPEATED] for name in repeated}
            raise ValidationError(messages)
        return query

    def handle_error(self, error: ValidationError, *_: object, **__: object) -> NoReturn:
        """Refuse the request with every finding."""
        ((location, messages),) = error.messages_dict.items()
        in_query = location in {"query", "querystring"}
        raise UnprocessableError(findings_of(messages, parameters=in_query))


def register_query_check(app: Flask) -> None:
    """Refuse any query parameter of a route that declares none."""
    app.before_request(_refuse_query)


def _refuse_query() -> None:
    view = view_of(request)
    if view is None or getattr(view, "takes_query", False):
        return
    findings = [
        Finding(
            UNKNOWN_PARAMETER.code,
            UNKNOWN_PARAMETER.detail,
            parameter=name if is_safe_name(name) else "",
        )
        for name in request.args
    ]
    if findings:
        raise UnprocessableError(findings)
