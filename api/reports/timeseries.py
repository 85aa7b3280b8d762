"""Time series of the measures."""

from typing import Any

from flask import Response

from api.authentication import principal, requires
from api.blueprint import documented
from api.reports.answers import made_answer, period_of
from api.reports.blueprint import blueprint
from api.reports.examples import TIMESERIES_EXAMPLE
from api.transaction import database
from domain.errors import Finding, UnprocessableError
from domain.measures.inputs import CAF2_COMMENCED, INPUTS_BY_CODE
from domain.measures.series import SeriesError
from schemas.reports.timeseries import TimeseriesQuerySchema, TimeseriesSchema
from services.reports.timeseries import Asked, timeseries


@blueprint.route("/timeseries", methods=["GET"])
@requires()
@documented(
    operation_id="getTimeseries",
    summary="A measure of Inputs by day, week, month or quarter",
    description="Zero-filled, as things stand now. A contact belongs to the point in which it was "
    "received, a CAF to that in which it commenced; the first and last point are cut to the days "
    "asked for.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=TIMESERIES_EXAMPLE,
)
@blueprint.arguments(TimeseriesQuerySchema, location="query")
@blueprint.response(200, TimeseriesSchema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_timeseries(query: dict[str, Any]) -> Response:
    """Read a time series."""
    asked = Asked(
        area=query["area"],
        measure=INPUTS_BY_CODE[query["measure"]],
        period=period_of(query),
        by=query["by"],
        group_by=query.get("group_by"),
    )
    if asked.group_by is not None and asked.measure.code == CAF2_COMMENCED:
        raise _refused(_NOT_GROUPED)
    try:
        return made_answer(timeseries(database(), principal(), asked))
    except SeriesError as error:
        raise _refused(Finding("too_many_points", str(error), parameter="by")) from None


_NOT_GROUPED = Finding(
    "not_grouped", "CAFs are of no referrer type or outcome.", parameter="group_by"
)


def _refused(finding: Finding) -> UnprocessableError:
    return UnprocessableError([finding])
