"""Feedback: what became of an agency's own records."""

from typing import Any

from flask import Response, request

from api.authentication import principal, requires
from api.blueprint import documented
from api.negotiation import chosen_format
from api.reports.answers import CSV, FORMATS, made_answer, period_of
from api.reports.blueprint import blueprint
from api.reports.examples import FEEDBACK_CSV_EXAMPLE, FEEDBACK_EXAMPLE
from api.routes import JSON, offers
from api.transaction import database
from schemas.reports.feedback import FeedbackQuerySchema, FeedbackSchema
from services.reports.feedback import feedback
from services.reports.feedback_csv import feedback_csv


@blueprint.route("/feedback", methods=["GET"])
@requires()
@documented(
    operation_id="getFeedback",
    summary="What became of your agency's own records, beside all agencies of its kind",
    description="For a key that submits for an agency: the contacts that the agency sent and that "
    "were received in the period, by outcome and by the reasons that senders may read. For a whole "
    "quarter whose reporting lag is over, also all agencies of the same kind together, where at "
    "least 3 others sent contacts; numbers that would tell what another agency sent are hidden.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=FEEDBACK_EXAMPLE,
    response_types={CSV: {"schema": {"type": "string"}, "example": FEEDBACK_CSV_EXAMPLE}},
)
@offers(JSON, CSV)
@blueprint.arguments(FeedbackQuerySchema, location="query")
@blueprint.response(200, FeedbackSchema)
@blueprint.alt_response(304, description="The figures have not changed.")
def read_feedback(query: dict[str, Any]) -> Response:
    """Read the feedback."""
    form = chosen_format(request, FORMATS, query.get("format"))
    report = feedback(database(), principal(), area=query["area"], period=period_of(query))
    return made_answer(report, form, csv=feedback_csv)
