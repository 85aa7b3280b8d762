"""Random authorities and their partnership, published in any order, with years that have moved."""

import random
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.measures.columns import column_of
from domain.measures.inputs import CAF2_COMMENCED, INPUTS
from domain.measures.measure import Breakdown
from domain.periods import Period, parse_period, quarters_of
from services.publications.choose import Wanted, choose
from services.publications.family import Family
from services.publications.figures import Kept
from services.publications.figures_printed import figures_of_inputs, figures_of_table_1
from services.publications.inputs import PublishedInputs
from services.publications.reckoning import Reckoned, Reckoning
from services.publications.table_1 import PublishedTable1
from services.reports.areas import Area
from tests.support.papers import OUTCOMES, Papers, numbers_of

NOW = datetime(2020, 1, 1, tzinfo=UTC)
ALONE = Family(("A",), {})
TOGETHER = Family(("A", "B"), {"P": ("A", "B")})
TYPES = ("police", "housing", "courts")
AGENCIES, REASONS, NEEDS = ("north", "south"), ("other", "early_help_accepted"), ("N1", "N4")
YEAR = parse_period("2013-14")
QUARTERS = quarters_of(YEAR)
MEASURES = tuple(each for each in INPUTS if each.code != CAF2_COMMENCED)
LABELS = {
    by: {code: code for code in codes}
    for by, codes in (
        (Breakdown.REFERRER_TYPE, TYPES),
        (Breakdown.AGENCY, AGENCIES),
        (Breakdown.REASON, REASONS),
        (Breakdown.PRESENTING_NEED, NEEDS),
    )
}


class Contacts:
    """Contacts of an authority and a period, counted as they are kept."""

    def __init__(self) -> None:
        self.each: list[tuple[str, str, str, str, str, bool, bool]] = []

    @classmethod
    def some(cls, chance, most):
        made = cls()
        for row in TYPES:
            for outcome in OUTCOMES:
                for _ in range(chance.choice([0, 0, chance.randrange(4), chance.randrange(most)])):
                    made.each.append(made.one(chance, row, outcome))
        return made

    @staticmethod
    def one(chance, row, outcome):
        return (
            row,
            outcome,
            chance.choice(AGENCIES),
            chance.choice(REASONS),
            chance.choice(NEEDS),
            chance.random() < 0.3,
            chance.random() < 0.3,
        )

    def moved(self, chance):
        """Some are gone, some are decided otherwise, some are new."""
        made = Contacts()
        for each in self.each:
            if chance.random() < 0.9:
                outcome = chance.choice(OUTCOMES) if chance.random() < 0.1 else each[1]
                made.each.append((each[0], outcome, *each[2:]))
        made.each += [
            made.one(chance, "police", "to_assessment") for _ in range(chance.randrange(3))
        ]
        return made

    def kept(self):
        cells, agencies, reasons, needs = {}, {}, {}, {}
        awaiting = with_caf = 0
        for row, outcome, agency, reason, need, has_caf, waits in self.each:
            cells[row, outcome] = cells.get((row, outcome), 0) + 1
            closed = outcome in OUTCOMES[:2]
            contacts, done = agencies.get(agency, (0, 0))
            agencies[agency] = (contacts + 1, done + closed)
            if closed:
                reasons[reason] = reasons.get(reason, 0) + 1
            with_caf += outcome == OUTCOMES[0] and has_caf
            is_awaiting = outcome == OUTCOMES[3] and waits
            awaiting += is_awaiting
            if outcome != OUTCOMES[0] and not is_awaiting:
                needs[need] = needs.get(need, 0) + 1
        contacts = {
            "types": list(TYPES),
            "cells": [[*place, number] for place, number in sorted(cells.items())],
            "awaiting_decision": awaiting,
            "closed_with_active_caf": with_caf,
            "by_agency": [[code, *both] for code, both in sorted(agencies.items())],
            "by_reason": [list(each) for each in sorted(reasons.items())],
            "by_need": [list(each) for each in sorted(needs.items())],
        }
        return Kept(NOW, NOW.date(), contacts, {}, is_new=True)


def together(parts):
    whole = Contacts()
    for part in parts:
        whole.each += part.each
    return whole


def reckoned(family, period, contacts):
    kept = {code: each.kept() for code, each in contacts.items()}
    return Reckoned(period, NOW, family, column_of(period), kept)


