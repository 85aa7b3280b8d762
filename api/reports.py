"""Reports: the same figures as JSON and CSV."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, current_app, request

from api.authentication import principal, requires
from api.blueprint import ApiBlueprint, documented
from api.etags import is_known
from api.examples import TABLE_1_CSV_EXAMPLE, TABLE_1_EXAMPLE
from api.negotiation import chosen_format
from api.routes import JSON, offers
from api.transaction import database
from domain.errors import Finding, UnprocessableError
from domain.periods import Period, PeriodError, parse_period, period_between
from schemas.reports import Table1QuerySchema, Table1Schema
from services.reports.read_table_1 import table_1_figures
from services.reports.table_1 import Figures, Table1
from services.reports.table_1_csv import table_1_csv

CSV = "text/csv"
FORMATS = {"json": JSON, "csv": CSV}
_BODIES_KEPT = 500

blueprint = ApiBlueprint(
    "reports", __name__, url_prefix="/v1/reports", description="Figures that people trust."
)


@blueprint.route("/table-1", methods=["GET"])
@requires()
@documented(
    operation_id="getTable1",
    summary="Table 1: breakdown of cases and referrers",
    description="One row for each referrer type, zero rows included; four outcomes and a total; "
    "in each the number and its percentage of that column's total. A case belongs to the period "
    "in which the contact was received.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=TABLE_1_EXAMPLE,
    response_types={CSV: {"schema": {"type": "string"}, "example": TABLE_1_CSV_EXAMPLE}},
)
@offers(JSON, CSV)
@blueprint.arguments(Table1QuerySchema, location="query")
@blueprint.response(200, Table1Schema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_table_1(query: dict[str, Any]) -> Response:
    """Read Table 1."""
    form = chosen_format(request, FORMATS, query.get("format"))
    figures = table_1_figures(
        database(),
        principal(),
        area=query["area"],
        period=_period(query),
        as_at=query.get("as_at"),
        position_on=query.get("position_on"),
        remembered=current_app.extensions["remembered_tables"],
    )
    return _answer(figures, form)


def _period(query: dict[str, Any]) -> Period:
    try:
        if "period" in query:
            return parse_period(query["period"])
        return period_between(query["from_"], query["to"])
    except PeriodError as error:
        parameter = "period" if "period" in query else "to"
        finding = Finding("not_a_period", str(error), parameter=parameter)
        raise UnprocessableError([finding]) from None


def _answer(figures: Figures, form: str) -> Response:
    etag = f'"{figures.fingerprint}-{form}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}
    if is_known(etag):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    content_type = f"{FORMATS[form]}; charset=utf-8"
    return Response(_body(figures, form), content_type=content_type, headers=headers)


def _body(figures: Figures, form: str) -> str | bytes:
    """The body, made once for figures that are read again and again."""
    kept: dict[tuple[str, str], str | bytes] = current_app.extensions["report_bodies"]
    body = kept.get((figures.fingerprint, form))
    if body is None:
        if len(kept) >= _BODIES_KEPT:
            kept.clear()
        body = kept[figures.fingerprint, form] = _BODIES[form](figures.table())
    return body


def _json(table: Table1) -> bytes:
    return orjson.dumps(table.as_answer(), default=_as_written, option=orjson.OPT_UTC_Z)


def _as_written(value: object) -> orjson.Fragment:
    """A percentage as its digits: nothing in a figure passes through a float."""
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    message = f"a {type(value).__name__} is no part of a table"
    raise TypeError(message)


_BODIES: Mapping[str, Callable[[Table1], str | bytes]] = {"json": _json, "csv": table_1_csv}
