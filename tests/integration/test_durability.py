"""What was acknowledged is there after a kill; what was not is a 503 that may be repeated."""

import http.client
import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from core.database import EVERY_AGENCY, Scope
from core.embedded_postgres import EmbeddedPostgres
from tests.conftest import migrate
from tests.factories.contacts import a_contact
from tests.support.durable import application, durable_server, kill, processes_of, wait_until
from tests.support.hub import Client, Hub
from tests.support.live_server import live_server
from tests.support.processes import descendants
from tests.support.settings import environment_for

SENDERS = 4
BEFORE_THE_KILL = 60
AFTER_THE_KILL = 5


@pytest.fixture
def durable() -> Iterator[EmbeddedPostgres]:
    """A server that keeps its word, migrated."""
    with durable_server() as server:
        migrate(server.connection.owner_url)
        yield server


class Stream:
    """Several senders that post one record after the other until they are told to stop."""

    def __init__(self, post: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]) -> None:
        self._post = post
        self._is_over = threading.Event()
        self._numbers = itertools.count()
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.refused: dict[str, tuple[int, dict[str, Any]]] = {}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send until the block ends; what a sender raised is raised at its end."""
        with ThreadPoolExecutor(SENDERS) as pool:
            senders = [pool.submit(self._send) for _ in range(SENDERS)]
            try:
                yield
            finally:
                self._is_over.set()
        for sender in senders:
            sender.result()

    def _send(self) -> None:
        while not self._is_over.is_set():
            body = a_contact(agency_reference=f"STREAM-{next(self._numbers)}")
            status, answer = self._post(body)
            if status == http.client.CREATED:
                self.acknowledged[body["agency_reference"]] = answer
            else:
                self.refused[body["agency_reference"]] = (status, answer)
                self._is_over.wait(0.05)


def in_process(client: Client) -> Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]:
    """Post by the test client; the answer's headers stand beside a problem's members."""

    def post(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = client.post("contacts", body)
        if answer.status_code == http.client.CREATED:
            return answer.status_code, answer.get_json()
        return answer.status_code, {**answer.get_json(), "headers": dict(answer.headers)}

    return post


def over_http(url: str, client: Client) -> Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]:
    """Post over a real connection; status 0 when there was no whole answer."""

    def post(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {client.key}", "Content-Type": "application/json"}
        address = url.partition("://")[2]
        try:
            with closing(http.client.HTTPConnection(address, timeout=60)) as connection:
                connection.request("POST", f"{client.at}/contacts", json.dumps(body), headers)
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return 0, {}

    return post


def assert_all_stand(stream: Stream, hub: Hub, client: Client) -> None:
    """Every acknowledged record is there as it was answered, whole, and can be sent again."""
    assert len(stream.acknowledged) >= BEFORE_THE_KILL
    for reference, record in stream.acknowledged.items():
        assert client.get(f"contacts/{record['id']}").get_json() == record, reference
    for reference in stream.refused:
        again = client.post("contacts", a_contact(agency_reference=reference))
        assert again.status_code in {200, 201}, again.text
    scope = Scope((hub.authority,), EVERY_AGENCY)
    with client.app.extensions["database"].transaction(scope) as session:
        counts = {
            table: session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
            for table in ("contact", "contact_identity", "contact_version", "outcome_ledger")
        }
    assert set(counts.values()) == {len(stream.acknowledged) + len(stream.refused)}


def assert_refusals_may_be_repeated(stream: Stream) -> None:
    """Whoever got no 201 was told to come again, by a problem that tells nothing else."""
    assert stream.refused
    for status, body in stream.refused.values():
        assert (status, body["type"]) == (503, "/problems/unavailable"), body
        assert body["headers"]["Content-Type"] == "application/problem+json"
        assert int(body["headers"]["Retry-After"]) > 0


def test_what_was_acknowledged_stands_after_a_kill_of_all_processes(durable):
    with application(durable) as app:
        hub = Hub(app)
    before = set(descendants(os.getpid()))
    with live_server(environment_for(durable)) as url:
        web = sorted(set(descendants(os.getpid())) - before - set(processes_of(durable)))
        stream = Stream(over_http(url, hub.police))
        with stream.running():
            wait_until(lambda: len(stream.acknowledged) >= BEFORE_THE_KILL)
            kill([*web, *processes_of(durable)])
            wait_until(lambda: len(stream.refused) >= AFTER_THE_KILL)
    durable.stop()
    durable.start()
    with application(durable) as app:
        assert_all_stand(stream, hub, Client(app, hub.police.key, hub.authority))


def test_a_database_that_is_killed_costs_no_acknowledged_record_and_gives_503(durable):
    with application(durable) as app:
        hub = Hub(app)
        stream = Stream(in_process(hub.police))
        with stream.running():
            wait_until(lambda: len(stream.acknowledged) >= BEFORE_THE_KILL)
            kill(processes_of(durable))
            wait_until(lambda: len(stream.refused) >= AFTER_THE_KILL)
        assert_refusals_may_be_repeated(stream)
        assert app.test_client().get("/livez").status_code == 200
        ready = app.test_client().get("/readyz")
        assert (ready.status_code, ready.get_json()["checks"]) == (
            503,
            {"database": "failed", "migrations": "failed"},
        )
    durable.stop()
    durable.start()
    with application(durable) as app:
        assert_all_stand(stream, hub, Client(app, hub.police.key, hub.authority))


def test_the_service_goes_on_by_itself_when_the_database_is_back(durable):
    """One killed process makes PostgreSQL drop all, recover, and listen on the same port again."""
    with application(durable) as app:
        hub = Hub(app)
        stream = Stream(in_process(hub.police))
        with stream.running():
            wait_until(lambda: len(stream.acknowledged) >= BEFORE_THE_KILL)
            postmaster, *others = processes_of(durable)
            kill(others[:1])
            wait_until(lambda: len(stream.refused) >= 1)
            so_far = len(stream.acknowledged)
            wait_until(lambda: len(stream.acknowledged) >= so_far + BEFORE_THE_KILL)
        assert durable.process_id == postmaster
        assert_refusals_may_be_repeated(stream)
        assert_all_stand(stream, hub, hub.police)
        assert app.test_client().get("/readyz").status_code == 200
