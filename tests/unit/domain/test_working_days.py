"""London days and working-day clocks, against a second calendar and by hand."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from domain.working_days import (
    DECISION_WORKING_DAYS,
    INFORMATION_GATHERING_WORKING_DAYS,
    CalendarRangeError,
    London,
    add_working_days,
    day_zero,
    due_on,
    end_of_london_day,
    is_working_day,
    last_day,
    london_date,
    start_of_london_day,
    working_days_between,
)

ORACLE = country_holidays("GB", subdiv="ENG", years=range(2012, 2029))
EVERY_DAY = [date(2012, 1, 1) + timedelta(days=n) for n in range(17 * 365 + 5)]

known_days = st.dates(date(2012, 1, 1), date(2027, 12, 31))
instants = st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=London)


def test_every_day_of_2012_to_2028_agrees_with_a_second_calendar() -> None:
    assert EVERY_DAY[-1] == date(2028, 12, 31)
    expected = [day.weekday() < 5 and day not in ORACLE for day in EVERY_DAY]
    assert [is_working_day(day) for day in EVERY_DAY] == expected


def test_every_day_of_2012_to_2027_falls_due_as_by_a_second_calendar() -> None:
    for day in (day for day in EVERY_DAY if day.year < 2028):
        working = (
            later
            for n in range(1, 40)
            if (later := day + timedelta(days=n)).weekday() < 5 and later not in ORACLE
        )
        assert [add_working_days(day, n) for n in range(1, 6)] == [next(working) for _ in range(5)]


@pytest.mark.parametrize(
    "day",
    [
        date(2012, 6, 4),  # spring bank holiday, moved for the jubilee
        date(2012, 6, 5),
        date(2014, 4, 18),
        date(2014, 4, 21),
        date(2020, 5, 8),  # early May, moved to a Friday
        date(2022, 9, 19),  # state funeral
        date(2023, 5, 8),  # coronation
        date(2021, 12, 27),  # Christmas Day, substitute
        date(2021, 12, 28),
    ],
)
def test_bank_holidays_are_not_working_days(day: date) -> None:
    assert not is_working_day(day)


def test_scottish_holidays_are_working_days_in_england() -> None:
    assert is_working_day(date(2014, 1, 2))
    assert is_working_day(date(2014, 12, 1))


@pytest.mark.parametrize("day", [date(2011, 12, 31), date.min, date.max])
def test_days_outside_the_calendar_are_refused(day: date) -> None:
    with pytest.raises(CalendarRangeError):
        is_working_day(day)
    with pytest.raises(CalendarRangeError):
        add_working_days(day, 1)
    with pytest.raises(CalendarRangeError):
        add_working_days(day, 0)
    with pytest.raises(CalendarRangeError):
        working_days_between(day, date(2014, 1, 1))
    with pytest.raises(CalendarRangeError):
        working_days_between(date(2014, 1, 1), day)
    with pytest.raises(CalendarRangeError):
        day_zero(received_on=day, received_at=None)


def test_the_calendar_ends_with_a_year() -> None:
    assert last_day() >= date(2028, 12, 31)
    assert (last_day().month, last_day().day) == (12, 31)
    assert working_days_between(last_day(), last_day()) == 0
    with pytest.raises(CalendarRangeError):
        is_working_day(last_day() + timedelta(days=1))


def test_a_clock_that_would_end_after_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarRangeError, match=r"2012-01-01 to \d{4}-12-31"):
        add_working_days(last_day(), 1)


def test_working_days_are_never_taken_away() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        add_working_days(date(2014, 1, 2), -1)


def test_no_working_days_later_is_the_same_day_even_at_a_weekend() -> None:
    assert add_working_days(date(2014, 1, 4), 0) == date(2014, 1, 4)


@given(day=known_days, n=st.integers(1, 200))
def test_counting_undoes_adding(day: date, n: int) -> None:
    assert working_days_between(day, add_working_days(day, n)) == n


@given(start=known_days, end=known_days)
def test_working_days_between_counts_the_days_after_start_up_to_end(start: date, end: date) -> None:
    end = min(end, start + timedelta(days=400))
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert working_days_between(start, end) == sum(is_working_day(day) for day in days)


@pytest.mark.parametrize(
    ("received_at", "expected"),
    [
        ("2014-01-15T00:00:00", "2014-01-15"),
        ("2014-01-15T16:59:59", "2014-01-15"),
        ("2014-01-15T17:00:00", "2014-01-15"),
        ("2014-01-15T17:00:00.000001", "2014-01-16"),
        ("2014-01-15T17:00:01", "2014-01-16"),
        ("2014-01-15T23:59:59", "2014-01-16"),
        ("2014-01-17T17:00:01", "2014-01-20"),  # Friday evening
        ("2014-01-18T09:00:00", "2014-01-20"),  # Saturday
        ("2014-01-19T18:00:00", "2014-01-20"),  # Sunday evening: not the day after that
        ("2014-04-17T17:00:01", "2014-04-22"),  # Maundy Thursday, over Easter
        ("2014-04-18T09:00:00", "2014-04-22"),  # Good Friday
        ("2013-12-24T17:00:00", "2013-12-24"),
        ("2013-12-24T17:00:01", "2013-12-27"),  # over Christmas
        ("2013-12-31T17:30:00", "2014-01-02"),  # over New Year
        ("2014-03-30T00:59:59", "2014-03-31"),  # Sunday on which summer time begins
        ("2014-03-28T17:00:00", "2014-03-28"),
        ("2014-03-31T17:00:00", "2014-03-31"),
        ("2014-03-31T17:00:01", "2014-04-01"),
        ("2014-10-24T17:00:01", "2014-10-27"),  # Friday before summer time ends
        ("2014-10-27T17:00:00", "2014-10-27"),
        ("2014-10-27T17:00:01", "2014-10-28"),
    ],
)
def test_day_zero_is_the_working_day_received_or_the_next(received_at: str, expected: str) -> None:
    instant = london(received_at).astimezone(UTC)
    found = day_zero(received_on=london_date(instant), received_at=instant)
    assert found == date.fromisoformat(expected)


def test_the_cut_off_is_london_time_in_winter_and_in_summer() -> None:
    winter = datetime(2014, 1, 15, 16, 30, tzinfo=UTC)
    summer = datetime(2014, 7, 16, 16, 30, tzinfo=UTC)
    assert day_zero(received_on=date(2014, 1, 15), received_at=winter) == date(2014, 1, 15)
    assert day_zero(received_on=date(2014, 7, 16), received_at=summer) == date(2014, 7, 17)


def test_an_authority_may_set_its_own_cut_off() -> None:
    def at(cut_off: time) -> date:
        instant = london("2014-01-15T16:30:00")
        return day_zero(received_on=date(2014, 1, 15), received_at=instant, cut_off=cut_off)

    assert at(time(16, 30)) == date(2014, 1, 15)
    assert at(time(16, 29, 59)) == date(2014, 1, 16)


def test_no_time_known_is_within_the_day() -> None:
    assert day_zero(received_on=date(2014, 1, 15), received_at=None) == date(2014, 1, 15)
    assert day_zero(received_on=date(2014, 1, 18), received_at=None) == date(2014, 1, 20)


def test_an_instant_of_another_london_day_is_refused() -> None:
    instant = datetime(2014, 3, 31, 23, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="received_on"):
        day_zero(received_on=date(2014, 3, 31), received_at=instant)


def test_the_decision_is_due_the_next_working_day_and_gathering_on_the_fifth() -> None:
    thursday_before_easter = date(2014, 4, 17)
    assert due_on(thursday_before_easter, working_days=DECISION_WORKING_DAYS) == date(2014, 4, 22)
    gathered = due_on(thursday_before_easter, working_days=INFORMATION_GATHERING_WORKING_DAYS)
    assert gathered == date(2014, 4, 28)


def test_over_christmas_the_fifth_working_day_falls_in_the_new_year() -> None:
    received = day_zero(received_on=date(2013, 12, 24), received_at=london("2013-12-24T17:00:01"))
    assert due_on(received, working_days=1) == date(2013, 12, 30)
    assert due_on(received, working_days=5) == date(2014, 1, 6)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2014, 3, 31, 22, 59, 59, tzinfo=UTC), date(2014, 3, 31)),
        (datetime(2014, 3, 31, 23, 30, tzinfo=UTC), date(2014, 4, 1)),
        (london("2014-04-01T00:30:00"), date(2014, 4, 1)),
        (datetime(2013, 12, 31, 23, 59, 59, tzinfo=UTC), date(2013, 12, 31)),
        (datetime(2014, 1, 1, tzinfo=UTC), date(2014, 1, 1)),
        (datetime(2014, 1, 1, 4, tzinfo=timezone(timedelta(hours=5))), date(2013, 12, 31)),
    ],
)
def test_the_london_day_follows_summer_time(instant: datetime, expected: date) -> None:
    assert london_date(instant) == expected


@given(instant=instants)
def test_an_instant_lies_within_its_london_day(instant: datetime) -> None:
    day = london_date(instant)
    assert start_of_london_day(day) <= instant < start_of_london_day(day + timedelta(days=1))
    assert london_date(end_of_london_day(day)) == day
    assert end_of_london_day(day) + timedelta(seconds=1) == start_of_london_day(
        day + timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2014-01-15", "2014-01-15T00:00:00+00:00", "2014-01-15T23:59:59+00:00"),
        ("2014-07-16", "2014-07-15T23:00:00+00:00", "2014-07-16T22:59:59+00:00"),
        ("2014-03-30", "2014-03-30T00:00:00+00:00", "2014-03-30T22:59:59+00:00"),
        ("2014-10-26", "2014-10-25T23:00:00+00:00", "2014-10-26T23:59:59+00:00"),
    ],
)
def test_a_london_day_has_23_24_or_25_hours(day: str, start: str, end: str) -> None:
    found = [
        start_of_london_day(date.fromisoformat(day)),
        end_of_london_day(date.fromisoformat(day)),
    ]
    assert [instant.isoformat() for instant in found] == [start, end]
    assert {instant.tzinfo for instant in found} == {UTC}


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2014, 1, 15, 9, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="offset"):
        london_date(naive)
    with pytest.raises(ValueError, match="offset"):
        day_zero(received_on=date(2014, 1, 15), received_at=naive)
