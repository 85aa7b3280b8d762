"""The HTTP conventions that hold for every route (design: "Conventions" of the HTTP contract)."""

import io
import json
import re

import pytest
from gunicorn.http.errors import InvalidChunkSize, NoMoreData

from api.problems import PROBLEMS
from core.logging import configure_logging
from domain.errors import DomainError
from tests.support.small_app import small_app

TREES = "/v1/authorities/E06000004/trees"
RAISE = "/v1/authorities/E06000004/raise/"
JSON_TYPE = {"Content-Type": "application/json"}


@pytest.fixture
def log():
    stream = io.StringIO()
    configure_logging(stream=stream)
    return stream


@pytest.fixture
def client(log):
    assert log.getvalue() == ""
    return small_app().test_client()


def problem(response, status, slug):
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = response.get_json(force=True)
    assert body["type"] == f"/problems/{slug}"
    assert body["status"] == status
    assert body["instance"] == response.headers["X-Request-ID"]
    assert body["title"]
    assert body["detail"]
    return body


def codes(body, place="pointer"):
    return {error[place]: error["code"] for error in body["errors"]}


def test_a_good_record_is_answered_with_its_headers(client):
    response = client.post(TREES, json={"name": "  Oak  "})
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.json == {"name": "E06000004"}


def test_all_errors_of_a_body_are_reported_at_once(client):
    body = {
        "name": "x" * 21,
        "seen_at": "2014-01-06T09:12:00",
        "leaf": {"colours": ["red", "blue"]},
    }
    answer = problem(client.post(TREES, json=body), 422, "unprocessable")
    assert codes(answer) == {
        "/name": "too_long",
        "/seen_at": "not_an_instant",
        "/leaf/opened_on": "required",
        "/leaf/colours/1": "not_one_of",
    }


def test_records_of_a_list_are_found_by_their_index(client):
    answer = problem(client.post(TREES, json=[{"name": "Oak"}, {}]), 422, "unprocessable")
    assert codes(answer) == {"/1/name": "required"}


@pytest.mark.parametrize("body", ["3", '"text"', "null", "[3]"])
def test_a_body_that_is_no_object_is_unprocessable(client, body):
    answer = problem(client.post(TREES, data=body, headers=JSON_TYPE), 422, "unprocessable")
    assert set(codes(answer).values()) == {"wrong_type"}


def test_an_unknown_field_names_the_nearest_known_one(client):
    answer = problem(client.post(TREES, json={"nam": "Oak"}), 422, "unprocessable")
    assert codes(answer) == {"/name": "required", "/nam": "unknown_field"}
    assert "The nearest is name." in answer["errors"][1]["detail"]


def test_submitted_names_and_values_are_never_repeated(client, log):
    body = {"name": 7, "Jane Doe": "Jane Doe", "seen_at": "Jane Doe", "leaf": ["Jane Doe"]}
    response = client.post(TREES + "?Jane%20Doe=1", json=body)
    again = client.post(TREES, json=body)
    assert response.status_code == again.status_code == 422
    assert "Jane" not in response.text + again.text + log.getvalue()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/merge-patch+json"},
        {"Content-Type": "application/json; charset=iso-8859-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": "application/json", "Content-Encoding": "br"},
    ],
)
def test_a_body_in_another_form_is_unsupported(client, headers):
    response = client.post(TREES, data=b'{"name": "Oak"}', headers=headers)
    problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize("content_type", ["application/merge-patch+json", "application/json"])
def test_a_route_may_take_more_than_one_media_type(client, content_type):
    headers = {"Content-Type": content_type}
    response = client.patch("/v1/trees/oak", data=b'{"name": "Elm"}', headers=headers)
    assert response.json == {"name": "Elm"}


def test_a_body_over_the_limit_is_refused_by_its_length(client):
    response = client.post(TREES, data=b" " * 1001, headers=JSON_TYPE)
    problem(response, 413, "too-large")


def chunked(client, body):
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return client.post(
        TREES, input_stream=io.BytesIO(body), headers=JSON_TYPE, environ_overrides=environ
    )


