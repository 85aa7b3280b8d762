"""A sender that goes away half-way, against the real server: whole records or none, and a report.

Also how much memory a long body takes there.
"""

import json
import os
import socket
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from models import Contact
from services.imports.run_import import ROWS_IN_A_BATCH
from tests.factories.contacts import a_contact
from tests.support.imports import CSV, NDJSON, as_ndjson, results_of, written
from tests.support.live_server import live_server
from tests.support.processes import descendants
from tests.support.sent_parts import as_csv, flat
from tests.support.settings import environment_for

RECORDS = 2 * ROWS_IN_A_BATCH
MANY = 20_000
MOST_GROWTH_KB = 150 * 1024


@pytest.fixture(scope="module")
def address(server):
    """Where a server of one worker listens, which has one connection to the database."""
    settings = {"DATABASE_POOL_SIZE": "1", "WEB_WORKERS": "1"}
    with live_server({**environment_for(server), **settings}) as url:
        parts = urlsplit(url)
        yield parts.hostname, parts.port


@contextmanager
def connected(address):
    with socket.create_connection(address, timeout=60) as connection:
        yield connection


def head(client, query, sent_as, length):
    """A request's head; without a length the body comes in chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return (
        f"POST {client.at}/imports{query} HTTP/1.1\r\nHost: front-door\r\n"
        f"Authorization: Bearer {client.key}\r\nContent-Type: {sent_as}\r\n{size}\r\n\r\n"
    ).encode()


def in_chunks(body, size=10_000):
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def answer(connection):
    response = HTTPResponse(connection, method="POST")
    response.begin()
    return response.status, json.loads(response.read())


def ndjson(rows):
    return as_ndjson(rows), NDJSON


def csv_rows(rows):
    return as_csv(rows, columns=list(flat(rows[0])), ends="\r\n"), CSV


def ended(client):
    """The only import, once it has ended."""
    deadline = time.monotonic() + 60
    while True:
        items = client.get("imports").json["items"]
        if items and items[0]["state"] != "running":
            (only,) = items
            return only
        assert time.monotonic() < deadline
        time.sleep(0.02)


def references(hub):
    with hub.transaction() as session:
        return set(session.scalars(select(Contact.agency_reference)))


@pytest.mark.parametrize("is_chunked", [False, True], ids=["by length", "chunked"])
@pytest.mark.parametrize("form", [ndjson, csv_rows])
@pytest.mark.parametrize("query", ["", "?mode=atomic", "?dry_run=true"])
@pytest.mark.parametrize("says_goodbye", [False, True], ids=["gone", "half closed"])
def test_of_a_body_that_breaks_off_whole_records_stand_or_none(
    address, hub, form, query, is_chunked, says_goodbye
):
    rows = [a_contact() for _ in range(RECORDS)]
    body, sent_as = form(rows)
    half = body[: len(body) // 4 * 3 + 7]
    with connected(address) as connection:
        connection.sendall(head(hub.police, query, sent_as, None if is_chunked else len(body)))
        connection.sendall(in_chunks(half) if is_chunked else half)
        if says_goodbye:
            connection.shutdown(socket.SHUT_WR)
            status, told = answer(connection)
            assert (status, told["type"]) == (400, "/problems/malformed-body")
            assert told["import"] == f"{hub.police.at}/imports/{ended(hub.police)['id']}"
    kept = ended(hub.police)
    came = half.count(b"\n") - (form is csv_rows)
    assert kept["state"] == "broken_off"
    assert ROWS_IN_A_BATCH < kept["received"] <= came
    assert kept["last_line"] == kept["received"] + (form is csv_rows)
    found = results_of(hub.police, kept["id"])
    assert {each["result"] for each in found} == {"unwritten" if query else "created"}
    expected = {} if query else {row["agency_reference"] for row in rows[: kept["received"]]}
    assert references(hub) == set(expected)
    assert set(written(hub).values()) == {0, len(expected)}


@pytest.mark.parametrize("query", ["", "?mode=atomic", "?dry_run=true"])
def test_a_half_sent_body_holds_no_connection_to_the_database(address, hub, query):
    body = as_ndjson(a_contact() for _ in range(RECORDS))
    with connected(address) as slow:
        slow.sendall(head(hub.police, query, NDJSON, len(body)) + body[: len(body) // 4 * 3])
        # The pool has one connection: were it taken, these would wait for it in vain.
        for _ in range(3):
            quick = HTTPConnection(*address, timeout=60)
            headers = {"Authorization": f"Bearer {hub.police.key}"}
            quick.request("GET", f"{hub.police.at}/contacts", headers=headers)
            assert quick.getresponse().status == 200
            quick.close()
        slow.sendall(body[len(body) // 4 * 3 :])
        status, told = answer(slow)
    assert (status, told["created"]) == (200, RECORDS)


@pytest.mark.parametrize("query", ["", "?mode=atomic"])
def test_a_long_body_takes_little_memory(server, hub, query):
    before = set(descendants(os.getpid()))
    with live_server(environment_for(server)) as url:
        web = set(descendants(os.getpid())) - before
        address = (urlsplit(url).hostname, urlsplit(url).port)
        at_first = {process: peak_of(process) for process in web}
        with connected(address) as connection:
            connection.sendall(head(hub.police, query, NDJSON, MANY * 1_000))
            for _ in range(MANY // 100):
                connection.sendall(b"".join(line_of_1000() for _ in range(100)))
            status, told = answer(connection)
        growth = {process: peak_of(process) - at_first[process] for process in web}
    assert (status, told["created"]) == (200, MANY)
    assert 0 < max(growth.values()) < MOST_GROWTH_KB, growth


def line_of_1000():
    sent = a_contact(narrative="")
    spare = 1_000 - len(as_ndjson([sent]))
    return as_ndjson([sent | {"narrative": "x" * spare}])


def peak_of(process):
    """The most memory that a process ever had, in KiB."""
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1])
