"""PATCH /contacts/{id}: a merge patch of one version, by whom and until when."""

import pytest

from services.reference.register import register_alias
from tests.factories.contacts import a_contact
from tests.support.hub import POLICE
from tests.support.problems import findings, places, problem


def at(record):
    return f"contacts/{record['id']}"


def patched(client, record, patch):
    answer = client.patch(at(record), patch, f'"{record["version"]}"')
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_patch_changes_what_it_names_and_nothing_else(hub):
    record = hub.police.submit(domestic_incident={"victim_risk_level": "high"})
    answer = hub.police.patch(
        at(record),
        {
            "child": {"postcode": "ts18 2ab", "also_known_as": "Avie"},
            "presenting_need": "N4",
            "concerns": ["missing"],
            "domestic_incident": {"child_risk_level": "medium"},
            "parents_carers": [{"name": "Jordan Marsh"}],
        },
        answer_tag := '"1"',
    )
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    now = answer.get_json()
    carer = {"name": "Jordan Marsh", "relationship": None, "date_of_birth": None, "phone": None}
    assert now == {
        **record,
        "child": {**record["child"], "postcode": "TS18 2AB", "also_known_as": "Avie"},
        "presenting_need": "N4",
        "concerns": ["missing"],
        "domestic_incident": {**record["domestic_incident"], "child_risk_level": "medium"},
        "parents_carers": [carer],
        "version": 2,
        "updated_at": now["updated_at"],
    }
    assert now["updated_at"] > record["updated_at"]
    assert hub.police.get(at(record)).get_json() == now
    problem(hub.police.patch(at(record), {}, answer_tag), "version-mismatch")


@pytest.mark.parametrize("content_type", ["application/merge-patch+json", "application/json"])
def test_both_media_types_of_a_patch_are_taken(hub, content_type):
    record = hub.police.submit()
    answer = hub.police.request(
        "PATCH",
        at(record),
        data='{"narrative": "Another."}',
        content_type=content_type,
        headers={"If-Match": '"1"'},
    )
    assert answer.get_json()["narrative"] == "Another."


def test_a_patch_of_another_media_type_is_refused_with_those_that_are_taken(hub):
    record = hub.police.submit()
    answer = hub.police.request(
        "PATCH", at(record), data="{}", content_type="application/json-patch+json"
    )
    problem(answer, "unsupported-media-type")
    assert answer.headers["Accept"] == "application/merge-patch+json, application/json"


def test_null_clears(hub):
    full = {
        "individual_kind": "family",
        "incident_reference": "OCC-1",
        "has_active_caf": True,
        "immediate_concern": True,
        "domestic_incident": {"victim_risk_level": "high", "children_present": True},
        "family_agreement": {"status": "given", "given_by": "Jordan Marsh"},
        "parents_carers": [{"name": "Jordan Marsh"}],
    }
    record = hub.police.submit(**full)
    cleared = dict.fromkeys([*full, "presenting_need", "concerns", "referrer", "narrative"])
    now = patched(hub.police, record, {**cleared, "child": {"nhs_number": None, "sex": None}})
    empty = {"immediate_concern": False, "concerns": [], "parents_carers": []}
    assert {name: now[name] for name in cleared} == {**cleared, **empty}
    assert (now["child"]["nhs_number"], now["child"]["sex"]) == (None, None)
    assert now["child"]["given_name"] == "Ava"
    assert places(now["warnings"]) == {
        ("/child/nhs_number", "identifier_missing"),
        ("/narrative", "narrative_missing"),
    }


def test_null_within_an_object_clears_that_member_alone(hub):
    record = hub.police.submit(domestic_incident={"victim_risk_level": "high"})
    now = patched(
        hub.police,
        record,
        {"referrer": {"role": None}, "domestic_incident": {"victim_risk_level": None}},
    )
    nobody_else = {"role": None, "email": None, "phone": None}
    assert now["referrer"] == {"name": "PC Alex Reed", **nobody_else}
    assert now["domestic_incident"] is None


