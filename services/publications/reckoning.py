"""Everything that a publication has to reckon with: what is printed, and the figures behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.disclosure.figures import System
from domain.disclosure.tables import Figure, joined, whole_of
from domain.errors import PublishedBeforeError
from domain.measures.columns import Column, column_of, is_quarter
from domain.periods import Period, financial_year_of, quarters_of
from domain.working_days import CalendarRangeError
from models import Publication, PublishedFigures
from services.publications.family import Family, family_of
from services.publications.figures import Kept, counted_now, system_of
from services.reference.measure_settings import reporting_lag_of

Printed = dict[Figure, int | None]
"""What partners read: a number, or None where the symbol stands."""


class PrintedBefore(NamedTuple):
    """A publication, and what it printed for the first time."""

    publication_id: str
    area_code: str
    display: Mapping[str, Sequence[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A period of a family at its instant; `figures` by authority.

    `column` is None where the period can't have a position.
    """

    period: Period
    as_at: datetime
    family: Family
    column: Column | None
    figures: Mapping[str, Kept]

    @property
    def code(self) -> str:
        """The period's code."""
        return self.period.code

    def system(self) -> System | None:
        """All contacts' figures of the family; None without a position.

        Raises `InconsistentFiguresError` where figures don't fit each other.
        """
        if self.column is None:
            return None
        parts = {
            code: system_of(kept.contacts, area=code, period=self.code)
            for code, kept in self.figures.items()
            if kept.contacts is not None
        }
        wholes = [
            whole_of([parts[member] for member in members], area=code)
            for code, members in self.family.partnerships.items()
        ]
        return joined([*parts.values(), *wholes])


@dataclass(frozen=True)
class Reckoning:
    """The periods that a publication of a family reckons with, and what is printed of them.

    `publications` are the ids of all that is published of the family.
    """

    publications: frozenset[str]
    printed: Printed
    periods: dict[Period, Reckoned] = field(default_factory=dict)

    def quarters_with(self, year: Period) -> list[Reckoned]:
        """The quarters of a year that are reckoned with, in order."""
        return [self.periods[each] for each in quarters_of(year) if each in self.periods]

    def new_figures(self) -> list[tuple[str, str, Kept]]:
        """What was counted now, by authority and period's code."""
        return [
            (authority, each.code, kept)
            for each in self.periods.values()
            for authority, kept in each.figures.items()
            if kept.is_new
        ]


class Figures:
    """The figures kept of some authorities; what is not kept is counted for a publication.

    In a transaction that sees every agency's records of all the authorities.
    """

    def __init__(self, session: Session, authorities: Sequence[str]) -> None:
        self.authorities = authorities
        self._session = session
        rows = session.scalars(
            select(PublishedFigures).where(PublishedFigures.authority_code.in_(authorities))
        )
        self._kept = {(row.authority_code, row.period): row for row in rows}
        self._families: dict[tuple[str, datetime], Family] = {}

    def instant_of(self, period: Period, *, area: str, as_at: datetime) -> datetime | None:
        """The instant at which a period is fixed: for the area, or else for its family as at one.

        None where it is not fixed yet. Raises `PublishedBeforeError` where it is fixed at several.
        """
        family = self._family(area, as_at)
        own = family.partnerships.get(area, (area,))
        instants = self._instants(own, period) or self._instants(family.authorities, period)
        if len(instants) > 1:
            raise PublishedBeforeError(_SEVERAL)
        return next(iter(instants), None)

    def reckoned(self, period: Period, *, area: str, as_at: datetime) -> Reckoned:
        """A period of an area's family as at an instant. Raises as `instant_of`."""
        family = self._family(area, as_at)
        lag = reporting_lag_of(self._session, family.authorities, as_at=as_at)
        column = _column(period, lag)
        figures = {each: self._of(each, period, as_at, column) for each in family.authorities}
        if any(kept.as_at != as_at for kept in figures.values()):
            raise PublishedBeforeError(_SEVERAL)
        return Reckoned(period, as_at, family, column, figures)

    def _family(self, area: str, as_at: datetime) -> Family:
        if (area, as_at) not in self._families:
            self._families[area, as_at] = family_of(self._session, area, as_at=as_at)
        return self._families[area, as_at]

    def _instants(self, authorities: Iterable[str], period: Period) -> set[datetime]:
        code = period.code
        rows = (self._kept.get((each, code)) for each in authorities)
        return {row.as_at for row in rows if row is not None}

    def _of(self, authority: str, period: Period, as_at: datetime, column: Column | None) -> Kept:
        row = self._kept.get((authority, period.code))
        if row is not None:
            kept = row.figures
            return Kept(row.as_at, row.position_on, kept["contacts"], kept["cafs"], is_new=False)
        return counted_now(
            self._session,
            authority,
            period=period,
            as_at=as_at,
            position_on=column.position_on if column else None,
            is_quarter=is_quarter(period),
        )


def reckon(
    session: Session, figures: Figures, *, area: str, periods: Iterable[Period], as_at: datetime
) -> Reckoning:
    """Read what the periods of a publication have to be reckoned with.

    That is a year with its quarters, a quarter with its year where that is fixed, and the year's
    other quarters that are. Each stands at the instant at which it is fixed, else its year's, else
    `as_at`. Raises `PublishedBeforeError` where the family's figures are of several instants.
    """
    found: dict[Period, Reckoned] = {}
    for period in periods:
        year = financial_year_of(period.start)
        of_year = figures.instant_of(year, area=area, as_at=as_at)
        if period == year or of_year:
            bound = (year, *quarters_of(year))
        else:
            known = [
                each
                for each in quarters_of(year)
                if each == period or figures.instant_of(each, area=area, as_at=as_at)
            ]
            bound = tuple(known)
        for each in bound:
            if each not in found:
                instant = figures.instant_of(each, area=area, as_at=as_at) or of_year or as_at
                found[each] = figures.reckoned(each, area=area, as_at=instant)
    published = published_of(session, figures.authorities)
    printed: Printed = {}
    for row in published:
        printed |= printed_of(row.area_code, row.display)
    return Reckoning(ids_of(published), printed, found)


def published_of(session: Session, authorities: Sequence[str]) -> Sequence[PrintedBefore]:
    """Everything that is published of areas with any of the authorities."""
    rows = select(Publication.publication_id, Publication.area_code, Publication.display).where(
        Publication.authorities.overlap(list(authorities))
    )
    return [PrintedBefore(*row) for row in session.execute(rows)]


def ids_of(published: Iterable[PrintedBefore]) -> frozenset[str]:
    """The ids of publications."""
    return frozenset(each.publication_id for each in published)


def printed_of(area: str, display: Mapping[str, Iterable[Sequence[Any]]]) -> Printed:
    """What a publication printed for the first time, from the form in which it is stored."""
    return {
        Figure(area, period, row, column): number
        for period, figures in display.items()
        for row, column, number in figures
    }


def as_display(printed: Printed) -> dict[str, list[tuple[str, str, int | None]]]:
    """The form in which a publication is stored, the other way round."""
    display: dict[str, list[tuple[str, str, int | None]]] = {}
    for key, number in printed.items():
        display.setdefault(key.period, []).append((key.row, key.column, number))
    return display


def _column(period: Period, lag: int) -> Column | None:
    try:
        return column_of(period, reporting_lag=lag)
    except CalendarRangeError:
        return None


_SEVERAL = (
    "Tables of this period were published as at several instants, before these areas belonged "
    "together. What binds them cannot be published."
)
