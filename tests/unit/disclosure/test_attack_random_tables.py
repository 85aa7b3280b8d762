"""Random tables attacked: sparse and empty ones, single cases, parts and wholes in any order."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.disclosure.figures import is_small
from domain.disclosure.tables import costs, table_1, whole_of
from services.disclosure.protect import protect
from tests.support.attacker import Attacker
from tests.support.disclosed import COLUMNS, printed, protected, table, truth

PERIOD = "2013-14-Q4"
ROWS = ("police", "housing", "courts", "individuals", "probation")
counts = st.one_of(
    st.just(0), st.integers(1, 3), st.integers(0, 8), st.sampled_from([10, 40, 1_000])
)
bodies = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), counts, max_size=20
)


def attacker_of(display, areas=("A",)) -> Attacker:
    attacker = Attacker()
    for area in areas:
        attacker.read(f"{area} {PERIOD}", printed(display, area=area, period=PERIOD))
    return attacker


def area_table(body, area: str):
    return table(body, area=area, period=PERIOD, rows=ROWS)


@settings(max_examples=40)
@given(body=bodies)
def test_no_random_table_gives_a_hidden_number_away(body):
    system = area_table(body, "A")
    outcome = protected(system)
    assert attacker_of(outcome.display).found_out(truth(system)) == []
    for key, value in system.values.items():
        assert outcome.display[key] in ({None} if is_small(value) else {value, None})
        assert value or outcome.display[key] == 0


@settings(max_examples=25)
@given(north=bodies, south=bodies, order=st.permutations(["A", "B", "whole"]))
def test_no_random_whole_gives_its_parts_away_whatever_comes_first(north, south, order):
    system = whole_of([area_table(north, "A"), area_table(south, "B")], area="whole")
    display = {}
    for area in order:
        new = {key: value for key, value in system.values.items() if key.area == area}
        display |= protect([system], new=new, published=display, costs=costs(new)).display
    attacker = attacker_of(display, ("A", "B", "whole"))
    attacker.add_up_tables(f"whole {PERIOD}", [f"{area} {PERIOD}" for area in ("A", "B")])
    assert attacker.found_out(truth(system)) == []


@settings(max_examples=20)
@given(parts=st.tuples(bodies, bodies), seed=st.integers(0, 1_000))
def test_whatever_has_moved_since_its_parts_a_whole_can_be_published(parts, seed):
    north, south = (area_table(body, area) for body, area in zip(parts, "AB", strict=True))
    display = protected(north).display
    display |= protected(south, display).display
    linked = whole_of([north, south], area="whole")
    chance = random.Random(seed)
    body = {
        (key.row, key.column): max(0, value + chance.choice([0, 0, 0, -2, -1, 1, 2]))
        for key, value in linked.values.items()
        if key.area == "whole" and key.row in ROWS and key.column in COLUMNS
    }
    own = area_table(body, "whole")
    outcome = protect([own, linked], new=own.values, published=display, costs=costs(own.values))
    assert attacker_of(outcome.display, ("whole",)).found_out(truth(own)) == []


def test_a_whole_that_must_hide_what_its_parts_tell_is_published_all_the_same():
    north = area_table({}, "A")
    south = area_table({("police", "to_assessment"): 5, ("police", "yet_to_proceed"): 1}, "B")
    display = protected(south, protected(north).display).display
    moved = {
        ("police", "closed_and_logged"): 1,
        ("police", "to_assessment"): 3,
        ("police", "yet_to_proceed"): 2,
    }
    own, linked = area_table(moved, "whole"), whole_of([north, south], area="whole")
    outcome = protect([own, linked], new=own.values, published=display, costs=costs(own.values))
    assert attacker_of(outcome.display, ("whole",)).found_out(truth(own)) == []


@pytest.mark.parametrize("column", COLUMNS)
def test_a_single_case_is_hidden_in_its_cell_and_in_all_its_totals_and_nothing_else(column):
    system = area_table({("housing", column): 1}, "A")
    outcome = protected(system)
    hidden = {(key.row, key.column) for key, n in outcome.display.items() if n is None}
    assert hidden == {
        ("housing", column),
        ("housing", "total"),
        ("total", column),
        ("total", "total"),
    }
    assert attacker_of(outcome.display).found_out(truth(system)) == []


def test_an_empty_table_is_shown_as_it_is():
    system = area_table({}, "A")
    outcome = protected(system)
    assert outcome.display == system.values
    assert (outcome.first, outcome.further) == (0, 0)


def test_a_table_of_large_numbers_is_shown_as_it_is():
    system = area_table({(row, column): 6 for row in ROWS for column in COLUMNS}, "A")
    assert protected(system).display == system.values


def with_totals(cells: tuple[int, ...]) -> tuple[int, ...]:
    """All figures of a table of two rows and two columns, in the order of `table_1`."""
    a, b, c, d = cells
    return (a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d)


@settings(max_examples=25)
@given(cells=st.tuples(*[st.integers(0, 3) for _ in range(4)]))
def test_among_all_tables_that_print_the_same_each_small_number_has_five_values(cells):
    rows, columns = ("police", "housing"), ("nfa", "open")
    body = dict(zip(itertools.product(rows, columns), cells, strict=True))
    system = table_1(body, area="A", period=PERIOD, rows=rows, columns=columns)
    shown = list(protected(system).display.values())
    seen: list[set[int]] = [set() for _ in shown]
    for other in map(with_totals, itertools.product(range(11), repeat=4)):
        if all(n == x or (n is None and x) for n, x in zip(shown, other, strict=True)):
            for values, number in zip(seen, other, strict=True):
                values.add(number)
    assert tuple(system.values.values()) == with_totals(cells)
    narrow = [
        key
        for (key, number), values in zip(system.values.items(), seen, strict=True)
        if is_small(number) and len(values) < 5
    ]
    assert narrow == []
