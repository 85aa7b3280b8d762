"""Nothing personal and no key stands in a log line or a problem; a sender reads its own view."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy.exc
from werkzeug.test import TestResponse

import api.contacts
import services.contacts.new_contact
from domain.access import Role
from tests.support.cafs import a_submitted_caf
from tests.support.hub import JSON_TYPE, Client, Hub
from tests.support.marks import (
    ADDRESS,
    DECIDER,
    FAMILY_NAME,
    GIVEN_NAME,
    INFORMATION,
    NARRATIVE,
    NHS_NUMBER,
    RATIONALE,
    REFERENCE,
    REQUEST_KEY,
    LogLines,
    a_marked_contact,
    logged,
    marks_in,
)

ALL_MARKS = f"{GIVEN_NAME} {FAMILY_NAME}, {NHS_NUMBER}, {ADDRESS}: {NARRATIVE}"
CLOSING = {
    "decision": "close_and_log",
    "reason": "advice_given",
    "decided_by": DECIDER,
    "rationale": RATIONALE,
}
AS_JSON = {"Content-Type": JSON_TYPE}


@pytest.fixture
def log() -> Iterator[LogLines]:
    with logged() as lines:
        yield lines


@pytest.fixture
def record(hub) -> dict[str, Any]:
    return hub.police.submit(**a_marked_contact(agency_reference=REFERENCE))


@pytest.fixture
def at(record) -> str:
    return f"contacts/{record['id']}"


def secrets_of(hub: Hub) -> list[str]:
    return [each.key.rpartition("_")[2] for each in (hub.police, hub.health, hub.decider)]


def successes(hub: Hub) -> Iterator[TestResponse]:
    body = a_marked_contact(agency_reference=REFERENCE)
    headers = {"Idempotency-Key": REQUEST_KEY}
    created = hub.police.post("contacts", body, headers=headers)
    at = f"contacts/{created.get_json()['id']}"
    yield created
    yield hub.police.post("contacts", body, headers=headers)
    yield hub.police.post("contacts", body)
    yield hub.police.post("referrals", a_marked_contact())
    yield hub.police.get(f"contacts?agency_reference={REFERENCE}")
    yield hub.police.get(at, headers={"If-None-Match": '"1"'})
    yield hub.police.patch(at, {"narrative": f"{NARRATIVE} More."}, etag='"1"')
    yield hub.police.post(f"{at}/information", {"information": INFORMATION})
    yield hub.decider.post("contacts/search", {"nhs_number": NHS_NUMBER})
    yield hub.decider.post(f"{at}/decisions", CLOSING)
    yield hub.decider.get(f"{at}/history")


def test_no_success_leaves_anything_personal_in_the_log(hub, log):
    answers = list(successes(hub))
    statuses = [answer.status_code for answer in answers]
    assert statuses == [201, 200, 200, 201, 200, 304, 200, 201, 200, 201, 200]
    marked = [answer for answer in answers if marks_in(answer.text)]
    assert len(marked) == len(answers) - 1  # all but the 304
    lines = [line for line in log.events() if line["event"] == "request"]
    assert [line["status"] for line in lines] == statuses
    assert marks_in(log.text, *secrets_of(hub)) == []


Refusal = Callable[[Hub, str], TestResponse]

REFUSALS: dict[str, tuple[int, Refusal]] = {
    "not JSON": (
        400,
        lambda hub, _: hub.police.post("contacts", data=f'{{"{ALL_MARKS}', headers=AS_JSON),
    ),
    "a name twice": (
        400,
        lambda hub, _: hub.police.post(
            "contacts", data=f'{{"{ADDRESS}": 1, "{ADDRESS}": 2}}', headers=AS_JSON
        ),
    ),
    "not UTF-8": (
        400,
        lambda hub, _: hub.police.post(
            "contacts", data=ALL_MARKS.encode() + b"\xff", headers=AS_JSON
        ),
    ),
    "no key but a name": (
        401,
        lambda hub, _: hub.police.get("contacts", headers={"Authorization": ALL_MARKS}),
    ),
    "a key that is a name": (
        401,
        lambda hub, _: hub.police.get("contacts", headers={"Authorization": f"Bearer {ALL_MARKS}"}),
    ),
    "a decision of a sender's": (
        403,
        lambda hub, at: hub.police.post(f"{at}/decisions", CLOSING),
    ),
    "a search by a sender": (
        403,
        lambda hub, _: hub.police.post("contacts/search", {"nhs_number": NHS_NUMBER}),
    ),
    "an unknown path": (404, lambda hub, _: hub.police.get(f"contacts/{FAMILY_NAME}")),
    "an unknown authority": (
        404,
        lambda hub, _: hub.police.get(f"/v1/authorities/{FAMILY_NAME}/contacts"),
    ),
    "another agency's record": (
        404,
        lambda hub, at: hub.health.post(f"{at}/information", {"information": INFORMATION}),
    ),
    "another method": (
        405,
        lambda hub, at: hub.police.request("DELETE", f"{at}?name={FAMILY_NAME}"),
    ),
    "another format": (
        406,
        lambda hub, at: hub.police.get(at, headers={"Accept": f"text/{FAMILY_NAME}"}),
    ),
    "the reference with other content": (
        409,
        lambda hub, _: hub.police.post(
            "contacts", a_marked_contact(agency_reference=REFERENCE, narrative=INFORMATION)
        ),
    ),
    "a decision that is not allowed": (
        409,
        lambda hub, at: hub.decider.post(
            f"{at}/decisions", {**CLOSING, "decision": "no_further_action"}
        ),
    ),
    "a stale correction": (
        412,
        lambda hub, at: hub.police.patch(at, {"narrative": NARRATIVE}, etag='"7"'),
    ),
    "too much": (
        413,
        lambda hub, _: hub.police.post("contacts", {"narrative": NARRATIVE * 50_000}),
    ),
    "another media type": (
        415,
        lambda hub, _: hub.police.post(
            "contacts", data=ALL_MARKS, headers={"Content-Type": f"text/{FAMILY_NAME}"}
        ),
    ),
    "wrong values": (
        422,
        lambda hub, _: hub.police.post(
            "contacts",
            a_marked_contact(
                agency=FAMILY_NAME,
                referrer_type=FAMILY_NAME,
                received_at=FAMILY_NAME,
                presenting_need=FAMILY_NAME,
                concerns=[FAMILY_NAME],
                has_active_caf=FAMILY_NAME,
                child={"nhs_number": FAMILY_NAME, "date_of_birth": FAMILY_NAME, "sex": NARRATIVE},
            ),
        ),
    ),
    "values for names": (
        422,
        lambda hub, _: hub.police.post(
            "contacts", a_marked_contact() | {ADDRESS: 1, NARRATIVE: {ALL_MARKS: 2}}
        ),
    ),
    "values of the wrong kind": (
        422,
        lambda hub, _: hub.police.post("contacts", a_marked_contact(child=ALL_MARKS, narrative=[])),
    ),
    "a wrong decision": (
        422,
        lambda hub, at: hub.decider.post(
            f"{at}/decisions", {**CLOSING, "decision": RATIONALE, "retracts": DECIDER}
        ),
    ),
    "a wrong filter": (
        422,
        lambda hub, _: hub.police.get(f"contacts?received_from={FAMILY_NAME}&{ADDRESS}=1"),
    ),
    "a wrong cursor": (
        422,
        lambda hub, _: hub.police.get(f"contacts?cursor={FAMILY_NAME}"),
    ),
    "another request under the same key": (
        422,
        lambda hub, at: (
            hub.police.post(
                f"{at}/information",
                {"information": INFORMATION},
                headers={"Idempotency-Key": REQUEST_KEY},
            )
            and hub.police.post(
                f"{at}/information",
                {"information": NARRATIVE},
                headers={"Idempotency-Key": REQUEST_KEY},
            )
        ),
    ),
    "a request key with a blank": (
        422,
        lambda hub, _: hub.police.post(
            "contacts", a_marked_contact(), headers={"Idempotency-Key": ALL_MARKS}
        ),
    ),
    "no version": (428, lambda hub, at: hub.police.patch(at, {"narrative": NARRATIVE})),
}


@pytest.mark.parametrize(("status", "refusal"), REFUSALS.values(), ids=REFUSALS)
def test_no_refusal_repeats_what_was_sent(hub, at, log, status, refusal):
    answer = refusal(hub, at)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert marks_in(answer.text, *secrets_of(hub)) == []
    assert marks_in(str(answer.headers), *secrets_of(hub)) == []
    assert log.events()[-1]["status"] == status
    assert marks_in(log.text, *secrets_of(hub)) == []


def raising(error: Exception) -> Callable[..., None]:
    """A function that fails with an error, and that with a cause, both full of marks."""

    def fail(*_: object, **__: object) -> None:
        raise error from LookupError(ALL_MARKS)

    return fail


def database_error(kind: type[sqlalchemy.exc.DBAPIError]) -> sqlalchemy.exc.DBAPIError:
    return kind(f"SELECT '{ALL_MARKS}'", {"name": FAMILY_NAME}, Exception(ALL_MARKS))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError(ALL_MARKS), 500),
        (ExceptionGroup(ALL_MARKS, [ValueError(ALL_MARKS)]), 500),
        (UnicodeEncodeError("utf-8", ALL_MARKS, 0, 1, ALL_MARKS), 500),
        (database_error(sqlalchemy.exc.IntegrityError), 500),
        (database_error(sqlalchemy.exc.DataError), 500),
        (database_error(sqlalchemy.exc.OperationalError), 503),
        (sqlalchemy.exc.TimeoutError(ALL_MARKS), 503),
    ],
)
def test_no_failure_of_ours_tells_its_words(hub, at, log, monkeypatch, capfd, error, status):
    monkeypatch.setattr(api.contacts, "get_contact", raising(error))
    answer = hub.police.get(at)
    assert answer.status_code == status
    assert marks_in(answer.text) == []
    assert [line["event"] for line in log.events()][-2:] == [
        "unexpected_error" if status == 500 else "database_away",
        "request",
    ]
    assert log.events()[-2]["error_type"] == f"{type(error).__qualname__} from LookupError"
    assert marks_in(log.text) == []
    assert marks_in("".join(capfd.readouterr())) == []


def test_an_answer_that_cannot_be_made_does_not_tell_what_was_in_it(hub, at, log, monkeypatch):
    half = {"version": 1, "child": {1: NARRATIVE}, "created_at": FAMILY_NAME}
    monkeypatch.setattr(api.contacts, "get_contact", lambda *_, **__: half)
    answer = hub.police.get(at)
    assert answer.status_code == 500
    assert marks_in(answer.text + log.text) == []


def test_a_row_that_the_database_refuses_is_told_nowhere(hub, log, server, monkeypatch):
    """PostgreSQL's own words hold the whole row; its log must not either."""
    columns = services.contacts.new_contact.identity_columns
    monkeypatch.setattr(
        services.contacts.new_contact,
        "identity_columns",
        lambda data: {**columns(data), "sex": FAMILY_NAME},
    )
    answer = hub.police.post("contacts", a_marked_contact())
    assert answer.status_code == 500
    failure = log.events()[-2]
    assert (failure["event"], failure["error_type"].partition(" ")[0]) == (
        "unexpected_error",
        "IntegrityError",
    )
    assert failure["constraint"] == "ck_contact_identity_sex_known"
    assert marks_in(answer.text + log.text) == []
    said = server.log_file.read_text()
    assert "ck_contact_identity_sex_known" in said
    assert marks_in(said) == []
    monkeypatch.undo()
    hub.police.submit()  # the transaction was rolled back, and its connection serves on


