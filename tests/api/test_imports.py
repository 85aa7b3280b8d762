"""Many records in one body: taken in part or all or none, tried, repeated, in the body's order."""

import time

import pytest

from domain.access import Role
from services.imports.run_import import ROWS_IN_A_BATCH
from services.reference.register import register_alias
from tests.factories.contacts import a_contact
from tests.support.hub import HEALTH, POLICE
from tests.support.imports import (
    CSV,
    Watched,
    as_ndjson,
    imported,
    results_of,
    send,
    send_in_parts,
    written,
)
from tests.support.problems import problem
from tests.support.statements import asked_of

EVERY_WAY = ["", "?mode=atomic", "?dry_run=true", "?mode=atomic&dry_run=true"]


def a_bad_contact(**fields):
    return a_contact(referrer_type="polcie", **fields)


def contacts(count, **fields):
    return [a_contact(**fields) for _ in range(count)]


def about(record, decision, **fields):
    return {
        "kind": "decision",
        "agency_reference": record["agency_reference"],
        "decision": decision,
        **fields,
    }


def of(found, *names):
    return [tuple(each[name] for name in names) for each in found]


def outcomes(found):
    return [each["result"] for each in found]


def codes(result):
    return [error["code"] for error in result["errors"]]


def references(hub):
    return {
        each["agency_reference"] for each in hub.decider.get("contacts?limit=200").json["items"]
    }


def test_a_bad_record_costs_no_other(hub):
    rows = [a_contact(), a_bad_contact(), {"kind": "referral", **a_contact()}]
    done, found = imported(hub.police, rows)
    counts = {name: done[name] for name in ("received", "created", "rejected", "unwritten")}
    assert counts == {"received": 3, "created": 2, "rejected": 1, "unwritten": 0}
    assert (done["state"], done["mode"], done["last_line"]) == ("finished", "partial", 3)
    assert of(done["errors"], "line", "agency_reference", "pointer", "code") == [
        (2, rows[1]["agency_reference"], "/referrer_type", "unknown_referrer_type")
    ]
    assert outcomes(found) == ["created", "rejected", "created"]
    assert references(hub) == {rows[0]["agency_reference"], rows[2]["agency_reference"]}
    kept = [hub.police.get(f"contacts/{each['id']}").json for each in found if each["id"]]
    assert [each["submitted_as"] for each in kept] == ["contact", "referral"]
    assert hub.police.get(f"imports/{done['id']}").json == done


def test_a_record_may_have_warnings(hub):
    sent = a_contact(immediate_concern=True)
    done, (result,) = imported(hub.police, [sent])
    assert (done["created"], done["with_warnings"]) == (1, 1)
    alone = hub.police.get(f"contacts/{result['id']}").json
    assert result["warnings"] == alone["warnings"]


def test_one_record_that_cannot_be_taken_refuses_an_atomic_import_whole(hub):
    there = hub.police.submit()
    rows = [
        a_contact(),
        a_bad_contact(),
        there | {"narrative": "Other."},
        {name: there[name] for name in a_contact()},
    ]
    rows[2] = {name: rows[2][name] for name in a_contact()}
    before = written(hub)
    answer = send(hub.police, as_ndjson(rows), query="?mode=atomic")
    body = problem(answer, "import-refused")
    kept = hub.police.get(f"imports/{body['id']}").json
    assert kept.items() <= body.items()
    assert (kept["state"], kept["received"], kept["created"]) == ("refused", 4, 0)
    assert (kept["unwritten"], kept["rejected"], kept["conflicting"]) == (1, 1, 1)
    assert of(results_of(hub.police, body["id"]), "result", "id") == [
        ("unwritten", None),
        ("rejected", None),
        ("conflicting", there["id"]),
        ("replayed", there["id"]),
    ]
    assert of(body["errors"], "line", "code") == [
        (2, "unknown_referrer_type"),
        (3, "sent_before_with_other_content"),
    ]
    assert body["errors"][1]["contact"] == f"{hub.police.at}/contacts/{there['id']}"
    assert written(hub) == before


