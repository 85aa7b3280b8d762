"""Points of a time series cover every day once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.measures.series import MOST_POINTS, Interval, SeriesError, points_of, start_of
from domain.periods import period_between

DAYS = st.dates(date(1950, 1, 1), date(2090, 1, 1))


@given(start=DAYS, length=st.integers(0, 1_000), interval=st.sampled_from(Interval))
def test_every_day_is_in_one_point_and_its_intervals_start_is_the_points(start, length, interval):
    period = period_between(start, start + timedelta(days=length))
    points = points_of(period, interval)
    days = [
        point.start + timedelta(days=n)
        for point in points
        for n in range((point.end - point.start).days + 1)
    ]
    assert days == [start + timedelta(days=n) for n in range(length + 1)]
    for point in points:
        assert start_of(point.start, interval) == start_of(point.end, interval)
    starts = [start_of(point.start, interval) for point in points]
    assert len(set(starts)) == len(starts)


@pytest.mark.parametrize(
    ("interval", "first"),
    [
        ("day", "2014-02-05"),
        ("week", "2014-02-03"),
        ("month", "2014-02-01"),
        ("quarter", "2014-01-01"),
    ],
)
def test_an_interval_begins_where_its_name_says(interval, first):
    assert start_of(date(2014, 2, 5), Interval(interval)) == date.fromisoformat(first)


def test_more_points_than_are_given_at_once_are_refused():
    start = date(2014, 1, 1)
    points_of(period_between(start, start + timedelta(days=MOST_POINTS - 1)), Interval.DAY)
    with pytest.raises(SeriesError):
        points_of(period_between(start, start + timedelta(days=MOST_POINTS)), Interval.DAY)
