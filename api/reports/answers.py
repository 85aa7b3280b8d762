"""What all reports share: their period, their JSON, and an answer that is not sent twice."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response

from api.etags import is_known
from api.routes import JSON
from core.exact_json import exact_json
from domain.errors import Finding, UnprocessableError
from domain.periods import Period, PeriodError, parse_period, period_between

CSV = "text/csv"
FORMATS = {"json": JSON, "csv": CSV}


def period_of(query: dict[str, Any]) -> Period:
    """The period that a query names, by its code or its days; raises `UnprocessableError`."""
    try:
        if "period" in query:
            return parse_period(query["period"])
        return period_between(query["from_"], query["to"])
    except PeriodError as error:
        parameter = "period" if "period" in query else "to"
        finding = Finding("not_a_period", str(error), parameter=parameter)
        raise UnprocessableError([finding]) from None


def report_answer(fingerprint: str, form: str, body: Callable[[], str | bytes]) -> Response:
    """A report in a format, or 304 where the caller has it; only then `body` is not made.

    `fingerprint` is a hash of all that the report says.
    """
    etag = f'"{fingerprint}-{form}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}
    if is_known(etag):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    content_type = f"{FORMATS[form]}; charset=utf-8"
    return Response(body(), content_type=content_type, headers=headers)


def made_answer(
    report: dict[str, Any],
    form: str = "json",
    *,
    csv: Callable[[dict[str, Any]], str] | None = None,
) -> Response:
    """A report that is made already, as JSON, or as the CSV that `csv` makes of it."""
    body = as_json(report)
    fingerprint = hashlib.sha256(body).hexdigest()[:32]
    if form == "csv" and csv is not None:
        return report_answer(fingerprint, form, lambda: csv(report))
    return report_answer(fingerprint, form, lambda: body)


def as_json(report: object) -> bytes:
    """A report as JSON: instants in UTC, numbers with the digits that they have."""
    return exact_json(report)
