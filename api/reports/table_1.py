"""Table 1: the same figures as JSON and CSV, and what moved in them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Response, current_app, request

from api.authentication import principal, requires
from api.blueprint import documented
from api.negotiation import chosen_format
from api.reports.answers import CSV, FORMATS, as_json, made_answer, period_of, report_answer
from api.reports.blueprint import blueprint
from api.reports.examples import (
    PUBLISHED_TABLE_1_EXAMPLE,
    TABLE_1_CHANGES_EXAMPLE,
    TABLE_1_CSV_EXAMPLE,
    TABLE_1_EXAMPLE,
)
from api.reports.partner import exact_or_published
from api.routes import JSON, offers
from api.transaction import database
from domain.publications import PublishedReport
from schemas.reports.table_1 import (
    Table1ChangesQuerySchema,
    Table1ChangesSchema,
    Table1QuerySchema,
    Table1Schema,
)
from services.reports.read_table_1 import table_1_figures
from services.reports.table_1 import Figures, Table1
from services.reports.table_1_changes import table_1_changes
from services.reports.table_1_csv import table_1_csv

_BODIES_KEPT = 500


@blueprint.route("/table-1", methods=["GET"])
@requires()
@documented(
    operation_id="getTable1",
    summary="Table 1: breakdown of cases and referrers",
    description="One row for each referrer type, zero rows included; four outcomes and a total; "
    "in each the number and its percentage of that column's total. A case belongs to the period "
    "in which the contact was received. A `partner` passes `area` and `period` and reads what was "
    "published, with small figures hidden (`symbol`); 404 where nothing is.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_examples={"exact": TABLE_1_EXAMPLE, "published": PUBLISHED_TABLE_1_EXAMPLE},
    response_types={CSV: {"schema": {"type": "string"}, "example": TABLE_1_CSV_EXAMPLE}},
)
@offers(JSON, CSV)
@blueprint.arguments(Table1QuerySchema, location="query")
@blueprint.response(200, Table1Schema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_table_1(query: dict[str, Any]) -> Response:
    """Read Table 1."""
    return exact_or_published(PublishedReport.TABLE_1, query, _exact)


@blueprint.route("/table-1/changes", methods=["GET"])
@requires()
@documented(
    operation_id="getTable1Changes",
    summary="Which cells of Table 1 moved between two instants",
    description="The table as at `as_at` beside the one as at `against`: every cell that differs. "
    "Who decides in the area also gets the records that moved it: late arrivals, corrections and "
    "decisions.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=TABLE_1_CHANGES_EXAMPLE,
)
@blueprint.arguments(Table1ChangesQuerySchema, location="query")
@blueprint.response(200, Table1ChangesSchema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_table_1_changes(query: dict[str, Any]) -> Response:
    """Read what moved in Table 1."""
    return made_answer(
        table_1_changes(
            database(),
            principal(),
            area=query["area"],
            period=period_of(query),
            as_at=query["as_at"],
            against=query["against"],
            position_on=query.get("position_on"),
        )
    )


def _exact(query: dict[str, Any]) -> Response:
    form = chosen_format(request, FORMATS, query.get("format"))
    figures = table_1_figures(
        database(),
        principal(),
        area=query["area"],
        period=period_of(query),
        as_at=query.get("as_at"),
        position_on=query.get("position_on"),
        remembered=current_app.extensions["remembered_tables"],
    )
    return report_answer(figures.fingerprint, form, partial(_body, figures, form))


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
    return as_json(table.as_answer())


_BODIES: Mapping[str, Callable[[Table1], str | bytes]] = {"json": _json, "csv": table_1_csv}