def test_a_chunked_body_over_the_limit_is_refused_and_not_cut(client):
    problem(chunked(client, b'{"name": "Oak"}' + b" " * 986), 413, "too-large")


def test_a_chunked_body_within_the_limit_is_read_whole(client):
    assert chunked(client, b'{"name": "Oak"}' + b" " * 985).status_code == 201


@pytest.mark.parametrize("error", [OSError(), NoMoreData(), InvalidChunkSize(b"Jane")])
def test_a_body_that_breaks_off_is_malformed(client, error):
    class Broken(io.RawIOBase):
        def readinto(self, _buffer):
            raise error

    environ = {"wsgi.input_terminated": True, "wsgi.input": Broken()}
    response = client.post(TREES, headers=JSON_TYPE, environ_overrides=environ)
    answer = problem(response, 400, "malformed-body")
    assert [found["code"] for found in answer["errors"]] == ["broken_off"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b"{", "not_json"),
        (b'{"name": "\xff"}', "not_utf8"),
        (b'{"name": "a", "name": "b"}', "duplicate_name"),
        (b'{"name": NaN}', "not_a_number"),
        (b'{"name": 1e999}', "not_a_number"),
        (b'{"name": "a\\u0000"}', "nul"),
        (b'{"name": "a\\ud800"}', "half_pair"),
        (b"[" * 51 + b"]" * 51, "too_deep"),
    ],
)
def test_a_body_that_is_not_clean_json_is_malformed(client, body, code):
    response = client.post(TREES, data=body, headers=JSON_TYPE)
    answer = problem(response, 400, "malformed-body")
    assert [error["code"] for error in answer["errors"]] == [code]


def test_query_values_are_read_and_bad_ones_all_named(client):
    assert client.get(TREES + "?limit=7&is_tall=true").json["items"] == [{"name": "7E06000004"}]
    answer = problem(
        client.get(TREES + "?limit=0&is_tall=yes&limt=3&seen_from=a&seen_from=b"),
        422,
        "unprocessable",
    )
    assert codes(answer, "parameter") == {
        "limit": "out_of_range",
        "is_tall": "wrong_type",
        "limt": "unknown_parameter",
        "seen_from": "repeated_parameter",
    }


@pytest.mark.parametrize("path", ["/livez", "/v1/report"])
def test_a_route_without_parameters_refuses_any(client, path):
    answer = problem(client.get(path + "?form=2013-01-01"), 422, "unprocessable")
    assert codes(answer, "parameter") == {"form": "unknown_parameter"}


@pytest.mark.parametrize("accept", ["application/xml", "text/html, application/json;q=0"])
def test_a_caller_who_accepts_no_json_gets_none(client, accept):
    problem(client.get("/livez", headers={"Accept": accept}), 406, "not-acceptable")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "application/problem+json", "text/html, */*;q=0.1", ""]
)
def test_a_caller_who_accepts_json_in_any_way_gets_it(client, accept):
    assert client.get("/livez", headers={"Accept": accept}).json == {"status": "ok"}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/csv", "text/csv"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("text/*;q=0.9, application/json;q=0.8", "text/csv"),
        ("*/*", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
    ],
)
def test_a_report_comes_in_the_format_that_is_wanted_most(client, accept, media_type):
    assert client.get("/v1/report", headers={"Accept": accept}).mimetype == media_type


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_an_unknown_route_is_a_problem_whatever_is_accepted(client, accept):
    response = client.get("/v1/nothing?a=1", headers={"Accept": accept})
    problem(response, 404, "not-found")


def test_a_wrong_method_is_a_problem_that_keeps_allow(client):
    response = client.delete(TREES)
    problem(response, 405, "method-not-allowed")
    assert {"GET", "POST"} <= set(re.split(", *", response.headers["Allow"]))


@pytest.mark.parametrize("kind", ["value", "IntegrityError-23505", "ProgrammingError-42P01"])
def test_an_unexpected_error_leaks_nothing_into_answer_or_log(client, log, kind):
    response = client.get(RAISE + kind)
    problem(response, 500, "unexpected")
    assert "Jane" not in response.text + log.getvalue()


