"""CAF records are stored once, version beside version, apart from names, and logged without any."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import select, text

from core.database import EVERY_AGENCY, Scope
from models import Caf, CafChange, CafIdentity, CafVersion
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.cafs import a_submitted_caf
from tests.support.hub import HEALTH, Hub
from tests.support.marks import (
    ADDRESS,
    CHILD_REFERENCE,
    FAMILY_NAME,
    GIVEN_NAME,
    NHS_NUMBER,
    PARENT,
    REFERENCE,
    logged,
    marks_in,
)
from tests.support.problems import findings, problem

KEY = {"Idempotency-Key": "6f1c0a9b-e2d4-4a11-9c57-000000000002"}


def is_replay(answer):
    return (answer.status_code, answer.headers.get("Idempotency-Replayed")) == (200, "true")


def stored(hub, table):
    with hub.transaction() as session:
        of_authority = select(table).where(table.authority_code == hub.authority)
        return session.scalars(of_authority).all()


@pytest.mark.parametrize(
    "spelling",
    [
        {},
        {"agency": HEALTH},
        {"closed_on": None, "lead_agency": "  Sample Health Visiting Team "},
        {"child": {**a_caf()["child"], "nhs_number": "999 000 0018", "upn": ""}},
    ],
)
def test_the_same_caf_again_is_answered_as_it_is_now(hub, spelling):
    body = a_caf()
    first = hub.health.post("cafs", body)
    at = f"cafs/{first.get_json()['id']}"
    assert hub.health.patch(at, {"closed_on": "2014-02-14"}, '"1"').status_code == 200
    again = hub.health.post("cafs", body | spelling)
    assert is_replay(again)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == '"2"'
    assert again.get_json() == hub.health.get(at).get_json()
    assert len(stored(hub, Caf)) == 1


def test_the_authority_recognises_what_the_agency_itself_sent(hub):
    body = a_caf()
    record = hub.health.post("cafs", body).get_json()
    again = hub.decider.post("cafs", body | {"agency": HEALTH})
    assert is_replay(again)
    assert again.get_json() == record


@pytest.mark.parametrize(
    "other",
    [
        {"stage": 1},
        {"stage": None},
        {"agency_kind": "midwives"},
        {"commenced_on": "2013-11-05"},
        {"closed_on": "2014-02-14"},
        {"child": {**a_caf()["child"], "family_name": "Marsh-Reed"}},
    ],
)
def test_the_same_reference_with_other_content_is_a_conflict_that_leads_to_the_caf(hub, other):
    body = a_caf()
    record = hub.health.post("cafs", body).get_json()
    answer = hub.health.post("cafs", body | other)
    url = f"{hub.health.at}/cafs/{record['id']}"
    found = problem(answer, "sent-before-with-other-content")
    assert (found["caf"], "contact" in found) == (url, False)
    assert answer.headers["Link"] == f'<{url}>; rel="related"'
    assert hub.health.get(url).get_json() == record
    assert len(stored(hub, CafVersion)) == 1


def test_a_reference_is_unique_for_an_agency_within_an_authority_only(hub, app):
    body = a_caf(agency_reference="SAME-1")
    clients = (hub.health, hub.police, Hub(app).health)
    ids = {client.post("cafs", body).get_json()["id"] for client in clients}
    assert len(ids) == 3
    assert hub.health.post("contacts", a_contact(agency_reference="SAME-1")).status_code == 201


def test_an_idempotency_key_is_honoured(hub):
    body = a_caf()
    first = hub.health.post("cafs", body, headers=KEY)
    assert first.status_code == 201
    at = f"cafs/{first.get_json()['id']}"
    hub.health.patch(at, {"stage": 1}, '"1"')
    again = hub.health.post("cafs", body, headers=KEY)
    assert is_replay(again)
    assert again.get_json() == hub.health.get(at).get_json()
    other = hub.health.post("cafs", a_caf(), headers=KEY)
    assert findings(other, "idempotency-key-reused") == {("Idempotency-Key", "reused")}
    assert hub.health.post("contacts", a_contact(), headers=KEY).status_code == 201
    assert len(stored(hub, Caf)) == 1


def test_a_key_with_a_caf_that_was_sent_before_leads_to_that_caf(hub):
    body = a_caf()
    record = hub.health.post("cafs", body).get_json()
    for _ in range(2):
        again = hub.health.post("cafs", body, headers=KEY)
        assert is_replay(again)
        assert again.get_json() == record


def test_a_refused_caf_has_not_used_its_key_or_its_reference(hub):
    body = a_caf()
    refused = hub.health.post("cafs", body | {"closed_on": "2013-01-01"}, headers=KEY)
    assert refused.status_code == 422
    assert hub.health.post("cafs", body, headers=KEY).status_code == 201


def test_every_version_of_the_facts_stays_as_it_was_known(hub):
    record = a_submitted_caf(hub.health)
    at = f"cafs/{record['id']}"
    instants = [record["updated_at"]]
    for number, (client, patch) in enumerate(
        [
            (hub.health, {"closed_on": "2014-02-14"}),
            (hub.decider, {"commenced_on": "2013-10-01", "agency_kind": "midwives"}),
            (hub.health, {"child": {"postcode": "TS18 2AB"}}),
            (hub.health, {"closed_on": None, "stage": 1}),
        ],
        start=1,
    ):
        instants.append(client.patch(at, patch, f'"{number}"').get_json()["updated_at"])
    versions = sorted(stored(hub, CafVersion), key=lambda each: each.version)
    kept = [
        (
            each.version,
            each.agency_kind,
            each.stage,
            str(each.commenced_on),
            each.closed_on and str(each.closed_on),
        )
        for each in versions
    ]
    assert kept == [
        (1, "health_visitors", 2, "2013-11-04", None),
        (2, "health_visitors", 2, "2013-11-04", "2014-02-14"),
        (3, "midwives", 2, "2013-10-01", "2014-02-14"),
        (4, "midwives", 2, "2013-10-01", "2014-02-14"),
        (5, "midwives", 1, "2013-10-01", None),
    ]
    assert [each.recorded_at for each in versions] == [
        datetime.fromisoformat(each) for each in instants
    ]
    assert sorted(instants) == instants
    assert len(set(instants)) == len(instants)


def test_each_version_says_by_which_key_and_what_changed_of_the_child(hub):
    record = a_submitted_caf(hub.health)
    at = f"cafs/{record['id']}"
    hub.health.patch(at, {"closed_on": "2014-02-14"}, '"1"')
    hub.decider.patch(at, {"child": {"local_id": "L-1"}, "lead_agency": None}, '"2"')
    kept = sorted(stored(hub, CafChange), key=lambda each: each.version)
    assert [(each.version, each.event, each.recorded_by, each.changes) for each in kept] == [
        (1, "submitted", f"{HEALTH}-submit", []),
        (2, "corrected", f"{HEALTH}-submit", []),
        (
            3,
            "corrected",
            f"{hub.authority}-decide",
            [
                {"pointer": "/child/local_id", "from": None, "to": "L-1"},
                {"pointer": "/lead_agency", "from": "Sample Health Visiting Team", "to": None},
            ],
        ),
    ]


def test_a_name_is_kept_in_the_form_in_which_names_are_compared(hub):
    record = a_submitted_caf(hub.health)
    (identity,) = stored(hub, CafIdentity)
    assert identity.matching_name == "ava marsh"
    hub.health.patch(f"cafs/{record['id']}", {"child": {"family_name": "O'Neill"}}, '"1"')
    (identity,) = stored(hub, CafIdentity)
    assert identity.matching_name == "ava oneill"


def a_marked_caf(**overrides):
    child = {
        "given_name": GIVEN_NAME,
        "family_name": FAMILY_NAME,
        "nhs_number": NHS_NUMBER,
        "date_of_birth": "2009-05-14",
        "address": ADDRESS,
        "agency_child_reference": CHILD_REFERENCE,
    }
    return a_caf(**{"child": child, "lead_agency": PARENT, **overrides})


def test_who_it_is_about_stands_apart_from_the_facts(hub):
    a_submitted_caf(hub.health, **a_marked_caf())
    with hub.transaction() as session:
        for table, is_marked in (("caf", False), ("caf_version", False), ("caf_identity", True)):
            rows = session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} AS t"))  # noqa: S608
            assert bool(marks_in(" ".join(rows))) is is_marked, table


def test_nothing_personal_stands_in_the_log_or_in_a_refusal(hub):
    with logged() as log:
        body = a_marked_caf(agency_reference=REFERENCE)
        record = hub.health.post("cafs", body).get_json()
        at = f"cafs/{record['id']}"
        assert is_replay(hub.health.post("cafs", body))
        refusals = [
            hub.health.post("cafs", body | {"stage": 1}),
            hub.health.post("cafs", a_marked_caf(agency=FAMILY_NAME, stage=ADDRESS)),
            hub.health.post("cafs", a_marked_caf(agency_kind=FAMILY_NAME, child=GIVEN_NAME)),
            hub.health.patch(at, {"child": {"nhs_number": f"{NHS_NUMBER}1"}}, '"1"'),
            hub.health.patch(at, {"lead_agency": PARENT}, '"7"'),
            hub.health.get(f"cafs?agency_kind={FAMILY_NAME}"),
            hub.police.get(f"cafs/{FAMILY_NAME}"),
        ]
        assert hub.decider.patch(at, {"child": {"sex": "F"}}, '"1"').status_code == 200
        assert hub.decider.get(f"cafs?agency_reference={REFERENCE}").status_code == 200
        lines = [line for line in log.events() if line["event"] == "request"]
        assert [each.status_code for each in refusals] == [409, 422, 422, 422, 412, 422, 404]
        assert [marks_in(each.text) for each in refusals] == [[]] * len(refusals)
        assert len(lines) == 11
        assert marks_in(log.text) == []


def test_what_a_sender_may_not_see_the_database_does_not_show_either(hub, monkeypatch):
    own, theirs = a_submitted_caf(hub.health), a_submitted_caf(hub.police)
    for module in ("find", "list_cafs", "submit_caf"):
        monkeypatch.setattr(f"services.cafs.{module}.cafs_of", lambda _caller: select(Caf))
    for path in ("cafs", "cafs?updated_since=2014-01-01T00:00:00Z"):
        assert [each["id"] for each in hub.health.get(path).get_json()["items"]] == [own["id"]]
    problem(hub.health.get(f"cafs/{theirs['id']}"), "not-found")
    problem(hub.health.patch(f"cafs/{theirs['id']}", {"stage": 1}, "*"), "not-found")


def test_the_role_for_reports_reads_the_versions_and_nobodys_name(hub, app):
    a_submitted_caf(hub.health)
    with app.extensions["database"].reports_transaction(
        Scope((hub.authority,), EVERY_AGENCY)
    ) as session:
        (version,) = session.scalars(select(CafVersion)).all()
        assert (version.stage, version.agency_kind) == (2, "health_visitors")


def together(n, call):
    """What `n` calls at the same instant give."""
    gate = Barrier(n)

    def one(number):
        gate.wait(timeout=60)
        return call(number)

    with ThreadPoolExecutor(n) as callers:
        return list(callers.map(one, range(n)))


@pytest.mark.parametrize("headers", [{}, KEY], ids=["by reference", "by Idempotency-Key"])
def test_the_same_caf_at_the_same_instant_is_stored_once(hub, headers):
    body = a_caf()
    answers = together(6, lambda _: hub.health.post("cafs", body, headers=headers))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert [len(stored(hub, table)) for table in (Caf, CafIdentity, CafVersion)] == [1, 1, 1]


def test_of_patches_for_one_version_one_is_taken(hub):
    at = f"cafs/{a_submitted_caf(hub.health)['id']}"
    days = [f"2014-02-{number + 10}" for number in range(6)]
    answers = together(6, lambda n: hub.health.patch(at, {"closed_on": days[n]}, '"1"'))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5
    assert hub.health.get(at).get_json()["version"] == len(stored(hub, CafVersion)) == 2
