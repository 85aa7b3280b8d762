"""Count contacts by the ledger: what is folded and what is not yet, in one statement."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from domain.periods import Period
from services.ledger.cells import CELLS
from services.ledger.now import Count, counted_now, months_of

_COUNT_NOW = text(
    "SELECT count_now(CAST(:authorities AS text[]), :months_start, :months_end, NULL, NULL)"
)
_DAY = timedelta(days=1)
_EVER = datetime.max.replace(tzinfo=UTC)


def counted(
    session: Session,
    *,
    authorities: Sequence[str],
    received: Period,
    as_at: datetime | None = None,
    position_on: date | None = None,
) -> Sequence[Count]:
    """Count the contacts that authorities received in a period, by cell; empty cells left out.

    As it was known at the instant `as_at` (aware; what was recorded at it counts) and as contacts
    stood at the end of the London day `position_on`; None for now. It is at every moment, also
    beside a fold, the sum of the ledger's entries with `recorded_at <= as_at` and
    `effective_on <= position_on`.
    """
    whole_months = months_of(received)
    if whole_months and as_at is None and position_on is None:
        answer = session.scalar(_COUNT_NOW, {"authorities": list(authorities), **whole_months})
        return counted_now(answer).counts
    months, end = _whole_months(received), received.end + _DAY
    is_in_a_month = position_on is not None and not _ends_its_month(position_on)
    known_at, position = as_at or _EVER, position_on or date.max
    week = _week_of(known_at)
    parts = _Parts(
        first_days=received.start < months[0],
        months=months[0] < months[1],
        days_of_a_position=months[0] < months[1] and is_in_a_month,
        last_days=months[1] < end,
        is_now=as_at is None and position_on is None,
    )
    values = {
        "authorities": list(authorities),
        "start": received.start,
        "months_start": months[0],
        "months_end": months[1],
        "end": end,
        "as_at": known_at,
        "week_of_as_at": week,
        "week_start": datetime.combine(week, time(), UTC),
        "position_on": position,
        "effective_before": position.replace(day=1) if is_in_a_month else position,
    }
    return [Count(*row) for row in session.execute(_statement(parts), values)]


def _whole_months(received: Period) -> tuple[date, date]:
    """The first day of its whole months and the one after them; twice the day after it if none."""
    following = received.end + _DAY
    ends = following.replace(day=1)
    starts = received.start
    if starts.day > 1:
        starts = (starts.replace(day=1) + 31 * _DAY).replace(day=1)
    return (starts, ends) if starts < ends else (following, following)


def _ends_its_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _week_of(instant: datetime) -> date:
    day = instant.astimezone(UTC).date()
    return day - day.weekday() * _DAY


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts that a statement has: each of the others would hold nothing, and cost time."""

    first_days: bool
    months: bool
    days_of_a_position: bool
    last_days: bool
    is_now: bool


_KEY = "referrer_type, outcome, is_referral"
_KNOWN_AND_EFFECTIVE = "recorded_at <= :as_at AND effective_on <= :position_on"
_IN_MONTHS = "received_on >= :months_start AND received_on < :months_end"

# The instant before which an authority's folds hold everything that is asked for. Materialised, so
# that it is a plain value where the ledger's index is searched for it.
_AREA = (
    "WITH area AS MATERIALIZED ("
    "SELECT code, least(coalesce(folded_to, '-infinity'), :week_start) AS cut"
    " FROM unnest(CAST(:authorities AS text[])) AS code"
    " LEFT JOIN ledger_fold_progress ON authority_code = code)"
)


@cache
def _statement(parts: _Parts) -> TextClause:
    branches = (
        (parts.first_days, _received("received_on >= :start AND received_on < :months_start")),
        (parts.months, _folded(is_now=parts.is_now)),
        (parts.months, _not_folded()),
        (parts.days_of_a_position, _effective_in_the_month_of_the_position()),
        (parts.last_days, _received("received_on >= :months_end AND received_on < :end")),
    )
    needed = " UNION ALL ".join(branch for is_needed, branch in branches if is_needed)
    return text(
        f"{_AREA if parts.months else ''} SELECT {_KEY}, sum(n) FROM ({needed}) AS part"  # noqa: S608
        f" GROUP BY {_KEY} HAVING sum(n) <> 0"
    )


def _received(days: str) -> str:
    """Entries of days that make no whole month: all of them, folded or not."""
    return (
        f"SELECT {_KEY}, n FROM outcome_ledger"  # noqa: S608
        f" WHERE authority_code = ANY (:authorities) AND {days} AND {_KNOWN_AND_EFFECTIVE}"
    )


def _folded(*, is_now: bool) -> str:
    """Sums of whole months: the balances, or else the folds that hold only what is asked for."""
    sums = ", ".join(f"sum({cell.column})::int AS {cell.column}" for cell in CELLS)
    cells = ", ".join(f"('{c.outcome}', {c.is_referral}, {c.column})" for c in CELLS)
    asked_for = "recorded_week < :week_of_as_at AND effective_month < :effective_before"
    source = "ledger_balance WHERE" if is_now else f"ledger_fold WHERE {asked_for} AND"
    return (
        f"SELECT {_KEY}, n FROM (SELECT referrer_type, {sums} FROM {source}"  # noqa: S608
        " authority_code = ANY (:authorities)"
        " AND received_month >= :months_start AND received_month < :months_end"
        " GROUP BY referrer_type) AS sums,"
        f" LATERAL (VALUES {cells}) AS cell (outcome, is_referral, n)"
    )


def _not_folded() -> str:
    """Entries of whole months, recorded at the cut or later."""
    return _of_each_authority(searched="recorded_at >= cut", filtered=_IN_MONTHS)


def _effective_in_the_month_of_the_position() -> str:
    """Entries of whole months that folds hold only together with the rest of their month."""
    return _of_each_authority(
        searched=_IN_MONTHS, filtered="recorded_at < cut AND effective_on >= :effective_before"
    )


def _of_each_authority(*, searched: str, filtered: str) -> str:
    """Entries by what is searched for, which alone decides on the index.

    OFFSET keeps the planner from searching for what is to be filtered.
    """
    return (
        f"SELECT {_KEY}, n FROM area, LATERAL (SELECT * FROM outcome_ledger"  # noqa: S608
        f" WHERE authority_code = code AND {searched} AND {_KNOWN_AND_EFFECTIVE} OFFSET 0) AS entry"
        f" WHERE {filtered}"
    )
