"""The same records imported at the same time end as one set of records, whatever the order."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import orjson
import pytest

from services.imports.run_import import ROWS_IN_A_BATCH
from services.ledger.verify import verify_ledger
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.imports import NDJSON, as_ndjson, send, written
from tests.support.live_server import live_server
from tests.support.settings import environment_for

RECORDS = ROWS_IN_A_BATCH + 200
VOIDED = 100
CAFS = 150
PARTIAL, ATOMIC = "mode=partial", "mode=atomic"


@pytest.fixture(scope="module")
def address(server):
    with live_server(environment_for(server)) as url:
        yield urlsplit(url).netloc


def at_once(address, client, sent):
    """Send each body in its mode, all at the same instant: the statuses and bodies."""
    gate = threading.Barrier(len(sent))

    def ask(mode, body):
        headers = {"Authorization": f"Bearer {client.key}", "Content-Type": NDJSON}
        with closing(HTTPConnection(address, timeout=120)) as connection:
            connection.connect()
            gate.wait(timeout=60)
            connection.request("POST", f"{client.at}/imports?{mode}", body, headers)
            answer = connection.getresponse()
            return answer.status, orjson.loads(answer.read())

    with ThreadPoolExecutor(len(sent)) as senders:
        return list(senders.map(ask, *zip(*sent, strict=True)))


@pytest.mark.parametrize("is_reversed", [False, True], ids=["same order", "other order"])
@pytest.mark.parametrize(
    "modes", [(PARTIAL, PARTIAL), (PARTIAL, ATOMIC), (ATOMIC, ATOMIC), (PARTIAL, ATOMIC) * 2]
)
def test_the_same_records_at_the_same_time_are_stored_once(address, hub, modes, is_reversed):
    rows = [a_contact() for _ in range(RECORDS)]
    voids = [
        {
            "kind": "decision",
            "agency_reference": row["agency_reference"],
            "decision": "void",
            "reason": "test",
        }
        for row in rows[:VOIDED]
    ]
    body = as_ndjson(rows + voids)
    other = as_ndjson([*reversed(rows), *reversed(voids)]) if is_reversed else body
    sent = [(mode, other if number % 2 else body) for number, mode in enumerate(modes)]
    answers = at_once(address, hub.police, sent)
    for (mode, _), (status, told) in zip(sent, answers, strict=True):
        # Of two that wait for each other, one that would write all at once has to come again.
        if mode is PARTIAL or status != 409:
            assert status == 200, told
            assert told["created"] + told["replayed"] == RECORDS + VOIDED
        else:
            assert told["type"] == "/problems/busy"
    made = [told["created"] for status, told in answers if status == 200]
    assert sum(made) == RECORDS + VOIDED
    states = Counter(each["state"] for each in hub.police.get("imports").json["items"])
    assert states == Counter("finished" if status == 200 else "failed" for status, _ in answers)
    for each in (body, other):
        assert send(hub.police, each, query="?mode=atomic").json["replayed"] == RECORDS + VOIDED
    assert written(hub) == {
        "contact": RECORDS,
        "contact_version": RECORDS + VOIDED,
        "decision": VOIDED,
        "outcome_ledger": RECORDS + VOIDED,
    }
    with hub.transaction() as session:
        assert list(verify_ledger(session, authority=hub.authority)) == []


@pytest.mark.parametrize("modes", [(PARTIAL, PARTIAL), (PARTIAL, ATOMIC), (ATOMIC, ATOMIC)])
def test_the_same_cafs_at_the_same_time_are_stored_once(address, hub, modes):
    rows = [{"kind": "caf", **a_caf()} for _ in range(CAFS)]
    bodies = [as_ndjson(rows), as_ndjson(reversed(rows))]
    answers = at_once(address, hub.health, list(zip(modes, bodies, strict=True)))
    assert [status for status, _ in answers] == [200, 200]
    assert sorted(told["created"] for _, told in answers) == [0, CAFS]
    assert sorted(told["replayed"] for _, told in answers) == [0, CAFS]
    stored = hub.decider.get("cafs?limit=200").json["items"]
    assert len(stored) == CAFS
    assert {each["version"] for each in stored} == {1}


def test_two_contents_of_the_same_references_at_the_same_time_store_one_of_each(address, hub):
    rows = [a_contact() for _ in range(RECORDS)]
    others = [row | {"narrative": "Other."} for row in reversed(rows)]
    answers = at_once(address, hub.police, [(PARTIAL, as_ndjson(each)) for each in (rows, others)])
    assert [status for status, _ in answers] == [200, 200]
    assert sum(told["created"] for _, told in answers) == RECORDS
    assert sum(told["conflicting"] for _, told in answers) == RECORDS
    assert written(hub)["contact"] == RECORDS