def reads_of_a_sender(client: Client, record: dict[str, Any]) -> Iterator[TestResponse]:
    """Every answer that a sender can get about its record, or about anything."""
    at = f"contacts/{record['id']}"
    yield client.get(at)
    for name in ("contacts", "referrals"):
        yield client.get(name)
        yield client.get(f"{name}?updated_since=2014-01-01T00:00:00Z")
    yield client.post("contacts", a_marked_contact(agency_reference=REFERENCE))
    headers = {"Idempotency-Key": "again"}
    for _ in range(2):
        yield client.post(f"{at}/information", {"information": "Ours."}, headers=headers)
    version = client.get(at).get_json()["version"]
    yield client.patch(at, {"child": {"sex": "M"}}, etag=f'"{version}"')
    yield client.patch(at, {"narrative": "Ours."}, etag="*")
    yield client.post(f"{at}/decisions", {"decision": "void", "reason": "test"})
    yield client.get(f"{at}/history")
    yield client.post("contacts/search", {"nhs_number": NHS_NUMBER})
    rules = client.app.url_map.iter_rules()
    for path in sorted(rule.rule for rule in rules if not rule.arguments):
        yield client.get(path)


def test_a_sender_never_reads_what_is_the_authoritys_own(hub, record, at):
    other = hub.health.submit()
    own = [
        "derived_active_caf",
        "LOCAL-1",
        "TOLD-BY-OTHERS",
        "REOPENED-BECAUSE",
        "already_open_case",
        "Flapdoodle",
        "gobbledygook",
    ]
    a_submitted_caf(hub.health, child={"nhs_number": NHS_NUMBER})
    etag = f'"{record["version"] + 1}"'
    assert hub.decider.patch(at, {"child": {"local_id": "LOCAL-1"}}, etag=etag).status_code == 200
    told = hub.decider.post(f"{at}/information", {"information": "TOLD-BY-OTHERS"})
    assert told.status_code == 201
    reopening = CLOSING | {"decision": "reopen", "reason": "REOPENED-BECAUSE"}
    for decision in (CLOSING | {"reason": "already_open_case"}, reopening):
        assert hub.decider.post(f"{at}/decisions", decision).status_code == 201
    answers = list(reads_of_a_sender(hub.police, record))
    voiding = {"decision": "void", "reason": "duplicate", "duplicate_of": other["id"]}
    assert hub.decider.post(f"{at}/decisions", voiding).status_code == 201
    answers += reads_of_a_sender(hub.police, record)

    own.append(other["id"])
    complete = hub.decider.get(at).text
    assert [mark for mark in own if mark not in complete] == []
    shown = {
        (answer.request.path, mark) for answer in answers for mark in own if mark in answer.text
    }
    assert {path for path, _ in shown} == PUBLIC_WORDS
    assert hub.decider.get(at).get_json()["derived_active_caf"] is True
    about_it = [answer for answer in answers if record["id"] in answer.text]
    assert {answer.request.method for answer in about_it} == {"GET", "POST", "PATCH"}
    assert len(about_it) >= 12


