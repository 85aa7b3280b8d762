"""Count contacts by everything that a measure asks for, straight from the ledger's entries."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from domain.measures.series import Interval
from domain.periods import Period

_EVER = datetime.max.replace(tzinfo=UTC)


class Facts(NamedTuple):
    """How many contacts are alike in all that measures ask for; None also where nobody asked.

    `start` is the first day of the interval of receipt.
    """

    start: date | None
    referrer_type: str
    agency_code: str
    outcome: str
    is_referral: bool
    presenting_need: str | None
    has_active_caf: bool | None
    reason: str | None
    n: int


EVERY_FACT = frozenset(Facts._fields) - {"start", "n"}


def counted_by_facts(
    session: Session,
    *,
    authorities: Sequence[str],
    received: Period,
    asked: Collection[str] = EVERY_FACT,
    by: Interval | None = None,
    as_at: datetime | None = None,
    position_on: date | None = None,
) -> list[Facts]:
    """Count the contacts that authorities received in a period; voided ones are in no figure.

    Apart by the facts that are `asked` for (names of `Facts`' fields), and by the interval of
    their receipt if one is given. As known at the instant `as_at` (aware; what was recorded at it
    counts) and as contacts stood at the end of the London day `position_on`; None for now.
    """
    values = {
        "authorities": list(authorities),
        "start": received.start,
        "end": received.end,
        "as_at": as_at or _EVER,
        "position_on": position_on or date.max,
    }
    return [Facts(*row) for row in session.execute(_statement(frozenset(asked), by), values)]


@cache
def _statement(asked: frozenset[str], by: Interval | None) -> TextClause:
    day = "NULL::date" if by is None else f"date_trunc('{by}', received_on::timestamp)::date"
    columns = [name if name in asked else "NULL" for name in Facts._fields[1:-1]]
    grouped = ", ".join(["1", *sorted(asked)])
    return text(
        f"SELECT {day}, {', '.join(columns)}, sum(n) FROM outcome_ledger"  # noqa: S608 - names of fields
        " WHERE authority_code = ANY (CAST(:authorities AS text[]))"
        " AND received_on BETWEEN :start AND :end"
        " AND recorded_at <= :as_at AND effective_on <= :position_on"
        f" GROUP BY {grouped} HAVING sum(n) <> 0"
    )
