"""Nobody reads or changes what is another agency's or authority's, whatever the traffic."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

import services.contacts.find
import services.contacts.list_contacts
import services.contacts.search_contacts
from api import create_app
from core.database import EVERY_AGENCY, EVERY_KEY, Database, Scope
from domain.access import Role
from models import Contact
from services.keys.issue_key import issue_key
from tests.factories.contacts import a_contact
from tests.support.hub import HEALTH, POLICE, Client, Hub
from tests.support.traffic import AUTHORITY, MARK, TYPES, Person, Traffic, people

REQUESTS = 2_000
THREADS = 4


@pytest.fixture
def narrow_app(app_settings, server) -> Iterator[Flask]:
    """The application on a pool of one connection, which every caller gets in turn."""
    database = Database(server.connection.application_url, pool_size=1)
    yield create_app(app_settings, database=database)
    database.dispose()


def test_mixed_traffic_over_one_connection_shows_nobody_a_foreign_row(narrow_app):
    everybody = people(narrow_app)

    def work(seed: int) -> list[tuple[str, Person, int, str]]:
        traffic = Traffic(seed, everybody)
        sent = (traffic.one() for _ in range(REQUESTS // THREADS))
        return [(kind, person, answer.status_code, answer.text) for kind, person, answer in sent]

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [answer for part in pool.map(work, range(THREADS)) for answer in part]

    assert len(answers) == REQUESTS
    foreign = [
        (kind, person.role, status)
        for kind, person, status, text in answers
        if shows_foreign_rows(person, text)
    ]
    assert foreign == []
    assert {status for _, _, status, _ in answers} <= {200, 201, 403, 404, 409}
    assert_the_traffic_was_worth_it(answers)


def shows_foreign_rows(person: Person, text: str) -> bool:
    """Whether an answer holds a mark, an authority or a count that is not the caller's."""
    own = person.place.hub.authority
    if any(not person.may_see(*mark) for mark in MARK.findall(text)):
        return True
    if set(AUTHORITY.findall(text)) - {own}:
        return True
    return bool(counted_types(text) - {person.place.referrer_type})


def counted_types(text: str) -> set[str]:
    """The referrer types of which a table counts any record; none for what is no table."""
    table = json.loads(text)
    rows = table["rows"] if "totals" in table else []
    return {row["referrer_type"] for row in rows if row["cells"]["total"]["number"]}


def assert_the_traffic_was_worth_it(answers: list[tuple[str, Person, int, str]]) -> None:
    succeeded = Counter(
        (kind, person.role) for kind, person, status, _ in answers if status in {200, 201}
    )
    refused = Counter(kind for kind, _, status, _ in answers if status in {403, 404})
    kinds = {kind for kind, *_ in answers}
    assert kinds == set(refused) | {"read_reference"}
    assert {kind for kind, role in succeeded if role is Role.DECIDE} == kinds
    sent = kinds - {"search", "read_history", "read_table", "decide_any"}
    assert {kind for kind, role in succeeded if role is Role.SUBMIT} == sent
    assert {kind for kind, role in succeeded if role is Role.REPORT} == {
        "read_table",
        "read_reference",
    }
    marked = [person.role for _, person, _, text in answers if MARK.search(text)]
    assert set(marked) == {Role.DECIDE, Role.SUBMIT}
    assert len(marked) > REQUESTS / 10
    assert {kind for each in answers for kind in counted_types(each[3])} == set(TYPES)


@pytest.fixture
def without_filters(monkeypatch) -> None:
    """The application's own filter on records is gone: only the database's is left."""
    for module in (
        services.contacts.find,
        services.contacts.list_contacts,
        services.contacts.search_contacts,
    ):
        monkeypatch.setattr(module, "contacts_of", lambda _caller: select(Contact))


@pytest.fixture
def other_hub(app) -> Hub:
    return Hub(app)


