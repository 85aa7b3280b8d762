"""Reports: the same figures as JSON and CSV."""

import hashlib
from typing import Any

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from api.authentication import principal, requires
from api.blueprint import ApiBlueprint, documented
from api.etags import not_modified
from api.examples import TABLE_1_CSV_EXAMPLE, TABLE_1_EXAMPLE
from api.negotiation import chosen_format
from api.routes import JSON, offers
from api.transaction import in_reports_transaction
from domain.errors import Finding, UnprocessableError
from domain.periods import Period, PeriodError, parse_period, period_between
from schemas.reports import Table1QuerySchema, Table1Schema
from services.reports.areas import find_area
from services.reports.table_1 import Table1, table_1
from services.reports.table_1_csv import table_1_csv

CSV = "text/csv"
FORMATS = {"json": JSON, "csv": CSV}

blueprint = ApiBlueprint(
    "reports", __name__, url_prefix="/v1/reports", description="Figures that people trust."
)
_TABLE_1 = Table1Schema()


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
@in_reports_transaction
@blueprint.response(200, Table1Schema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_table_1(session: Session, query: dict[str, Any]) -> Response:
    """Read Table 1."""
    form = chosen_format(request, FORMATS, query.get("format"))
    area = find_area(session, principal(), query["area"])
    return _answer(table_1(session, area=area, period=_period(query)), form)


def _period(query: dict[str, Any]) -> Period:
    try:
        if "period" in query:
            return parse_period(query["period"])
        return period_between(query["from_"], query["to"])
    except PeriodError as error:
        parameter = "period" if "period" in query else "to"
        finding = Finding("not_a_period", str(error), parameter=parameter)
        raise UnprocessableError([finding]) from None


def _answer(table: Table1, form: str) -> Response:
    body = (
        table_1_csv(table)
        if form == "csv"
        else current_app.json.dumps(_TABLE_1.dump(table.as_answer()))
    )
    digest = hashlib.sha256(f"{form} {body}".encode()).hexdigest()
    etag = f'"{digest[:32]}"'
    answer = not_modified(etag) or Response(body, content_type=f"{FORMATS[form]}; charset=utf-8")
    answer.headers.update(
        {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}
    )
    return answer
