"""Read the figures of Table 1: counted anew only where something was committed since."""

from typing import NamedTuple

from core.database import EVERY_AGENCY, Database, Scope
from domain.access import Principal
from domain.periods import Period
from services.ledger.counts import counted
from services.ledger.now import COUNT_NOW, Seen, counted_now, months_of, seen_now
from services.reports.areas import Area
from services.reports.known_areas import KnownArea, RememberedAreas
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
) -> Figures:
    """The figures of contacts received in a period, as they stand now, from the ledger.

    In one round trip where the area is remembered and the database finds in the same instant that
    it still holds. Raises as `find_area` does.
    """
    known = remembered.areas.of(principal, area)
    figures = _at_once(database, known, period, remembered) if known else None
    if figures is not None:
        return figures
    scope = Scope(tuple(sorted(principal.roles)), EVERY_AGENCY)
    with database.reports_transaction(scope) as session:
        known = remembered.areas.read(session, principal, area)
        counts = counted(session, authorities=known.area.authorities, received=period)
    return Figures(known.area, period, counts, known.types)


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
