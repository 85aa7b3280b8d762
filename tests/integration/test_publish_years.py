"""Four quarters and their year as they are published, with decisions that come in between."""

import random

import pytest

from domain.errors import PublishedBeforeError
from tests.support.papers import OUTCOMES, Papers, numbers_of
from tests.support.publishing import answer_of, exact, load, published

YEAR = "2013-14"
QUARTERS = tuple(f"{YEAR}-Q{number}" for number in (1, 2, 3, 4))
TYPES = ("police", "housing", "courts")


def cells(chance, most=9):
    return {
        (row, outcome): chance.choice([0, chance.randrange(3), chance.randrange(most), most + 5])
        for row in TYPES
        for outcome in OUTCOMES
    }


def fill(hub, *, seed):
    """A year whose contacts are decided at once, save some that are decided a quarter later."""
    chance = random.Random(seed)
    for period in QUARTERS:
        load(hub, cells(chance), period=period)
        late = {(row, "closed_and_logged"): chance.randrange(5) for row in TYPES}
        load(hub, late, period=period, days_later=120)


def record_late(hub, *, seed):
    """Contacts of quarters that are published already."""
    chance = random.Random(seed)
    for period in QUARTERS[:3]:
        late = {(row, chance.choice(OUTCOMES)): chance.randrange(3) for row in TYPES}
        load(hub, late, period=period)


def the_exact(hub, record):
    return numbers_of(
        exact(
            hub,
            report=record["report"],
            period=record["period"]["code"],
            as_at=record["as_at"],
        )
    )


def attack_each(hub, records):
    """Each table by itself, as known at its own instant."""
    for record in records:
        answer = answer_of(hub, period=record["period"]["code"])
        assert Papers(answer, exact=the_exact(hub, record)).given_away() == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_after_its_quarters_gives_nothing_away(hub, seed):
    """Nothing comes late here: the year is the sum of its quarters, and the attacker knows it."""
    chance = random.Random(seed)
    for period in QUARTERS:
        load(hub, cells(chance), period=period)
    records = [published(hub, period=period).record for period in (*QUARTERS, YEAR)]
    attack_each(hub, records)
    true = {}
    for record in records:
        true |= the_exact(hub, record)
    answers = [answer_of(hub, period=period) for period in (*QUARTERS, YEAR)]
    papers = Papers(*answers, exact=true)
    papers.add_up_wholes(f"{hub.authority} {YEAR}", [f"{hub.authority} {p}" for p in QUARTERS])
    assert papers.given_away() == []
    alone = Papers(*answers[:4], exact=true)
    assert {place[0] for place in papers.hidden} > {place[0] for place in alone.hidden}


@pytest.mark.parametrize("seed", [3, 4])
def test_a_year_whose_figures_have_moved_is_published_and_safe_by_itself(hub, seed):
    fill(hub, seed=seed)
    records = [published(hub, period=period).record for period in QUARTERS[:2]]
    record_late(hub, seed=seed)
    records += [published(hub, period=period).record for period in (QUARTERS[2], YEAR, QUARTERS[3])]
    attack_each(hub, records)
    true = {}
    for record in records:
        true |= the_exact(hub, record)
    name = f"{hub.authority} {YEAR}"
    assert [
        place
        for place, number in true.items()
        if place[0] == name
        and number != sum(true[f"{hub.authority} {period}", *place[1:]] for period in QUARTERS)
    ]


@pytest.mark.parametrize("seed", [5, 6])
def test_taken_as_the_sum_of_its_quarters_the_year_gives_none_of_them_away(hub, seed):
    """Whoever believes that nothing has moved: as far as what is printed lets them believe it."""
    fill(hub, seed=seed)
    records = [published(hub, period=period).record for period in (*QUARTERS, YEAR)]
    true = {}
    for record in records[:4]:
        true |= the_exact(hub, record)
    year, parts = f"{hub.authority} {YEAR}", [f"{hub.authority} {period}" for period in QUARTERS]
    own = the_exact(hub, records[4])
    believed = {place: sum(true[part, *place[1:]] for part in parts) for place in own}
    answers = [answer_of(hub, period=period) for period in QUARTERS]
    papers = Papers(*answers, exact=true | believed)
    for place, number in numbers_of(answer_of(hub, period=YEAR)).items():
        papers.imagine(place)
        if number:
            papers.bounds[-1] = (believed[place], believed[place])
    papers.add_up_wholes(year, parts)
    quarters_only = [found for found in papers.given_away() if found[0][0] != year]
    assert quarters_only == []


def test_the_quarters_of_a_published_year_are_published_as_at_its_instant(hub):
    fill(hub, seed=7)
    year = published(hub, period=YEAR).record
    record_late(hub, seed=7)
    latest = published(hub, period="2012-13-Q1").record["as_at"]
    with pytest.raises(PublishedBeforeError, match="published as at"):
        published(hub, period=QUARTERS[0], as_at=latest)
    quarter = published(hub, period=QUARTERS[0]).record
    assert quarter["as_at"] == year["as_at"] < latest
    attack_each(hub, [year, quarter])


def test_a_year_before_in_inputs_fixes_the_instant_of_its_tables(hub):
    fill(hub, seed=8)
    inputs = published(hub, report="inputs", period="2014-15-Q1").record
    later = published(hub, period="2012-13-Q1").record
    for period in (YEAR, QUARTERS[1]):
        assert published(hub, period=period).record["as_at"] == inputs["as_at"] < later["as_at"]


def test_without_any_contact_everything_is_published_and_nothing_hidden(hub):
    for period in (YEAR, QUARTERS[0]):
        assert published(hub, period=period).record["hidden"] == {"first": 0, "further": 0}
    assert set(numbers_of(answer_of(hub, period=YEAR)).values()) == {0}