def test_an_atomic_import_writes_all_when_all_is_good(hub):
    rows = contacts(ROWS_IN_A_BATCH + 1)
    rows.append(about(rows[0], "void", reason="test"))
    done, found = imported(hub.police, rows, query="?mode=atomic")
    assert (done["state"], done["created"]) == ("finished", len(rows))
    assert written(hub)["contact"] == len(rows) - 1
    assert written(hub)["decision"] == 1
    assert found[0]["id"] == found[-1]["id"]


def test_a_bad_record_in_a_later_batch_undoes_the_earlier_ones(hub):
    rows = [*contacts(ROWS_IN_A_BATCH), a_bad_contact()]
    body = problem(send(hub.police, as_ndjson(rows), query="?mode=atomic"), "import-refused")
    assert (body["unwritten"], body["rejected"]) == (ROWS_IN_A_BATCH, 1)
    assert set(written(hub).values()) == {0}


@pytest.mark.parametrize("mode", ["partial", "atomic"])
def test_a_dry_run_tells_what_would_be_and_writes_only_its_report(hub, mode):
    there = hub.police.submit()
    good = [a_contact(), {name: there[name] for name in a_contact()}]
    good += [good[0], about(there, "void", reason="test")]
    before = written(hub)
    done, found = imported(hub.police, good, query=f"?dry_run=true&mode={mode}")
    assert written(hub) == before
    assert (done["dry_run"], done["mode"], done["state"]) == (True, mode, "finished")
    assert outcomes(found) == ["created", "replayed", "replayed", "created"]
    # Nobody is led to a record that was undone.
    assert [each["id"] for each in found[:3]] == [None, there["id"], None]
    again, really = imported(hub.police, good, query=f"?mode={mode}")
    assert outcomes(really) == outcomes(found)
    assert {**again, **dict.fromkeys(DIFFERENT)} == {**done, **dict.fromkeys(DIFFERENT)}


DIFFERENT = ("id", "results", "dry_run", "started_at", "finished_at")


def test_a_dry_run_names_what_would_be_refused(hub):
    sent = a_contact()
    rows = [sent, sent | {"narrative": "Other."}, a_bad_contact()]
    done, found = imported(hub.police, rows, query="?dry_run=true")
    assert outcomes(found) == ["created", "conflicting", "rejected"]
    assert [error.keys() & {"contact"} for error in done["errors"]] == [set(), set()]
    refused = send(hub.police, as_ndjson(rows), query="?dry_run=true&mode=atomic")
    body = problem(refused, "import-refused")
    assert (body["dry_run"], body["unwritten"], body["conflicting"]) == (True, 1, 1)
    assert set(written(hub).values()) == {0}


@pytest.mark.parametrize("first", ["", "?mode=atomic"])
def test_sending_everything_again_writes_nothing(hub, first):
    rows = [*contacts(3), {"kind": "referral", **a_contact()}]
    rows.append(about(rows[0], "void", reason="test"))
    _, made = imported(hub.police, rows, query=first)
    assert outcomes(made) == ["created"] * 5
    before = written(hub)
    for query in EVERY_WAY:
        done, found = imported(hub.police, rows, query=query)
        assert (done["replayed"], done["received"]) == (5, 5)
        assert of(found, "result", "id") == [("replayed", each["id"]) for each in made]
    assert written(hub) == before


def test_what_was_sent_alone_is_known_in_an_import_and_the_other_way_round(hub):
    alone, by_import = contacts(2)
    assert hub.police.post("contacts", alone).status_code == 201
    _, found = imported(hub.police, [alone, by_import])
    assert outcomes(found) == ["replayed", "created"]
    answer = hub.police.post("contacts", by_import)
    assert (answer.status_code, answer.json["id"]) == (200, found[1]["id"])


@pytest.mark.parametrize("between", [0, ROWS_IN_A_BATCH])
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_a_reference_twice_is_a_replay_or_a_conflict_by_its_content(hub, between, query):
    sent = a_contact(agency_reference="TWICE")
    other = {"kind": "referral", **sent}
    _, found = imported(hub.police, [sent, *contacts(between), sent, other], query=query)
    first, (again, conflicting) = found[0], found[-2:]
    assert outcomes([first, again, conflicting]) == ["created", "replayed", "conflicting"]
    assert first["id"] == again["id"] == conflicting["id"]
    assert codes(conflicting) == ["sent_before_with_other_content"]
    assert written(hub)["contact"] == (0 if query else 1 + between)


