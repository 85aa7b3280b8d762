"""An import whose database is killed: no half record, a true report, and sending again mends it."""

import os
import shutil
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from api import create_app
from core.embedded_postgres import EmbeddedPostgres
from core.postgres_cluster import remove_cluster
from services.imports.run_import import ROWS_IN_A_BATCH
from tests.conftest import migrate
from tests.factories.contacts import a_contact
from tests.support.hub import Client, Hub
from tests.support.imports import Watched, as_ndjson, send, send_in_parts, written
from tests.support.problems import problem
from tests.support.processes import descendants, wait_until_gone
from tests.support.settings import settings_for

RECORDS = 5 * ROWS_IN_A_BATCH


@pytest.fixture
def durable():
    """A migrated server on a folder of its own, which writes to the disk before it answers."""
    folder = Path(tempfile.mkdtemp(prefix="frontdoor-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder)
    with server:
        migrate(server.connection.owner_url)
        yield server
    remove_cluster(folder)
    shutil.rmtree(folder)


@contextmanager
def application(server):
    """The application in this process on that server."""
    app = create_app(settings_for(server))
    yield app
    app.extensions["database"].dispose()


def kill(processes):
    """End processes without a warning, as a power cut would."""
    for process in processes:
        os.kill(process, signal.SIGKILL)
    wait_until_gone(processes)


def processes_of(server):
    """The server's process and all that it started."""
    assert server.process_id is not None
    return [server.process_id, *descendants(server.process_id)]


def wait_until(is_so):
    """Wait at most two minutes for something to become true."""
    deadline = time.monotonic() + 120
    while not is_so():
        if time.monotonic() > deadline:
            message = "It did not come true."
            raise TimeoutError(message)
        time.sleep(0.02)


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


def test_of_an_import_in_parts_whole_batches_stand_and_the_report_says_how_many(durable):
    body = as_ndjson(a_contact() for _ in range(RECORDS))
    with application(durable) as app:
        hub = Hub(app)
        answer = kill_while_it_is_read(durable, hub, body)
        problem(answer, "unavailable")
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
        again = send(client, body).json
        assert (again["replayed"], again["created"]) == (there, RECORDS - there)
        assert records_of(hub) == RECORDS


@pytest.mark.parametrize("query", ["?mode=atomic", "?dry_run=true"])
def test_of_all_or_nothing_nothing_stands(durable, query):
    body = as_ndjson(a_contact() for _ in range(RECORDS))
    with application(durable) as app:
        hub = Hub(app)
        answer = kill_while_it_writes(durable, hub, body, query)
        problem(answer, "unavailable")
    durable.stop()
    durable.start()
    with application(durable) as app:
        client = Client(app, hub.police.key, hub.authority)
        hub.database = app.extensions["database"]
        assert records_of(hub) == 0
        (kept,) = client.get("imports").json["items"]
        assert (kept["created"], kept["state"], kept["finished_at"]) == (0, "running", None)
        again = send(client, body, query="?mode=atomic").json
        assert again["created"] == records_of(hub) == RECORDS
