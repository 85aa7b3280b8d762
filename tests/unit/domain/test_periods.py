"""Financial years, quarters and spans of days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import (
    Period,
    PeriodError,
    financial_year_of,
    parse_period,
    period_between,
    quarter_of,
    quarters_of,
)
from domain.working_days import London, london_date

days = st.dates(date(1901, 4, 1), date(2099, 3, 31))


@pytest.mark.parametrize(
    ("text", "label", "start", "end"),
    [
        ("2013-14", "2013-14", date(2013, 4, 1), date(2014, 3, 31)),
        ("2013-14-Q1", "2013-14 Q1", date(2013, 4, 1), date(2013, 6, 30)),
        ("2013-14-Q2", "2013-14 Q2", date(2013, 7, 1), date(2013, 9, 30)),
        ("2013-14-Q3", "2013-14 Q3", date(2013, 10, 1), date(2013, 12, 31)),
        ("2013-14-Q4", "2013-14 Q4", date(2014, 1, 1), date(2014, 3, 31)),
        ("2015-16-Q4", "2015-16 Q4", date(2016, 1, 1), date(2016, 3, 31)),
        ("1999-00", "1999-00", date(1999, 4, 1), date(2000, 3, 31)),
        ("1999-00-Q4", "1999-00 Q4", date(2000, 1, 1), date(2000, 3, 31)),
        ("1900-01", "1900-01", date(1900, 4, 1), date(1901, 3, 31)),
        ("2099-00", "2099-00", date(2099, 4, 1), date(2100, 3, 31)),
        ("2100-01-Q3", "2100-01 Q3", date(2100, 10, 1), date(2100, 12, 31)),
    ],
)
def test_a_code_names_a_year_or_a_quarter(text: str, label: str, start: date, end: date) -> None:
    assert parse_period(text) == Period(label=label, start=start, end=end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2013",
        "2013-15",
        "2013-13",
        "2000-00",
        "2013-2014",
        "2013/14",
        "2013-14-Q0",
        "2013-14-Q5",
        "2013-14-q4",
        "2013-14 Q4",
        "2013-14-Q4 ",
        " 2013-14",
        "2013-14\n",
        "2013-14-Q44",
        "\u0662\u0660\u0661\u0663-14",
        "2014-01-01",
    ],
)
def test_a_malformed_code_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(PeriodError, match=r"such as 2013-14 or .* 2013-14-Q4.*following"):
        parse_period(text)


@pytest.mark.parametrize(
    "text", ["0000-01", "9999-00", "1898-99", "1899-00", "2100-01", "2100-01-Q4"]
)
def test_a_period_outside_1900_to_2100_is_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="1900 and 2100"):
        parse_period(text)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_outside_1900_to_2100_has_no_period(day: date) -> None:
    for period_of in (financial_year_of, quarter_of):
        with pytest.raises(PeriodError, match="1900 and 2100"):
            period_of(day)
    with pytest.raises(PeriodError, match="1900 and 2100"):
        period_between(day, day)


def test_a_span_of_days_is_labelled_by_them_even_when_it_is_a_quarter() -> None:
    found = period_between(date(2014, 1, 1), date(2014, 3, 31))
    quarter = parse_period("2013-14-Q4")
    assert found.label == "2014-01-01 to 2014-03-31"
    assert (found.start, found.end) == (quarter.start, quarter.end)


def test_one_day_is_a_period() -> None:
    assert period_between(date(2014, 1, 1), date(2014, 1, 1)).label == "2014-01-01 to 2014-01-01"


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(PeriodError, match="before it starts"):
        period_between(date(2014, 1, 2), date(2014, 1, 1))


def test_half_past_midnight_in_london_on_1_april_is_in_the_new_year() -> None:
    day = london_date(datetime(2014, 4, 1, 0, 30, tzinfo=London))
    assert financial_year_of(day).label == "2014-15"
    assert quarter_of(day).label == "2014-15 Q1"


def test_half_past_eleven_utc_on_31_march_is_in_the_new_year_by_summer_time() -> None:
    day = london_date(datetime(2014, 3, 31, 23, 30, tzinfo=UTC))
    assert quarter_of(day).label == "2014-15 Q1"


def test_half_past_ten_utc_on_31_march_is_still_in_the_old_year() -> None:
    day = london_date(datetime(2014, 3, 31, 22, 30, tzinfo=UTC))
    assert quarter_of(day).label == "2013-14 Q4"


@given(day=days)
def test_a_day_lies_in_its_quarter_and_in_its_year(day: date) -> None:
    quarter, year = quarter_of(day), financial_year_of(day)
    assert year.start <= quarter.start <= day <= quarter.end <= year.end
    assert quarter in quarters_of(year)


@given(day=days)
def test_codes_and_days_lead_to_the_same_periods(day: date) -> None:
    assert parse_period(financial_year_of(day).label) == financial_year_of(day)
    assert parse_period(quarter_of(day).label.replace(" ", "-")) == quarter_of(day)


@given(day=days)
def test_four_quarters_fill_the_year_without_gap_or_overlap(day: date) -> None:
    year = financial_year_of(day)
    first, second, third, fourth = quarters_of(year)
    assert (first.start, fourth.end) == (year.start, year.end)
    for earlier, later in ((first, second), (second, third), (third, fourth)):
        assert later.start - earlier.end == timedelta(days=1)


@given(day=days)
def test_the_day_after_a_year_begins_the_next(day: date) -> None:
    year = financial_year_of(day)
    assert financial_year_of(year.end + timedelta(days=1)).start == year.end + timedelta(days=1)
    assert (year.start.month, year.start.day) == (4, 1)


def test_a_year_given_by_its_days_has_quarters() -> None:
    found = quarters_of(period_between(date(2013, 4, 1), date(2014, 3, 31)))
    assert [quarter.label for quarter in found] == [f"2013-14 Q{n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("end", [date(2013, 6, 30), date(2014, 3, 30), date(2015, 3, 31)])
def test_only_a_financial_year_has_quarters(end: date) -> None:
    with pytest.raises(PeriodError, match="financial year"):
        quarters_of(period_between(date(2013, 4, 1), end))