def test_a_good_record_after_a_bad_one_of_the_same_reference_is_taken(hub):
    rows = [a_bad_contact(agency_reference="R"), a_contact(agency_reference="R")]
    _, found = imported(hub.police, rows)
    assert outcomes(found) == ["rejected", "created"]


@pytest.mark.parametrize("between", [0, ROWS_IN_A_BATCH])
def test_a_decision_is_about_a_record_before_it(hub, between):
    sent = a_contact()
    early, late = (about(sent, "void", reason=reason) for reason in ("test", "wrong_child"))
    _, found = imported(hub.police, [early, *contacts(between), sent, late])
    assert of([found[0], *found[-2:]], "line", "result") == [
        (1, "rejected"),
        (2 + between, "created"),
        (3 + between, "created"),
    ]
    assert codes(found[0]) == ["unknown_record"]
    record = hub.decider.get(f"contacts/{found[-1]['id']}").json
    assert [each["reason"] for each in record["decisions"]] == ["wrong_child"]


def test_the_authority_decides_in_rows_about_what_it_sends_in_rows(hub):
    sent = a_contact(agency=POLICE)
    rows = [
        sent,
        about(sent, "accept_as_referral", agency=POLICE),
        about(sent, "start_assessment", agency=POLICE, assessment_type="single"),
        about(sent, "start_assessment", agency=HEALTH, assessment_type="single"),
    ]
    done, found = imported(hub.decider, rows)
    assert outcomes(found) == ["created", "created", "created", "rejected"]
    assert (done["agency"], codes(found[3])) == (None, ["unknown_record"])
    record = hub.decider.get(f"contacts/{found[0]['id']}").json
    assert (record["outcome"]["code"], record["version"]) == ("to_assessment", 3)


@pytest.mark.parametrize("kind", ["enquiry", "", 7, "Contact"])
def test_an_unknown_kind_is_refused_by_its_row(hub, kind):
    rows = [{"kind": kind, **a_contact()}, {"kind": None, **a_contact()}]
    _, found = imported(hub.police, rows)
    assert outcomes(found) == ["rejected", "created"]
    assert of(found[0]["errors"], "pointer", "code") == [("/kind", "not_one_of")]
    assert found[0]["agency_reference"] == rows[0]["agency_reference"]


@pytest.mark.parametrize("query", EVERY_WAY)
@pytest.mark.parametrize("body", [b"", b"\n \r\n\n"])
def test_a_body_of_blank_lines_has_no_record(hub, body, query):
    answer = send(hub.police, body, query=query)
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["received"]) == ("finished", 0)
    assert results_of(hub.police, answer.json["id"]) == []


def test_a_header_alone_has_no_record(hub):
    answer = send(hub.police, b"agency_reference,referrer_type,child.sex\r\n", sent_as=CSV)
    assert (answer.status_code, answer.json["received"]) == (200, 0)
    assert answer.json["format"] == "csv"


def test_rows_of_csv_are_told_by_line_and_column(hub):
    body = (
        b"agency_reference,referrer_type,child.date_of_birth,narrative\r\n"
        b'A,police,2009-05-14,"One.\r\nTwo."\r\n'
        b"\r\n"
        b"B,police,2009-02-30,Three.\r\n"
        b"C,police\r\n"
    )
    answer = send(hub.police, body, sent_as=f"{CSV}; charset=UTF-8")
    assert answer.status_code == 200
    assert of(results_of(hub.police, answer.json["id"]), "line", "agency_reference", "result") == [
        (2, "A", "created"),
        (5, "B", "rejected"),
        (6, None, "rejected"),
    ]
    told = [(each["line"], each["column"], each["code"]) for each in answer.json["errors"]]
    assert told == [
        (5, "child.date_of_birth", "not_a_date"),
        (6, "", "wrong_number_of_cells"),
    ]


