"""Delays: what is open, for how long, past which clock, with which team; and what was in time."""

from datetime import datetime

import pytest

from domain.access import Role
from tests.support.clocked import SetClock, clocked_app
from tests.support.hub import Hub
from tests.support.problems import problem
from tests.support.settings import settings_for

MONDAY = "2027-02-01T10:00:00+00:00"


@pytest.fixture(scope="module")
def clock():
    return SetClock(datetime.fromisoformat(MONDAY))


@pytest.fixture(scope="module")
def clocked(server, clock):
    with clocked_app(settings_for(server, KEY_CACHE_SECONDS="60"), clock) as made:
        yield made


@pytest.fixture
def hub(clocked, clock):
    clock.now = datetime.fromisoformat(MONDAY)
    return Hub(clocked)


def submit(hub, clock, **facts):
    return hub.police.submit(received_at=clock.now.isoformat(), **facts)


def delays(client, hub, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    answer = client.get(f"/v1/reports/delays?area={hub.authority}{more}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def past(total, decision=0, gathering=0, section_47=0):
    return {
        "total": total,
        "past_decision": decision,
        "past_information_gathering": gathering,
        "section_47_not_moved": section_47,
    }


def totals(found):
    return {name: found[name] for name in past(0)}


def apart(found, by):
    return {each["code"]: totals(each) for each in found[f"by_{by}"]}


def test_open_contacts_are_counted_by_working_days_and_clocks(hub, clock):
    first = submit(hub, clock)
    submit(hub, clock, referrer_type="housing")
    found = delays(hub.reporter, hub)
    assert totals(found["open"]) == past(2)
    assert found["open"]["by_working_days"] == [{"working_days": 0, "number": 2}]
    clock.move(days=1)
    submit(hub, clock)
    assert delays(hub.reporter, hub)["open"]["by_working_days"] == [
        {"working_days": 0, "number": 1},
        {"working_days": 1, "number": 2},
    ]
    assert hub.decider.decide(first, "gather_information").status_code == 201
    clock.move(days=2)
    found = delays(hub.reporter, hub)
    assert totals(found["open"]) == past(3, decision=2)
    assert apart(found, "referrer_type") == {
        "housing": past(1, decision=1),
        "police": past(2, decision=1),
    }
    # Over the weekend no working day passes.
    clock.move(days=2)
    assert delays(hub.reporter, hub)["open"]["by_working_days"] == [
        {"working_days": 3, "number": 1},
        {"working_days": 4, "number": 2},
    ]
    clock.move(days=4)
    assert totals(delays(hub.reporter, hub)["open"]) == past(3, decision=2, gathering=3)


def test_a_section_47_threshold_that_was_not_moved_the_same_day_is_late_even_once_it_was(
    hub, clock
):
    late, prompt = submit(hub, clock), submit(hub, clock)
    for record in (late, prompt):
        assert hub.decider.decide(record, "section_47_threshold_met").status_code == 201
    assert hub.decider.decide(prompt, "accept_as_referral", team="Assessment").status_code == 201
    assert totals(delays(hub.reporter, hub)["open"]) == past(2)
    clock.move(days=1)
    assert totals(delays(hub.reporter, hub)["open"]) == past(2, section_47=1)
    assert hub.decider.decide(late, "accept_as_referral", team="Assessment").status_code == 201
    found = delays(hub.reporter, hub)
    assert apart(found, "team") == {"Assessment": past(2, section_47=1)}


def test_a_referral_is_with_the_team_of_its_latest_acceptance_that_stands(hub, clock):
    record = submit(hub, clock)
    accepted = hub.decider.decide(record, "accept_as_referral", team="North").get_json()
    assert set(apart(delays(hub.reporter, hub), "team")) == {"North"}
    taken_back = accepted["decisions"][-1]["id"]
    assert hub.decider.decide(record, "retract", retracts=taken_back).status_code == 201
    assert set(apart(delays(hub.reporter, hub), "team")) == {"none"}
    assert hub.decider.decide(record, "accept_as_referral", team="South").status_code == 201
    assert set(apart(delays(hub.reporter, hub), "team")) == {"South"}


def test_what_is_closed_is_no_delay_and_counts_as_decided_in_time_or_not(hub, clock):
    closing = {"decision": "close_and_log", "reason": "other"}
    in_time, late, waiting = (submit(hub, clock) for _ in range(3))
    assert hub.decider.decide(in_time, **closing).status_code == 201
    clock.move(days=1)
    of = {"from": "2027-01-01", "to": "2027-03-31"}
    found = delays(hub.reporter, hub, **of)["decided_in_time"]
    # Those whose day has not passed are neither in time nor late.
    assert (found["number"], found["denominator"], found["percent"]) == (1, 1, 100.0)
    clock.move(days=1)
    assert hub.decider.decide(late, **closing).status_code == 201
    found = delays(hub.reporter, hub, **of)
    assert found["decided_in_time"]["number"] == 1
    assert found["decided_in_time"]["denominator"] == 3
    assert found["decided_in_time"]["percent"] == 33.3
    assert totals(found["open"]) == past(1, decision=1)
    assert waiting["id"]
    default = delays(hub.reporter, hub)["decided_in_time"]
    assert default["period"]["label"] == "2026-27 Q3"


def test_who_decides_gets_the_open_contacts_the_worst_first(hub, clock):
    oldest = submit(hub, clock)
    clock.move(days=1)
    section_47 = submit(hub, clock)
    assert hub.decider.decide(section_47, "section_47_threshold_met").status_code == 201
    clock.move(days=2)
    newest = submit(hub, clock)
    found = delays(hub.decider, hub)["records"]
    assert [each["id"] for each in found] == [section_47["id"], oldest["id"], newest["id"]]
    assert found[1] == {
        "authority": hub.authority,
        "id": oldest["id"],
        "received_on": "2027-02-01",
        "referrer_type": "police",
        "team": None,
        "working_days": 3,
        "past_decision": True,
        "past_information_gathering": False,
        "section_47_not_moved": False,
    }
    assert "records" not in delays(hub.reporter, hub)


def test_a_sender_and_another_authority_get_nothing(clocked, hub):
    path = f"/v1/reports/delays?area={hub.authority}"
    problem(hub.police.get(path), "forbidden")
    problem(Hub(clocked).reporter.get(path), "not-found")
    problem(hub.client(Role.PARTNER).get(path), "forbidden")
