"""Two authorities and their partnership attacked together, published in any order or at once."""

import itertools

import pytest

from domain.disclosure.tables import costs, whole_of
from domain.tabulation import TOTAL
from services.disclosure.protect import protect
from tests.support.attacker import Attacker
from tests.support.disclosed import printed, protected, published_body, split, table, truth

AREAS, PERIOD = ("E06000001", "E06000004", "tees-mash"), "2013-14-Q4"


def partnership(*, rows: int, seed: int):
    parts = split(published_body(rows=rows), 2, seed=seed)
    return whole_of(
        [table(body, area=area, period=PERIOD) for body, area in zip(parts, AREAS, strict=False)],
        area=AREAS[2],
    )


@pytest.fixture(scope="module")
def system():
    return partnership(rows=14, seed=6)


def figures_of(system, areas):
    return {key: value for key, value in system.values.items() if key.area in areas}


def price(display, costs_of) -> int:
    return sum(costs_of[key] for key, number in display.items() if number is None)


def attacker_of(display) -> Attacker:
    attacker = Attacker()
    for area in AREAS:
        attacker.read(f"{area} {PERIOD}", printed(display, area=area, period=PERIOD))
    attacker.add_up_tables(f"{AREAS[2]} {PERIOD}", [f"{area} {PERIOD}" for area in AREAS[:2]])
    return attacker


@pytest.mark.parametrize("order", list(itertools.permutations(AREAS)))
def test_in_whatever_order_they_are_published_nothing_is_given_away(system, order):
    display = {}
    for area in order:
        new = figures_of(system, [area])
        display |= protect([system], new=new, published=display, costs=costs(new)).display
    assert attacker_of(display).found_out(truth(system)) == []


def test_published_at_once_they_give_nothing_away():
    whole = partnership(rows=16, seed=7)
    outcome = protect([whole], new=whole.values, published={}, costs=costs(whole.values))
    assert attacker_of(outcome.display).found_out(truth(whole)) == []


def test_published_at_once_they_cost_no_more_than_one_by_one(system):
    every = costs(system.values)
    at_once = protect([system], new=system.values, published={}, costs=every)
    display = {}
    for area in AREAS:
        new = figures_of(system, [area])
        display |= protect([system], new=new, published=display, costs=costs(new)).display
    assert at_once.cheapest
    assert price(at_once.display, every) <= price(display, every)


def test_each_protected_by_itself_they_give_each_other_away(system):
    display = {}
    for area in AREAS:
        alone = table(
            {
                (key.row, key.column): value
                for key, value in figures_of(system, [area]).items()
                if TOTAL not in {key.row, key.column}
            },
            area=area,
            period=PERIOD,
        )
        display |= protected(alone).display
    assert any(attacker_of(display).finds(truth(system)))


def test_an_authority_that_is_not_published_is_not_given_away_by_the_two_that_are(system):
    display = {}
    for area in (AREAS[2], AREAS[0]):
        new = figures_of(system, [area])
        display |= protect([system], new=new, published=display, costs=costs(new)).display
    attacker = Attacker()
    for area in (AREAS[2], AREAS[0]):
        attacker.read(f"{area} {PERIOD}", printed(display, area=area, period=PERIOD))
    name = f"{AREAS[1]} {PERIOD}"
    small = []
    for key, value in figures_of(system, [AREAS[1]]).items():
        place = (name, key.row, key.column)
        attacker.imagine(place)
        attacker.add_up(
            (f"{AREAS[2]} {PERIOD}", key.row, key.column),
            [(f"{AREAS[0]} {PERIOD}", key.row, key.column), place],
        )
        small += [place] if 1 <= value <= 5 else []
    assert small
    assert [place for place in small if attacker.values(place) < 5] == []
