"""Two who publish at once: what each hides is chosen beside what the other has printed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import PublishedMeanwhileError
from services.publications import publish as publishing
from services.publications.choose import choose
from tests.integration.test_publish_partnership import NORTH, PERIOD, SOUTH
from tests.support.hub import Hub
from tests.support.papers import Papers, numbers_of
from tests.support.publishing import answer_of, exact, load, partnership_of, published


@pytest.fixture
def members(app):
    """Two authorities that share a hub, and the partnership's code."""
    north, south = Hub(app), Hub(app)
    load(north, NORTH)
    load(south, SOUTH)
    return north, south, partnership_of(north, south)


@pytest.fixture
def choices(monkeypatch):
    """The first two choices are made from the same state; how many there were."""
    gate = threading.Barrier(2)
    made = []

    def choose_together(reckoning, wanted):
        made.append(reckoning.publications)
        if len(made) <= 2:
            gate.wait(timeout=60)
        return choose(reckoning, wanted)

    monkeypatch.setattr(publishing, "choose", choose_together)
    return made


def test_two_tables_of_a_family_chosen_at_once_are_not_both_stored_as_chosen(members, choices):
    north, south, whole = members
    with ThreadPoolExecutor(2) as threads:
        made = list(
            threads.map(lambda area: published(north, south, area=area), (whole, north.authority))
        )
    assert [each.is_created for each in made] == [True, True]
    assert sorted(len(known) for known in choices) == [0, 0, 1]
    areas = (whole, north.authority, south.authority)
    true = {}
    for area in areas:
        true |= numbers_of(exact(north, south, area=area, as_at=made[0].record["as_at"]))
    papers = Papers(*(answer_of(north, south, area=area) for area in areas[:2]), exact=true)
    names = [f"{area} {PERIOD}" for area in areas]
    papers.add_up_wholes(names[0], names[1:])
    assert papers.given_away() == []
    assert len({each.record["as_at"] for each in made}) == 1


def test_the_same_table_published_at_once_is_published_once(members, choices):
    north, _, _ = members
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda _: published(north), range(2)))
    assert sorted(each.is_created for each in made) == [False, True]
    assert made[0].record == made[1].record
    assert len(choices) == 2


def test_who_is_overtaken_again_and_again_gives_up_and_stores_nothing(members, monkeypatch):
    north, south, _ = members
    periods = iter(f"2012-13-Q{number}" for number in (1, 2, 3, 4))
    others = []

    def overtaken(reckoning, wanted):
        if threading.current_thread() is threading.main_thread():
            with ThreadPoolExecutor(1) as thread:
                period = next(periods, "2013-14-Q1")
                others.append(thread.submit(published, south, period=period).result())
        return choose(reckoning, wanted)

    monkeypatch.setattr(publishing, "choose", overtaken)
    with pytest.raises(PublishedMeanwhileError):
        published(north)
    assert [other.is_created for other in others] == [True] * 5
    monkeypatch.undo()
    assert published(north).is_created


def test_what_is_raised_when_it_is_stored_leaves_nothing_stored(members):
    north, _, _ = members

    def refuse(_session, publication_id):
        raise PublishedMeanwhileError(publication_id)

    with pytest.raises(PublishedMeanwhileError):
        published(north, stored=refuse)
    noted = []
    first = published(north, stored=lambda _, publication_id: noted.append(publication_id))
    again = published(north, stored=lambda _, publication_id: noted.append(publication_id))
    assert (first.is_created, again.is_created) == (True, False)
    assert noted == [first.record["id"]] * 2
