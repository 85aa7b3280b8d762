"""GET /contacts and /referrals: keyset pages and filters."""

import base64
import json
import re

import pytest

from tests.factories.contacts import a_contact
from tests.support.hub import HEALTH, POLICE, Hub, as_decided
from tests.support.problems import findings, problem


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def ids(client, path):
    return [each["id"] for each in page(client, path)["items"]]


def pages(client, path):
    while path:
        found = page(client, path)
        yield found
        path = found["next"]


def post_many(client, n, **overrides):
    return [client.submit(**overrides)["id"] for _ in range(n)]


def test_an_empty_list_is_one_empty_page(hub):
    answer = hub.decider.get("contacts")
    assert answer.get_json() == {"items": [], "next": None}
    assert "Link" not in answer.headers


def test_a_page_holds_whole_records_newest_received_first(hub):
    days = ("2014-01-06", "2014-01-08", "2014-01-07")
    first, newest, middle = (hub.police.submit(received_at=f"{day}T09:00:00Z") for day in days)
    listed = [newest, middle, first]
    assert page(hub.police, "contacts") == {"items": listed, "next": None}
    assert page(hub.decider, "contacts") == {"items": [*map(as_decided, listed)], "next": None}


def test_records_received_at_the_same_instant_come_exactly_once(hub):
    sent = post_many(hub.police, 7)
    seen = [
        each["id"] for found in pages(hub.police, "contacts?limit=2") for each in found["items"]
    ]
    assert sorted(seen) == sorted(sent)
    assert [len(found["items"]) for found in pages(hub.police, "contacts?limit=2")] == [2, 2, 2, 1]


def test_a_full_last_page_leads_nowhere(hub):
    post_many(hub.police, 4)
    assert [len(found["items"]) for found in pages(hub.police, "contacts?limit=2")] == [2, 2]


def test_what_was_there_when_paging_began_comes_once_while_others_arrive(hub):
    there = post_many(hub.police, 6, received_at="2014-01-07T09:00:00Z")
    seen = []
    for found in pages(hub.police, "contacts?limit=2"):
        seen += [each["id"] for each in found["items"]]
        for day in ("2014-01-08", "2014-01-07"):
            hub.police.submit(received_at=f"{day}T09:00:00Z")
    assert [id_ for id_ in seen if id_ in there] == sorted(there, reverse=True)


def test_the_next_page_is_linked_and_keeps_the_filters(hub):
    post_many(hub.police, 3)
    hub.health.submit(referrer_type="health_midwife")
    answer = hub.decider.get("contacts?limit=2&agency=cleveland-police")
    url = answer.get_json()["next"]
    assert url.startswith(f"{hub.decider.at}/contacts?limit=2&agency=cleveland-police&cursor=")
    assert answer.headers["Link"] == f'<{url}>; rel="next"'
    last = hub.decider.get(url)
    assert [each["agency"] for each in last.get_json()["items"]] == [POLICE]
    assert (last.get_json()["next"], "Link" in last.headers) == (None, False)


def test_a_cursor_tells_nothing_of_a_child(hub):
    post_many(hub.police, 2)
    cursor = page(hub.police, "contacts?limit=1")["next"].partition("cursor=")[2]
    text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    assert re.fullmatch(r'\["newest", "[-T:+.0-9]+", "[-0-9a-f]{36}"\]', text)


def test_fifty_records_are_given_unless_another_number_is_asked_for(hub):
    post_many(hub.police, 51)
    assert len(page(hub.police, "contacts")["items"]) == 50
    assert len(page(hub.police, "contacts?limit=200")["items"]) == 51
    assert len(page(hub.police, "contacts?limit=1")["items"]) == 1


def forged(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


ID = "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa"


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limit=0", {("limit", "out_of_range")}),
        ("limit=201", {("limit", "out_of_range")}),
        ("limit=ten&open=yes", {("limit", "wrong_type"), ("open", "wrong_type")}),
        ("limit=1&limit=2", {("limit", "repeated_parameter")}),
        ("colour=red", {("colour", "unknown_parameter")}),
        ("accepted=true", {("accepted", "unknown_parameter")}),
        ("received_from=6.1.2014", {("received_from", "not_a_date")}),
        ("outcome=closed", {("outcome", "not_one_of")}),
        ("submitted_as=enquiry", {("submitted_as", "not_one_of")}),
        ("updated_since=yesterday", {("updated_since", "not_an_instant")}),
        ("updated_since=2014-01-06T09:12:00", {("updated_since", "not_an_instant")}),
        ("cursor=", {("cursor", "too_short")}),
        ("cursor=abc", {("cursor", "not_a_cursor")}),
        ("cursor=%F0%9F%98%80", {("cursor", "not_a_cursor")}),
        (f"cursor={forged('newest', '2014-01-06T09:12:00', ID)}", {("cursor", "not_a_cursor")}),
        (f"cursor={forged('newest', '2014-01-06T09:12:00Z', 'x')}", {("cursor", "not_a_cursor")}),
        (f"cursor={forged('oldest', '2014-01-06T09:12:00Z', ID)}", {("cursor", "not_a_cursor")}),
        (f"cursor={forged('newest', 7, ID)}", {("cursor", "not_a_cursor")}),
        (f"cursor={forged(*'[' * 9)}", {("cursor", "not_a_cursor")}),
    ],
)
def test_a_query_that_is_wrong_is_refused_with_every_reason(hub, query, errors):
    assert findings(hub.decider.get(f"contacts?{query}")) == errors


