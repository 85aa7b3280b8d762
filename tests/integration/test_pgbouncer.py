"""The application behind PgBouncer in transaction mode, with the shipped configuration."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg2
import pytest
from psycopg2.sql import SQL, Identifier
from sqlalchemy import text

from api import create_app
from core.database import Database, Scope
from tests.factories.contacts import a_contact
from tests.support.hub import Hub
from tests.support.live_server import live_server
from tests.support.servers import pgbouncer_in_front_of
from tests.support.settings import environment_for, settings_for
from tests.support.tools import require_program


@pytest.fixture(scope="module")
def pooled_url(server):
    """The URL of a PgBouncer through which everybody shares one connection."""
    program = require_program("pgbouncer", package="pgbouncer")
    url = server.connection.application_url
    with pgbouncer_in_front_of(url, program=program, pool_size=1) as pooled:
        yield pooled


@pytest.fixture(scope="module")
def pooled_app(server, pooled_url):
    made = create_app(settings_for(server, DATABASE_URL=pooled_url))
    yield made
    made.extensions["database"].dispose()


def test_a_contact_is_sent_corrected_decided_found_and_counted(pooled_app):
    hub = Hub(pooled_app)
    record = hub.police.submit(received_at="2014-01-06T09:12:00Z")
    corrected = hub.police.patch(f"contacts/{record['id']}", {"presenting_need": "N5"}, '"1"')
    assert corrected.status_code == 200
    decided = hub.decider.decide(record, "close_and_log", reason="advice_given")
    assert decided.get_json()["outcome"]["code"] == "closed_and_logged"
    repeated = hub.police.post("contacts", a_contact(agency_reference=record["agency_reference"]))
    assert (repeated.status_code, repeated.get_json()["version"]) == (200, 3)
    listed = hub.decider.get("contacts?updated_since=2014-01-01T00:00:00Z").get_json()
    assert [(each["id"], each["version"]) for each in listed["items"]] == [(record["id"], 3)]
    area = f"area={hub.authority}&period=2013-14-Q4"
    table = hub.reporter.get(f"/v1/reports/table-1?{area}").get_json()
    assert table["totals"]["closed_and_logged"] == {"number": 1, "percent": 100.0}


def test_mixed_requests_over_shared_connections_never_see_a_foreign_row(pooled_app):
    callers = [caller for _ in range(3) for caller in _callers(Hub(pooled_app))]
    with ThreadPoolExecutor(max_workers=8) as threads:
        outcomes = list(threads.map(_request, random.Random(17).choices(callers, k=240)))
    assert sum(seen for seen, _ in outcomes) > 0
    assert [foreign for _, foreign in outcomes if foreign] == []


def _callers(hub):
    """Clients with the agency whose records alone each may see; None for every agency."""
    for client in (hub.police, hub.health):
        client.submit()
    return [
        (hub.authority, "cleveland-police", hub.police),
        (hub.authority, "north-tees-health", hub.health),
        (hub.authority, None, hub.decider),
    ]


def _request(caller):
    """Send a record or read the list; how many records came back, and which were foreign."""
    authority, agency, client = caller
    if agency is not None and random.random() < 0.3:
        client.submit()
    answer = client.get("contacts?limit=50")
    assert answer.status_code == 200, answer.text
    records = answer.get_json()["items"]
    foreign = [
        each
        for each in records
        if each["authority"] != authority or agency not in (None, each["agency"])
    ]
    return len(records), foreign


def test_a_shared_connection_keeps_no_scope_from_the_transaction_before(pooled_app, pooled_url):
    Hub(pooled_app).police.submit()
    with psycopg2.connect(pooled_url.replace("+psycopg2", "")) as plain, plain.cursor() as cursor:
        for table in ("contact", "contact_identity", "decision", "outcome_ledger", "api_key"):
            cursor.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table)))
            assert cursor.fetchone() == (0,), table
    plain.close()


def test_the_real_web_server_is_ready_behind_it(server, pooled_url):
    with live_server(environment_for(server) | {"DATABASE_URL": pooled_url}):
        pass  # live_server waits for /readyz, and fails without it


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_a_transaction_is_in_utc_whatever_the_connection_began_with(server, zone):
    url = f"{server.connection.application_url}?options=-c%20timezone%3D{zone}"
    database = Database(url)
    try:
        with database.transaction(Scope()) as session:
            assert session.scalar(text("SHOW timezone")) == "UTC"
            assert session.scalar(text("SELECT now()")).utcoffset() == timedelta(0)
            assert session.info["now"].utcoffset() == timedelta(0)
    finally:
        database.dispose()
