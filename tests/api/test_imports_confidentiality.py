"""Nothing that an import holds stands in its answers, its report or the log; references alone."""

import json

import pytest

import services.contacts.new_contact
from tests.factories.cafs import a_caf
from tests.support.imports import CSV, NDJSON, as_ndjson, send
from tests.support.marks import (
    ADDRESS,
    DECIDER,
    FAMILY_NAME,
    GIVEN_NAME,
    NARRATIVE,
    NHS_NUMBER,
    PARENT,
    RATIONALE,
    REFERENCE,
    a_marked_contact,
    logged,
    marks_in,
)

EVERY_WAY = ["", "?mode=atomic", "?dry_run=true"]


@pytest.fixture
def log():
    with logged() as lines:
        yield lines


def everything_told(client, answer):
    """The answer, and whatever can be read about its import."""
    import_id = answer.json.get("id")
    told = [answer.text, str(answer.headers)]
    if import_id:
        told.append(client.get(f"imports/{import_id}").text)
        told += [
            client.get(f"imports/{import_id}/results?format={form}").text
            for form in ("json", "ndjson", "csv")
        ]
    return "".join(told)


def spoiled():
    """Marked values where others belong, and marked names where none do."""
    sent = a_marked_contact()
    values = {name: {ADDRESS: [NARRATIVE]} for name in sent if name != "agency_reference"}
    child = dict.fromkeys(sent["child"], f"{FAMILY_NAME} " * 100)
    return [
        sent | values,
        sent | {"child": {**child, "nhs_number": FAMILY_NAME, "sex": GIVEN_NAME}},
        sent | {"child": FAMILY_NAME, "kind": None},
        sent | {"kind": FAMILY_NAME},
        sent | {"agency": FAMILY_NAME, "referrer_type": GIVEN_NAME, "received_at": PARENT},
        sent | {ADDRESS: 1, NARRATIVE: {NHS_NUMBER: 2}, "childs": FAMILY_NAME},
        [FAMILY_NAME],
        FAMILY_NAME,
        {
            "kind": "decision",
            "agency_reference": sent["agency_reference"],
            "decision": RATIONALE,
            "decided_by": DECIDER,
            "retracts": DECIDER,
            "rationale": RATIONALE,
        },
        {
            "kind": "caf",
            "agency_reference": sent["agency_reference"],
            "agency": GIVEN_NAME,
            "agency_kind": FAMILY_NAME,
            "lead_agency": [PARENT],
            "child": {**sent["child"], "nhs_number": FAMILY_NAME, "sex": GIVEN_NAME},
        },
    ]


def ndjson():
    there = a_marked_contact()
    caf = {"kind": "caf", **a_caf(child=there["child"], lead_agency=PARENT)}
    broken = f'{{"agency_reference": "A", "{FAMILY_NAME}'.encode()
    return (
        as_ndjson([there, there, there | {"narrative": f"{NARRATIVE} More."}, *spoiled()])
        + as_ndjson([caf, caf, caf | {"lead_agency": f"{PARENT} Team"}])
        + broken
        + b"\n"
        + FAMILY_NAME.encode()
        + b"\xff\n"
        + f'{{"{ADDRESS}": 1, "{ADDRESS}": 2}}\n'.encode()
    )


def csv_rows():
    return (
        "agency_reference,referrer_type,child.given_name,child.family_name,child.nhs_number,"
        "child.date_of_birth,parents_carers.1.name,narrative\r\n"
        f"A,police,{GIVEN_NAME},{FAMILY_NAME},{NHS_NUMBER},2009-05-14,{PARENT},{NARRATIVE}\r\n"
        f"B,{FAMILY_NAME},{GIVEN_NAME},{FAMILY_NAME},{FAMILY_NAME},{ADDRESS},,{NARRATIVE}\r\n"
        f"C,police,{GIVEN_NAME},{FAMILY_NAME}\r\n"
        f'D,police,{GIVEN_NAME},"{FAMILY_NAME}" or so,,,,\r\n'
        f'E,police,{GIVEN_NAME},"{FAMILY_NAME},,,,\r\n'
    ).encode()


@pytest.mark.parametrize("query", EVERY_WAY)
@pytest.mark.parametrize(("body", "sent_as"), [(ndjson, NDJSON), (csv_rows, CSV)])
def test_an_import_tells_nothing_that_its_records_hold(hub, log, query, body, sent_as):
    answer = send(hub.police, body(), query=query, sent_as=sent_as)
    assert answer.status_code == (422 if "atomic" in query else 200)
    assert answer.json["rejected"] >= 3
    assert marks_in(everything_told(hub.police, answer)) == []
    assert {line["event"] for line in log.events()} == {"request"}
    assert marks_in(log.text) == []


@pytest.mark.parametrize("sent_as", [NDJSON, CSV, f"text/{FAMILY_NAME}"])
@pytest.mark.parametrize(
    "body",
    [
        f"{GIVEN_NAME},{FAMILY_NAME},{NHS_NUMBER}\n{ADDRESS}\n".encode(),
        f"agency_reference,{ADDRESS},{NARRATIVE},{NARRATIVE}\n".encode(),
        f'"{FAMILY_NAME}\n'.encode(),
        f"{FAMILY_NAME};{GIVEN_NAME}\n".encode("utf-16"),
        f'[\n{{"{ADDRESS}": "{FAMILY_NAME}"}}\n]'.encode(),
    ],
)
def test_a_body_that_is_none_is_not_repeated(hub, log, body, sent_as):
    answer = send(hub.police, body, sent_as=sent_as)
    assert answer.status_code in {200, 415, 422}
    assert marks_in(everything_told(hub.police, answer)) == []
    assert marks_in(log.text) == []


def test_a_reference_stands_in_the_results_and_not_in_the_log(hub, log):
    rows = [a_marked_contact(agency_reference=REFERENCE, referrer_type=FAMILY_NAME)]
    answer = send(hub.police, as_ndjson(rows))
    assert marks_in(everything_told(hub.police, answer)) == ["ZUCCHETTO"]
    assert marks_in(log.text) == []


@pytest.mark.parametrize("query", EVERY_WAY)
def test_rows_that_the_database_refuses_are_told_nowhere(hub, log, server, monkeypatch, query):
    columns = services.contacts.new_contact.identity_columns
    monkeypatch.setattr(
        services.contacts.new_contact,
        "identity_columns",
        lambda data: {**columns(data), "sex": FAMILY_NAME},
    )
    rows = [a_marked_contact(agency_reference=REFERENCE)]
    answer = send(hub.police, as_ndjson(rows), query=query)
    assert answer.status_code == 500
    failure = log.events()[-2]
    assert failure["event"] == "unexpected_error"
    assert failure["constraint"] == "ck_contact_identity_sex_known"
    (kept,) = hub.police.get("imports").json["items"]
    assert (kept["state"], kept["received"]) == ("failed", 0)
    told = answer.text + json.dumps(kept) + log.text + server.log_file.read_text()
    assert marks_in(told) == []
    monkeypatch.undo()
    assert send(hub.police, as_ndjson(rows), query=query).json["created"] == 1