def test_a_cursor_of_the_other_order_is_none(hub):
    post_many(hub.police, 2)
    newest = page(hub.police, "contacts?limit=1")["next"].partition("cursor=")[2]
    changed = page(hub.police, "contacts?updated_since=2014-01-01T00:00:00Z")["cursor"]
    wrong = hub.police.get(f"contacts?updated_since={newest}")
    assert findings(wrong) == {("updated_since", "not_a_cursor")}
    wrong = hub.police.get(f"contacts?updated_since={changed}&cursor={newest}")
    assert findings(wrong) == {("cursor", "not_a_cursor")}


@pytest.fixture
def filed(hub):
    """Four records that differ in everything that lists can be filtered by; ids by name."""
    records = {
        "closed": hub.police.submit(
            agency_reference="P-1",
            received_at="2014-01-06T09:00:00Z",
            incident_reference="OCC-1",
        ),
        "waiting": hub.health.submit(
            agency_reference="P-1",
            received_at="2014-01-07T23:59:59Z",
            referrer_type="health_midwife",
            incident_reference="OCC-1",
        ),
        "sent": hub.police.post(
            "referrals", a_contact(received_at="2014-01-08T00:00:00Z", referrer_type="probation")
        ).get_json(),
        "accepted": hub.police.submit(received_at="2014-01-09T09:00:00Z"),
        "voided": hub.health.submit(
            received_at="2014-01-10T09:00:00Z", referrer_type="health_other"
        ),
    }
    hub.decider.decide(records["closed"], "close_and_log")
    hub.decider.decide(records["accepted"], "accept_as_referral")
    hub.decider.decide(records["voided"], "void", reason="test")
    return {name: record["id"] for name, record in records.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("received_from=2014-01-08", ["voided", "accepted", "sent"]),
        ("received_to=2014-01-07", ["waiting", "closed"]),
        ("received_from=2014-01-07&received_to=2014-01-07", ["waiting"]),
        ("received_from=2014-01-08&received_to=2014-01-07", []),
        ("outcome=closed_and_logged", ["closed"]),
        ("outcome=yet_to_proceed", ["accepted", "sent", "waiting"]),
        ("outcome=to_assessment", []),
        ("referrer_type=probation", ["sent"]),
        ("referrer_type=nobody", []),
        (f"agency={HEALTH}", ["voided", "waiting"]),
        ("agency_reference=P-1", ["waiting", "closed"]),
        (f"agency_reference=P-1&agency={POLICE}", ["closed"]),
        ("incident_reference=OCC-1", ["waiting", "closed"]),
        ("submitted_as=referral", ["sent"]),
        ("submitted_as=contact", ["voided", "accepted", "waiting", "closed"]),
        ("open=true", ["accepted", "sent", "waiting"]),
        ("open=false", ["voided", "closed"]),
        ("open=true&incident_reference=OCC-1", ["waiting"]),
    ],
)
def test_contacts_are_filtered(hub, filed, query, expected):
    assert ids(hub.decider, f"contacts?{query}") == [filed[name] for name in expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=200", ["accepted", "sent"]),
        ("accepted=true", ["accepted"]),
        ("accepted=false", ["sent"]),
        ("submitted_as=contact", ["accepted"]),
        ("open=true&received_to=2014-01-08", ["sent"]),
    ],
)
def test_the_list_of_referrals_has_what_was_sent_or_accepted_as_one(hub, filed, query, expected):
    assert ids(hub.decider, f"referrals?{query}") == [filed[name] for name in expected]


def test_a_sender_lists_its_own_records_only(hub, filed):
    assert ids(hub.health, "contacts") == [filed["voided"], filed["waiting"]]
    assert ids(hub.health, f"contacts?agency={POLICE}") == []
    assert ids(hub.health, "referrals") == []


@pytest.mark.usefixtures("filed")
def test_no_list_shows_another_authority(app, hub):
    other = Hub(app)
    assert ids(other.decider, "contacts") == []
    assert ids(other.police, "contacts?agency_reference=P-1") == []
    problem(hub.decider.get(f"{other.decider.at}/contacts"), "not-found")


@pytest.mark.parametrize("path", ["contacts", "referrals"])
def test_lists_need_a_key_a_role_and_json(hub, path):
    problem(hub.police.get(path, headers={"Authorization": ""}), "unauthenticated")
    problem(hub.reporter.get(path), "forbidden")
    problem(hub.police.get(path, headers={"Accept": "text/csv"}), "not-acceptable")
    problem(hub.police.get(f"/v1/authorities/E06999999/{path}"), "not-found")
    answer = hub.police.request("DELETE", path)
    problem(answer, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
