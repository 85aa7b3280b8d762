"""The points of a time series: days, weeks, months or quarters, none left out.

Days are London days; a week begins on Monday, a quarter with January, April, July or October.
"""

from datetime import date, timedelta
from enum import StrEnum

from domain.periods import Period, period_between

MOST_POINTS = 1_200


class Interval(StrEnum):
    """How long a point is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class GroupBy(StrEnum):
    """What series are apart by."""

    REFERRER_TYPE = "referrer_type"
    AGENCY = "agency"
    OUTCOME = "outcome"


class SeriesError(ValueError):
    """A series of more points than are given at once."""


_MONTHS = {Interval.MONTH: 1, Interval.QUARTER: 3}
_DAYS = {Interval.DAY: 1, Interval.WEEK: 7}


def start_of(day: date, interval: Interval) -> date:
    """Return the first day of the interval that holds a day."""
    if interval is Interval.DAY:
        return day
    if interval is Interval.WEEK:
        return day - timedelta(days=day.weekday())
    months = _MONTHS[interval]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def points_of(period: Period, interval: Interval) -> list[Period]:
    """Return the intervals of a period, in order; the first and last are cut to its days.

    More than `MOST_POINTS` are a SeriesError.
    """
    points = []
    start = start_of(period.start, interval)
    while start <= period.end:
        following = _following(start, interval)
        last = min(following - timedelta(days=1), period.end)
        points.append(period_between(max(start, period.start), last))
        if len(points) > MOST_POINTS:
            message = f"That is more than {MOST_POINTS} points: ask for fewer days or longer ones."
            raise SeriesError(message)
        start = following
    return points


def _following(start: date, interval: Interval) -> date:
    if interval in _DAYS:
        return start + timedelta(days=_DAYS[interval])
    months = start.month - 1 + _MONTHS[interval]
    return date(start.year + months // 12, months % 12 + 1, 1)