def test_the_log_says_where_an_unexpected_error_was_and_which_constraint(client, log):
    client.get(RAISE + "IntegrityError-23505")
    line = json.loads(log.getvalue().splitlines()[0])
    assert line["event"] == "unexpected_error"
    assert line["error_type"].startswith("IntegrityError")
    assert line["sqlstate"] == "23505"
    assert line["constraint"] == "contact_reference_key"
    assert any("small_app.py" in frame and "raise_kind" in frame for frame in line["frames"])


@pytest.mark.parametrize(
    "kind",
    ["pool", "interface", "OperationalError", "OperationalError-57014", "OperationalError-57P01"],
)
def test_a_database_that_is_away_is_503_with_retry_after(client, log, kind):
    response = client.get(RAISE + kind)
    problem(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "5"
    assert "Jane" not in log.getvalue()


@pytest.mark.parametrize("state", ["55P03", "40P01", "40001"])
def test_a_lock_that_takes_too_long_is_409_with_retry_after(client, state):
    response = client.get(RAISE + f"OperationalError-{state}")
    problem(response, 409, "busy")
    assert response.headers["Retry-After"] == "1"


def test_a_record_sent_before_is_linked_to(client):
    response = client.get(RAISE + "sent-before")
    answer = problem(response, 409, "sent-before-with-other-content")
    assert answer["contact"] == "/v1/authorities/E06000004/contacts/0194"
    assert response.headers["Link"] == f'<{answer["contact"]}>; rel="related"'


def test_a_reused_idempotency_key_is_named_as_the_place(client):
    answer = problem(client.get(RAISE + "key-reused"), 422, "idempotency-key-reused")
    assert codes(answer, "parameter") == {"Idempotency-Key": "reused"}


def subclasses(kind):
    return {kind}.union(*(subclasses(below) for below in kind.__subclasses__()))


def test_every_domain_error_has_a_problem_type():
    slugs = {kind.slug for kind in subclasses(DomainError) if hasattr(kind, "slug")}
    assert slugs >= {"not-found", "unauthenticated", "busy"}
    assert slugs <= PROBLEMS.keys()


@pytest.mark.parametrize("path", ["/livez", "/v1/nothing", RAISE + "value"])
def test_the_request_id_is_echoed_everywhere(client, path):
    sent = "A-z0.9_" + "x" * 121
    assert client.get(path, headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 129, "Jane Doe", "a/b"])
def test_a_request_id_of_another_form_is_replaced(client, sent):
    got = client.get("/livez", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert got != sent
    assert re.fullmatch(r"[0-9a-f-]{36}", got)


def test_a_trace_is_continued_with_a_new_span(client, log):
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    continued = client.get("/livez", headers={"traceparent": parent}).headers["traceparent"]
    assert continued.startswith(parent[:36])
    assert continued.endswith("-01")
    assert continued != parent
    assert json.loads(log.getvalue())["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("parent", ["nonsense", "00-" + "0" * 32 + "-00f067aa0ba902b7-01"])
def test_a_bad_trace_is_begun_anew(client, parent):
    begun = client.get("/livez", headers={"traceparent": parent}).headers["traceparent"]
    assert re.fullmatch(r"00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-00", begun)


def test_each_request_writes_one_line_without_path_or_query(client, log):
    client.post(TREES, json={"name": "Oak"}, headers={"X-Request-ID": "r1"})
    (text,) = log.getvalue().splitlines()
    line = json.loads(text)
    assert line.pop("duration_ms") >= 0
    assert line.pop("time").endswith("Z")
    assert len(line.pop("trace_id")) == 32
    assert len(line.pop("span_id")) == 16
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": "r1",
        "method": "POST",
        "route": "/v1/authorities/<authority>/trees",
        "status": 201,
        "authority": "E06000004",
        "key_id": "k1",
        "agency": "cleveland-police",
    }


def test_a_name_in_place_of_an_authority_or_method_is_not_logged(client, log):
    client.get("/v1/authorities/Jane%20Doe/trees")
    client.open("/livez", method="JANE")
    assert "jane" not in log.getvalue().lower()


def test_answers_are_guarded_by_headers(client):
    headers = client.get("/livez").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
