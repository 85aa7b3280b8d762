"""Safe retries: the same record again, other content, and Idempotency-Key."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api import create_app
from models import Contact, IdempotencyKey
from services.idempotency import remove_expired
from services.keys.check_key import key_id_of
from services.reference.register import register_alias
from tests.factories.contacts import a_contact
from tests.support.hub import HEALTH, POLICE, Client, Hub
from tests.support.problems import findings, problem
from tests.support.settings import settings_for

KEY = "6f1c0a9b-e2d4-4a11-9c57-000000000001"


def keyed(client, path, body, key=KEY):
    return client.post(path, body, headers={"Idempotency-Key": key})


def is_replay(answer):
    return (answer.status_code, answer.headers.get("Idempotency-Replayed")) == (200, "true")


def count(hub):
    return len(hub.decider.get("contacts?limit=200").get_json()["items"])


def test_the_same_record_again_is_answered_as_it_is_now(hub):
    body = a_contact()
    first = hub.police.post("contacts", body)
    again = hub.police.post("contacts", body)
    assert is_replay(again)
    assert again.get_json() == first.get_json()
    for header in ("Location", "ETag"):
        assert again.headers[header] == first.headers[header]
    assert count(hub) == 1


def test_a_retry_stays_a_retry_after_correction_and_decision(hub):
    body = a_contact()
    record = hub.police.post("contacts", body).get_json()
    at = f"contacts/{record['id']}"
    assert hub.police.patch(at, {"narrative": "Another."}, '"1"').status_code == 200
    assert hub.decider.decide(record, "close_and_log", reason="advice_given").status_code == 201
    again = hub.police.post("contacts", body)
    assert is_replay(again)
    assert again.headers["ETag"] == '"3"'
    assert again.get_json() == hub.police.get(at).get_json()
    assert again.get_json()["narrative"] == "Another."
    hub.decider.decide(record, "void", reason="test")
    assert is_replay(hub.police.post("contacts", body))


def test_a_retry_stays_a_retry_after_the_alias_that_it_used_is_withdrawn(hub):
    body = a_contact(referrer_type="Constabulary")
    for referrer_type in ("police", None):
        with hub.transaction() as session:
            register_alias(
                session,
                authority=hub.authority,
                alias="Constabulary",
                referrer_type=referrer_type,
            )
        answer = hub.police.post("contacts", body)
    assert is_replay(answer)


SPELLINGS = [
    {"received_at": "2014-01-06T09:12:00+00:00"},
    {"received_at": "2014-01-06T10:12:00.000+01:00"},
    {"narrative": "  Seen by officers; the child was upstairs.\n"},
    {"incident_reference": None, "relates_to": "", "parents_carers": [], "referred_on": None},
    {"agency": POLICE},
    {"domestic_incident": {"victim_risk_level": None}, "family_agreement": {}},
    {"referrer": {"role": "Response officer", "name": "PC Alex Reed", "phone": None}},
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_same_content_in_another_spelling_is_the_same(hub, spelling):
    body = a_contact()
    assert hub.police.post("contacts", body).status_code == 201
    assert is_replay(hub.police.post("contacts", body | spelling))


def test_order_and_white_space_do_not_matter(hub):
    body = a_contact()
    assert hub.police.post("contacts", body).status_code == 201
    text = json.dumps(dict(reversed(body.items())), indent=4, ensure_ascii=True)
    again = hub.police.request("POST", "contacts", data=text, content_type="application/json")
    assert is_replay(again)


@pytest.mark.parametrize(
    "other",
    [
        {"narrative": "Something else."},
        {"received_at": "2014-01-06T09:12:01Z"},
        {"received_at": None},
        {"has_active_caf": False},
        {"child": {**a_contact()["child"], "family_name": "Marsh-Reed"}},
    ],
)
def test_the_same_reference_with_other_content_is_a_conflict_that_leads_to_the_record(hub, other):
    body = a_contact()
    record = hub.police.post("contacts", body).get_json()
    answer = hub.police.post("contacts", body | other)
    url = f"{hub.police.at}/contacts/{record['id']}"
    assert problem(answer, "sent-before-with-other-content")["contact"] == url
    assert answer.headers["Link"] == f'<{url}>; rel="related"'
    assert hub.police.get(url).get_json() == record
    assert count(hub) == 1


def test_the_same_reference_as_a_record_of_the_other_kind_is_a_conflict(hub):
    body = a_contact()
    record = hub.police.post("contacts", body).get_json()
    answer = hub.police.post("referrals", body)
    url = f"{hub.police.at}/contacts/{record['id']}"
    assert problem(answer, "sent-before-with-other-content")["contact"] == url
    assert answer.headers["Link"] == f'<{url}>; rel="related"'


def test_a_record_that_breaks_a_rule_is_told_so_even_under_a_used_reference(hub):
    body = a_contact()
    hub.police.post("contacts", body)
    answer = hub.police.post("contacts", body | {"referrer_type": "nobody"})
    assert findings(answer) == {("/referrer_type", "unknown_referrer_type")}


def test_a_reference_is_unique_for_an_agency_within_an_authority_only(hub, app):
    body = a_contact(agency_reference="SAME-1")
    other_hub = Hub(app)
    ids = {
        client.post("contacts", body).get_json()["id"]
        for client in (hub.police, hub.health, other_hub.police)
    }
    assert len(ids) == 3
    assert {each["agency"] for each in hub.decider.get("contacts").get_json()["items"]} == {
        POLICE,
        HEALTH,
    }


def test_the_authority_recognises_what_the_agency_itself_sent(hub):
    body = a_contact()
    record = hub.police.post("contacts", body).get_json()
    again = hub.decider.post("contacts", body | {"agency": POLICE})
    assert is_replay(again)
    assert again.get_json()["id"] == record["id"]


def test_the_same_body_under_an_idempotency_key_is_replayed_as_it_is_now(hub):
    body = a_contact()
    first = keyed(hub.police, "contacts", body)
    assert (first.status_code, "Idempotency-Replayed" in first.headers) == (201, False)
    record = first.get_json()
    hub.decider.decide(record, "gather_information")
    again = keyed(hub.police, "contacts", body)
    assert is_replay(again)
    assert again.get_json() == hub.police.get(f"contacts/{record['id']}").get_json()
    assert again.headers["ETag"] == '"2"'
    assert again.headers["Location"] == first.headers["Location"]


def test_another_body_under_the_same_idempotency_key_is_refused(hub):
    keyed(hub.police, "contacts", a_contact())
    answer = keyed(hub.police, "contacts", a_contact())
    assert findings(answer, "idempotency-key-reused") == {("Idempotency-Key", "reused")}
    assert count(hub) == 1


def test_a_body_that_adds_something_wrong_is_another_body(hub):
    body = a_contact()
    keyed(hub.police, "contacts", body)
    answer = keyed(hub.police, "contacts", body | {"has_active_caf": "no"})
    problem(answer, "idempotency-key-reused")
    record = hub.decider.submit(agency=POLICE)
    decisions = f"contacts/{record['id']}/decisions"
    assert keyed(hub.decider, decisions, {"decision": "gather_information"}).status_code == 201
    wrong = {"decision": "gather_information", "priority": "purple"}
    problem(keyed(hub.decider, decisions, wrong), "idempotency-key-reused")


@pytest.mark.parametrize("spelling", [f'"{KEY}"', f" {KEY} "])
def test_an_idempotency_key_may_be_quoted(hub, spelling):
    body = a_contact()
    assert keyed(hub.police, "contacts", body).status_code == 201
    assert is_replay(keyed(hub.police, "contacts", body, spelling))


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "schlüssel"])
def test_an_idempotency_key_of_a_wrong_form_is_refused(hub, key):
    answer = keyed(hub.police, "contacts", a_contact(), key)
    assert findings(answer) == {("Idempotency-Key", "malformed")}
    assert count(hub) == 0


def test_an_idempotency_key_counts_for_its_caller_and_path_alone(hub):
    body = a_contact()
    records = [keyed(client, "contacts", body).get_json() for client in (hub.police, hub.health)]
    assert records[0]["id"] != records[1]["id"]
    problem(keyed(hub.police, "referrals", body), "sent-before-with-other-content")
    information = {"information": "One."}
    for record, client in zip(records, (hub.police, hub.health), strict=True):
        answer = keyed(client, f"contacts/{record['id']}/information", information)
        assert answer.status_code == 201


def test_a_request_that_was_refused_has_not_used_its_key(hub):
    body = a_contact()
    wrong = body | {"referrer_type": "nobody"}
    assert findings(keyed(hub.police, "contacts", wrong)) == {
        ("/referrer_type", "unknown_referrer_type")
    }
    assert keyed(hub.police, "contacts", body).status_code == 201


def test_a_key_with_a_record_that_was_sent_before_leads_to_that_record(hub):
    body = a_contact()
    record = hub.police.post("contacts", body).get_json()
    for _ in range(2):
        again = keyed(hub.police, "contacts", body)
        assert is_replay(again)
        assert again.get_json() == record


def test_added_information_and_decisions_are_replayed_too(hub):
    record = hub.decider.submit(agency=POLICE)
    for path, body in (
        ("information", {"information": "The aunt called."}),
        ("decisions", [{"decision": "accept_as_referral"}]),
    ):
        at = f"contacts/{record['id']}/{path}"
        first = keyed(hub.decider, at, body)
        again = keyed(hub.decider, at, body)
        assert first.status_code == 201
        assert is_replay(again)
        assert again.get_json() == first.get_json()
        problem(
            keyed(hub.decider, at, {"information": "Other."} if path == "information" else []),
            "idempotency-key-reused",
        )
    now = hub.decider.get(f"contacts/{record['id']}").get_json()
    assert (len(now["information"]), len(now["decisions"]), now["version"]) == (1, 1, 3)


def age(hub, **span):
    with hub.transaction() as session:
        session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.authority_code == hub.authority)
            .values(created_at=IdempotencyKey.created_at - timedelta(**span))
        )


def test_a_key_is_kept_for_thirty_days_and_then_free_again(hub):
    first = a_contact()
    keyed(hub.police, "contacts", first)
    age(hub, days=29, hours=23)
    assert is_replay(keyed(hub.police, "contacts", first))
    age(hub, hours=2)
    second = keyed(hub.police, "contacts", a_contact())
    assert second.status_code == 201
    problem(keyed(hub.police, "contacts", first), "idempotency-key-reused")


def test_expired_keys_are_removed_and_others_stay(hub):
    keyed(hub.police, "contacts", a_contact(), "old")
    age(hub, days=31)
    keyed(hub.police, "contacts", a_contact(), "new")
    with hub.transaction() as session:
        assert remove_expired(session) == 1
    problem(keyed(hub.police, "contacts", a_contact(), "new"), "idempotency-key-reused")


@pytest.fixture
def impatient(server, hub):
    """The police's client of an application that waits for others a tenth of a second."""
    app = create_app(settings_for(server, LOCK_TIMEOUT_MS="100"))
    yield Client(app, hub.police.key, hub.authority)
    app.extensions["database"].dispose()