class Publisher:
    """Publishes tables of one family and reads them again."""

    def __init__(self, family, contacts):
        self.family = family
        self.contacts = contacts
        self.printed = {}
        self.answers = []

    def publish(self, area, report, period: Period, *, with_year: bool):
        periods = (YEAR, *QUARTERS) if with_year else (period,)
        known = {each: reckoned(self.family, each, self.contacts[each]) for each in periods}
        figures = (
            figures_of_table_1(area, period, rows=TYPES)
            if report == "table-1"
            else figures_of_inputs(area, period, measures=MEASURES, labels=LABELS)
        )
        reckoning = Reckoning(frozenset(), self.printed, known)
        self.printed |= choose(reckoning, Wanted({period: figures})).printed
        self.answers.append(self.answer(area, report, period, self.printed))

    def answer(self, area, report, period, printed):
        of, column = Area(area, area, ()), column_of(period)
        document = (
            PublishedTable1(of, column, NOW, dict.fromkeys(TYPES, ""), printed)
            if report == "table-1"
            else PublishedInputs(
                of, [column], NOW, MEASURES, LABELS, printed, is_of_one_instant=True
            )
        )
        return document.as_answer(published_at=NOW)

    def exact(self):
        """All true numbers of the family's areas and periods, printed as nobody should."""
        true = {}
        for period, contacts in self.contacts.items():
            values = reckoned(self.family, period, contacts).system().values
            for area in self.family.areas:
                asked = [
                    *figures_of_table_1(area, period, rows=TYPES),
                    *figures_of_inputs(area, period, measures=MEASURES, labels=LABELS),
                ]
                printed = {key: values.get(key, 0) for key in asked}
                for report in ("table-1", "inputs"):
                    true |= numbers_of(self.answer(area, report, period, printed))
        return true


@settings(max_examples=4)
@given(seed=st.integers(0, 10**6), most=st.sampled_from([4, 9, 30]))
def test_a_family_published_in_any_order_gives_nothing_of_a_quarter_away(seed, most):
    chance = random.Random(seed)
    quarter = QUARTERS[0]
    contacts = {quarter: {code: Contacts.some(chance, most) for code in TOGETHER.authorities}}
    publisher = Publisher(TOGETHER, contacts)
    tables = [(area, report) for area in TOGETHER.areas for report in ("table-1", "inputs")]
    chance.shuffle(tables)
    for area, report in tables[: chance.randrange(2, 7)]:
        publisher.publish(area, report, quarter, with_year=False)
    papers = Papers(*publisher.answers, exact=publisher.exact())
    name = "{} 2013-14-Q1".format
    if any(place[0] == name("P") for place in list(papers.index)):
        papers.add_up_wholes(name("P"), [name("A"), name("B")])
    assert papers.given_away() == []


@settings(max_examples=2)
@given(seed=st.integers(0, 10**6), most=st.sampled_from([4, 9, 30]), has_moved=st.booleans())
def test_a_year_and_its_quarters_in_any_order_give_nothing_away(seed, most, has_moved):
    chance = random.Random(seed)
    quarters = {each: {"A": Contacts.some(chance, most)} for each in QUARTERS}
    year = together([each["A"] for each in quarters.values()])
    contacts = {**quarters, YEAR: {"A": year.moved(chance) if has_moved else year}}
    publisher = Publisher(ALONE, contacts)
    tables = [(report, period) for period in contacts for report in ("table-1", "inputs")]
    chance.shuffle(tables)
    of_year = [number for number, (_, period) in enumerate(tables) if period == YEAR]
    for number, (report, period) in enumerate(tables[:8]):
        publisher.publish("A", report, period, with_year=number >= min(of_year))
    true = publisher.exact()
    for period in contacts:
        own = [
            each
            for each in publisher.answers
            if {place[0] for place in numbers_of(each)} == {f"A {period.label.replace(' ', '-')}"}
        ]
        assert Papers(*own, exact=true).given_away() == []
    if not has_moved:
        papers = Papers(*publisher.answers, exact=true)
        if any(place[0] == "A 2013-14" for place in list(papers.index)):
            names = [f"A 2013-14-Q{number}" for number in (1, 2, 3, 4)]
            papers.add_up_wholes("A 2013-14", names)
        assert papers.given_away() == []
