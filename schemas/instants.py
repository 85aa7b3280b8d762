"""Instants as text: RFC 3339 with an offset, and no other form."""

import re
from datetime import UTC, datetime

from schemas.findings import coded

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_INSTANT_WITHOUT_OFFSET = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
)
# Nearer to the ends of the calendar, an instant has no date in every time zone.
_FIRST_INSTANT = datetime(1, 1, 2, tzinfo=UTC)
_LAST_INSTANT = datetime(9999, 12, 30, tzinfo=UTC)


def read_instant(text: str) -> datetime:
    """The instant in UTC, digits after the microsecond dropped.

    Raises `ValidationError`, coded, where it is none, second 60 and hour 24 included.
    """
    if not _INSTANT.fullmatch(text):
        raise coded(code="not_an_instant", detail=_why_not_an_instant(text))
    try:
        instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        instant = None
    if instant is None or not _FIRST_INSTANT < instant < _LAST_INSTANT:
        message = "This must be an instant that exists, such as 2014-01-06T09:12:00Z."
        raise coded(code="not_an_instant", detail=message)
    return instant


def _why_not_an_instant(text: str) -> str:
    if _INSTANT_WITHOUT_OFFSET.fullmatch(text):
        return "The offset is missing: end with Z for UTC, or with an offset such as +01:00."
    return (
        "This must be an RFC 3339 instant with seconds and offset, such as 2014-01-06T09:12:00Z "
        "(in a query, + is written %2B)."
    )


def instant_text(value: datetime) -> str:
    """An aware datetime as RFC 3339 in UTC, microseconds only where they are not zero."""
    if value.tzinfo is None:
        message = "an instant without a time zone cannot be written"
        raise ValueError(message)
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
