"""The report of an import: counts, first errors and every result, for whoever may read it."""

import csv
import io
import json
import re

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from core.database import Scope
from core.uuid7 import uuid7
from domain.imports import ImportFormat, ImportMode, ImportState, RecordResult
from services.imports.read import ERRORS_SHOWN
from services.imports.report import add_results
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.imports import (
    NO_POSTCODE,
    NOT_A_DATE,
    added,
    an_import,
    created,
    ended,
    rejected,
    sender_of,
    started,
)
from tests.support.problems import problem

NDJSON = "application/x-ndjson"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def read(client, import_id, part=""):
    answer = client.get(f"imports/{import_id}{part}")
    assert answer.status_code == 200, answer.text
    return answer


def summary(client, import_id):
    return read(client, import_id).get_json()


def results(client, import_id, query=""):
    return read(client, import_id, f"/results{query}").get_json()["items"]


def as_lines(answer):
    assert answer.mimetype == NDJSON
    assert answer.data.endswith(b"\n")
    return [json.loads(line) for line in answer.data.splitlines()]


def as_rows(answer):
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def conflicting(line, contact_id):
    error = {
        "pointer": "/agency_reference",
        "code": "sent_before_with_other_content",
        "detail": "This reference was sent before with other content.",
        "contact": f"/v1/authorities/E07000001/contacts/{contact_id}",
    }
    return {
        "line": line,
        "agency_reference": f"REF-{line}",
        "result": RecordResult.CONFLICTING,
        "contact_id": contact_id,
        "errors": [error],
    }


def test_the_summary_says_what_became_of_every_record(hub):
    run = started(hub, sender_of(hub, hub.police), format=ImportFormat.CSV)
    record_id = uuid7()
    replayed = {**created(3), "result": RecordResult.REPLAYED}
    added(hub, run, created(2, warnings=[NO_POSTCODE]), replayed)
    added(hub, run, conflicting(4, record_id), rejected(6), rejected(9, warnings=[NO_POSTCODE]))
    ended(hub, run)

    found = summary(hub.police, run.import_id)
    started_at, finished_at = found.pop("started_at"), found.pop("finished_at")
    assert INSTANT.fullmatch(started_at)
    assert INSTANT.fullmatch(finished_at)
    assert started_at <= finished_at
    errors = found.pop("errors")
    assert found == {
        "id": run.import_id,
        "agency": POLICE,
        "recorded_by": f"{POLICE}-submit",
        "mode": "partial",
        "dry_run": False,
        "format": "csv",
        "state": "finished",
        "received": 5,
        "created": 1,
        "replayed": 1,
        "conflicting": 1,
        "rejected": 2,
        "unwritten": 0,
        "with_warnings": 2,
        "last_line": 9,
        "results": f"{hub.police.at}/imports/{run.import_id}/results",
    }
    assert [(each["line"], each["code"]) for each in errors] == [
        (4, "sent_before_with_other_content"),
        (6, "not_a_date"),
        (9, "not_a_date"),
    ]
    assert errors[0]["contact"].endswith(record_id)
    assert errors[1] == {"line": 6, "agency_reference": "REF-6", **NOT_A_DATE}


def test_the_address_of_the_results_is_where_they_are(hub):
    found = summary(hub.police, an_import(hub))
    assert hub.police.get(found["results"]).status_code == 200


@pytest.mark.parametrize("state", [each for each in ImportState if each is not ImportState.RUNNING])
def test_a_running_import_shows_how_far_it_is_and_then_how_it_ended(hub, state):
    run = started(hub, sender_of(hub, hub.police))
    empty = summary(hub.police, run.import_id)
    assert (empty["state"], empty["received"], empty["last_line"]) == ("running", 0, 0)
    added(hub, run, created(1), created(2))
    halfway = summary(hub.police, run.import_id)
    assert (halfway["state"], halfway["received"], halfway["last_line"]) == ("running", 2, 2)
    assert halfway["finished_at"] is None
    added(hub, run, created(3))
    ended(hub, run, state)
    at_last = summary(hub.police, run.import_id)
    assert (at_last["state"], at_last["received"], at_last["last_line"]) == (state, 3, 3)
    assert at_last["finished_at"] is not None


def test_a_refused_atomic_dry_run_says_so_and_names_no_record(hub):
    run = started(hub, sender_of(hub, hub.police), mode=ImportMode.ATOMIC, is_dry_run=True)
    good = {"line": 1, "agency_reference": "REF-1", "result": RecordResult.UNWRITTEN}
    added(hub, run, good, rejected(2))
    ended(hub, run, ImportState.REFUSED)
    found = summary(hub.police, run.import_id)
    assert (found["mode"], found["dry_run"], found["state"]) == ("atomic", True, "refused")
    assert (found["received"], found["created"], found["unwritten"]) == (2, 0, 1)
    assert results(hub.police, run.import_id)[0] == {
        "line": 1,
        "agency_reference": "REF-1",
        "result": "unwritten",
        "id": None,
        "errors": [],
        "warnings": [],
    }


