"""Many callers at the same instant, through the real web server: one effect, and honest answers.

Each race opens its connections first and lets all requests go at once.
"""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from models import Contact, ContactInformation, ContactVersion, DecisionTaken, LedgerEntry
from tests.factories.contacts import a_contact
from tests.support.live_server import live_server
from tests.support.settings import environment_for

CALLERS = 32
KEY = {"Idempotency-Key": "one-of-many"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: dict

    @property
    def kind(self):
        """The status, and whether it replays or which problem it is."""
        slug = self.body.get("type", "").rpartition("/")[2]
        return (self.status, self.headers.get("Idempotency-Replayed") or slug)


@pytest.fixture(scope="module")
def live(server):
    with live_server(environment_for(server)) as url:
        yield urlsplit(url).netloc


@pytest.fixture
def race(live):
    def run(client, method, path, bodies, headers=None):
        gate = threading.Barrier(len(bodies))

        def ask(body):
            with closing(HTTPConnection(live, timeout=60)) as connection:
                connection.connect()
                sent = json.dumps(body)
                known = {
                    "Authorization": f"Bearer {client.key}",
                    "Content-Type": "application/json",
                    **(headers or {}),
                }
                gate.wait(timeout=60)
                connection.request(method, f"{client.at}/{path}", sent, known)
                answer = connection.getresponse()
                return Answer(answer.status, dict(answer.headers), json.loads(answer.read()))

        with ThreadPoolExecutor(len(bodies)) as callers:
            return list(callers.map(ask, bodies))

    return run


def kinds(answers):
    return Counter(answer.kind for answer in answers)


def rows(hub, table):
    with hub.transaction() as session:
        return session.scalar(
            select(func.count()).select_from(table).where(table.authority_code == hub.authority)
        )


ONE_OF_MANY = Counter({(201, ""): 1, (200, "true"): CALLERS - 1})


@pytest.mark.parametrize("headers", [{}, KEY], ids=["by reference", "by Idempotency-Key"])
def test_the_same_record_at_the_same_instant_is_stored_once(hub, race, headers):
    answers = race(hub.police, "POST", "contacts", [a_contact()] * CALLERS, headers)
    assert kinds(answers) == ONE_OF_MANY
    assert len({answer.body["id"] for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert [rows(hub, table) for table in (Contact, ContactVersion, LedgerEntry)] == [1, 1, 1]


def test_two_contents_under_one_reference_at_the_same_instant_store_the_first(hub, race):
    body = a_contact()
    bodies = [body, body | {"narrative": "Another."}] * (CALLERS // 2)
    answers = race(hub.police, "POST", "contacts", bodies)
    assert kinds(answers) == {
        (201, ""): 1,
        (200, "true"): CALLERS // 2 - 1,
        (409, "sent-before-with-other-content"): CALLERS // 2,
    }
    assert rows(hub, Contact) == 1


def test_different_records_at_the_same_instant_are_all_stored(hub, race):
    answers = race(hub.police, "POST", "contacts", [a_contact() for _ in range(CALLERS)])
    assert kinds(answers) == {(201, ""): CALLERS}
    assert rows(hub, Contact) == CALLERS


def test_one_idempotency_key_for_two_bodies_at_the_same_instant_is_used_once(hub, race):
    bodies = [a_contact(), a_contact()]
    answers = race(hub.police, "POST", "contacts", bodies, KEY)
    assert kinds(answers) == {(201, ""): 1, (422, "idempotency-key-reused"): 1}
    assert rows(hub, Contact) == 1


@pytest.mark.parametrize(
    ("path", "body", "table"),
    [
        ("information", {"information": "More."}, ContactInformation),
        ("decisions", {"decision": "gather_information"}, DecisionTaken),
    ],
)
def test_the_same_addition_under_a_key_at_the_same_instant_has_one_effect(
    hub, race, path, body, table
):
    at = f"contacts/{hub.police.submit()['id']}/{path}"
    assert kinds(race(hub.decider, "POST", at, [body] * CALLERS, KEY)) == ONE_OF_MANY
    assert rows(hub, table) == 1
    assert rows(hub, ContactVersion) == 2


def test_of_decisions_that_exclude_each_other_one_is_taken(hub, race):
    record = hub.police.submit()
    decisions = [{"decision": "close_and_log"}, {"decision": "accept_as_referral"}]
    at = f"contacts/{record['id']}/decisions"
    answers = race(hub.decider, "POST", at, decisions * (CALLERS // 2))
    assert kinds(answers) == {(201, ""): 1, (409, "decision-not-allowed"): CALLERS - 1}
    now = hub.decider.get(f"contacts/{record['id']}").get_json()
    assert (len(now["decisions"]), now["version"]) == (1, 2)


def test_additions_at_the_same_instant_are_all_kept_each_in_a_version_of_its_own(hub, race):
    record = hub.police.submit()
    bodies = [{"information": f"Number {n}."} for n in range(CALLERS)]
    answers = race(hub.police, "POST", f"contacts/{record['id']}/information", bodies)
    assert kinds(answers) == {(201, ""): CALLERS}
    assert sorted(answer.body["version"] for answer in answers) == list(range(2, CALLERS + 2))
    now = hub.police.get(f"contacts/{record['id']}").get_json()
    assert {each["information"] for each in now["information"]} == {
        body["information"] for body in bodies
    }
    assert now["updated_at"] == now["information"][-1]["recorded_at"]


def test_of_corrections_of_one_version_one_is_made(hub, race):
    record = hub.police.submit()
    bodies = [{"narrative": f"Version {n}."} for n in range(CALLERS)]
    answers = race(hub.police, "PATCH", f"contacts/{record['id']}", bodies, {"If-Match": '"1"'})
    assert kinds(answers) == {(200, ""): 1, (412, "version-mismatch"): CALLERS - 1}
    (made,) = (answer.body for answer in answers if answer.status == 200)
    assert hub.police.get(f"contacts/{record['id']}").get_json() == made


def test_more_callers_than_connections_are_all_answered(hub, race):
    hub.police.submit()
    answers = race(hub.decider, "GET", "contacts", [None] * 2 * CALLERS)
    assert kinds(answers) == {(200, ""): 2 * CALLERS}
