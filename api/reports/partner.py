"""What a partner reads at a report's address: what was published, by area and period alone."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from api.authentication import principal
from api.negotiation import chosen_format
from api.reports.answers import FORMATS, period_of, report_answer
from api.transaction import database
from domain.access import Role
from domain.errors import ForbiddenError, UnprocessableError
from domain.publications import PublishedReport
from services.publications.read import published_answer
from services.reports.areas import READS_REPORTS, ReadsNoTablesError

# A format says nothing about the figures.
_ASKS = frozenset({"area", "period", "format"})
_AREA_AND_PERIOD = (
    "A partner reads a report as it was published, by area and period. Leave every other parameter "
    "out."
)


def exact_or_published(
    report: PublishedReport, query: dict[str, Any], exact: Callable[[dict[str, Any]], Response]
) -> Response:
    """The exact report, or for a partner the published one.

    Exact comes first and costs no question more: only who is refused there is asked whether it is
    a partner. Raises as `exact` does for anybody else, `ForbiddenError` for a partner that passes
    more than area and period, `NotFoundError` where nothing is published.
    """
    try:
        return exact(query)
    except UnprocessableError:
        if not _reads_only_published():
            raise
    except ReadsNoTablesError as refused:
        partner_in = principal().authorities_with([Role.PARTNER])
        if refused.area is None or not partner_in.issuperset(refused.area.authorities):
            raise
    return _published(report, query)


def _reads_only_published() -> bool:
    found = principal()
    return bool(found.authorities_with([Role.PARTNER])) and not found.authorities_with(
        READS_REPORTS
    )


def _published(report: PublishedReport, query: dict[str, Any]) -> Response:
    if request.args.keys() - _ASKS:
        raise ForbiddenError(_AREA_AND_PERIOD)
    form = chosen_format(request, FORMATS, query.get("format"))
    answer = published_answer(
        database(), principal(), area=query["area"], report=report, period=period_of(query)
    )
    return report_answer(
        answer.fingerprint, form, lambda: answer.csv if form == "csv" else answer.json
    )