def test_the_summary_holds_the_first_hundred_errors_in_their_order(hub):
    twice = [rejected(line, NOT_A_DATE, NO_POSTCODE) for line in range(70, 0, -1)]
    errors = summary(hub.police, an_import(hub, *twice))["errors"]
    assert len(errors) == ERRORS_SHOWN
    assert [each["line"] for each in errors] == [line for line in range(1, 51) for _ in "12"]


def test_an_error_of_a_csv_file_names_its_column(hub):
    error = {"column": "child.date_of_birth", "code": "not_a_date", "detail": "No such day."}
    unread = {"code": "wrong_number_of_cells", "detail": "24 cells; the header has 25."}
    import_id = an_import(
        hub, rejected(2, error), rejected(3, unread, agency_reference=None), format=ImportFormat.CSV
    )
    assert summary(hub.police, import_id)["errors"] == [
        {"line": 2, "agency_reference": "REF-2", **error},
        {"line": 3, "agency_reference": None, **unread},
    ]
    assert results(hub.police, import_id)[0]["errors"] == [error]
    assert [
        row["errors"] for row in as_rows(read(hub.police, import_id, "/results?format=csv"))
    ] == [
        "not_a_date at child.date_of_birth: No such day.",
        "wrong_number_of_cells: 24 cells; the header has 25.",
    ]


def pages(client, path):
    """Every item of a list, page by page."""
    url, found = path, []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        body = answer.get_json()
        found.append(body["items"])
        url = body["next"]
        assert answer.headers.get("Link") == (f'<{url}>; rel="next"' if url else None)
    return found


def test_imports_are_listed_newest_first_in_pages(hub):
    ids = [an_import(hub) for _ in range(5)]
    found = pages(hub.police, "imports?limit=2")
    assert [len(page) for page in found] == [2, 2, 1]
    assert [item["id"] for page in found for item in page] == ids[::-1]
    item = found[0][0]
    assert {**item, "errors": []} == summary(hub.police, ids[-1])


def test_an_import_that_begins_meanwhile_moves_no_page(hub):
    ids = [an_import(hub) for _ in range(4)]
    first = hub.police.get("imports?limit=2").get_json()
    an_import(hub)
    second = hub.police.get(first["next"]).get_json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["1", "nothing", "01941f29-7c00-7bbb-8bbb-bbbbbbbbbbbb"])
def test_what_is_no_cursor_of_the_list_is_refused(hub, cursor):
    an_import(hub)
    body = problem(hub.police.get(f"imports?cursor={cursor}"), "unprocessable")
    assert [each["parameter"] for each in body["errors"]] == ["cursor"]


def test_results_are_read_in_pages_by_line(hub):
    import_id = an_import(hub, *(created(line) for line in (9, 2, 4, 70, 3)))
    found = pages(hub.police, f"imports/{import_id}/results?limit=2")
    assert [[item["line"] for item in page] for page in found] == [[2, 3], [4, 9], [70]]


def mixed(size):
    return [rejected(line) if line % 7 == 0 else created(line) for line in range(1, size + 1)]


@pytest.mark.parametrize("result", ["rejected", "created", "replayed"])
def test_only_the_results_that_are_asked_for(hub, result):
    import_id = an_import(hub, *mixed(20))
    wanted = [each for each in results(hub.police, import_id) if each["result"] == result]
    assert len(wanted) == {"rejected": 2, "created": 18, "replayed": 0}[result]
    query = f"?result={result}"
    assert results(hub.police, import_id, query) == wanted
    of_pages = pages(hub.police, f"imports/{import_id}/results{query}&limit=1")
    assert [item for page in of_pages for item in page] == wanted
    downloaded = read(hub.police, import_id, f"/results{query}&format=csv")
    assert [int(row["line"]) for row in as_rows(downloaded)] == [each["line"] for each in wanted]


def test_a_download_holds_every_result_over_many_batches(hub):
    import_id = an_import(hub, *mixed(2_345))
    expected = [
        item
        for page in pages(hub.police, f"imports/{import_id}/results?limit=200")
        for item in page
    ]
    assert [item["line"] for item in expected] == list(range(1, 2_346))
    at = f"imports/{import_id}/results"
    answer = hub.police.get(at, headers={"Accept": NDJSON})
    assert as_lines(answer) == expected
    assert answer.headers["Vary"] == "Accept, Authorization"
    rows = as_rows(hub.police.get(at, headers={"Accept": "text/csv"}))
    columns = ("line", "agency_reference", "result", "id")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        tuple(str(item[name] or "") for name in columns) for item in expected
    ]


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, 2_000])
def test_a_download_ends_where_the_results_do(hub, size):
    run = started(hub, sender_of(hub, hub.police))
    added(hub, run, *(created(line) for line in range(1, size + 1)))
    rows = as_rows(read(hub.police, run.import_id, "/results?format=csv"))
    assert [int(row["line"]) for row in rows] == list(range(1, size + 1))
    lines = read(hub.police, run.import_id, "/results?format=ndjson").data.splitlines()
    assert len(lines) == size


