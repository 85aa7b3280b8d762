"""The direction of travel: better or worse by polarity, the same within a tolerance, or unknown."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.measures.columns import counted_period
from domain.measures.direction import (
    Direction,
    Figure,
    compared_period,
    direction,
    direction_in,
)
from domain.measures.inputs import INPUTS_BY_CODE
from domain.measures.measure import Basis, Measure, Polarity
from domain.periods import parse_period

CONTACTS = INPUTS_BY_CODE["contacts"]
CLOSED = INPUTS_BY_CODE["contacts_closed_and_logged"]
WITH_CAF = INPUTS_BY_CODE["closed_and_logged_with_active_caf"]
REFERRALS = INPUTS_BY_CODE["referrals"]
CAFS = INPUTS_BY_CODE["caf2_commenced"]
TIMELINESS = replace(CLOSED, polarity=Polarity.HIGHER, basis=Basis.YEAR_TO_DATE)

OPPOSITE = {
    Direction.UP: Direction.DOWN,
    Direction.DOWN: Direction.UP,
    Direction.SAME: Direction.SAME,
    None: None,
}
numbers = st.integers(0, 10**9)
tolerances = st.decimals(0, 100, places=1)
signs = st.sampled_from([Polarity.LOWER, Polarity.HIGHER])
counts = st.builds(
    lambda polarity, tolerance: replace(CONTACTS, polarity=polarity, tolerance=tolerance),
    signs,
    tolerances,
)
proportions = st.builds(
    lambda polarity, tolerance: replace(CLOSED, polarity=polarity, tolerance=tolerance),
    signs,
    tolerances,
)
shares = st.integers(1, 10**6).flatmap(
    lambda whole: st.builds(Figure, st.integers(0, whole), st.just(whole))
)
compared = st.one_of(
    st.tuples(counts, numbers.map(Figure), numbers.map(Figure)),
    st.tuples(proportions, shares, shares),
)


def turned(measure: Measure) -> Measure:
    other = {Polarity.LOWER: Polarity.HIGHER, Polarity.HIGHER: Polarity.LOWER}
    return replace(measure, polarity=other[measure.polarity])


def printed(figure: Figure) -> Fraction:
    """The percentage as a reader sees it, by exact fractions."""
    tenths = Fraction(1000 * figure.number, figure.denominator) + Fraction(1, 2)
    return Fraction(tenths.numerator // tenths.denominator, 10)


@pytest.mark.parametrize(
    ("measure", "earlier", "figure", "expected"),
    [
        # Fewer contacts are better, more CAFs are.
        (CONTACTS, Figure(1642), Figure(1521), "up"),
        (CONTACTS, Figure(1521), Figure(1642), "down"),
        (CAFS, Figure(450), Figure(575), "up"),
        (CAFS, Figure(575), Figure(450), "down"),
        (CLOSED, Figure(856, 1642), Figure(999, 1642), "down"),
        (WITH_CAF, Figure(64, 999), Figure(46, 913), "down"),
        # 4.3 per cent more; then 5 per cent exactly, and just above.
        (CONTACTS, Figure(1521), Figure(1586), "same"),
        (CONTACTS, Figure(1000), Figure(1050), "same"),
        (CONTACTS, Figure(1000), Figure(950), "same"),
        (CONTACTS, Figure(1000), Figure(1051), "down"),
        (CONTACTS, Figure(1000), Figure(949), "up"),
        # 60.8 to 60.0; then one point exactly, and just above.
        (CLOSED, Figure(999, 1642), Figure(913, 1521), "same"),
        (CLOSED, Figure(500, 1000), Figure(510, 1000), "same"),
        (CLOSED, Figure(500, 1000), Figure(490, 1000), "same"),
        (CLOSED, Figure(500, 1000), Figure(511, 1000), "down"),
        (CLOSED, Figure(500, 1000), Figure(489, 1000), "up"),
        # As printed, 5.4 to 6.4: the exact proportions are 1.03 points apart.
        (WITH_CAF, Figure(46, 856), Figure(64, 999), "same"),
        # From nothing to nothing, and to something: any per cent of nothing is nothing.
        (CONTACTS, Figure(0), Figure(0), "same"),
        (CONTACTS, Figure(0), Figure(1), "down"),
        (CONTACTS, Figure(1), Figure(0), "up"),
    ],
)
def test_up_is_better_and_the_same_within_the_tolerance(
    measure: Measure, earlier: Figure, figure: Figure, expected: str
) -> None:
    assert direction(measure, figure=figure, earlier=earlier) == expected


@pytest.mark.parametrize(
    ("measure", "earlier", "figure"),
    [
        (CONTACTS, None, Figure(1642)),
        (CLOSED, None, Figure(856, 1642)),
        (CLOSED, Figure(0, 0), Figure(856, 1642)),
        (CLOSED, Figure(856, 1642), Figure(0, 0)),
        (REFERRALS, Figure(786), Figure(643)),
    ],
)
def test_there_is_no_direction_without_a_comparison_or_a_polarity(
    measure: Measure, earlier: Figure | None, figure: Figure
) -> None:
    assert direction(measure, figure=figure, earlier=earlier) is None


@given(case=compared)
def test_the_way_back_is_opposite_unless_it_is_the_same(
    case: tuple[Measure, Figure, Figure],
) -> None:
    measure, first, second = case
    there = direction(measure, figure=second, earlier=first)
    back = direction(measure, figure=first, earlier=second)
    if Direction.SAME not in {there, back}:
        assert back == OPPOSITE[there]
    elif measure.is_proportion:
        assert there == back


@given(case=compared)
def test_the_other_polarity_gives_the_opposite(case: tuple[Measure, Figure, Figure]) -> None:
    measure, earlier, figure = case
    found = direction(measure, figure=figure, earlier=earlier)
    assert direction(turned(measure), figure=figure, earlier=earlier) == OPPOSITE[found]


@given(case=compared, wider=tolerances)
def test_what_is_the_same_stays_so_with_a_wider_tolerance(
    case: tuple[Measure, Figure, Figure], wider: Decimal
) -> None:
    measure, earlier, figure = case
    assume(wider > measure.tolerance)
    narrow = direction(measure, figure=figure, earlier=earlier)
    wide = direction(replace(measure, tolerance=wider), figure=figure, earlier=earlier)
    assert wide in {narrow, Direction.SAME}


@given(measure=counts, earlier=numbers, number=numbers)
def test_counts_are_compared_in_per_cent_of_the_earlier_by_exact_fractions(
    measure: Measure, earlier: int, number: int
) -> None:
    found = direction(measure, figure=Figure(number), earlier=Figure(earlier))
    allowance = Fraction(measure.tolerance) * earlier / 100
    assert (found is Direction.SAME) is (abs(number - earlier) <= allowance)
    if found is not Direction.SAME:
        is_higher_better = measure.polarity is Polarity.HIGHER
        assert (found is Direction.UP) is ((number > earlier) is is_higher_better)


@given(measure=proportions, earlier=shares, figure=shares)
def test_proportions_are_compared_in_points_as_they_are_printed(
    measure: Measure, earlier: Figure, figure: Figure
) -> None:
    found = direction(measure, figure=figure, earlier=earlier)
    change = printed(figure) - printed(earlier)
    assert (found is Direction.SAME) is (abs(change) <= Fraction(measure.tolerance))
    if found is not Direction.SAME:
        assert (found is Direction.UP) is ((change > 0) is (measure.polarity is Polarity.HIGHER))


@pytest.mark.parametrize(
    ("measure", "figure", "earlier"),
    [
        (CONTACTS, Figure(1, 2), None),
        (CONTACTS, Figure(1), Figure(1, 2)),
        (CLOSED, Figure(1), None),
        (CLOSED, Figure(1, 2), Figure(1)),
    ],
)
def test_a_figure_of_another_kind_of_measure_is_refused(
    measure: Measure, figure: Figure, earlier: Figure | None
) -> None:
    with pytest.raises(ValueError, match=f"{measure.code} has (a|no) denominator"):
        direction(measure, figure=figure, earlier=earlier)


def test_a_count_has_no_percentage_and_a_share_of_nothing_is_printed_as_0() -> None:
    assert Figure(7).percent is None
    assert str(Figure(0, 0).percent) == "0.0"
    assert str(Figure(46, 856).percent) == "5.4"


@pytest.mark.parametrize(
    ("measure", "code", "expected"),
    [
        (CONTACTS, "2013-14-Q3", "2013-14-Q2"),
        (CONTACTS, "2013-14-Q1", "2012-13-Q4"),
        (CAFS, "2013-14-Q3", "2012-13-Q3"),
        (CAFS, "2013-14-Q4", "2012-13-Q4"),
        (TIMELINESS, "2013-14-Q3", "2013-14-Q2"),
    ],
)
def test_a_quarter_is_compared_with_the_one_before_and_a_running_count_with_a_year_before(
    measure: Measure, code: str, expected: str
) -> None:
    assert compared_period(measure, parse_period(code)) == parse_period(expected)


def test_a_whole_year_is_compared_with_nothing() -> None:
    year = parse_period("2012-13")
    assert compared_period(CONTACTS, year) is None
    figures = {counted_period(CONTACTS.basis, year): Figure(6859)}
    assert direction_in(CONTACTS, year, figures) is None


def test_a_fourth_quarters_year_to_date_is_compared_with_the_year_before_as_a_whole() -> None:
    known = {"2012-13": 450, "2013-14-Q1": 141, "2013-14-Q3": 403, "2013-14-Q4": 575}
    figures = {
        counted_period(CAFS.basis, parse_period(code)): Figure(n) for code, n in known.items()
    }
    found = [direction_in(CAFS, parse_period(code), figures) for code in known]
    assert found == [None, None, None, Direction.UP]


def test_a_quarter_is_not_compared_with_the_year_before_as_a_whole() -> None:
    known = {"2012-13": 6859, "2013-14-Q1": 1642, "2013-14-Q2": 1642, "2013-14-Q4": 1586}
    figures = {
        counted_period(CONTACTS.basis, parse_period(code)): Figure(n) for code, n in known.items()
    }
    found = [direction_in(CONTACTS, parse_period(code), figures) for code in known]
    assert found == [None, None, Direction.SAME, None]
    unknown = parse_period("2013-14-Q3")
    assert direction_in(CONTACTS, unknown, figures) is None
