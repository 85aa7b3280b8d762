"""Feedback to an agency: what became of its own records, exact, as they stand now."""

import csv
import io

import pytest

from domain.access import Role
from domain.disclosure.feedback import EVERY, NOT_RELEASED, PLACES, Place
from domain.vocabulary import AgencyKind
from tests.support.feedback import cells_of, shown
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.problems import findings, problem
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


def test_an_agency_sees_its_own_records_by_outcome_and_reason_and_no_others(hub):
    send(hub, hub.police, CLOSED, ADVICE, 2)
    send(hub, hub.police, NFA, "threshold_not_met")
    send(hub, hub.police, ASSESSED)
    send(hub, hub.police, OPEN, number=4)
    send(hub, hub.health, CLOSED, ADVICE, 3)
    found = feedback(hub, hub.police)
    assert {name: found[name] for name in found.keys() - {"own", "notes"}} == {
        "title": "Feedback",
        "area": {"code": hub.authority, "name": f"Authority {hub.authority}"},
        "agency": {"code": POLICE, "name": POLICE},
        "kind": {"code": "police", "label": "Police"},
        "period": {"label": "2013-14 Q4", "from": "2014-01-01", "to": "2014-03-31"},
        "position_on": None,
        "disclosure_control": "none",
        "own_then": None,
        "all_of_kind": None,
    }
    assert shown(found["own"]) == {
        EVERY: 8,
        Place(CLOSED): 2,
        Place(CLOSED, ADVICE): 2,
        Place(NFA): 1,
        Place(NFA, "threshold_not_met"): 1,
        Place(ASSESSED): 1,
        Place(OPEN): 4,
    }
    cells = cells_of(found["own"])
    assert set(cells) == set(PLACES)
    assert [str(cells[place].percent) for place in (EVERY, Place(CLOSED), Place(OPEN))] == [
        "100.0",
        "25.0",
        "50.0",
    ]


def test_a_reason_that_senders_do_not_read_looks_like_one_that_nobody_gave(hub):
    for reason in ("already_open_case", None, "other"):
        send(hub, hub.police, CLOSED, reason)
        send(hub, hub.police, NFA, reason)
    answer = read(hub, hub.police)
    for outcome in (CLOSED, NFA):
        own = shown(answer.get_json()["own"])
        assert own[Place(outcome, NOT_RELEASED)] == 2
        assert own[Place(outcome, "other")] == 1
    assert "already_open_case" not in answer.text


def test_what_is_decided_since_shows_at_once_and_unchanged_figures_are_not_sent_again(hub):
    (record,) = send(hub, hub.police, OPEN)
    first = read(hub, hub.police)
    same = {"If-None-Match": first.headers["ETag"]}
    assert read(hub, hub.police, headers=same).status_code == 304
    hub.decider.decide(record, "close_and_log", reason="other")
    changed = read(hub, hub.police, headers=same)
    assert changed.status_code == 200
    assert shown(changed.get_json()["own"]) == {
        EVERY: 1,
        Place(CLOSED): 1,
        Place(CLOSED, "other"): 1,
    }
    hub.decider.decide(record, "void", reason="test")
    assert shown(feedback(hub, hub.police)["own"]) == {}


def test_only_what_was_received_in_the_period_counts(hub):
    for day in ("2013-12-31", "2014-01-01", "2014-01-31", "2014-02-01"):
        send(hub, hub.police, OPEN, received_at=f"{day}T10:00:00Z")
    for period, number in (("from=2014-01-01&to=2014-01-31", 2), ("period=2013-14", 4)):
        assert shown(feedback(hub, hub.police, period)["own"])[EVERY] == number


def test_the_same_figures_come_as_csv_by_accept_or_by_query(hub):
    send(hub, hub.police, CLOSED, ADVICE, 3)
    answer = read(hub, hub.police, headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data == read(hub, hub.police, f"{QUARTER}&format=csv").data
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["figures"] for row in rows} == {"own"}
    numbers = {(row["outcome"], row["reason"]): (row["number"], row["percent"]) for row in rows}
    assert numbers == {
        tuple(place): (str(cell.number), str(cell.percent))
        for place, cell in cells_of(feedback(hub, hub.police)["own"]).items()
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {("period", "required")}),
        ("period=2013-14-Q5", {("period", "not_a_period")}),
        (f"{QUARTER}&format=pdf", {("format", "not_one_of")}),
        (f"{QUARTER}&agency=north-tees-health", {("agency", "unknown_parameter")}),
    ],
)
def test_a_query_that_is_wrong_is_refused(hub, query, expected):
    assert findings(read(hub, hub.police, query)) == expected


def test_feedback_is_for_keys_that_submit_for_an_agency(hub, app):
    problem(read(hub, hub.client(Role.SUBMIT)), "forbidden")
    for role in (Role.DECIDE, Role.REPORT, Role.PARTNER, Role.ADMIN):
        problem(read(hub, hub.client(role)), "forbidden")
        problem(read(hub, hub.client(role, agency=POLICE)), "forbidden")
    both = hub.client(Role.SUBMIT, Role.DECIDE, agency=POLICE)
    assert read(hub, both).status_code == 200
    other = Hub(app)
    for client in (hub.police, hub.decider):
        answers = [
            problem(client.get(f"/v1/reports/feedback?area={area}&{QUARTER}"), "not-found")
            for area in (other.authority, "E06999999", "no-mash", "E92000001")
        ]
        assert all(each | {"instance": ""} == answers[0] | {"instance": ""} for each in answers)


def test_an_agency_that_the_authority_does_not_know_has_no_feedback_there(hub):
    problem(read(hub, hub.client(Role.SUBMIT, agency="nobody")), "not-found")


def test_an_agency_is_told_its_kind_as_it_is_now(hub):
    assert feedback(hub, hub.health)["kind"] == {"code": "health", "label": "Health"}
    hub.add_agency(HEALTH, name="Tees Health", kind=AgencyKind.VOLUNTARY)
    found = feedback(hub, hub.health)
    assert found["kind"] == {"code": "voluntary", "label": "Voluntary sector"}
    assert found["agency"] == {"code": HEALTH, "name": "Tees Health"}


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (QUARTER, "at least 3 other agencies"),
        ("period=2013-14", "whole quarters"),
        ("from=2014-01-01&to=2014-03-30", "whole quarters"),
        ("period=1999-00-Q1", "bank holidays"),
        ("period=2098-99-Q1", "bank holidays"),
    ],
)
def test_a_note_says_why_there_is_no_comparison(hub, period, words):
    notes = feedback(hub, hub.police, period)["notes"]
    assert [words in each for each in notes] == [False, False, True]
