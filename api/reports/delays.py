"""Delays: what is open, and what is late."""

from typing import Any

from flask import Response

from api.authentication import principal, requires
from api.blueprint import documented
from api.reports.answers import made_answer, period_of
from api.reports.blueprint import blueprint
from api.reports.examples import DELAYS_EXAMPLE
from api.transaction import database
from schemas.reports.delays import DelaysQuerySchema, DelaysSchema
from services.reports.delays import delays


@blueprint.route("/delays", methods=["GET"])
@requires()
@documented(
    operation_id="getDelays",
    summary="Which contacts are open, how long, and which are past a clock",
    description="By working days, team and referrer type, as things stand now; and of the "
    "contacts received in a period (default: the last quarter that has ended) the share decided "
    "on in time. Who decides in the area also gets the open contacts, the worst first.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=DELAYS_EXAMPLE,
)
@blueprint.arguments(DelaysQuerySchema, location="query")
@blueprint.response(200, DelaysSchema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_delays(query: dict[str, Any]) -> Response:
    """Read the delays."""
    period = period_of(query) if query.keys() & {"period", "from_"} else None
    return made_answer(delays(database(), principal(), area=query["area"], period=period))
