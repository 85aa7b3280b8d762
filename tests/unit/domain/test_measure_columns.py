"""The columns of Appendix 2: codes, labels, the days that they count and their own positions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.measures.columns import (
    column_of,
    columns_up_to,
    counted_period,
    is_quarter,
    quarter_before,
    same_quarter_a_year_before,
    year_before,
)
from domain.measures.measure import Basis
from domain.periods import (
    Period,
    PeriodError,
    financial_year_of,
    parse_period,
    period_between,
    quarter_of,
)
from domain.working_days import CalendarRangeError, working_days_between

Q3 = parse_period("2013-14-Q3")
YEAR_BEFORE = parse_period("2012-13")
quarters = st.dates(date(2013, 4, 1), date(2028, 9, 30)).map(quarter_of)


def days(period: Period) -> tuple[date, date]:
    return period.start, period.end


def test_a_report_has_the_year_before_and_the_quarters_up_to_the_one_asked() -> None:
    found = [(each.code, each.label, days(each.period)) for each in columns_up_to(Q3)]
    assert found == [
        ("2012-13", "2012/13 whole year", (date(2012, 4, 1), date(2013, 3, 31))),
        ("2013-14-Q1", "2013/14 Q1", (date(2013, 4, 1), date(2013, 6, 30))),
        ("2013-14-Q2", "2013/14 Q2", (date(2013, 7, 1), date(2013, 9, 30))),
        ("2013-14-Q3", "2013/14 Q3", (date(2013, 10, 1), date(2013, 12, 31))),
    ]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_report_has_as_many_quarters_as_the_number_of_the_one_asked(number: int) -> None:
    assert len(columns_up_to(parse_period(f"2013-14-Q{number}"))) == number + 1


@pytest.mark.parametrize(
    ("code", "position_on"),
    [
        # 31 March 2013 was Easter Sunday: 1 April was a bank holiday, and 2 April the first day.
        ("2012-13", date(2013, 4, 15)),
        ("2012-13-Q4", date(2013, 4, 15)),
        ("2013-14-Q1", date(2013, 7, 12)),
        ("2013-14-Q2", date(2013, 10, 14)),
        # 1 January 2014 was a bank holiday.
        ("2013-14-Q3", date(2014, 1, 15)),
        ("2013-14-Q4", date(2014, 4, 14)),
        # Good Friday and Easter Monday of 2024 were 29 March and 1 April.
        ("2023-24", date(2024, 4, 15)),
    ],
)
def test_a_column_stands_ten_working_days_after_its_end(code: str, position_on: date) -> None:
    assert column_of(parse_period(code)).position_on == position_on


@given(quarter=quarters, lag=st.integers(0, 40))
def test_positions_are_the_lag_in_working_days_after_the_end(quarter: Period, lag: int) -> None:
    for column in columns_up_to(quarter, reporting_lag=lag):
        end, position = column.period.end, column.position_on
        assert working_days_between(end, position) == lag
        # The first such day: one day less, one working day less.
        assert lag == 0 or working_days_between(end, position - timedelta(days=1)) == lag - 1


@given(quarter=quarters)
def test_the_codes_are_those_that_a_period_is_asked_for_by(quarter: Period) -> None:
    columns = columns_up_to(quarter)
    assert [parse_period(each.code) for each in columns] == [each.period for each in columns]
    assert columns[0].period.end + timedelta(days=1) == columns[1].period.start
    assert columns[-1].period == quarter


@pytest.mark.parametrize(
    "period",
    [
        parse_period("2013-14"),
        period_between(date(2013, 10, 1), date(2013, 12, 30)),
        period_between(date(2013, 10, 1), date(2013, 12, 31)),
    ],
)
def test_a_report_is_on_a_quarter_and_on_nothing_else(period: Period) -> None:
    with pytest.raises(PeriodError, match="a quarter, such as 2013-14-Q4"):
        columns_up_to(period)


def test_a_column_is_a_year_or_a_quarter_and_nothing_else() -> None:
    with pytest.raises(PeriodError, match="a quarter such as 2013-14-Q4"):
        column_of(period_between(date(2013, 4, 1), date(2013, 4, 30)))


def test_a_negative_lag_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        columns_up_to(Q3, reporting_lag=-1)


def test_a_position_that_no_calendar_knows_is_refused() -> None:
    with pytest.raises(CalendarRangeError):
        columns_up_to(parse_period("2011-12-Q3"))


@pytest.mark.parametrize(
    ("basis", "quarter", "year"),
    [
        (
            Basis.QUARTER,
            (date(2013, 10, 1), date(2013, 12, 31)),
            (date(2012, 4, 1), date(2013, 3, 31)),
        ),
        (
            Basis.YEAR_TO_DATE,
            (date(2013, 4, 1), date(2013, 12, 31)),
            (date(2012, 4, 1), date(2013, 3, 31)),
        ),
        (
            Basis.ROLLING_YEAR,
            (date(2013, 1, 1), date(2013, 12, 31)),
            (date(2012, 4, 1), date(2013, 3, 31)),
        ),
        (
            Basis.SNAPSHOT,
            (date(2013, 12, 31), date(2013, 12, 31)),
            (date(2013, 3, 31), date(2013, 3, 31)),
        ),
    ],
)
def test_a_basis_says_which_days_are_counted(
    basis: Basis, quarter: tuple[date, date], year: tuple[date, date]
) -> None:
    assert days(counted_period(basis, Q3)) == quarter
    assert days(counted_period(basis, YEAR_BEFORE)) == year


@pytest.mark.parametrize("basis", [Basis.YEAR_TO_DATE, Basis.ROLLING_YEAR, Basis.SNAPSHOT])
def test_a_whole_year_counts_what_its_last_quarter_counts(basis: Basis) -> None:
    last = parse_period("2012-13-Q4")
    assert counted_period(basis, last) == counted_period(basis, YEAR_BEFORE)


def test_periods_that_went_before() -> None:
    assert year_before(parse_period("2013-14")) == YEAR_BEFORE
    assert quarter_before(Q3) == parse_period("2013-14-Q2")
    assert quarter_before(parse_period("2013-14-Q1")) == parse_period("2012-13-Q4")
    assert same_quarter_a_year_before(Q3) == parse_period("2012-13-Q3")
    assert same_quarter_a_year_before(parse_period("2015-16-Q4")) == parse_period("2014-15-Q4")


@given(day=st.dates(date(1902, 4, 1), date(2099, 3, 31)))
def test_four_quarters_before_is_the_same_quarter_a_year_before(day: date) -> None:
    quarter = four_before = quarter_of(day)
    for _ in range(4):
        four_before = quarter_before(four_before)
    assert same_quarter_a_year_before(quarter) == four_before
    assert year_before(financial_year_of(day)) == financial_year_of(four_before.start)


def test_a_quarter_is_told_from_other_spans() -> None:
    assert is_quarter(Q3)
    assert not is_quarter(YEAR_BEFORE)
    assert not is_quarter(period_between(Q3.start, Q3.end - timedelta(days=1)))
