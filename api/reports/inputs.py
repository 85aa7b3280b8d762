"""Inputs: what reaches the front door, quarter by quarter."""

from typing import Any

from flask import Response

from api.authentication import principal, requires
from api.blueprint import documented
from api.examples import INPUTS_EXAMPLE
from api.reports.answers import json_answer
from api.reports.blueprint import blueprint
from api.transaction import database
from domain.errors import Finding, UnprocessableError
from domain.periods import PeriodError, parse_period
from domain.working_days import CalendarRangeError
from schemas.reports.inputs import InputsQuerySchema, InputsSchema
from services.reports.inputs import Asked, inputs_report


@blueprint.route("/inputs", methods=["GET"])
@requires()
@documented(
    operation_id="getInputs",
    summary="Inputs: contacts, referrals and early help, with direction of travel",
    description="The Inputs of Appendix 2: the year before, and the year's quarters up to the one "
    "that is asked for. Each column stands at its own period's end plus the authority's reporting "
    "lag, unless all are asked for as they stand now.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=INPUTS_EXAMPLE,
)
@blueprint.arguments(InputsQuerySchema, location="query")
@blueprint.response(200, InputsSchema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_inputs(query: dict[str, Any]) -> Response:
    """Read Inputs."""
    try:
        asked = Asked(
            area=query["area"],
            quarter=parse_period(query["period"]),
            positions=query["positions"],
            as_at=query.get("as_at"),
        )
        return json_answer(inputs_report(database(), principal(), asked))
    except PeriodError as error:
        raise _not_a_period(str(error)) from None
    except CalendarRangeError:
        raise _not_a_period(_NO_CALENDAR) from None


_NO_CALENDAR = (
    "The bank holidays that this quarter's positions are counted by are not known. Ask for "
    "positions=now, or for another quarter."
)


def _not_a_period(detail: str) -> UnprocessableError:
    return UnprocessableError([Finding("not_a_period", detail, parameter="period")])
