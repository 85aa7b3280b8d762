"""Read the figures of Table 1: counted anew only where something was committed since."""

from datetime import date, datetime
from typing import NamedTuple

from core.database import EVERY_AGENCY, Database, Scope
from domain.access import Principal
from domain.periods import Period
from services.ledger.counts import counted
from services.ledger.now import COUNT_NOW, Seen, counted_now, months_of, seen_now
from services.reference.referrer_types import referrer_types_of
from services.reports.areas import Area, find_area, reading_scope
from services.reports.known_areas import KnownArea, RememberedAreas
from services.reports.position import Position, position_of
from services.reports.table_1 import Figures

_TABLES_KEPT = 500


class _Kept(NamedTuple):
    """Figures, and what the database showed of itself when they were counted."""

    seen: Seen
    figures: Figures | None


_NOTHING = _Kept(Seen(), None)


class RememberedTables:
    """The figures that a process has counted last. What they promise must be checked."""

    def __init__(self) -> None:
        self.areas = RememberedAreas()
        self._kept: dict[tuple[Area, Period], _Kept] = {}

    def of(self, area: Area, period: Period) -> _Kept:
        """What is known of an area and period."""
        return self._kept.get((area, period), _NOTHING)

    def keep(self, figures: Figures, seen: Seen) -> Figures:
        """Keep figures in place of those kept before."""
        if len(self._kept) >= _TABLES_KEPT:
            self._kept.clear()
        self._kept[figures.area, figures.period] = _Kept(seen, figures)
        return figures


def table_1_figures(
    database: Database,
    principal: Principal,
    *,
    area: str,
    period: Period,
    remembered: RememberedTables,
    as_at: datetime | None = None,
    position_on: date | None = None,
) -> Figures:
    """The figures of contacts received in a period, from the ledger.

    As it was known at the instant `as_at` (aware) and as contacts stood at the end of the London
    day `position_on`; None is now. Now, in one round trip where the area is remembered and the
    database finds in the same instant that it still holds. Raises as `find_area` does, and
    `UnprocessableError` for an instant to come.
    """
    if as_at is not None or position_on is not None:
        position = position_of(database, principal, as_at=as_at, position_on=position_on)
        return figures_at(database, principal, area, period, position)
    known = remembered.areas.of(principal, area)
    figures = _at_once(database, known, period, remembered) if known else None
    if figures is not None:
        return figures
    with database.reports_transaction(reading_scope(principal)) as session:
        known = remembered.areas.read(session, principal, area)
        counts = counted(session, authorities=known.area.authorities, received=period)
    return Figures(known.area, period, counts, known.types)


def figures_at(
    database: Database, principal: Principal, code: str, period: Period, position: Position
) -> Figures:
    """The figures of a position that is not simply now; raises as `find_area` does."""
    as_at = position.as_at
    with database.reports_transaction(reading_scope(principal)) as session:
        area = find_area(session, principal, code, as_at=as_at)
        types = referrer_types_of(
            session, area.authorities, own_labels=area.is_one_authority, as_at=as_at
        )
        counts = counted(
            session,
            authorities=area.authorities,
            received=period,
            as_at=as_at,
            position_on=position.position_on,
        )
    return Figures(area, period, counts, types, position)


def _at_once(
    database: Database, known: KnownArea, period: Period, remembered: RememberedTables
) -> Figures | None:
    """The figures, None where the period cuts a month or the area is not any more as known."""
    months = months_of(period)
    if months is None:
        return None
    seen, kept = remembered.of(known.area, period)
    authorities = known.area.authorities
    values = {"authorities": list(authorities), **months, **seen.as_known()}
    answer = database.reports_at_once(Scope(authorities, EVERY_AGENCY), COUNT_NOW, values)
    if answer is None:
        return kept
    if kept is not None and seen_now(answer).state == seen.state:
        return remembered.keep(kept, seen_now(answer))
    read = counted_now(answer)
    if read.row_count != known.row_count:
        return None
    figures = Figures(known.area, period, read.counts, known.types)
    return remembered.keep(figures, seen_now(answer))
