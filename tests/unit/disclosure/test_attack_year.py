"""Four quarters and their year attacked together, as they are published one after another."""

import pytest

from domain.disclosure.figures import System, is_small
from domain.disclosure.tables import Figure, costs, whole_of
from domain.tabulation import TOTAL
from services.disclosure.protect import protect
from tests.support.attacker import Attacker
from tests.support.disclosed import printed, protected, published_body, split, table, truth

AREA, YEAR = "E06000004", "2013-14"
QUARTERS = [f"{YEAR}-Q{number}" for number in (1, 2, 3, 4)]


def quarters_of(body, *, seed: int) -> list[System]:
    return [
        table(part, area=AREA, period=period)
        for part, period in zip(split(body, 4, seed=seed), QUARTERS, strict=True)
    ]


def publish_quarters(quarters: list[System]):
    display = {}
    for quarter in quarters:
        display |= protected(quarter, display).display
    return display


def year_of(system: System) -> dict[Figure, int]:
    return {key: value for key, value in system.values.items() if key.period == YEAR}


def attacker_of(display) -> Attacker:
    attacker = Attacker()
    for period in (*QUARTERS, YEAR):
        attacker.read(f"{AREA} {period}", printed(display, area=AREA, period=period))
    attacker.add_up_tables(f"{AREA} {YEAR}", [f"{AREA} {period}" for period in QUARTERS])
    return attacker


def four_times(body):
    """A year of the size of the published quarter's: its small cells are no longer small."""
    return {place: 4 * number + (number > 0) for place, number in body.items()}


@pytest.mark.parametrize(
    ("body", "seed"), [(published_body(), 1), (four_times(published_body(rows=12)), 2)]
)
def test_a_year_after_its_quarters_gives_nothing_away(body, seed):
    quarters = quarters_of(body, seed=seed)
    system = whole_of(quarters, period=YEAR)
    display = publish_quarters(quarters)
    new = year_of(system)
    outcome = protect([system], new=new, published=display, costs=costs(new))
    assert attacker_of({**display, **outcome.display}).found_out(truth(system)) == []
    totals = [outcome.display[key] for key in new if key.row == TOTAL]
    assert all(number is not None for number in totals)
    # Were only the small numbers of the year hidden, the quarters would give some away.
    careless = {key: None if is_small(value) else value for key, value in new.items()}
    assert any(attacker_of({**display, **careless}).finds(truth(system)))


def test_a_year_protected_by_itself_gives_its_quarters_away():
    body = published_body(rows=12)
    quarters = quarters_of(body, seed=3)
    system = whole_of(quarters, period=YEAR)
    alone = protected(table(body, area=AREA, period=YEAR)).display
    assert any(attacker_of({**publish_quarters(quarters), **alone}).finds(truth(system)))


def test_a_last_quarter_after_its_year_gives_nothing_away():
    quarters = quarters_of(four_times(published_body(rows=12)), seed=4)
    system = whole_of(quarters, period=YEAR)
    display = publish_quarters(quarters[:3])
    for period in (YEAR, QUARTERS[3]):
        new = {key: value for key, value in system.values.items() if key.period == period}
        outcome = protect([system], new=new, published=display, costs=costs(new))
        display |= outcome.display
    assert attacker_of(display).found_out(truth(system)) == []


def test_a_year_whose_figures_have_moved_is_safe_by_itself_and_as_the_sum_of_its_quarters():
    body = four_times(published_body(rows=14))
    quarters = quarters_of(body, seed=5)
    display = publish_quarters(quarters)
    moved = {place: max(0, n + index % 5 - 2) for index, (place, n) in enumerate(body.items())}
    emptied = ("Housing", "yet_to_proceed")
    own = table({**moved, emptied: 0}, area=AREA, period=YEAR)
    linked = whole_of(quarters, period=YEAR)
    outcome = protect([own, linked], new=own.values, published=display, costs=costs(own.values))

    alone = Attacker()
    alone.read(f"{AREA} {YEAR}", printed(outcome.display, area=AREA, period=YEAR))
    assert alone.found_out(truth(own)) == []

    # What is printed of the year stands for the sum of the quarters. A nought that is none in
    # them tells of a move and is no use in a sum; what the quarters told before, they told.
    assumed = dict(linked.values) | {
        key: None for key, number in outcome.display.items() if linked.values[key] and not number
    }
    attacker = attacker_of({**display, **{key: assumed[key] for key in own.values}})
    told_before = attacker_of(
        {**display, **{key: None if n else 0 for key, n in year_of(linked).items()}}
    )
    found = [
        place
        for place, _ in attacker.found_out(truth(linked))
        if truth(linked)[place] == truth(own).get(place) or told_before.values(place) > 1
    ]
    assert linked.values[Figure(AREA, YEAR, *emptied)] == 5
    assert outcome.display[Figure(AREA, YEAR, *emptied)] == 0
    assert found == []