@pytest.mark.parametrize(
    "patch",
    [
        {},
        {"narrative": "  Seen by officers; the child was upstairs. "},
        {"child": {}},
        {"child": {"given_name": "Ava", "upn": None}, "concerns": ["neglect"]},
        {"referrer": {"phone": None}, "domestic_incident": {}, "family_agreement": None},
        {"received_at": "2014-01-06T10:12:00+01:00", "referrer_type": "police"},
        {"parents_carers": None, "immediate_concern": False},
    ],
)
def test_a_patch_without_effect_makes_no_version(hub, patch):
    record = hub.police.submit()
    answer = hub.police.patch(at(record), patch, '"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert answer.get_json() == record
    assert len(hub.decider.get(f"{at(record)}/history").get_json()["items"]) == 1


def test_a_correction_must_say_which_version_it_corrects(hub):
    record = hub.police.submit()
    problem(hub.police.patch(at(record), {"narrative": "x"}), "precondition-required")
    for stale in ('"2"', '"0"', '"abc"', "1", '"' + "1" * 5000 + '"'):
        problem(hub.police.patch(at(record), {"narrative": "x"}, stale), "version-mismatch")
    for version, fresh in enumerate(('"1"', 'W/"2"', '"7", "3"', "*"), start=2):
        answer = hub.police.patch(at(record), {"narrative": f"Version {version}."}, fresh)
        assert (answer.status_code, answer.headers["ETag"]) == (200, f'"{version}"')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agency", POLICE),
        ("agency_reference", "OTHER-1"),
        ("submitted_as", "referral"),
        ("received_on", "2014-01-06"),
        ("closed_on", "2014-01-07"),
        ("referred_on", "2014-01-07"),
        ("nfa_on", "2014-01-07"),
        ("assessment_started_on", "2014-01-07"),
        ("assessment_type", "single"),
        ("reason", "other"),
    ],
)
def test_what_is_fixed_cannot_be_patched_by_anybody(hub, name, value):
    record = hub.police.submit()
    answer = hub.decider.patch(at(record), {name: value}, '"1"')
    assert findings(answer) == {(f"/{name}", "not_patchable")}
    answer = hub.decider.patch(at(record), {name: None}, '"1"')
    assert {place for place, _ in findings(answer)} == {f"/{name}"}
    assert hub.decider.get(at(record)).get_json()["version"] == 1


def test_everything_that_is_wrong_with_a_patch_is_reported_at_once(hub):
    record = hub.police.submit()
    patch = {
        "child": {"nhs_number": "1", "local_id": "7"},
        "referrer_type": "nobody",
        "agency_reference": "x",
        "received_at": "2999-01-01T00:00:00Z",
        "noise": 1,
        "presenting_need": "N10",
    }
    assert findings(hub.police.patch(at(record), patch, '"1"')) == {
        ("/child/nhs_number", "not_an_nhs_number"),
        ("/child/local_id", "decide_only"),
        ("/referrer_type", "unknown_referrer_type"),
        ("/agency_reference", "not_patchable"),
        ("/received_at", "in_the_future"),
        ("/noise", "unknown_field"),
        ("/presenting_need", "not_one_of"),
    }
    for name in ("child", "referrer_type"):
        answer = hub.police.patch(at(record), {name: None}, '"1"')
        assert findings(answer) == {(f"/{name}", "null_not_allowed")}


def test_the_rules_of_a_record_hold_for_what_the_patch_makes_of_it(hub):
    known_by_one = hub.police.submit(child={"given_name": "Ava"}, narrative=None)
    answer = hub.police.patch(at(known_by_one), {"child": {"given_name": None}}, '"1"')
    assert findings(answer) == {("/child", "child_unknown")}
    anonymous = hub.police.submit(
        referrer_type="individuals", individual_kind="anonymous", referrer=None
    )
    answer = hub.police.patch(at(anonymous), {"referrer": {"name": "Jo Hill"}}, '"1"')
    assert findings(answer) == {("/referrer", "anonymous_with_identity")}
    answer = hub.police.patch(at(anonymous), {"referrer_type": "other"}, '"1"')
    assert ("/referrer_detail", "required") in findings(answer)


def test_a_patch_may_use_an_alias(hub):
    record = hub.police.submit()
    with hub.transaction() as session:
        register_alias(
            session, authority=hub.authority, alias="HV", referrer_type="health_health_visitor"
        )
    now = patched(hub.police, record, {"referrer_type": "hv"})
    assert now["referrer_type"] == "health_health_visitor"


@pytest.mark.parametrize(
    "patch",
    [
        {"child": {"given_name": "Eva"}},
        {"parents_carers": [{"name": "Jordan Marsh"}]},
        {"referrer": {"phone": "01632 960111"}},
    ],
)
def test_after_a_decision_a_sender_still_corrects_who_it_is_about(hub, patch):
    record = hub.police.submit()
    decided = hub.decider.decide(record, "close_and_log", reason="advice_given").get_json()
    assert patched(hub.police, decided, patch)["version"] == 3


