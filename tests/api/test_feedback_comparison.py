"""Feedback beside all agencies of the kind: when it is given, and that it gives nothing away."""

import csv
import io
import random
from datetime import datetime

import pytest

from core.database import EVERY_AGENCY, EVERY_KEY, Scope
from domain.access import Role
from domain.disclosure.feedback import EVERY, PLACES, REASONS, Place
from domain.vocabulary import AgencyKind
from services.keys.issue_key import issue_key
from services.reference.register import (
    AuthorityDetails,
    register_authority,
    register_partnership,
)
from tests.support.clocked import SetClock, clocked_app
from tests.support.feedback import attacker_of, cells_of, shown, truth
from tests.support.hub import Client, Hub
from tests.support.sent_feedback import (
    ADVICE,
    ASSESSED,
    CLOSED,
    NFA,
    OPEN,
    QUARTER,
    feedback,
    read,
    send,
)
from tests.support.settings import settings_for

BEGIN = datetime.fromisoformat("2014-03-03T09:00:00+00:00")
LAST_DAY = datetime.fromisoformat("2014-04-14T22:59:59+00:00")
POSITION_OVER = datetime.fromisoformat("2014-04-15T09:00:00+00:00")
COMPARED = ("kind", "position_on", "disclosure_control", "own_then", "all_of_kind")
SCHOOLS = tuple(f"school-{number}" for number in range(5))


@pytest.fixture(scope="module")
def clock():
    return SetClock(BEGIN)


@pytest.fixture(scope="module")
def clocked(server, clock):
    with clocked_app(settings_for(server, KEY_CACHE_SECONDS="60"), clock) as made:
        yield made


@pytest.fixture
def hub(clocked, clock):
    clock.now = BEGIN
    return Hub(clocked)


def schools(hub, number=4, **details):
    """The clients of so many schools."""
    for code in SCHOOLS[:number]:
        hub.add_agency(code, kind=AgencyKind.EDUCATION, **details)
    return [hub.client(Role.SUBMIT, agency=code) for code in SCHOOLS[:number]]


def compared(found):
    return {name: found[name] for name in COMPARED}


def why_not(found):
    assert compared(found) | {"kind": None} == {
        "kind": None,
        "position_on": None,
        "disclosure_control": "none",
        "own_then": None,
        "all_of_kind": None,
    }
    return found["notes"][-1]


@pytest.fixture
def sent(hub, clock):
    """Four schools and the police sent contacts; the clients of the schools."""
    clients = schools(hub)
    for client in clients:
        send(hub, client, CLOSED, ADVICE, 3)
        send(hub, client, ASSESSED)
    send(hub, clients[0], OPEN, number=2)
    send(hub, clients[1], CLOSED, "other", 2)
    send(hub, clients[2], OPEN, number=6)
    send(hub, hub.police, CLOSED, ADVICE, 7)
    clock.now = POSITION_OVER
    return clients


def test_an_agency_is_beside_all_of_its_kind_and_small_numbers_of_the_others_are_hidden(hub, sent):
    found = feedback(hub, sent[0])
    assert (
        compared(found).items()
        >= {
            "kind": {"code": "education", "label": "Education"},
            "position_on": "2014-04-14",
            "disclosure_control": "applied",
        }.items()
    )
    assert found["own_then"] == found["own"]
    # The others: 9 and 2 closed, 3 to assessment, 6 open; a second outcome hides the 3.
    assert shown(found["all_of_kind"]) == {
        EVERY: 6 + 20,
        Place(CLOSED): 3 + 11,
        Place(CLOSED, ADVICE): None,
        Place(CLOSED, "other"): None,
        Place(ASSESSED): None,
        Place(OPEN): None,
    }
    cells = cells_of(found["all_of_kind"])
    assert str(cells[Place(CLOSED)].percent) == "53.8"
    assert len(found["notes"]) == 4


def test_every_school_reads_the_same_whole_and_no_school_is_named_to_another(hub, sent):
    for number, client in enumerate(sent):
        answer = read(hub, client)
        assert answer.get_json()["all_of_kind"]["contacts"]["number"] == 26
        others = {code for code in SCHOOLS if code in answer.text}
        assert others == {SCHOOLS[number]}


def test_what_is_zero_for_the_others_is_what_the_agency_has_itself(hub, sent):
    cells = cells_of(feedback(hub, sent[1])["all_of_kind"])
    assert cells[Place(CLOSED, "other")].number == 2
    assert cells[Place(NFA)].number == 0


