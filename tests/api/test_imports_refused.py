"""Bodies that no import takes: unreadable, of another type, or beyond the limits."""

import io

import pytest

from api import create_app
from tests.factories.contacts import a_contact
from tests.support.hub import Hub
from tests.support.imports import (
    CSV,
    NDJSON,
    as_ndjson,
    imported,
    results_of,
    send,
    send_in_parts,
    written,
)
from tests.support.problems import findings, problem
from tests.support.settings import settings_for

MOST_BYTES = 150_000
MOST_RECORDS = 500
EITHER_MODE = ["", "?mode=atomic", "?dry_run=true"]
GOOD = as_ndjson([a_contact()])


@pytest.fixture(scope="module")
def narrow(server):
    """The application with small limits."""
    limits = {"MAX_IMPORT_BYTES": str(MOST_BYTES), "MAX_IMPORT_RECORDS": str(MOST_RECORDS)}
    made = create_app(settings_for(server, **limits))
    yield made
    made.extensions["database"].dispose()


def of_size(size):
    """Good records of 1,000 bytes a line, and blanks up to so many bytes."""
    return b"".join(line_of_1000() for _ in range(size // 1000)) + b" " * (size % 1000)


def line_of_1000():
    sent = a_contact(narrative="")
    spare = 1000 - len(as_ndjson([sent]))
    return as_ndjson([sent | {"narrative": "x" * spare}])


def assert_nothing_kept(hub):
    assert hub.decider.get("imports").json["items"] == []
    assert set(written(hub).values()) == {0}


@pytest.mark.parametrize("query", EITHER_MODE)
def test_a_header_that_is_wrong_is_refused_with_every_column_named(hub, query):
    header = b"agency_ref,referrer_type,child.dob,child.sex,child.sex,colour\nA,police,,F,F,red\n"
    answer = send(hub.police, header, query=query, sent_as=CSV)
    assert findings(answer) == {
        ("/agency_ref", "unknown_column"),
        ("/child.dob", "unknown_column"),
        ("/colour", "unknown_column"),
        ("/child/sex", "duplicate_column"),
        ("/agency_reference", "missing_column"),
    }
    nearest = [each["detail"] for each in answer.json["errors"] if each["pointer"] == "/agency_ref"]
    assert "agency_reference" in nearest[0]
    assert_nothing_kept(hub)


@pytest.mark.parametrize(
    ("body", "sent_as", "code"),
    [
        (b"", CSV, "empty_body"),
        (b"agency_reference;referrer_type;child.sex\nA;police;F\n", CSV, "wrong_separator"),
        (b"agency_reference,referrer_type,child.sex,No\xebl\n", CSV, "not_utf8"),
        ("agency_reference,referrer_type,child.sex\n".encode("utf-16"), CSV, "not_utf8"),
        (GOOD.decode().encode("utf-16"), NDJSON, "not_utf8"),
        (GOOD.decode().encode("utf-32-le"), NDJSON, "not_utf8"),
    ],
)
def test_a_body_of_which_no_row_can_be_read_is_refused(hub, body, sent_as, code):
    answer = send(hub.police, body, sent_as=sent_as)
    assert findings(answer) == {("", code)}
    assert_nothing_kept(hub)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Content-Type": f"{NDJSON}; charset=latin-1"},
        {"Content-Type": NDJSON, "Content-Encoding": "gzip"},
    ],
    ids=str,
)
def test_another_type_is_refused_and_the_right_ones_are_named(hub, headers):
    answer = hub.police.request("POST", "imports", data=GOOD, headers=headers)
    problem(answer, "unsupported-media-type")
    assert answer.headers["Accept"] == f"{NDJSON}, {CSV}"
    assert_nothing_kept(hub)


@pytest.mark.parametrize("query", EITHER_MODE)
def test_a_body_that_says_it_is_too_long_is_not_read(narrow, query):
    hub = Hub(narrow)
    body = problem(send(hub.police, of_size(MOST_BYTES + 1), query=query), "too-large")
    assert "split" in body["detail"]
    assert "import" not in body
    assert_nothing_kept(hub)


def test_bodies_of_exactly_the_limits_are_taken(narrow):
    hub = Hub(narrow)
    assert send(hub.police, of_size(MOST_BYTES)).json["created"] == MOST_BYTES // 1000
    assert (
        send_in_parts(hub.police, io.BytesIO(of_size(MOST_BYTES))).json["created"]
        == MOST_BYTES // 1000
    )
    done, _ = imported(hub.police, [minimal() for _ in range(MOST_RECORDS)])
    assert done["created"] == MOST_RECORDS


def too_many_bytes(client, query):
    # It is read in parts of 64 KiB, of which two stay below the limit.
    return send_in_parts(
        client, io.BytesIO(of_size(MOST_BYTES + 1)), query=query
    ), 2 * 65_536 // 1000


def too_many_records(client, query):
    rows = as_ndjson(minimal() for _ in range(MOST_RECORDS + 3))
    return send(client, rows, query=query), MOST_RECORDS


def minimal():
    full = a_contact()
    return {name: full[name] for name in ("agency_reference", "referrer_type", "received_at")} | {
        "child": {"given_name": "Ava"}
    }


@pytest.mark.parametrize("sent", [too_many_bytes, too_many_records])
@pytest.mark.parametrize("query", EITHER_MODE)
def test_a_body_that_turns_out_to_be_too_long_keeps_what_came_before_or_nothing(
    narrow, sent, query
):
    hub = Hub(narrow)
    answer, before = sent(hub.police, query)
    body = problem(answer, "too-large")
    assert "split" in body["detail"]
    kept = hub.police.get(body["import"]).json
    assert (kept["state"], kept["received"], kept["last_line"]) == ("broken_off", before, before)
    assert written(hub)["contact"] == (0 if query else before)
    found = {each["result"] for each in results_of(hub.police, kept["id"])}
    assert found <= ({"unwritten"} if query else {"created"})
