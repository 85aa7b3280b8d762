"""The shipped nginx configuration in front of the real web server."""

import http.client
import json
import socket
import time
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest

from api.problems import PROBLEMS
from tests.factories.contacts import a_contact
from tests.support.live_server import live_server
from tests.support.servers import ADDRESS, free_port, nginx_in_front_of
from tests.support.settings import environment_for
from tests.support.tools import require_program

SLOW_SOCKETS = 100
SERVICE_LIMIT = 1_048_576
NGINX_LIMIT = 1_126_400


@pytest.fixture(scope="module")
def programs():
    return {
        "program": require_program("nginx", package="nginx-light"),
        "openssl": require_program("openssl", package="openssl"),
    }


@pytest.fixture(scope="module")
def nginx(server, programs):
    with (
        live_server(environment_for(server)) as url,
        nginx_in_front_of(urlsplit(url).netloc, **programs) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def nginx_alone(programs):
    """An nginx behind which nothing listens."""
    with nginx_in_front_of(f"{ADDRESS}:{free_port()}", **programs) as running:
        yield running


@pytest.fixture
def headers(hub):
    return {"Authorization": f"Bearer {hub.police.key}", "Content-Type": "application/json"}


@pytest.fixture
def contacts(hub):
    return f"{hub.police.at}/contacts"


def ask(nginx, method, path, **options):
    """The answer to one request, its body read."""
    with closing(nginx.connect()) as connection:
        connection.request(method, path, **options)
        return received(connection)


def received(connection):
    answer = connection.getresponse()
    answer.text = answer.read().decode()
    return answer


def raw(nginx, sent):
    """The answer to bytes over TLS."""
    with slow_socket(nginx, sent) as wire, http.client.HTTPResponse(wire) as answer:
        answer.begin()
        answer.text = answer.read().decode()
        return answer


def slow_socket(nginx, sent):
    plain = socket.create_connection((ADDRESS, nginx.port), timeout=60)
    wire = nginx.trust().wrap_socket(plain, server_hostname=ADDRESS)
    wire.sendall(sent)
    return wire


def assert_problem(answer, slug):
    """It is a problem of the catalogue, with the request's id."""
    problem = PROBLEMS[slug]
    body = json.loads(answer.text)
    assert answer.status == problem.status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body.pop("detail")
    assert body == {
        "type": problem.path,
        "title": problem.title,
        "status": problem.status,
        "instance": answer.headers["X-Request-ID"],
    }


def test_a_record_goes_in_and_its_etag_holds_through_nginx(nginx, headers, contacts):
    headers = headers | {"Accept-Encoding": "gzip"}
    made = ask(nginx, "POST", contacts, body=json.dumps(a_contact()), headers=headers)
    assert (made.status, made.headers["ETag"]) == (201, '"1"')
    path = made.headers["Location"]
    read = ask(nginx, "GET", path, headers=headers)
    assert (read.status, json.loads(read.text)) == (200, json.loads(made.text))
    same = ask(nginx, "GET", path, headers=headers | {"If-None-Match": read.headers["ETag"]})
    assert (same.status, same.headers["ETag"], same.text) == (304, '"1"', "")
    patch = {"body": '{"presenting_need": "N5"}', "headers": headers | {"If-Match": '"1"'}}
    assert ask(nginx, "PATCH", path, **patch).headers["ETag"] == '"2"'
    assert ask(nginx, "PATCH", path, **patch).status == 412


def test_a_chunked_body_goes_in_whole(nginx, headers, contacts):
    sent = a_contact(narrative="Seen by officers. " * 500)
    text = json.dumps(sent)
    parts = [text[at : at + 1000].encode() for at in range(0, len(text), 1000)]
    made = ask(nginx, "POST", contacts, body=parts, headers=headers, encode_chunked=True)
    assert made.status == 201
    assert json.loads(made.text)["narrative"] == sent["narrative"].strip()


def test_the_callers_request_id_passes_and_a_bad_one_is_replaced(nginx):
    kept = ask(nginx, "GET", "/livez", headers={"X-Request-ID": "case-17.a"})
    replaced = ask(nginx, "GET", "/livez", headers={"X-Request-ID": "two words"})
    assert kept.headers["X-Request-ID"] == "case-17.a"
    assert len(replaced.headers["X-Request-ID"]) == 32


def test_the_services_own_problems_pass_untouched(nginx, headers):
    unknown = ask(nginx, "GET", "/v1/authorities/E99999999/contacts", headers=headers)
    assert_problem(unknown, "not-found")
    assert "authority" in json.loads(unknown.text)["detail"]


def test_a_body_a_little_too_large_is_refused_by_the_service(nginx, headers, contacts):
    answer = ask(nginx, "POST", contacts, body=b" " * (SERVICE_LIMIT + 1), headers=headers)
    assert_problem(answer, "too-large")
    assert f"{SERVICE_LIMIT:,}" in json.loads(answer.text)["detail"]


def test_a_body_far_too_large_is_refused_before_it_comes(nginx, headers, contacts):
    announced = headers | {"Content-Length": str(NGINX_LIMIT + 1)}
    assert_problem(ask(nginx, "POST", contacts, headers=announced), "too-large")


def test_a_chunked_body_far_too_large_is_refused(nginx, headers, contacts):
    parts = [b" " * 1024] * (NGINX_LIMIT // 1024 + 1)
    answer = ask(nginx, "POST", contacts, body=parts, headers=headers, encode_chunked=True)
    assert_problem(answer, "too-large")


@pytest.mark.parametrize(
    ("sent", "slug"),
    [
        (b"GET /livez HTTP/1.1\r\n\r\n", "bad-request"),
        (b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", "bad-request"),
        (b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n", "bad-request"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br\r\n\r\n", "bad-request"),
        (b"GET /?" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", "uri-too-long"),
        (b"GET /nginx/too-large HTTP/1.1\r\nHost: a\r\n\r\n", "not-found"),
        (b"TRACE /livez HTTP/1.1\r\nHost: a\r\n\r\n", "method-not-allowed"),
    ],
)
def test_what_nginx_refuses_is_a_problem(nginx, sent, slug):
    assert_problem(raw(nginx, sent), slug)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/livez", None),
        ("POST", "/v1/authorities/E06000004/contacts", b"x" * 1_000),
        ("POST", "/v1/authorities/E06000004/imports", b"x" * 2_700_000),
    ],
)
def test_while_the_service_is_away_the_answer_is_503_with_retry_after(
    nginx_alone, method, path, body
):
    answer = ask(nginx_alone, method, path, headers={"X-Request-ID": "case-18"}, body=body)
    assert_problem(answer, "unavailable")
    assert (answer.headers["Retry-After"], answer.headers["X-Request-ID"]) == ("5", "case-18")


def test_plain_http_is_refused_for_programs_and_led_to_https_for_people(nginx, headers, contacts):
    with closing(http.client.HTTPConnection(ADDRESS, nginx.plain_port, timeout=60)) as connection:
        connection.request("GET", contacts, headers=headers)
        refused = received(connection)
        connection.request("GET", "/docs?from=a-letter")
        led = received(connection)
    assert_problem(refused, "forbidden")
    assert "Location" not in refused.headers
    assert (led.status, led.headers["Location"]) == (301, f"https://{ADDRESS}/docs")


def test_slow_senders_do_not_stop_others(nginx, headers, contacts):
    body = json.dumps(a_contact()).encode()
    named = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    beginning = f"POST {contacts} HTTP/1.1\r\nHost: {ADDRESS}\r\n{named}".encode()
    announced = beginning + f"Content-Length: {len(body)}\r\n\r\n".encode()
    with ExitStack() as open_sockets:
        half = [beginning, announced + body[:-1]] * (SLOW_SOCKETS // 2)
        slow = [open_sockets.enter_context(slow_socket(nginx, each)) for each in half]
        for _ in range(20):
            assert ask(nginx, "GET", contacts, headers=headers).status == 200
        slow[-1].sendall(body[-1:])
        answer = open_sockets.enter_context(http.client.HTTPResponse(slow[-1]))
        answer.begin()
        assert answer.status == 201


def test_nginx_logs_the_path_without_the_query_and_no_key(nginx, headers, contacts, hub):
    named = headers | {"X-Request-ID": f"logged-{hub.authority}"}
    assert ask(nginx, "GET", f"{contacts}?agency_reference=R-17", headers=named).status == 200
    deadline = time.monotonic() + 30
    while not (lines := [x for x in nginx.log.read_text().splitlines() if hub.authority in x]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (line,) = [json.loads(each) for each in lines]
    assert (line["path"], line["status"], line["method"]) == (contacts, "200", "GET")
    assert "R-17" not in nginx.log.read_text()
    assert hub.police.key not in nginx.log.read_text()