@pytest.mark.parametrize("query", ["?mode=both", "?dry_run=perhaps", "?atomic=true"])
def test_what_is_not_understood_is_asked_back_before_anything_is_read(hub, query):
    problem(send(hub.police, as_ndjson(contacts(1)), query=query), "unprocessable")
    assert hub.police.get("imports").json["items"] == []


def test_an_agencys_rows_are_its_own_and_refused_one_by_one(hub):
    rows = [
        a_contact(agency=POLICE),
        a_contact(agency=HEALTH),
        a_contact(agency="nobody"),
        a_contact(),
    ]
    done, found = imported(hub.police, rows)
    assert outcomes(found) == ["created", "rejected", "rejected", "created"]
    assert [codes(each) for each in found[1:3]] == [["not_your_agency"], ["not_your_agency"]]
    assert done["agency"] == POLICE
    assert {each["agency"] for each in hub.decider.get("contacts").json["items"]} == {POLICE}


def test_an_agency_learns_nothing_of_anothers_records(hub):
    theirs = a_contact()
    assert hub.health.post("contacts", theirs).status_code == 201
    for row in (theirs, theirs | {"agency": HEALTH}):
        done, (result,) = imported(hub.police, [row])
        alone = hub.police.post("contacts", row)
        assert (done["replayed"], done["conflicting"]) == (0, 0)
        assert result["result"] == ("rejected" if "agency" in row else "created")
        assert alone.status_code == (422 if "agency" in row else 200)


def test_an_import_is_its_agencys_to_see_and_the_authoritys(hub):
    done, _ = imported(hub.police, contacts(1))
    colleague = hub.client(Role.SUBMIT, agency=POLICE)
    seen = {
        client: client.get(done["results"]).status_code
        for client in (hub.police, colleague, hub.decider, hub.health)
    }
    assert list(seen.values()) == [200, 200, 200, 404]
    problem(send(hub.reporter, as_ndjson(contacts(1))), "forbidden")


@pytest.mark.parametrize("query", EVERY_WAY[1:])
def test_whoever_sends_all_or_nothing_holds_no_connection_while_sending(hub, query):
    rows = contacts(ROWS_IN_A_BATCH + 100)
    held = []

    def note(_):
        held.append(hub.database.engine.pool.checkedout())

    answer = send_in_parts(hub.police, Watched(as_ndjson(rows), note), query=query)
    assert answer.json["created"] == len(rows)
    assert len(held) > 5
    assert set(held) == {0}


def test_terms_that_change_meanwhile_hold_from_the_next_batch_on(hub):
    set_aliases(hub, {"Old unit": "police", "New unit": None})
    batches = [
        [a_contact(referrer_type=kind) for kind in ("Old unit", "New unit")] * 500 for _ in range(3)
    ]
    for rows in batches:
        for number, row in enumerate(rows):
            rows[number] = row | {"agency_reference": f"{row['agency_reference']}-{number}"}
    changed = []

    def change(read):
        if read < len(as_ndjson(batches[0])) or changed:
            return
        changed.append(read)
        wait_until(lambda: written(hub)["contact"] == 500)
        set_aliases(hub, {"Old unit": None, "New unit": "police"})

    body = as_ndjson(row for rows in batches for row in rows)
    with asked_of(hub.database.engine) as asked:
        answer = send_in_parts(hub.police, Watched(body, change))
    assert changed
    found = outcomes(results_of(hub.police, answer.json["id"]))
    assert found[:ROWS_IN_A_BATCH] == ["created", "rejected"] * 500
    assert found[ROWS_IN_A_BATCH:] == ["rejected", "created"] * 1000
    assert answer.json["errors"][0]["code"] == "unknown_referrer_type"
    # Once in the beginning, and once when they were seen to have changed.
    assert sum("referrer_type_alias.alias" in each for each in asked.statements) == 2


def set_aliases(hub, meanings):
    with hub.transaction() as session:
        for alias, meaning in meanings.items():
            register_alias(session, authority=hub.authority, alias=alias, referrer_type=meaning)


def wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