def test_csv_has_the_same_pattern(hub, sent):
    answer = read(hub, sent[0], f"{QUARTER}&format=csv")
    found = feedback(hub, sent[0])
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    for name in ("own", "own_then", "all_of_kind"):
        printed = {
            (row["outcome"], row["reason"]): (row["number"], row["percent"])
            for row in rows
            if row["figures"] == name
        }
        assert printed == {
            tuple(place): tuple("c" if each is None else str(each) for each in (n, percent))
            for place, cell in cells_of(found[name]).items()
            for n, percent in [(cell.number, cell.percent)]
        }
    assert ("c", "c") in {(row["number"], row["percent"]) for row in rows}


def test_two_others_are_too_few_and_one_that_sent_nothing_is_none(hub, clock):
    clients = schools(hub)
    for client in clients[:3]:
        send(hub, client, CLOSED, ADVICE, 9)
    (voided,) = send(hub, clients[3], OPEN)
    hub.decider.decide(voided, "void", reason="test")
    send(hub, clients[3], OPEN, received_at="2013-12-31T10:00:00Z")
    send(hub, hub.police, OPEN, number=3)
    clock.now = POSITION_OVER
    assert "at least 3 other agencies" in why_not(feedback(hub, clients[0]))
    # The one that sent nothing sees the three others.
    assert shown(feedback(hub, clients[3])["all_of_kind"])[EVERY] == 27


@pytest.mark.parametrize(
    "period", ["period=2013-14", "from=2014-01-01&to=2014-03-30", "from=2014-01-01&to=2014-04-01"]
)
def test_no_period_but_a_quarter_is_compared(hub, sent, period):
    assert "whole quarters" in why_not(feedback(hub, sent[0], period))


def test_a_quarter_named_by_its_days_is_compared_the_same(hub, sent):
    by_days = feedback(hub, sent[0], "from=2014-01-01&to=2014-03-31")
    assert compared(by_days) == compared(feedback(hub, sent[0]))


def test_nothing_is_compared_before_the_reporting_lag_is_over(hub, sent, clock):
    for instant in (BEGIN, LAST_DAY):
        clock.now = instant
        assert "from 2014-04-15 on" in why_not(feedback(hub, sent[0]))


def test_nothing_is_compared_while_a_write_may_still_record_an_earlier_time(hub, sent, clock):
    # The clock stands at the first instant of the day: a write of that instant may be open.
    clock.now = datetime.fromisoformat("2014-04-14T23:00:00+00:00")
    assert "from 2014-04-15 on" in why_not(feedback(hub, sent[0]))
    clock.move(seconds=1)
    assert feedback(hub, sent[0])["all_of_kind"] is not None


def test_the_comparison_is_the_same_for_ever_whatever_happens_afterwards(hub, sent, clock):
    first = feedback(hub, sent[0])
    clock.move(days=1)
    late = [*send(hub, sent[0], CLOSED, ADVICE, 2), *send(hub, sent[1], NFA, "other", 8)]
    hub.decider.decide(late[0], "void", reason="test")
    hub.decider.decide(late[2], "void", reason="test")
    hub.add_agency(SCHOOLS[0], kind=AgencyKind.POLICE)
    hub.add_agency(SCHOOLS[1], kind=AgencyKind.VOLUNTARY)
    hub.add_agency(SCHOOLS[4], kind=AgencyKind.EDUCATION)
    send(hub, hub.client(Role.SUBMIT, agency=SCHOOLS[4]), CLOSED, ADVICE, 9)
    with hub.transaction() as session:
        details = AuthorityDetails(
            name=f"Authority {hub.authority}",
            emergency_telephone="01632 960000",
            reporting_lag=3,
        )
        register_authority(session, code=hub.authority, details=details)
    clock.move(days=30)
    again = feedback(hub, sent[0])
    assert compared(again) == compared(first)
    assert again["notes"] == first["notes"]
    assert shown(again["own"])[EVERY] == shown(first["own"])[EVERY] + 1


