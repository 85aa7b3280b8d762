"""Inputs: what reaches the front door, quarter by quarter."""

from typing import Any

from flask import Response, request

from api.authentication import principal, requires
from api.blueprint import documented
from api.negotiation import chosen_format
from api.reports.answers import CSV, FORMATS, made_answer
from api.reports.blueprint import blueprint
from api.reports.examples import (
    INPUTS_CSV_EXAMPLE,
    INPUTS_EXAMPLE,
    PUBLISHED_INPUTS_EXAMPLE,
)
from api.reports.partner import exact_or_published
from api.routes import JSON, offers
from api.transaction import database
from domain.errors import Finding, UnprocessableError
from domain.periods import PeriodError, parse_period
from domain.publications import PublishedReport
from domain.working_days import CalendarRangeError
from schemas.reports.inputs import InputsQuerySchema, InputsSchema
from services.reports.inputs import Asked, inputs_report
from services.reports.inputs_csv import inputs_csv


@blueprint.route("/inputs", methods=["GET"])
@requires()
@documented(
    operation_id="getInputs",
    summary="Inputs: contacts, referrals and early help, with direction of travel",
    description="The Inputs of Appendix 2: the year before, and the year's quarters up to the one "
    "that is asked for. Each column stands at its own period's end plus the authority's reporting "
    "lag, unless all are asked for as they stand now. A `partner` passes `area` and `period` and "
    "reads what was published, with small figures hidden (`symbol`); 404 where nothing is.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_examples={"exact": INPUTS_EXAMPLE, "published": PUBLISHED_INPUTS_EXAMPLE},
    response_types={CSV: {"schema": {"type": "string"}, "example": INPUTS_CSV_EXAMPLE}},
)
@offers(JSON, CSV)
@blueprint.arguments(InputsQuerySchema, location="query")
@blueprint.response(200, InputsSchema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_inputs(query: dict[str, Any]) -> Response:
    """Read Inputs."""
    return exact_or_published(PublishedReport.INPUTS, query, _exact)


def _exact(query: dict[str, Any]) -> Response:
    form = chosen_format(request, FORMATS, query.get("format"))
    try:
        asked = Asked(
            area=query["area"],
            quarter=parse_period(query["period"]),
            positions=query["positions"],
            as_at=query.get("as_at"),
        )
        report = inputs_report(database(), principal(), asked)
    except PeriodError as error:
        raise _not_a_period(str(error)) from None
    except CalendarRangeError:
        raise _not_a_period(_NO_CALENDAR) from None
    return made_answer(report, form, csv=inputs_csv)


_NO_CALENDAR = (
    "The bank holidays that this quarter's positions are counted by are not known. Ask for "
    "positions=now, or for another quarter."
)


def _not_a_period(detail: str) -> UnprocessableError:
    return UnprocessableError([Finding("not_a_period", detail, parameter="period")])
