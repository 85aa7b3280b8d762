"""Which state of things a report shows, and whether it can still change."""

from dataclasses import dataclass
from datetime import date, datetime

from core.database import Database, transaction_time
from domain.access import Principal
from domain.errors import Finding, UnprocessableError
from services.reports.areas import reading_scope
from services.settled import settled_before

_TO_COME = "This instant is still to come. Give one that has passed, or leave it out for now."


@dataclass(frozen=True, slots=True)
class Position:
    """Which state of things a report shows: as known at an instant (aware), and at a day's end.

    None is now. `is_settled` says that nothing can change any more what was known at `as_at`.
    """

    as_at: datetime | None = None
    position_on: date | None = None
    is_settled: bool = True


NOW = Position()


def position_of(
    database: Database,
    principal: Principal,
    *,
    as_at: datetime | None,
    position_on: date | None,
    parameter: str = "as_at",
) -> Position:
    """The position that is asked for, and whether what was known then is settled.

    Ask before counting: what is settled now is so for whoever counts later. In a transaction of
    the application's own role, of the primary, which alone shows what is open
    (`services.settled`). Raises `UnprocessableError`, naming the parameter, for an instant to come.
    """
    if as_at is None:
        return Position(None, position_on)
    with database.transaction(reading_scope(principal)) as session:
        now, settled = transaction_time(session), settled_before(session)
    if as_at > now:
        raise UnprocessableError([Finding("in_the_future", _TO_COME, parameter=parameter)])
    return Position(as_at, position_on, is_settled=as_at < settled)
