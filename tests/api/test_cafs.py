"""CAF records over HTTP: submit, read, refuse, warn, correct and close."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.working_days import london_date
from tests.factories.cafs import a_caf
from tests.support.cafs import a_submitted_caf
from tests.support.hub import HEALTH, POLICE
from tests.support.problems import findings, places, problem

NOBODY = "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa"
NAMED = {"given_name": "Ava", "family_name": "Marsh", "date_of_birth": "2009-05-14"}


def test_a_caf_is_answered_whole(hub):
    sent = a_caf()
    answer = hub.health.post("cafs", sent)
    record = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"{hub.health.at}/cafs/{record['id']}"
    assert "Idempotency-Replayed" not in answer.headers
    child = record.pop("child")
    assert {name: child[name] for name in child if child[name] is not None} == sent["child"]
    assert record.pop("id")
    assert record.pop("created_at") == record.pop("updated_at")
    assert record == {
        **{name: sent[name] for name in sent if name != "child"},
        "authority": hub.authority,
        "agency": HEALTH,
        "closed_on": None,
        "warnings": [],
        "version": 1,
    }


def test_what_was_answered_is_what_is_read(hub):
    record = a_submitted_caf(hub.health, closed_on="2014-02-14")
    for client in (hub.health, hub.decider):
        answer = client.get(f"cafs/{record['id']}")
        assert answer.get_json() == record
        assert answer.headers["ETag"] == '"1"'
    unchanged = hub.health.get(f"cafs/{record['id']}", headers={"If-None-Match": '"1"'})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_the_authority_says_for_which_agency_and_a_sender_need_not(hub):
    record = a_submitted_caf(hub.decider, agency=HEALTH)
    assert hub.health.get(f"cafs/{record['id']}").status_code == 200
    assert hub.police.get(f"cafs/{record['id']}").status_code == 404
    assert a_submitted_caf(hub.health, agency=HEALTH)["agency"] == HEALTH
    assert findings(hub.decider.post("cafs", a_caf())) == {("/agency", "required")}
    unknown = hub.decider.post("cafs", a_caf(agency="nobody"))
    assert findings(unknown) == {("/agency", "unknown_agency")}
    not_own = hub.health.post("cafs", a_caf(agency=POLICE))
    assert findings(not_own) == {("/agency", "not_your_agency")}


def tomorrow():
    return (london_date(datetime.now(UTC)) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"agency_kind": "police"}, {("/agency_kind", "not_one_of")}),
        ({"agency_kind": None}, {("/agency_kind", "null_not_allowed")}),
        ({"stage": 3}, {("/stage", "out_of_range")}),
        ({"stage": 0}, {("/stage", "out_of_range")}),
        ({"stage": "2"}, {("/stage", "wrong_type")}),
        ({"commenced_on": None}, {("/commenced_on", "null_not_allowed")}),
        ({"commenced_on": "2013-02-30"}, {("/commenced_on", "not_a_date")}),
        ({"commenced_on": "2013-11-04T00:00:00Z"}, {("/commenced_on", "not_a_date")}),
        ({"commenced_on": tomorrow()}, {("/commenced_on", "in_the_future")}),
        ({"closed_on": tomorrow()}, {("/closed_on", "in_the_future")}),
        ({"closed_on": "2013-11-03"}, {("/closed_on", "before_commenced")}),
        ({"agency_reference": " "}, {("/agency_reference", "too_short")}),
        ({"child": None}, {("/child", "null_not_allowed")}),
        ({"child": {}}, {("/child", "child_unknown")}),
        ({"child": {"given_name": "Ava"}}, {("/child", "child_unknown")}),
        ({"child": {"nhs_number": "9990000019"}}, {("/child/nhs_number", "not_an_nhs_number")}),
        ({"child": {**NAMED, "local_id": "L-1"}}, {("/child/local_id", "decide_only")}),
        ({"colour": "red"}, {("/colour", "unknown_field")}),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(hub, fields, found):
    assert findings(hub.health.post("cafs", a_caf(**fields))) == found
    assert hub.decider.get("cafs").get_json()["items"] == []


def test_every_reason_is_told_at_once(hub):
    answer = hub.health.post(
        "cafs",
        {
            "agency": POLICE,
            "agency_kind": "police",
            "commenced_on": tomorrow(),
            "closed_on": "2013-11-03",
            "child": {"sex": "F"},
        },
    )
    assert findings(answer) == {
        ("/agency", "not_your_agency"),
        ("/agency_kind", "not_one_of"),
        ("/agency_reference", "required"),
        ("/commenced_on", "in_the_future"),
        ("/closed_on", "before_commenced"),
        ("/child", "child_unknown"),
    }


def test_a_caf_may_commence_and_close_today(hub):
    today = london_date(datetime.now(UTC)).isoformat()
    record = a_submitted_caf(hub.health, commenced_on=today, closed_on=today)
    assert record["closed_on"] == today


def test_what_cannot_be_linked_and_has_no_stage_is_accepted_with_warnings(hub):
    record = a_submitted_caf(hub.health, child=NAMED, stage=None)
    assert places(record["warnings"]) == {
        ("/child/nhs_number", "cannot_be_linked"),
        ("/stage", "stage_missing"),
    }
    patch = {"stage": 1, "child": {"nhs_number": "999 000 0018"}}
    mended = hub.health.patch(f"cafs/{record['id']}", patch, '"1"').get_json()
    assert mended["warnings"] == []
    assert mended["child"]["nhs_number"] == "9990000018"


def test_the_authoritys_own_number_is_its_own_alone(hub):
    record = a_submitted_caf(hub.health, child=NAMED)
    at = f"cafs/{record['id']}"
    linked = hub.decider.patch(at, {"child": {"local_id": "L-4711"}}, '"1"').get_json()
    assert linked["child"]["local_id"] == "L-4711"
    assert linked["warnings"] == []
    seen = hub.health.get(at).get_json()
    assert seen["child"]["local_id"] is None
    assert seen["warnings"] == record["warnings"]
    listed = hub.health.get("cafs").get_json()["items"]
    assert listed == [seen]
    cleared = hub.health.patch(at, {"child": {"local_id": None, "sex": "F"}}, '"2"').get_json()
    assert cleared["child"]["local_id"] is None
    assert hub.decider.get(at).get_json()["child"]["local_id"] == "L-4711"
    refused = hub.health.patch(at, {"child": {"local_id": "L-1"}}, '"3"')
    assert findings(refused) == {("/child/local_id", "decide_only")}


def test_a_caf_is_closed_and_opened_again_by_a_patch(hub):
    record = a_submitted_caf(hub.health)
    at = f"cafs/{record['id']}"
    closing = hub.health.patch(at, {"closed_on": "2014-02-14"}, '"1"')
    assert closing.status_code == 200
    assert closing.headers["ETag"] == '"2"'
    closed = closing.get_json()
    assert closed == record | {
        "closed_on": "2014-02-14",
        "version": 2,
        "updated_at": closed["updated_at"],
    }
    assert closed["updated_at"] > record["updated_at"]
    opened = hub.decider.patch(at, {"closed_on": None}, '"2"').get_json()
    assert (opened["closed_on"], opened["version"]) == (None, 3)
    assert hub.health.get(at).get_json() == opened


def test_a_patch_changes_what_it_names_and_no_more(hub):
    record = a_submitted_caf(hub.health)
    patch = {
        "agency_kind": "midwives",
        "stage": None,
        "lead_agency": None,
        "commenced_on": "2013-10-01",
        "child": {"family_name": "Reed", "date_of_birth": None},
    }
    answer = hub.health.request(
        "PATCH",
        f"cafs/{record['id']}",
        json=patch,
        headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"},
    )
    changed = answer.get_json()
    assert changed == {
        **record,
        **patch,
        "child": {**record["child"], **patch["child"]},
        "warnings": changed["warnings"],
        "version": 2,
        "updated_at": changed["updated_at"],
    }
    assert places(changed["warnings"]) == {("/stage", "stage_missing")}


def test_a_patch_without_effect_makes_no_version(hub):
    record = a_submitted_caf(hub.health)
    same = {"stage": 2, "child": {"given_name": " Ava "}, "closed_on": None}
    answer = hub.health.patch(f"cafs/{record['id']}", same, '"1"')
    assert (answer.status_code, answer.get_json()) == (200, record)


def test_a_patch_needs_the_version_that_it_was_made_for(hub):
    record = a_submitted_caf(hub.health)
    at = f"cafs/{record['id']}"
    problem(hub.health.patch(at, {"stage": 1}), "precondition-required")
    problem(hub.health.patch(at, {"stage": 1}, '"2"'), "version-mismatch")
    assert hub.health.patch(at, {"stage": 1}, 'W/"1"').status_code == 200
    problem(hub.health.patch(at, {"stage": 2}, '"1"'), "version-mismatch")
    assert hub.health.patch(at, {"stage": 2}, "*").status_code == 200


@pytest.mark.parametrize(
    ("patch", "found"),
    [
        ({"agency": HEALTH}, {("/agency", "not_patchable")}),
        ({"agency_reference": "OTHER"}, {("/agency_reference", "not_patchable")}),
        ({"agency_kind": None}, {("/agency_kind", "null_not_allowed")}),
        ({"commenced_on": None}, {("/commenced_on", "null_not_allowed")}),
        ({"child": None}, {("/child", "null_not_allowed")}),
        ({"closed_on": "2013-11-03"}, {("/closed_on", "before_commenced")}),
        (
            {"commenced_on": "2014-01-01", "closed_on": "2013-12-31", "id": NOBODY},
            {("/closed_on", "before_commenced"), ("/id", "unknown_field")},
        ),
        (
            {"child": {"nhs_number": None, "given_name": None, "family_name": None}},
            {("/child", "child_unknown")},
        ),
    ],
)
def test_a_patch_that_would_spoil_the_record_is_refused(hub, patch, found):
    record = a_submitted_caf(hub.health)
    at = f"cafs/{record['id']}"
    assert findings(hub.health.patch(at, patch, '"1"')) == found
    assert hub.health.get(at).get_json() == record


def test_commencing_cannot_be_moved_behind_a_closing_that_stands(hub):
    record = a_submitted_caf(hub.health, closed_on="2014-02-14")
    answer = hub.health.patch(f"cafs/{record['id']}", {"commenced_on": "2014-02-15"}, '"1"')
    assert findings(answer) == {("/closed_on", "before_commenced")}


def test_a_caf_that_is_nobodys_is_not_found(hub):
    for client in (hub.health, hub.decider):
        problem(client.get(f"cafs/{NOBODY}"), "not-found")
        problem(client.patch(f"cafs/{NOBODY}", {"stage": 1}, "*"), "not-found")
    problem(hub.health.get("cafs/1"), "not-found")
    contact = hub.health.submit()
    problem(hub.health.get(f"cafs/{contact['id']}"), "not-found")


def test_a_caf_changes_no_more_of_a_contact_than_its_link_and_no_figure_of_table_1(hub):
    at = f"contacts/{hub.health.submit()['id']}"
    table = f"/v1/reports/table-1?area={hub.authority}&period=2013-14-Q4"
    contact, before = hub.decider.get(at).get_json(), hub.decider.get(table).data
    a_submitted_caf(hub.health)
    linked = hub.decider.get(at).get_json()
    changed = {name for name, value in linked.items() if contact[name] != value}
    assert changed == {"derived_active_caf", "version", "updated_at"}
    assert hub.decider.get(table).data == before
