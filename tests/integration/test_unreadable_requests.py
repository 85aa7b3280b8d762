"""What gunicorn itself cannot read is a problem, and is repeated neither in it nor in the log."""

import json
import socket
from collections.abc import Iterator

import pytest
from gunicorn.http import errors

from api.problems import PROBLEMS
from core.web_worker import WebWorker
from tests.support.live_server import HOST, live_server
from tests.support.marks import FAMILY_NAME, logged, marks_in
from tests.support.settings import environment_for

NAME = FAMILY_NAME.encode()
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
# A body that is longer than it says: its rest is read as the next request.
TWO_IN_ONE = (
    b"POST /v1/authorities/E06000004/contacts HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    b'{}{"child": {"family_name": "' + NAME + b'"}}\r\n\r\n'
)

UNREADABLE = {
    "the rest of a body": (TWO_IN_ONE, 400, "bad-request"),
    "no request line": (NAME + b" was here\r\n\r\n", 400, "bad-request"),
    "a control character": (b"GET /" + NAME + b"\x01 HTTP/1.1\r\n\r\n", 400, "bad-request"),
    "a method that is none": (NAME * 3 + b" / HTTP/1.1\r\n\r\n", 400, "bad-request"),
    "another protocol": (b"GET /" + NAME + b" HTTP/9.9\r\n\r\n", 400, "bad-request"),
    "a header's name that is none": (GET + NAME + b" X: y\r\n\r\n", 400, "bad-request"),
    "a length that is none": (GET + b"Content-Length: " + NAME + b"\r\n\r\n", 400, "bad-request"),
    "a coding that is none": (
        GET + b"Transfer-Encoding: " + NAME + b"\r\n\r\n",
        501,
        "bad-request",
    ),
    "an expectation": (GET + b"Expect: " + NAME + b"\r\n\r\n", 417, "bad-request"),
    "a long header": (GET + b"X: " + NAME * 1_000 + b"\r\n\r\n", 431, "bad-request"),
    "a long address": (b"GET /" + NAME * 1_000 + b" HTTP/1.1\r\n\r\n", 414, "uri-too-long"),
}


@pytest.fixture(scope="module")
def port(server) -> Iterator[int]:
    with live_server(environment_for(server)) as url:
        yield int(url.rpartition(":")[2])


def last_answer(raw: bytes) -> tuple[str, dict[str, str], bytes]:
    """The status line, headers and body of the last answer on a connection."""
    head, _, body = raw[raw.rindex(b"HTTP/1.1") :].partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return status, dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize(("request_", "status", "slug"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_a_problem_that_repeats_nothing(port, capfd, request_, status, slug):
    with socket.create_connection((HOST, port), timeout=30) as connection:
        connection.sendall(request_)
        raw = b"".join(iter(lambda: connection.recv(65_536), b""))
    line, headers, body = last_answer(raw)
    answer = json.loads(body)
    assert line.split(" ")[1] == str(status)
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Connection"] == "close"
    assert headers["X-Request-ID"] == answer["instance"]
    problem = PROBLEMS[slug]
    assert (answer["type"], answer["title"], answer["status"]) == (
        problem.path,
        problem.title,
        status,
    )
    assert answer["detail"]
    assert marks_in(raw.decode()) == []
    assert marks_in("".join(capfd.readouterr())) == []


@pytest.mark.parametrize(
    ("error", "event", "status"),
    [
        (errors.InvalidRequestLine(FAMILY_NAME), "unreadable_request", 400),
        (errors.InvalidHeaderName(FAMILY_NAME), "unreadable_request", 400),
        (errors.InvalidResponseHeader(FAMILY_NAME), "unexpected_error", 500),
        (ValueError(FAMILY_NAME), "unexpected_error", 500),
    ],
)
def test_the_log_says_of_what_kind_it_was_and_not_what_stood_there(error, event, status):
    ours, theirs = socket.socketpair()
    worker = WebWorker.__new__(WebWorker)
    with logged() as lines, ours, theirs:
        worker.handle_error(None, ours, (HOST, 1), error)
        line, _, body = last_answer(theirs.recv(65_536))
    assert line.split(" ")[1] == str(status)
    (logged_line,) = lines.events()
    assert (logged_line["event"], logged_line["error_type"]) == (event, type(error).__qualname__)
    assert logged_line["request_id"] == json.loads(body)["instance"]
    assert marks_in(lines.text + body.decode()) == []
    problem = PROBLEMS["bad-request" if status == 400 else "unexpected"]
    assert json.loads(body)["title"] == problem.title
