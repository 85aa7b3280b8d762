"""The real server over raw sockets: what a client of the application's own never sends."""

import gzip
import http.client
import json
import os
import re
import signal
import socket
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.factories.contacts import a_contact
from tests.support.live_server import live_server
from tests.support.processes import descendants, wait_until_gone
from tests.support.settings import environment_for

LIMIT = 20_000


@pytest.fixture(scope="module")
def address(server):
    """Where a server listens that takes bodies of `LIMIT` bytes and has one connection a worker."""
    settings = {"MAX_BODY_BYTES": str(LIMIT), "DATABASE_POOL_SIZE": "1", "WEB_WORKERS": "1"}
    with live_server({**environment_for(server), **settings}) as base:
        parts = urlsplit(base)
        yield parts.hostname, parts.port


@contextmanager
def connected(address):
    with socket.create_connection(address, timeout=30) as connection:
        yield connection


def answer(connection, method="GET"):
    """The next answer on a connection, its body read."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    response.body = response.read()
    return response


def head(client, *lines, target="contacts", method="POST"):
    """A request's head; `target` is a path below the authority's, or an absolute one."""
    path = target if target.startswith("/") else f"{client.at}/{target}"
    return "\r\n".join(
        [
            f"{method} {path} HTTP/1.1",
            "Host: front-door",
            f"Authorization: Bearer {client.key}",
            *lines,
            "\r\n",
        ]
    ).encode("latin-1")


JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"


def length(body):
    return f"Content-Length: {len(body)}"


def chunks(body, size=1000):
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def contact_of(size):
    """A contact whose JSON has so many bytes."""
    contact = a_contact()
    spare = size - len(json.dumps(contact).encode())
    body = json.dumps(contact).encode() + b" " * spare
    assert len(body) == size
    return body


def problem(response, status, slug):
    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.body)["type"] == f"/problems/{slug}"


def references(hub):
    return {each["agency_reference"] for each in hub.decider.get("contacts").json["items"]}


def test_a_chunked_body_of_exactly_the_limit_is_stored_whole(address, hub):
    body = contact_of(LIMIT)
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, CHUNKED) + chunks(body))
        response = answer(connection)
    assert response.status == 201
    sent = json.loads(body)
    assert json.loads(response.body)["narrative"] == sent["narrative"]
    assert references(hub) == {sent["agency_reference"]}


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT * 3])
def test_a_chunked_body_over_the_limit_is_refused_and_never_cut(address, hub, size):
    # Cut at the limit, it would be a whole contact: only spaces follow.
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, CHUNKED) + chunks(contact_of(size)))
        problem(answer(connection), 413, "too-large")
    assert references(hub) == set()


def test_a_body_over_the_limit_is_refused_by_its_length_before_it_is_sent(address, hub):
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, f"Content-Length: {LIMIT + 1}"))
        problem(answer(connection), 413, "too-large")
    assert references(hub) == set()


def test_a_body_that_ends_before_its_length_stores_nothing(address, hub):
    body = contact_of(1000)
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, "Content-Length: 1001") + body)
        connection.shutdown(socket.SHUT_WR)
        problem(answer(connection), 400, "malformed-body")
    assert references(hub) == set()


def test_chunks_that_are_none_store_nothing(address, hub):
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, CHUNKED) + b"zz\r\n{}\r\n0\r\n\r\n")
        assert answer(connection).status == 400
    assert references(hub) == set()


def test_a_half_sent_body_holds_no_database_connection(address, hub):
    body = contact_of(1000)
    with connected(address) as slow, connected(address) as quick:
        slow.sendall(head(hub.police, JSON, length(body)) + body[:500])
        # The pool has one connection: were it taken, these would wait for it in vain.
        for _ in range(3):
            quick.sendall(head(hub.police, target="contacts", method="GET"))
            assert json.loads(answer(quick).body)["items"] == []
        slow.sendall(body[500:])
        assert answer(slow).status == 201


def test_a_compressed_body_is_unsupported(address, hub):
    body = gzip.compress(contact_of(1000))
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, "Content-Encoding: gzip", length(body)) + body)
        problem(answer(connection), 415, "unsupported-media-type")


def test_both_lengths_at_once_are_refused(address, hub):
    # Two readings of where a body ends are how a request is smuggled past a proxy.
    body = chunks(contact_of(1000))
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, CHUNKED, length(body)) + body)
        assert answer(connection).status == 400
    assert references(hub) == set()


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length: +2",),
        ("Content-Length: two",),
        ("Transfer-Encoding: identity, chunked, chunked",),
        ("Broken header",),
        (" Folded: header",),
    ],
)
def test_a_head_that_is_no_http_is_refused(address, hub, lines):
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, *lines) + b"{}")
        assert 400 <= answer(connection).status < 502
    assert references(hub) == set()


@pytest.mark.parametrize(
    "lines",
    [
        (f"X-Long: {'x' * 10_000}",),
        tuple(f"X-Many-{number}: x" for number in range(150)),
    ],
)
def test_a_huge_head_is_refused(address, hub, lines):
    with connected(address) as connection:
        connection.sendall(head(hub.police, *lines, target="contacts", method="GET"))
        assert 400 <= answer(connection).status < 500


def test_a_huge_request_line_is_refused(address, hub):
    with connected(address) as connection:
        target = f"contacts?cursor={'x' * 9000}"
        connection.sendall(head(hub.police, target=target, method="GET"))
        assert 400 <= answer(connection).status < 500


@pytest.mark.parametrize("target", ["/v1/%00", "contacts/%00", "contacts%00", "/problems/%00"])
def test_a_nul_in_the_path_leads_nowhere(address, hub, target):
    with connected(address) as connection:
        connection.sendall(head(hub.police, target=target, method="GET"))
        problem(answer(connection), 404, "not-found")


def test_a_nul_as_an_authority_is_no_authority(address, hub):
    with connected(address) as connection:
        target = "/v1/authorities/%00/contacts"
        connection.sendall(head(hub.police, target=target, method="GET"))
        problem(answer(connection), 404, "not-found")


def test_a_nul_in_a_query_is_unprocessable(address, hub):
    with connected(address) as connection:
        target = "contacts?agency_reference=a%00b"
        connection.sendall(head(hub.decider, target=target, method="GET"))
        problem(answer(connection), 422, "unprocessable")


def test_a_raw_nul_in_a_head_is_refused(address, hub):
    with connected(address) as connection:
        connection.sendall(head(hub.police, "X-Request-ID: a\0b", target="/livez", method="GET"))
        assert answer(connection).status == 400


def test_head_is_get_without_its_body(address, hub):
    record = hub.police.submit()
    target = f"contacts/{record['id']}"
    with connected(address) as connection:
        connection.sendall(head(hub.police, target=target, method="HEAD"))
        bare = answer(connection, method="HEAD")
        connection.sendall(head(hub.police, target=target, method="GET"))
        full = answer(connection)
    assert bare.status == full.status == 200
    assert bare.body == b""
    for name in ("ETag", "Content-Type", "Content-Length"):
        assert bare.headers[name] == full.headers[name]


def test_requests_on_one_connection_are_answered_in_their_order(address, hub):
    wanted = ["r1", "r2", "r3"]
    with connected(address) as connection:
        connection.sendall(
            b"".join(
                head(hub.police, f"X-Request-ID: {each}", target="contacts", method="GET")
                for each in wanted
            )
        )
        answers = [answer(connection) for _ in wanted]
    assert [each.headers["X-Request-ID"] for each in answers] == wanted
    assert {each.status for each in answers} == {200}


def test_a_refused_body_is_not_read_as_the_next_request(address, hub):
    smuggled = head(hub.decider, target="contacts", method="GET")
    with connected(address) as connection:
        connection.sendall(head(hub.police, "Content-Type: text/plain", length(smuggled)))
        connection.sendall(smuggled)
        problem(answer(connection), 415, "unsupported-media-type")
        connection.sendall(head(hub.police, "X-Request-ID: next", target="/livez", method="GET"))
        assert answer(connection).headers["X-Request-ID"] == "next"


def test_a_client_that_waits_to_be_asked_is_asked(address, hub):
    body = contact_of(1000)
    with connected(address) as connection:
        connection.sendall(head(hub.police, JSON, "Expect: 100-continue", length(body)))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue\r\n")
        connection.sendall(body)
        assert answer(connection).status == 201


@pytest.mark.parametrize("target", ["/livez", "/nothing", "contacts"])
def test_no_version_is_told(address, hub, target):
    with connected(address) as connection:
        connection.sendall(head(hub.police, target=target, method="GET"))
        headers = answer(connection).headers
    assert headers["Server"] == "gunicorn"
    assert not {"X-Powered-By", "Via"} & set(headers)
    assert not re.search(r"[Pp]ython|[Ff]lask|[Ww]erkzeug", str(headers))


def test_what_is_under_way_is_finished_before_the_server_stops(server, hub):
    body = contact_of(1000)
    before = set(descendants(os.getpid()))
    with live_server(environment_for(server)) as base:
        started = sorted(set(descendants(os.getpid())) - before)
        (master,) = (process for process in started if descendants(process))
        place = (urlsplit(base).hostname, urlsplit(base).port)
        with connected(place) as connection:
            connection.sendall(head(hub.police, JSON, "Expect: 100-continue", length(body)))
            assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue")
            os.kill(master, signal.SIGTERM)
            wait_for_one_worker(master)
            connection.sendall(body)
            assert answer(connection).status == 201
        wait_until_gone(started)
    assert references(hub) == {json.loads(body)["agency_reference"]}


def wait_for_one_worker(master):
    """Wait until one of two workers has ended: the server is stopping, the busy one works on."""
    deadline = time.monotonic() + 15
    while len(descendants(master)) != 1:
        if time.monotonic() > deadline:
            message = f"the workers are {descendants(master)}"
            raise TimeoutError(message)
        time.sleep(0.02)
