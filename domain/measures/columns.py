"""The columns of Appendix 2: their periods, and the position at which each of them stands.

Source: definitions.md, section 4; the codes and labels are those of the HTTP contract. Days are
London days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.measures.measure import Basis
from domain.periods import (
    Period,
    PeriodError,
    financial_year_of,
    period_between,
    quarter_of,
    quarters_of,
)
from domain.working_days import add_working_days

REPORTING_LAG = 10
"""An authority's reporting lag in working days, unless it has set another."""


class Positions(StrEnum):
    """At which day columns stand: each at its own period's end plus the lag, or all of them now."""

    PERIOD_END = "period_end"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Column:
    """A whole year or a quarter, as "2012-13" and "2012/13 whole year", and its own position."""

    code: str
    label: str
    period: Period
    position_on: date


def columns_up_to(quarter: Period, *, reporting_lag: int = REPORTING_LAG) -> tuple[Column, ...]:
    """Return the columns of a report on a quarter: the year before, and the year's up to it.

    Each stands at its period's end plus the reporting lag in working days, counted from the day
    after. Anything but a quarter of a financial year is a PeriodError, a negative lag a
    ValueError, a position outside the known bank holidays a CalendarRangeError.
    """
    if not is_quarter(quarter):
        message = "This must be a quarter, such as 2013-14-Q4."
        raise PeriodError(message)
    year = financial_year_of(quarter.start)
    periods = (
        year_before(year),
        *(each for each in quarters_of(year) if each.end <= quarter.end),
    )
    return tuple(column_of(each, reporting_lag=reporting_lag) for each in periods)


def column_of(period: Period, *, reporting_lag: int = REPORTING_LAG) -> Column:
    """Return the column of a financial year or a quarter of one; errors as `columns_up_to`."""
    year = financial_year_of(period.start)
    is_year = period == year
    if not (is_year or is_quarter(period)):
        message = "A column is a financial year such as 2013-14 or a quarter such as 2013-14-Q4."
        raise PeriodError(message)
    shown = period.label.replace("-", "/", 1)
    return Column(
        code=period.code,
        label=f"{shown} whole year" if is_year else shown,
        period=period,
        position_on=add_working_days(period.end, reporting_lag),
    )


def counted_period(basis: Basis, period: Period) -> Period:
    """Return the days that a measure of this basis counts for a quarter or a financial year.

    They are labelled by their first and last day, so that equal spans are equal. A year to date
    starts on 1 April, a rolling year twelve months before the period's end; a snapshot is of the
    period's last day.
    """
    starts = {
        Basis.QUARTER: period.start,
        Basis.YEAR_TO_DATE: financial_year_of(period.start).start,
        Basis.ROLLING_YEAR: _twelve_months_to(period.end),
        Basis.SNAPSHOT: period.end,
    }
    return period_between(starts[basis], period.end)


def year_before(year: Period) -> Period:
    """Return the financial year before a financial year."""
    return financial_year_of(_day_before(year))


def quarter_before(quarter: Period) -> Period:
    """Return the quarter before a quarter."""
    return quarter_of(_day_before(quarter))


def same_quarter_a_year_before(quarter: Period) -> Period:
    """Return the quarter of the same number in the financial year before."""
    start = quarter.start
    return quarter_of(date(start.year - 1, start.month, start.day))


def is_quarter(period: Period) -> bool:
    """Say whether the period is a quarter of a financial year."""
    return period == quarter_of(period.start)


def _day_before(period: Period) -> date:
    return period.start - timedelta(days=1)


def _twelve_months_to(end: date) -> date:
    following = end + timedelta(days=1)
    return date(following.year - 1, following.month, following.day)
