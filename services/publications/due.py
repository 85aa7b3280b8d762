"""What is to be published by itself: when its period's reporting lag is over, and once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core.database import EVERY_AGENCY, Database, Scope, transaction_time
from domain.measures.columns import column_of, quarter_before
from domain.periods import Period, financial_year_of, quarter_of
from domain.publications import PublishedReport
from domain.working_days import london_date
from models import Publication
from services.publications.family import family_of
from services.publications.publish import Published, Publisher, publish
from services.reference.authorities import authority_codes
from services.reference.measure_settings import reporting_lag_of
from services.reference.publication_settings import automatic_authorities
from services.reports.areas import ENGLAND, Area, list_areas

BY_ITSELF = "By itself"


@dataclass(frozen=True, slots=True)
class Due:
    """A report of an area and a period that is due and not published yet."""

    area: Area
    report: PublishedReport
    period: Period


def due_publications(database: Database, *, authorities: Collection[str] = ()) -> list[Due]:
    """What is due now of the areas whose authorities all have set that they publish by themselves.

    Table 1 and Inputs of the quarter that ended last, and after the fourth Table 1 of the year:
    from the day after the one at which their figures stand, by the longest reporting lag of all
    authorities whose figures are bound to those of the area. `authorities` leaves out areas of
    others; none is all. Raises `CalendarRangeError` where the bank holidays are not known.
    """
    with database.transaction(Scope()) as session:
        codes = authority_codes(session)
    with database.transaction(Scope(tuple(codes), EVERY_AGENCY)) as session:
        automatic = automatic_authorities(session)
        if authorities:
            automatic &= set(authorities)
        if not automatic:
            return []
        today = london_date(transaction_time(session))
        ended = [
            each
            for area in list_areas(session)
            if area.code != ENGLAND and area.authorities and automatic.issuperset(area.authorities)
            for each in _ended(area, today)
        ]
        due = [each for each in _unpublished(session, ended) if _stands(session, each, today)]
    return sorted(due, key=_order)


def publish_due(database: Database, due: Due) -> Published:
    """Publish what is due; raises as `publish` does."""
    return publish(
        database,
        Publisher(frozenset(due.area.authorities), BY_ITSELF, None),
        area=due.area.code,
        report=due.report,
        period=due.period,
        as_at=None,
    )


def _ended(area: Area, today: date) -> Iterator[Due]:
    """What an area publishes of the quarter that ended last, and of the year that ended with it."""
    quarter = quarter_before(quarter_of(today))
    yield Due(area, PublishedReport.TABLE_1, quarter)
    yield Due(area, PublishedReport.INPUTS, quarter)
    year = financial_year_of(quarter.start)
    if year.end == quarter.end:
        yield Due(area, PublishedReport.TABLE_1, year)


def _stands(session: Session, due: Due, today: date) -> bool:
    """Whether the day is over at whose end the figures stand, of all that belongs together."""
    family = family_of(session, due.area.code)
    lag = reporting_lag_of(session, family.authorities)
    return column_of(due.period, reporting_lag=lag).position_on < today


def _unpublished(session: Session, due: Sequence[Due]) -> list[Due]:
    columns = (Publication.area_code, Publication.report, Publication.period)
    rows = session.execute(
        select(*columns).where(tuple_(*columns).in_([_key(each) for each in due]))
    )
    published = {tuple(row) for row in rows}
    return [each for each in due if _key(each) not in published]


def _key(due: Due) -> tuple[str, str, str]:
    return due.area.code, due.report, due.period.code


def _order(due: Due) -> tuple[int, bool, int, str]:
    """Quarters before their year, Table 1 before Inputs, authorities before their partnerships."""
    days = (due.period.end - due.period.start).days
    is_inputs = due.report is PublishedReport.INPUTS
    return days, is_inputs, len(due.area.authorities), due.area.code
