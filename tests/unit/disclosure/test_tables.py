"""Tables as figures bound by sums: Table 1, wholes, Inputs, and what hiding each costs."""

import pytest

from domain.disclosure.figures import InconsistentFiguresError, Sum
from domain.disclosure.inputs import InputsNumbers, with_inputs
from domain.disclosure.tables import Figure, costs, joined, readers_of_one_row, table_1, whole_of
from domain.tabulation import TOTAL
from tests.support.disclosed import published_body, table
from tests.support.published import published_table


def small(area: str, *cells: int):
    places = [(row, column) for row in ("police", "housing") for column in ("nfa", "open")]
    return table_1(
        dict(zip(places, cells, strict=False)),
        area=area,
        period="Q1",
        rows=("police", "housing"),
        columns=("nfa", "open"),
    )


def test_the_published_table_has_the_published_totals():
    system = table(published_body())
    totals = [int(number) for number in published_table()[-1][1::2]]
    assert [value for key, value in system.values.items() if key.row == TOTAL] == totals
    assert len(system.values) == 28 * 5
    assert len(system.sums) == 28 + 5


def test_a_whole_is_the_sum_of_its_parts_figure_by_figure():
    whole = whole_of([small("A", 1, 2, 3, 4), small("B", 10, 20, 30, 40)], area="both")
    assert whole.values[Figure("both", "Q1", "police", "open")] == 22
    assert whole.values[Figure("both", "Q1", TOTAL, TOTAL)] == 110
    assert (
        Sum(
            Figure("both", "Q1", "police", "nfa"),
            (Figure("A", "Q1", "police", "nfa"), Figure("B", "Q1", "police", "nfa")),
        )
        in whole.sums
    )


def test_a_whole_may_have_rows_that_a_part_has_not():
    one = table_1({("x", "nfa"): 2}, area="A", period="Q1", rows=("x",), columns=("nfa",))
    two = table_1({("y", "nfa"): 3}, area="A", period="Q2", rows=("y",), columns=("nfa",))
    year = whole_of([one, two], period="year")
    assert year.values[Figure("A", "year", "x", "nfa")] == 2
    assert year.values[Figure("A", "year", TOTAL, "nfa")] == 5


@pytest.mark.parametrize("names", [{}, {"area": "P", "period": "year"}])
def test_a_whole_is_named_by_area_or_period(names):
    with pytest.raises(ValueError, match="either"):
        whole_of([small("A")], **names)


def test_one_figure_has_one_value():
    with pytest.raises(ValueError, match="two values"):
        joined([small("A", 1), small("A", 2)])


def test_a_total_costs_more_than_a_cell_and_a_column_total_more_than_a_row_total():
    price = costs(small("A", 9, 9, 9, 9).values)
    cell, row, column, grand = (
        price[Figure("A", "Q1", *place)]
        for place in (("police", "nfa"), ("police", TOTAL), (TOTAL, "nfa"), (TOTAL, TOTAL))
    )
    assert 2 * cell < row
    assert 2 * row < column < grand


def test_of_two_cells_the_larger_costs_more_but_never_as_much_as_two():
    price = costs({Figure("A", "Q1", "police", "nfa"): 6, Figure("A", "Q1", "x", "nfa"): 9_999})
    small_cell, large_cell = price.values()
    assert small_cell < large_cell < 2 * small_cell


def test_there_is_a_reader_for_each_row_that_has_cases_who_knows_all_of_it():
    readers = readers_of_one_row(small("A", 1, 2, 0, 0), least_values=2)
    places = [{(key.row, key.column) for key in reader.foreknown} for reader in readers]
    assert places == [{("police", "nfa"), ("police", "open"), ("police", TOTAL)}]
    assert readers[0].least_values == 2


def test_inputs_share_the_totals_of_table_1_and_are_bound_to_the_rest():
    system = table(published_body())
    place = Figure("E06000004", "2013-14-Q4", TOTAL, TOTAL)
    bound = with_inputs(system, InputsNumbers(closed_with_active_caf=46), place=place)
    value = {(key.row, key.column): value for key, value in bound.values.items()}
    assert value["referrals", TOTAL] == 969
    assert value[TOTAL, "closed_or_nfa"] == 1017
    assert value["Police", "closed_or_nfa"] == 249
    assert value["remainder:total", "closed_and_logged"] == 571


def test_what_went_to_early_help_is_the_sum_of_its_reasons():
    place = Figure("E06000004", "2013-14-Q4", TOTAL, TOTAL)
    reasons = {"early_help_accepted": 7, "signposted_to_early_help": 2, "other": 1008}
    system = with_inputs(table(published_body()), InputsNumbers(by_reason=reasons), place=place)
    early, *parts = (
        Figure(place.area, place.period, row, "closed_or_nfa")
        for row in (
            "to_early_help",
            "reason:early_help_accepted",
            "reason:signposted_to_early_help",
        )
    )
    assert system.values[early] == 9
    assert Sum(early, tuple(parts)) in system.sums


def test_inputs_that_do_not_fit_the_table_are_refused():
    system = table(published_body())
    place = Figure("E06000004", "2013-14-Q4", TOTAL, TOTAL)
    with pytest.raises(InconsistentFiguresError):
        with_inputs(system, InputsNumbers(by_need={"N1": 968}), place=place)
    with pytest.raises(InconsistentFiguresError):
        with_inputs(system, InputsNumbers(closed_with_active_caf=618), place=place)
