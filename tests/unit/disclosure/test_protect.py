"""How a choice is made: the same every time, safe whatever runs out, never against the past."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.disclosure.figures import Sum, System
from domain.disclosure.tables import costs
from services.disclosure.protect import CannotProtectError, protect
from tests.support.attacker import Attacker
from tests.support.disclosed import printed, protected, published_body, split, table, truth

NAME = "E06000004 2013-14-Q4"


class Ticking:
    """A clock that goes on by `step` seconds whenever it is looked at."""

    def __init__(self, step: float):
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_the_same_table_gives_the_same_choice_also_from_several_threads():
    systems = [table(body) for body in split(published_body(), 4, seed=8)]
    one_by_one = [protected(system).display for system in systems]
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(lambda system: protected(system).display, systems))
    assert at_once == one_by_one


@pytest.mark.parametrize("step", [0.4, 0.6, 1.0, 2.0])
def test_out_of_time_the_choice_hides_more_and_gives_nothing_away(step):
    system = table(published_body(rows=12))
    outcome = protect(
        [system],
        new=system.values,
        published={},
        costs=costs(system.values),
        seconds=60,
        clock=Ticking(step),
    )
    attacker = Attacker()
    attacker.read(NAME, printed(outcome.display, area="E06000004", period="2013-14-Q4"))
    assert attacker.found_out(truth(system)) == []
    assert not outcome.cheapest
    assert outcome.further > protected(system).further


def test_out_of_time_before_anything_is_proven_nothing_is_published():
    system = table(published_body())
    with pytest.raises(CannotProtectError, match="too long"):
        protect([system], new=system.values, published={}, costs={}, seconds=1, clock=Ticking(1.0))


def test_what_was_given_away_before_is_not_published_over():
    system = System(
        values={"total": 9, "large": 7, "small": 2}, sums=(Sum("total", ("large", "small")),)
    )
    with pytest.raises(CannotProtectError, match="gives away"):
        protect([system], new={"small": 2}, published={"total": 9, "large": 7}, costs={})


def test_a_large_figure_that_can_be_worked_out_anyway_is_shown():
    system = System(
        values={"total": 16, "left": 9, "right": 7, "all": 18, "rest": 2},
        sums=(Sum("total", ("left", "right")), Sum("all", ("total", "rest"))),
    )
    outcome = protect([system], new={"right": 7}, published={"total": 16, "left": 9}, costs={})
    assert outcome.display == {"right": 7}


def test_the_dearer_of_two_figures_is_the_one_that_is_shown():
    system = System(
        values={"total": 25, "small": 3, "one": 11, "two": 11},
        sums=(Sum("total", ("small", "one", "two")),),
    )
    for dear, cheap in (("one", "two"), ("two", "one")):
        outcome = protect(
            [system],
            new=system.values,
            published={},
            costs={"total": 900, "small": 100, dear: 300, cheap: 100},
        )
        assert outcome.display == {"total": 25, "small": None, dear: 11, cheap: None}
        assert (outcome.first, outcome.further, outcome.cheapest) == (1, 1, True)


def test_a_choice_holds_in_every_system_that_it_is_made_for():
    values = {"total": 25, "small": 3, "one": 11, "two": 11}
    public = System(values=values, sums=(Sum("total", ("small", "one", "two")),))
    insider = System(values=values, sums=public.sums, foreknown=frozenset({"two"}))
    price = {"total": 900, "small": 100, "one": 300, "two": 100}
    outcome = protect([public, insider], new=values, published={}, costs=price)
    assert outcome.display["one"] is None


def what_follows_a_year(*, moved: frozenset[str]):
    """The hidden year is told by its quarters, which are printed; one more whole is to come."""
    system = System(
        values={"year": 16, "first": 9, "second": 7, "all": 9, "small": 2},
        sums=(Sum("year", ("first", "second")), Sum("all", ("second", "small"))),
        moved=moved,
    )
    published = {"first": 9, "second": 7, "year": None}
    return protect([system], new={"all": 9, "small": 2}, published=published, costs={})


def test_a_hidden_figure_that_is_another_than_its_parts_tell_stops_nothing_that_follows():
    assert what_follows_a_year(moved=frozenset({"year"})).display == {"all": None, "small": None}


def test_a_hidden_figure_that_its_parts_tell_truly_stops_what_follows():
    with pytest.raises(CannotProtectError, match="gives away"):
        what_follows_a_year(moved=frozenset())
