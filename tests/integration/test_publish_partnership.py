"""A partnership and its authorities as they are published: one set of figures, one instant."""

import pytest

from domain.errors import ForbiddenError, PublishedBeforeError
from tests.support.hub import Hub
from tests.support.papers import Papers, numbers_of
from tests.support.publishing import answer_of, exact, load, partnership_of, published, text_of

PERIOD = "2013-14-Q4"
NORTH = {
    ("police", "closed_and_logged"): 31,
    ("police", "to_assessment"): 4,
    ("housing", "to_assessment"): 12,
    ("housing", "yet_to_proceed"): 2,
    ("courts", "closed_and_logged"): 6,
}
SOUTH = {
    ("police", "closed_and_logged"): 3,
    ("police", "to_assessment"): 22,
    ("housing", "no_further_action"): 1,
    ("housing", "yet_to_proceed"): 9,
    ("courts", "to_assessment"): 5,
}


@pytest.fixture
def members(app):
    """Two authorities that share a hub, and the partnership's code."""
    north, south = Hub(app), Hub(app)
    load(north, NORTH)
    load(south, SOUTH)
    return north, south, partnership_of(north, south)


def publish_all(north, south, areas, report="table-1"):
    return [published(north, south, area=area, report=report).record for area in areas]


def attack(north, south, areas, records, *, reports=("table-1",)):
    answers = [answer_of(north, south, area=a, report=r) for a in areas for r in reports]
    true = {}
    for area in (north.authority, south.authority, records[0]["whole"]):
        for report in reports:
            of = exact(north, south, area=area, report=report, as_at=records[0]["as_at"])
            true |= numbers_of(of)
    papers = Papers(*answers, exact=true)
    names = [f"{area} {PERIOD}" for area in (north.authority, south.authority)]
    whole = f"{records[0]['whole']} {PERIOD}"
    if any(place[0] == whole for place in list(papers.index)):
        papers.add_up_wholes(whole, names)
    return papers


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_in_whatever_order_they_are_published_none_gives_another_away(members, order):
    north, south, whole = members
    areas = [(north.authority, south.authority, whole)[number] for number in order]
    records = publish_all(north, south, areas)
    assert len({record["as_at"] for record in records}) == 1
    records[0]["whole"] = whole
    for number in (2, 3):
        papers = attack(north, south, areas[:number], records)
        assert papers.hidden
        assert papers.given_away() == []


def test_with_inputs_of_all_of_them_nothing_is_given_away(members):
    north, south, whole = members
    areas = (whole, north.authority, south.authority)
    records = [
        record for r in ("inputs", "table-1") for record in publish_all(north, south, areas, r)
    ]
    records[0]["whole"] = whole
    papers = attack(north, south, areas, records, reports=("inputs", "table-1"))
    assert papers.given_away() == []


def test_each_published_as_if_it_were_alone_they_would_give_each_other_away(app):
    """What the family is for: the same tables, published before they are one."""
    north, south = Hub(app), Hub(app)
    load(north, NORTH)
    load(south, SOUTH)
    records = [published(hub).record for hub in (north, south)]
    answers = [answer_of(north), answer_of(south)]
    true = {}
    for hub, record in zip((north, south), records, strict=True):
        true |= numbers_of(exact(hub, as_at=record["as_at"]))
    places = {place[1:] for place in true}
    whole = {
        ("whole 2013-14-Q4", *place): sum(
            true[f"{hub.authority} {PERIOD}", *place] for hub in (north, south)
        )
        for place in places
    }
    papers = Papers(*answers, exact=true | whole)
    for place, number in whole.items():
        papers.read_number(place, None if 1 <= number <= 5 else number)
    papers.add_up_wholes(
        "whole 2013-14-Q4", [f"{hub.authority} {PERIOD}" for hub in (north, south)]
    )
    assert papers.given_away() != []


def test_a_partnership_is_published_by_who_is_admin_in_each_of_its_authorities(members):
    north, south, whole = members
    with pytest.raises(ForbiddenError):
        published(north, area=whole)
    made = published(north, south, area=whole)
    assert made.record["area"] == {"code": whole, "name": whole.title()}
    again = published(south, north, area=whole)
    assert (again.is_created, again.record) == (False, made.record)


def test_who_publishes_its_own_authority_needs_no_right_in_the_other(members):
    north, south, whole = members
    published(north)
    text = text_of(north)
    assert north.authority in text.json.decode()
    for other in (south.authority, whole):
        assert other not in text.json.decode() + text.csv
    true = numbers_of(exact(north))
    shown = numbers_of(answer_of(north))
    assert all(number in {None, true[place]} for place, number in shown.items())


def test_what_belongs_together_is_published_as_at_one_instant(members):
    north, south, whole = members
    first = published(north).record
    load(south, {("police", "closed_and_logged"): 20})
    later = published(south, period="2012-13-Q1").record["as_at"]
    with pytest.raises(PublishedBeforeError):
        published(north, south, area=whole, as_at=later)
    assert published(north, south, area=whole).record["as_at"] == first["as_at"] < later
    total = numbers_of(answer_of(north, south, area=whole))[f"{whole} {PERIOD}", "total", "total"]
    assert total == sum(NORTH.values()) + sum(SOUTH.values())


def test_a_partnership_that_was_none_at_that_instant_cannot_be_published(app):
    north, south = Hub(app), Hub(app)
    load(north, NORTH)
    published(north)
    whole = partnership_of(north, south)
    with pytest.raises(PublishedBeforeError, match="no authorities"):
        published(north, south, area=whole)
    assert published(north, south, area=whole, period="2013-14-Q3").is_created


def test_authorities_that_two_partnerships_connect_are_one_family(app):
    hubs = [Hub(app) for _ in range(3)]
    for hub, cells in zip(hubs, (NORTH, SOUTH, NORTH), strict=True):
        load(hub, cells)
    partnership_of(*hubs[:2])
    partnership_of(*hubs[1:])
    first = published(hubs[0]).record
    assert published(hubs[2]).record["as_at"] == first["as_at"]
