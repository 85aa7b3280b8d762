"""Imports through the shipped nginx: large, handed on as they come, and never too many at once."""

import json
import time
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.factories.contacts import a_contact
from tests.support.live_server import live_server
from tests.support.servers import nginx_in_front_of
from tests.support.settings import environment_for
from tests.support.tools import require_program

NGINX_LIMIT = 129 * 1024 * 1024
AT_ONCE = 4
BATCH = 1_000


@pytest.fixture(scope="module")
def nginx(server):
    programs = {
        "program": require_program("nginx", package="nginx-light"),
        "openssl": require_program("openssl", package="openssl"),
    }
    with (
        live_server(environment_for(server)) as url,
        nginx_in_front_of(urlsplit(url).netloc, **programs) as running,
    ):
        yield running


@pytest.fixture
def imports(hub):
    return f"{hub.police.at}/imports"


@pytest.fixture
def headers(hub):
    return {"Authorization": f"Bearer {hub.police.key}", "Content-Type": "application/x-ndjson"}


def lines(first, number, **fields):
    """So many good records as NDJSON."""
    records = (a_contact(agency_reference=f"N-{first + each}", **fields) for each in range(number))
    return "".join(json.dumps(each) + "\n" for each in records).encode()


def answered(connection):
    """The status, the headers and the JSON of an answer."""
    answer = connection.getresponse()
    return answer.status, answer.headers, json.loads(answer.read())


def ask(nginx, method, path, **options):
    with closing(nginx.connect()) as connection:
        connection.request(method, path, **options)
        return answered(connection)


def chunk(part):
    return b"%x\r\n%s\r\n" % (len(part), part)


@contextmanager
def begun(nginx, path, headers, part):
    """A connection on which an import is on its way, in chunks."""
    with closing(nginx.connect()) as connection:
        connection.putrequest("POST", path)
        for name, value in (headers | {"Transfer-Encoding": "chunked"}).items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(chunk(part))
        yield connection


def ended(connection, part=b""):
    """The answer once the rest of the body is sent."""
    connection.send((chunk(part) if part else b"") + chunk(b""))
    return answered(connection)


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def newest(hub):
    return next(iter(hub.police.get("imports").get_json()["items"]), {"received": 0})


def test_a_body_larger_than_that_of_one_record_may_be_is_imported(nginx, hub, imports, headers):
    sent = lines(0, 300, narrative="Seen by officers. " * 500)
    assert len(sent) > 2_000_000
    status, _, summary = ask(nginx, "POST", imports, body=sent, headers=headers)
    assert (status, summary["created"], newest(hub)["created"]) == (200, 300, 300)


def test_records_are_written_while_the_rest_is_on_its_way(nginx, hub, imports, headers):
    with begun(nginx, imports, headers, lines(0, 2 * BATCH + 500)) as connection:
        until(lambda: newest(hub)["received"] == 2 * BATCH)
        status, _, summary = ended(connection, lines(2 * BATCH + 500, 500))
    assert (status, summary["created"]) == (200, 3 * BATCH)


def test_of_an_import_whose_sender_leaves_the_report_says_how_far_it_came(
    nginx, hub, imports, headers
):
    with begun(nginx, imports, headers, lines(0, 2 * BATCH + 500)):
        until(lambda: newest(hub)["received"] == 2 * BATCH)
    until(lambda: newest(hub)["state"] != "running")
    report = newest(hub)
    assert report["state"] == "broken_off"
    assert 2 * BATCH <= report["created"] == report["received"] == report["last_line"]


def test_a_body_above_the_limit_is_refused_before_it_comes(nginx, imports, headers):
    announced = headers | {"Content-Length": str(NGINX_LIMIT + 1)}
    status, _, problem = ask(nginx, "POST", imports, headers=announced)
    assert (status, problem["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"Authorization": "Bearer nobody"}, 401), ({"Content-Type": "application/json"}, 415)],
)
def test_what_is_refused_before_the_body_is_read_is_answered_in_words(
    nginx, imports, headers, wrong, status
):
    sent = lines(0, 300, narrative="Seen by officers. " * 500)
    found, answer, problem = ask(nginx, "POST", imports, body=sent, headers=headers | wrong)
    assert (found, problem["status"]) == (status, status)
    assert problem["instance"] == answer["X-Request-ID"]
    # nginx keeps connections to the service, and must not send the next request on this one.
    status, _, page = ask(nginx, "GET", imports, headers=headers)
    assert (status, page["items"]) == (200, [])


def test_one_import_too_many_is_told_to_come_back_and_others_are_served(
    nginx, hub, imports, headers
):
    with ExitStack() as at_once:
        open_ones = [
            at_once.enter_context(begun(nginx, imports, headers, lines(number * 200, 200)))
            for number in range(AT_ONCE)
        ]
        until(lambda: len(hub.police.get("imports").get_json()["items"]) == AT_ONCE)
        status, answer, problem = ask(nginx, "POST", imports, body=lines(0, 1), headers=headers)
        assert (status, problem["type"]) == (503, "/problems/unavailable")
        assert answer["Retry-After"] == "5"
        status, _, page = ask(nginx, "GET", imports, headers=headers)
        assert (status, len(page["items"])) == (200, AT_ONCE)
        assert [ended(each)[0] for each in open_ones] == [200] * AT_ONCE