def ids(client: Client, path: str) -> set[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return {item["id"] for item in answer.get_json()["items"]}


@pytest.mark.usefixtures("without_filters")
def test_the_database_refuses_what_the_application_would_let_through(hub, other_hub):
    own, of_health = hub.police.submit(), hub.health.submit()
    elsewhere = other_hub.police.submit()
    feed = "contacts?updated_since=2014-01-01T00:00:00Z"

    for path in ("contacts", feed):
        assert ids(hub.police, path) == {own["id"]}
        assert ids(hub.health, path) == {of_health["id"]}
        assert ids(hub.decider, path) == {own["id"], of_health["id"]}
    found = hub.decider.post("contacts/search", {"nhs_number": "9990000018"}).get_json()
    assert {item["id"] for item in found["items"]} == {own["id"], of_health["id"]}
    for client, record in (
        (hub.police, of_health),
        (hub.police, elsewhere),
        (hub.decider, elsewhere),
    ):
        assert [answer.status_code for answer in every_use_of(client, record["id"])] == [404] * 5
    assert other_hub.decider.get(f"contacts/{elsewhere['id']}").get_json()["version"] == 1


def every_use_of(client: Client, record_id: str) -> Iterator[TestResponse]:
    at = f"contacts/{record_id}"
    yield client.get(at)
    yield client.patch(at, {"narrative": "Mine now."}, etag="*")
    yield client.post(f"{at}/information", {"information": "Mine now."})
    yield client.post(f"{at}/decisions", {"decision": "void", "reason": "test"})
    headers = {"Idempotency-Key": "mine-now"}
    yield client.post(f"{at}/information", {"information": "Mine."}, headers=headers)


def test_somebody_elses_record_is_answered_exactly_like_none(hub, other_hub):
    others = (hub.health.submit()["id"], other_hub.police.submit()["id"])
    for client in (hub.police, hub.decider):
        none = [comparable(answer) for answer in every_use_of(client, str(uuid4()))]
        for record_id in others:
            if client is hub.decider and record_id == others[0]:
                continue
            assert [comparable(answer) for answer in every_use_of(client, record_id)] == none


def comparable(answer: TestResponse) -> tuple[object, ...]:
    """An answer without what differs from request to request."""
    body = answer.get_json()
    del body["instance"]
    headers = {name for name, _ in answer.headers}
    return answer.status_code, body, headers, answer.headers["Content-Length"]


def test_the_same_reference_of_another_agency_or_authority_is_another_record(hub, other_hub):
    body = a_contact(agency_reference="SHARED-1")
    clients = (hub.police, hub.health, other_hub.police)
    answers = [client.post("contacts", body) for client in clients]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.get_json()["id"] for answer in answers}) == 3


def test_an_idempotency_key_means_nothing_to_another_caller(hub, other_hub):
    body = a_contact()
    headers = {"Idempotency-Key": "shared"}
    clients = (hub.police, hub.health, other_hub.police)
    answers = [client.post("contacts", body, headers=headers) for client in clients]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.get_json()["id"] for answer in answers}) == 3


def test_a_sender_cannot_name_another_agencys_record_as_the_one_that_stays(hub):
    of_health, own = hub.health.submit(), hub.police.submit()
    voiding = {"decision": "void", "reason": "duplicate", "duplicate_of": of_health["id"]}
    answer = hub.police.post(f"contacts/{own['id']}/decisions", voiding)
    assert answer.status_code == 422
    assert [each["code"] for each in answer.get_json()["errors"]] == ["unknown_record"]


def test_a_cursor_of_another_callers_list_gives_own_records_only(hub):
    own = [hub.police.submit()["id"] for _ in range(2)]
    hub.health.submit()
    page = hub.decider.get("contacts?limit=1").get_json()
    seen = ids(hub.police, f"contacts?{page['next'].partition('?')[2]}")
    assert seen <= set(own)
    assert ids(hub.police, f"contacts?agency={HEALTH}") == set()
    assert ids(hub.police, f"contacts?agency={POLICE}") == set(own)


def test_a_key_that_submits_here_and_decides_there_keeps_its_roles_apart(hub, other_hub):
    of_health = hub.health.submit()
    elsewhere = other_hub.health.submit()
    roles = {hub.authority: [Role.SUBMIT], other_hub.authority: [Role.DECIDE]}
    scope = Scope((hub.authority, other_hub.authority), EVERY_AGENCY, EVERY_KEY)
    with hub.database.transaction(scope) as session:
        issued = issue_key(session, name="both", environment="test", agency=POLICE, roles=roles)
    here, there = (Client(hub.app, issued.key, each) for each in roles)
    assert here.get(f"contacts/{of_health['id']}").status_code == 404
    assert here.get(f"contacts/{elsewhere['id']}").status_code == 404
    assert there.get(f"contacts/{elsewhere['id']}").status_code == 200
    assert there.get(f"contacts/{of_health['id']}").status_code == 404