@pytest.mark.parametrize("seed", range(3))
def test_no_agency_works_out_what_the_others_sent(hub, clock, seed):
    chance = random.Random(seed)
    clients = schools(hub, 5)
    for client in clients:
        for outcome in (CLOSED, NFA, ASSESSED, OPEN):
            reasons = chance.sample(REASONS[:5], 2) if outcome in {CLOSED, NFA} else [None]
            for reason in reasons:
                send(hub, client, outcome, reason, chance.choice([0, 1, 2, 6]))
    clock.now = POSITION_OVER
    answers = [feedback(hub, client) for client in clients]
    every = [
        {place: cell.number for place, cell in cells_of(each["own"]).items()} for each in answers
    ]
    for number, answer in enumerate(answers):
        own = every[number]
        others = {place: sum(each[place] for each in every) - own[place] for place in PLACES}
        attacker = attacker_of(own, cells_of(answer["all_of_kind"]))
        assert attacker.hidden
        assert attacker.found_out(truth(own, others)) == []


class Pair:
    """Two authorities in a partnership, with schools that send to both."""

    def __init__(self, app):
        self.north, self.south = Hub(app), Hub(app)
        self.code = f"mash-{self.north.authority.lower()}"
        self.authorities = (self.north.authority, self.south.authority)
        with self.transaction() as session:
            register_partnership(
                session, code=self.code, name=self.code, authorities=self.authorities
            )

    def transaction(self):
        scope = Scope(self.authorities, EVERY_AGENCY, EVERY_KEY)
        return self.north.database.transaction(scope)

    def client(self, agency, *roles):
        """A client with these roles in both authorities."""
        with self.transaction() as session:
            issued = issue_key(
                session,
                name="both",
                environment="test",
                agency=agency,
                roles=dict.fromkeys(self.authorities, roles),
            )
        return Client(self.north.app, issued.key, self.north.authority)


@pytest.fixture
def pair(clocked, clock):
    clock.now = BEGIN
    return Pair(clocked)


def fill(hub, number):
    for client in schools(hub, number):
        send(hub, client, CLOSED, ADVICE, 3)
        send(hub, client, OPEN, number=1 + number % 2)


def test_a_partnership_is_the_sum_of_what_its_authorities_show(pair, clock):
    fill(pair.north, 4)
    fill(pair.south, 5)
    client = pair.client(SCHOOLS[0], Role.SUBMIT)
    clock.now = POSITION_OVER
    north, south, both = (
        feedback(pair.north, client, area=area) for area in (*pair.authorities, pair.code)
    )
    assert both["area"] == {"code": pair.code, "name": pair.code}
    for name in ("own", "own_then", "all_of_kind"):
        parts = [cells_of(each[name]) for each in (north, south)]
        for place, cell in cells_of(both[name]).items():
            numbers = [part[place].number for part in parts]
            assert cell.number == (None if None in numbers else sum(numbers)), place
    # The others' open ones: 3 in the north, hidden; 8 in the south.
    assert cells_of(south["all_of_kind"])[Place(OPEN)].number == 10
    assert cells_of(both["all_of_kind"])[Place(OPEN)].number is None
    assert cells_of(both["all_of_kind"])[EVERY].number is not None


def test_a_partnership_is_not_compared_where_one_authority_could_be_subtracted(pair, clock):
    fill(pair.north, 4)
    fill(pair.south, 2)
    client = pair.client(SCHOOLS[0], Role.SUBMIT)
    clock.now = POSITION_OVER
    assert feedback(pair.north, client)["all_of_kind"] is not None
    for area in (pair.south.authority, pair.code):
        assert "in each authority" in why_not(feedback(pair.north, client, area=area))


def test_a_partnership_in_which_an_agency_is_of_two_kinds_is_not_compared(pair, clock):
    fill(pair.north, 4)
    fill(pair.south, 4)
    clock.move(seconds=1)
    for number in range(4):
        pair.south.add_agency(SCHOOLS[number], kind=AgencyKind.COUNCIL)
    client = pair.client(SCHOOLS[0], Role.SUBMIT)
    clock.now = POSITION_OVER
    found = feedback(pair.north, client, area=pair.code)
    assert "different kinds" in why_not(found)
    assert found["kind"] is None


def test_a_partnership_is_for_who_submits_to_each_of_its_authorities(pair):
    schools(pair.north, 1)
    one = pair.north.client(Role.SUBMIT, agency=SCHOOLS[0])
    assert read(pair.north, one, area=pair.code).status_code == 404
    unknown_in_one = pair.client(SCHOOLS[0], Role.SUBMIT)
    assert read(pair.north, unknown_in_one, area=pair.code).status_code == 404
    schools(pair.south, 1)
    assert read(pair.north, unknown_in_one, area=pair.code).status_code == 200
    decides = pair.client(SCHOOLS[0], Role.DECIDE)
    assert read(pair.north, decides, area=pair.code).status_code == 403
