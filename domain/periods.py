"""Reporting periods: financial years, their quarters, and any span of days.

Source: definitions.md, section 6. The financial year runs from 1 April to 31 March; its
quarters are Q1 (April to June) to Q4 (January to March). Days are London days.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

FIRST_YEAR = 1900
LAST_YEAR = 2100
APRIL = 4
MONTHS_IN_QUARTER = 3
QUARTERS = (1, 2, 3, 4)

_CODE = re.compile(r"(?P<year>[0-9]{4})-(?P<next>[0-9]{2})(?:-Q(?P<quarter>[1-4]))?")
_TOO_FAR = f"A period must lie between the years {FIRST_YEAR} and {LAST_YEAR}."


class PeriodError(ValueError):
    """A period that is malformed, ends before it starts, or lies too far away."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of London days, the first and the last included, and the name it is shown by.

    It ends on or after its start and lies within 1900 to 2100; otherwise PeriodError.
    """

    label: str
    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a span that no report can have."""
        if self.end < self.start:
            message = "A period must not end before it starts."
            raise PeriodError(message)
        if self.start.year < FIRST_YEAR or self.end.year > LAST_YEAR:
            raise PeriodError(_TOO_FAR)

    @property
    def code(self) -> str:
        """The code of a financial year or a quarter of one, such as 2013-14-Q4."""
        return self.label.replace(" ", "-")


@lru_cache(maxsize=1_024)
def parse_period(text: str) -> Period:
    """Read a financial year ("2013-14") or a quarter of one ("2013-14-Q4").

    The labels are "2013-14" and "2013-14 Q4". Anything else is a PeriodError that says the
    right form.
    """
    found = _CODE.fullmatch(text)
    if found is None or (int(found["year"]) + 1) % 100 != int(found["next"]):
        message = (
            "A period is a financial year such as 2013-14 or a quarter such as 2013-14-Q4, "
            "its two years following each other."
        )
        raise PeriodError(message)
    if found["quarter"] is None:
        return _financial_year(int(found["year"]))
    return _quarter(int(found["year"]), int(found["quarter"]))


def period_between(from_: date, to: date) -> Period:
    """Return the period of these days, both included, labelled "2014-01-01 to 2014-03-31".

    `to` before `from_`, or a day outside 1900 to 2100, is a PeriodError.
    """
    return Period(label=f"{from_} to {to}", start=from_, end=to)


def financial_year_of(day: date) -> Period:
    """Return the financial year that holds the day."""
    return _financial_year(_first_year(day))


def quarter_of(day: date) -> Period:
    """Return the quarter of the financial year that holds the day."""
    months_since_april = (day.month - APRIL) % 12
    return _quarter(_first_year(day), months_since_april // MONTHS_IN_QUARTER + 1)


def quarters_of(year: Period) -> tuple[Period, ...]:
    """Return the four quarters, in order, of a financial year; PeriodError for another span."""
    first_year = year.start.year
    if (year.start, year.end) != (date(first_year, APRIL, 1), date(first_year + 1, APRIL - 1, 31)):
        message = "Only a financial year, from 1 April to 31 March, has quarters."
        raise PeriodError(message)
    return tuple(_quarter(first_year, number) for number in QUARTERS)


def _first_year(day: date) -> int:
    return day.year if day.month >= APRIL else day.year - 1


def _year_code(first_year: int) -> str:
    return f"{first_year:04}-{(first_year + 1) % 100:02}"


def _financial_year(first_year: int) -> Period:
    start, end = _quarter_start(first_year, 1), _quarter_start(first_year + 1, 1)
    return Period(label=_year_code(first_year), start=start, end=end - timedelta(days=1))


def _quarter(first_year: int, number: int) -> Period:
    start, following = _quarter_start(first_year, number), _quarter_start(first_year, number + 1)
    label = f"{_year_code(first_year)} Q{number}"
    return Period(label=label, start=start, end=following - timedelta(days=1))


def _quarter_start(first_year: int, number: int) -> date:
    months_since_january = APRIL - 1 + (number - 1) * MONTHS_IN_QUARTER
    year = first_year + months_since_january // 12
    if not FIRST_YEAR - 1 <= year <= LAST_YEAR + 1:
        raise PeriodError(_TOO_FAR)
    return date(year, months_since_january % 12 + 1, 1)
