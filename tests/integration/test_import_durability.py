"""An import whose database is killed: no half record, a true report, and sending again mends it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from services.imports.run_import import ROWS_IN_A_BATCH
from tests.conftest import migrate
from tests.factories.contacts import a_contact
from tests.support.durable import application, durable_server, kill, processes_of, wait_until
from tests.support.hub import Client, Hub
from tests.support.imports import Watched, as_ndjson, send, send_in_parts, written
from tests.support.problems import problem

RECORDS = 5 * ROWS_IN_A_BATCH


@pytest.fixture
def durable():
    """A server that keeps its word, migrated."""
    with durable_server() as server:
        migrate(server.connection.owner_url)
        yield server


def records_of(hub):
    """How many records there are; each with a version and an entry of the ledger."""
    counts = written(hub)
    assert counts["contact"] == counts["contact_version"] == counts["outcome_ledger"]
    return counts["contact"]


def kill_while_it_is_read(durable, hub, body):
    """Import a body; the database ends when a batch stands and half of the body has been read."""
    killed = []

    def about_to_read(read):
        if read < len(body) // 2 or killed:
            return
        killed.append(read)
        wait_until(lambda: records_of(hub) >= ROWS_IN_A_BATCH)
        kill(processes_of(durable))

    return send_in_parts(hub.police, Watched(body, about_to_read))


def kill_while_it_writes(durable, hub, body, query):
    """Import a body; the database ends when records were written that nobody else sees yet."""
    with ThreadPoolExecutor(1) as senders:
        answer = senders.submit(send, hub.police, body, query=query)
        wait_until(lambda: is_being_written(hub))
        kill(processes_of(durable))
    return answer.result()


def is_being_written(hub):
    locks = text("SELECT count(*) FROM pg_locks WHERE relation = 'contact'::regclass AND mode = :m")
    with hub.transaction() as session:
        return session.scalar(locks, {"m": "RowExclusiveLock"}) > 0


def told_to_send_again(answer):
    """The path of the import that the database stopped, as the problem names it."""
    body = problem(answer, "unavailable")
    assert "Send all of it again" in body["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    return body["import"]


def test_of_an_import_in_parts_whole_batches_stand_and_the_report_says_how_many(durable):
    body = as_ndjson(a_contact() for _ in range(RECORDS))
    with application(durable) as app:
        hub = Hub(app)
        answer = kill_while_it_is_read(durable, hub, body)
        stopped = told_to_send_again(answer)
    durable.stop()
    durable.start()
    with application(durable) as app:
        client = Client(app, hub.police.key, hub.authority)
        hub.database = app.extensions["database"]
        there = records_of(hub)
        assert 0 < there < RECORDS
        assert there % ROWS_IN_A_BATCH == 0
        (kept,) = client.get("imports").json["items"]
        assert (kept["created"], kept["received"], kept["last_line"]) == (there, there, there)
        assert client.get(stopped).json["id"] == kept["id"]
        again = send(client, body).json
        assert (again["replayed"], again["created"]) == (there, RECORDS - there)
        assert records_of(hub) == RECORDS


@pytest.mark.parametrize("query", ["?mode=atomic", "?dry_run=true"])
def test_of_all_or_nothing_nothing_stands(durable, query):
    body = as_ndjson(a_contact() for _ in range(RECORDS))
    with application(durable) as app:
        hub = Hub(app)
        answer = kill_while_it_writes(durable, hub, body, query)
        stopped = told_to_send_again(answer)
    durable.stop()
    durable.start()
    with application(durable) as app:
        client = Client(app, hub.police.key, hub.authority)
        hub.database = app.extensions["database"]
        assert records_of(hub) == 0
        (kept,) = client.get("imports").json["items"]
        assert (kept["created"], kept["state"], kept["finished_at"]) == (0, "running", None)
        assert client.get(stopped).json["id"] == kept["id"]
        again = send(client, body, query="?mode=atomic").json
        assert again["created"] == records_of(hub) == RECORDS