def test_a_repeat_that_waited_too_long_for_the_first_is_told_when_to_come_again(hub, impatient):
    body = a_contact()
    unfinished = IdempotencyKey(
        authority_code=hub.authority,
        key_id=key_id_of(hub.police.key),
        endpoint=f"POST {hub.police.at}/contacts",
        idempotency_key=KEY,
        body_digest=b"",
        status=201,
        created_at=datetime.now(UTC),
    )
    with hub.transaction() as session:
        session.add(unfinished)
        session.flush()
        answer = keyed(impatient, "contacts", body)
        problem(answer, "busy")
        assert answer.headers["Retry-After"] == "1"
        session.rollback()
    assert keyed(impatient, "contacts", body).status_code == 201


def test_a_change_that_waited_too_long_for_another_is_told_when_to_come_again(hub, impatient):
    record = hub.police.submit()
    at = f"contacts/{record['id']}"
    with hub.transaction() as session:
        session.execute(
            select(Contact.contact_id)
            .where(Contact.authority_code == hub.authority, Contact.contact_id == record["id"])
            .with_for_update()
        )
        answers = [
            impatient.patch(at, {"narrative": "Another."}, '"1"'),
            impatient.post(f"{at}/information", {"information": "More."}),
            impatient.decide(record, "void", reason="test"),
        ]
        for answer in answers:
            problem(answer, "busy")
            assert answer.headers["Retry-After"] == "1"
        assert impatient.get(at).get_json() == record
    assert impatient.patch(at, {"narrative": "Another."}, '"1"').status_code == 200