def test_a_reader_of_a_download_holds_no_connection_between_batches(hub):
    import_id = an_import(hub, *mixed(2_345))
    pool = hub.database.engine.pool
    before = pool.checkedout()
    answer = hub.police.get(f"imports/{import_id}/results?format=ndjson", buffered=False)
    parts = answer.response
    assert next(iter(parts))
    assert pool.checkedout() == before
    answer.close()


def test_the_csv_text_runs_in_no_spreadsheet_and_reads_like_a_sentence(hub):
    warnings = [NO_POSTCODE, {"pointer": "", "code": "thin", "detail": "Say more."}]
    import_id = an_import(
        hub,
        created(1, agency_reference="=1+1", warnings=warnings),
        rejected(2, agency_reference=None),
    )
    good, bad = as_rows(read(hub.police, import_id, "/results?format=csv"))
    assert good["agency_reference"] == "'=1+1"
    assert good["errors"] == ""
    assert good["warnings"] == "missing at child.postcode: It would help.; thin: Say more."
    assert (bad["agency_reference"], bad["id"]) == ("", "")
    assert bad["errors"] == (
        "not_a_date at child.date_of_birth: This must be a date that exists, as YYYY-MM-DD."
    )
    as_json, _ = results(hub.police, import_id)
    assert as_json["agency_reference"] == "=1+1"


@pytest.mark.parametrize("form", ["ndjson", "csv"])
@pytest.mark.parametrize("paging", ["limit=5", "cursor=1"])
def test_a_download_has_no_pages(hub, form, paging):
    at = f"imports/{an_import(hub)}/results?format={form}&{paging}"
    body = problem(hub.police.get(at), "unprocessable")
    name = paging.partition("=")[0]
    assert [(each["parameter"], each["code"]) for each in body["errors"]] == [
        (name, "only_with_pages")
    ]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("result=lost", "result"),
        ("format=xml", "format"),
        ("cursor=x", "cursor"),
        ("page=2", "page"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(hub, query, parameter):
    body = problem(hub.police.get(f"imports/{an_import(hub)}/results?{query}"), "unprocessable")
    assert [each["parameter"] for each in body["errors"]] == [parameter]


def test_what_is_accepted_decides_the_format(hub):
    at = f"imports/{an_import(hub)}/results"
    problem(hub.police.get(at, headers={"Accept": "application/xml"}), "not-acceptable")
    assert hub.police.get(at, headers={"Accept": "*/*"}).mimetype == "application/json"


def every_read(client, import_id):
    yield client.get(f"imports/{import_id}")
    for form in ("json", "ndjson", "csv"):
        yield client.get(f"imports/{import_id}/results?format={form}")


def test_a_sender_reads_its_agencys_imports_and_the_authority_all_of_its_own(app, hub):
    other = Hub(app)
    of_police, of_health = (
        an_import(hub),
        an_import(hub, caller=sender_of(hub, hub.health, HEALTH)),
    )
    of_authority = an_import(hub, caller=sender_of(hub, hub.decider, None))
    elsewhere = an_import(other)
    colleague = hub.client("submit", agency=POLICE)
    readers = {
        hub.police: {of_police},
        colleague: {of_police},
        hub.health: {of_health},
        hub.decider: {of_police, of_health, of_authority},
        other.decider: {elsewhere},
    }
    for client, own in readers.items():
        assert {item["id"] for item in client.get("imports").get_json()["items"]} == own
        for import_id in (of_police, of_health, of_authority, elsewhere):
            expected = 200 if import_id in own else 404
            found = [answer.status_code for answer in every_read(client, import_id)]
            assert found == [expected] * 4
        for import_id in {of_police, of_health, of_authority, elsewhere} - own:
            problem(client.get(f"imports?cursor={import_id}"), "unprocessable")
    assert summary(hub.decider, of_authority)["agency"] is None


def test_results_cannot_be_added_to_an_import_out_of_scope(hub):
    run = started(hub, sender_of(hub, hub.police))
    with hub.database.transaction(Scope((hub.authority,), HEALTH)) as session:
        with pytest.raises(NoResultFound):
            add_results(session, run, [created(1)])
        session.rollback()
    assert results(hub.police, run.import_id) == []


def test_a_line_has_one_result(hub):
    run = started(hub, sender_of(hub, hub.police))
    added(hub, run, created(1))
    with pytest.raises(IntegrityError):
        added(hub, run, created(2), rejected(1))
    assert [item["line"] for item in results(hub.police, run.import_id)] == [1]
    assert summary(hub.police, run.import_id)["received"] == 1