def test_after_a_decision_a_sender_changes_nothing_else(hub):
    record = hub.police.submit()
    hub.decider.decide(record, "gather_information")
    patch = {"narrative": "x", "received_at": None, "child": {"given_name": "Eva"}}
    answer = hub.police.patch(at(record), patch, '"2"')
    assert findings(answer, "change-not-allowed") == {
        ("/narrative", "decided"),
        ("/received_at", "decided"),
    }
    assert hub.police.get(at(record)).get_json()["child"]["given_name"] == "Ava"


def test_after_a_decision_the_authority_still_corrects_anything(hub):
    record = hub.police.submit()
    decided = hub.decider.decide(record, "gather_information").get_json()
    now = patched(hub.decider, decided, {"narrative": "Corrected.", "referrer_type": "probation"})
    assert (now["narrative"], now["referrer_type"]) == ("Corrected.", "probation")


def test_a_decision_that_was_retracted_binds_no_sender(hub):
    record = hub.police.submit()
    decided = hub.decider.decide(record, "gather_information").get_json()
    (decision,) = decided["decisions"]
    retracted = hub.decider.decide(record, "retract", retracts=decision["id"]).get_json()
    assert patched(hub.police, retracted, {"narrative": "Corrected."})["version"] == 4


def test_a_voided_record_takes_no_correction(hub):
    record = hub.police.submit()
    hub.police.decide(record, "void", reason="test")
    for client in (hub.police, hub.decider):
        answer = client.patch(at(record), {"child": {"given_name": "Eva"}}, '"2"')
        problem(answer, "record-voided")


def test_receipt_cannot_move_past_a_decision(hub):
    record = hub.police.submit(received_at="2014-01-06T09:12:00Z")
    hub.decider.decide(record, "gather_information", decided_at="2014-01-07T09:00:00Z")
    answer = hub.decider.patch(at(record), {"received_at": "2014-01-08T00:00:00Z"}, '"2"')
    assert findings(answer) == {("/received_at", "after_decision")}
    answer = hub.decider.patch(at(record), {"received_at": "2014-01-07T23:00:00Z"}, '"2"')
    now = answer.get_json()
    assert (now["received_at"], now["received_on"]) == ("2014-01-07T23:00:00Z", "2014-01-07")
    assert now["clocks"]["decision_due_at"] == "2014-01-09T23:59:59Z"


def test_what_clearing_and_moving_receipt_does_to_its_warnings(hub):
    record = hub.police.submit(received_at="1995-06-01T09:00:00Z")
    assert places(record["warnings"]) == {("/received_at", "no_clock")}
    moved = patched(hub.police, record, {"received_at": "2014-01-06T09:12:00Z"})
    assert moved["warnings"] == []
    back = patched(hub.police, moved, {"received_at": "1995-06-01T09:00:00Z"})
    assert places(back["warnings"]) == {("/received_at", "no_clock")}
    cleared = patched(hub.police, back, {"received_at": None})
    assert cleared["received_at"] == cleared["created_at"]
    assert cleared["warnings"] == []


def test_a_receipt_of_which_only_the_day_is_known_stays_when_its_null_is_sent_back(hub):
    record = hub.decider.submit(agency=POLICE, received_at=None, received_on="2014-01-06")
    assert patched(hub.decider, record, {"received_at": None}) == record
    timed = patched(hub.decider, record, {"received_at": "2014-01-07T09:12:00Z"})
    assert (timed["received_at"], timed["received_on"]) == ("2014-01-07T09:12:00Z", "2014-01-07")


def test_a_sender_that_sends_back_what_it_read_clears_no_number_of_the_authority(hub):
    record = hub.decider.submit(agency=POLICE, child={"local_id": "ICS-1", "given_name": "Ava"})
    seen = hub.police.get(at(record)).get_json()
    now = patched(hub.police, seen, {"child": {**seen["child"], "given_name": "Eva"}})
    assert (now["child"]["given_name"], now["child"]["local_id"]) == ("Eva", None)
    assert hub.decider.get(at(record)).get_json()["child"]["local_id"] == "ICS-1"
    cleared = patched(hub.decider, now, {"child": {"local_id": None}})
    assert cleared["child"]["local_id"] is None


def test_a_patch_without_a_key_changes_nothing(hub):
    record = hub.police.submit()
    answer = hub.police.request(
        "PATCH", at(record), json=a_contact(), headers={"Authorization": "", "If-Match": '"1"'}
    )
    problem(answer, "unauthenticated")
    assert hub.police.get(at(record)).get_json() == record


@pytest.mark.parametrize("body", ["[]", '"x"', "null"])
def test_a_patch_that_is_no_object_is_refused(hub, body):
    record = hub.police.submit()
    answer = hub.police.request(
        "PATCH",
        at(record),
        data=body,
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )
    assert findings(answer) == {("", "wrong_type")}
