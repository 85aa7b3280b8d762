"""An answer reaches who goes on sending; who never stops is cut off, and keeps nobody waiting."""

import http.client
import json
import selectors
import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from core.lingering_close import MOST_BYTES, LingeringClose
from tests.support.live_server import live_server
from tests.support.settings import environment_for

# More than fits between two sockets: most of it is sent after the answer was given.
SENT = 24_000_000
PART = b" " * 65_536
WRONG_KEY = {"Authorization": "Bearer nobody"}
WRONG_TYPE = {"Content-Type": "application/json"}
CHUNKED = {"Transfer-Encoding": "chunked"}


@pytest.fixture(scope="module")
def address(server):
    """Where a server listens that has one thread, and takes fewer connections than come here."""
    one = {"WEB_WORKERS": "1", "WEB_THREADS": "1"}
    few = {"GUNICORN_CMD_ARGS": "--worker-connections=20"}  # all in use if the closed ones count
    with live_server({**environment_for(server), **one, **few}) as base:
        parts = urlsplit(base)
        yield parts.hostname, parts.port


@pytest.fixture
def head(hub):
    """Makes the head of an import."""

    def made(**changed):
        headers = {
            "Host": "front-door",
            "Authorization": f"Bearer {hub.police.key}",
            "Content-Type": "application/x-ndjson",
        }
        lines = [f"{name}: {value}" for name, value in (headers | changed).items()]
        return "\r\n".join([f"POST {hub.police.at}/imports HTTP/1.1", *lines, "\r\n"]).encode()

    return made


def connected(address):
    return socket.create_connection(address, timeout=60)


def answer(connection):
    """The whole answer on a connection, and its problem."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response, json.loads(response.read())


def length(number=SENT):
    return {"Content-Length": str(number)}


def is_served(address):
    with connected(address) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: front-door\r\n\r\n")
        return answer(connection)[0].status == 200


@pytest.mark.parametrize(
    ("changed", "body", "status"),
    [
        (WRONG_KEY | length(), b" " * SENT, 401),
        (WRONG_TYPE | length(), b" " * SENT, 415),
        (WRONG_KEY | CHUNKED, b"10000\r\n" + PART + b"\r\n", 401),
        (WRONG_TYPE | CHUNKED, (b"10000\r\n" + PART + b"\r\n") * 300 + b"0\r\n\r\n", 415),
        (length("none"), b" " * SENT, 400),
    ],
    ids=["key", "type", "key, in chunks", "type, in chunks", "unreadable"],
)
def test_who_reads_only_after_all_is_sent_gets_the_whole_answer(
    address, head, changed, body, status
):
    with connected(address) as connection:
        connection.sendall(head(**changed))
        connection.sendall(body)
        response, problem = answer(connection)
        assert (response.status, problem["status"]) == (status, status)
        assert problem["instance"] == response.headers["X-Request-ID"]
        assert response.headers["Connection"] == "close"
        assert connection.recv(1) == b""
    assert is_served(address)


def test_a_refused_body_that_is_soon_read_leaves_the_connection_open(address, head):
    with connected(address) as connection:
        for _ in range(2):
            connection.sendall(head(**WRONG_TYPE, **length(60_000)) + b" " * 60_000)
            response, _ = answer(connection)
            assert (response.status, response.headers["Connection"]) == (415, "keep-alive")


def go_on_sending(connection, part, pause):
    """Send parts without end; ends after a minute if they are still taken."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        connection.sendall(part)
        time.sleep(pause)


@pytest.mark.parametrize(("part", "pause"), [(PART, 0), (b" ", 0.1)], ids=["fast", "slow"])
def test_who_never_stops_sending_is_cut_off_and_the_next_is_served(address, head, part, pause):
    with connected(address) as connection:
        connection.sendall(head(**WRONG_KEY, **length(1_000 * MOST_BYTES)))
        with pytest.raises(ConnectionError):
            go_on_sending(connection, part, pause)
    assert is_served(address)


def test_those_who_stop_in_the_middle_keep_nobody_waiting(address, head):
    with ExitStack() as open_ones:
        waiting = [open_ones.enter_context(connected(address)) for _ in range(10)]
        for each in waiting:
            each.sendall(head(**WRONG_KEY, **length()) + b" " * 1_000)
            assert answer(each)[0].status == 401
        assert is_served(address)
        # Nor was that because they were cut off: what they send is still taken.
        for each in waiting:
            each.sendall(PART)
            each.sendall(PART)
        assert is_served(address)


@pytest.fixture
def loop():
    with selectors.DefaultSelector() as poller:
        yield poller


def run(loop):
    """One round of gunicorn's loop; gives how many connections were ready."""
    ready = loop.select(timeout=0)
    for key, _ in ready:
        key.data(key.fileobj)
    return len(ready)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_sender_is_cut_off_after_so_many_bytes(loop, pair):
    ours, theirs = pair
    closed = []
    lingering = LingeringClose(loop, closed=lambda: closed.append(ours), most_bytes=100_000)
    lingering.begin(ours)
    theirs.sendall(PART)
    assert (run(loop), closed) == (1, [])
    theirs.sendall(PART)
    assert (run(loop), closed, ours.fileno()) == (1, [ours], -1)
    with pytest.raises(BrokenPipeError):
        theirs.sendall(PART)


def test_a_sender_is_cut_off_when_its_time_is_up_and_no_sooner(loop):
    closed = []
    with ExitStack() as sockets:
        for seconds, expected in ((3_600, 0), (0, 1)):
            ours, theirs = map(sockets.enter_context, socket.socketpair())
            lingering = LingeringClose(loop, closed=lambda: closed.append(1), seconds=seconds)
            lingering.begin(ours)
            theirs.sendall(PART)
            run(loop)
            lingering.cut_off_overdue()
            assert len(closed) == expected


@pytest.mark.parametrize(
    "leave",
    [socket.socket.close, lambda sender: sender.shutdown(socket.SHUT_WR)],
    ids=["closed", "ended"],
)
def test_who_has_left_is_let_go_at_once(loop, pair, leave):
    ours, theirs = pair
    closed = []
    leave(theirs)
    LingeringClose(loop, closed=lambda: closed.append(ours)).begin(ours)
    run(loop)
    assert (closed, ours.fileno(), len(loop.get_map())) == ([ours], -1, 0)


def test_a_connection_that_is_closed_already_is_only_counted(loop, pair):
    ours, _ = pair
    ours.close()
    closed = []
    LingeringClose(loop, closed=lambda: closed.append(ours)).begin(ours)
    assert (closed, len(loop.get_map())) == ([ours], 0)