# The reference data and the documents about it name every code that there is.
PUBLIC_WORDS = {"/v1/reference/reasons", "/openapi.json"}


def test_a_sender_reads_its_own_information_and_decisions_without_their_words(hub, at):
    hub.police.post(f"{at}/information", {"information": "OURS"})
    hub.decider.post(f"{at}/decisions", CLOSING)
    seen = hub.police.get(at).get_json()
    (decision,) = seen["decisions"]
    assert (decision["decision"], decision["reason"]) == ("close_and_log", "advice_given")
    assert (decision["decided_by"], decision["rationale"]) == (None, None)
    assert [each["information"] for each in seen["information"]] == ["OURS"]


def test_a_key_with_both_roles_reads_what_the_authority_reads(hub, at):
    hub.decider.post(f"{at}/decisions", CLOSING)
    both = hub.client(Role.SUBMIT, Role.DECIDE, agency="north-tees-health")
    assert both.get(at).get_json()["decisions"][0]["rationale"] == RATIONALE


def test_a_problem_about_many_fields_holds_no_value_at_all(hub):
    body = json.loads(json.dumps(a_marked_contact()))
    spoiled = {name: {ADDRESS: [NARRATIVE]} for name in body}
    answer = hub.police.post("contacts", spoiled)
    assert answer.status_code == 422
    assert len(answer.get_json()["errors"]) >= len(body)
    assert marks_in(answer.text) == []
