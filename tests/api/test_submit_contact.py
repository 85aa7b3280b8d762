"""POST /contacts: what is stored, what is refused, and every reason at once."""

import json
import re
from datetime import date
from uuid import UUID

import pytest

from domain.access import Role
from services.reference.register import ReferrerTypeDetails, register_alias, register_referrer_type
from tests.factories.contacts import a_contact
from tests.support.hub import POLICE
from tests.support.problems import findings, places, problem


def test_a_complete_contact_is_stored_and_answered_whole(hub):
    sent = a_contact(
        agency=POLICE,
        agency_reference="CLE-1",
        received_at="2014-01-06T10:12:00+01:00",
        referrer={"name": "PC Alex Reed", "email": "alex.reed@example.org"},
        incident_reference="OCC-1",
        relates_to="CLE-0",
        parents_carers=[{"name": "Jordan Marsh", "date_of_birth": "1985-02-01"}],
        concerns=["neglect", "domestic_abuse"],
        has_active_caf=True,
        domestic_incident={"child_risk_level": "high", "children_present": True},
        family_agreement={"status": "given", "reason": "asked\nat home"},
    )
    answer = hub.police.post("contacts", sent)
    assert answer.status_code == 201
    record = answer.get_json()
    assert UUID(record["id"]).version == 7
    assert answer.headers["Location"] == f"{hub.police.at}/contacts/{record['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert "Idempotency-Replayed" not in answer.headers
    assert re.fullmatch(r"[-0-9]{10}T[:.0-9]{8,15}Z", record["created_at"])
    child = {
        "agency_child_reference": None,
        "local_id": None,
        "upn": None,
        "also_known_as": None,
        "expected_date_of_birth": None,
        "estimated_age": None,
        "ethnicity": None,
        "address": None,
    }
    carer = {"relationship": None, "phone": None}
    assert record == {
        **sent,
        "id": record["id"],
        "authority": hub.authority,
        "received_at": "2014-01-06T09:12:00Z",
        "received_on": "2014-01-06",
        "sent_received_at": None,
        "submitted_as": "contact",
        "is_referral": False,
        "referred_at": None,
        "referred_on": None,
        "referrer_detail": None,
        "individual_kind": None,
        "original_referrer_type": None,
        "immediate_concern": False,
        "referrer": {**sent["referrer"], "role": None, "phone": None},
        "child": {**child, **sent["child"]},
        "parents_carers": [{**sent["parents_carers"][0], **carer}],
        "domestic_incident": {**sent["domestic_incident"], "victim_risk_level": None},
        "family_agreement": {
            **sent["family_agreement"],
            "given_by": None,
            "family_informed": None,
            "safe_to_contact": None,
        },
        "outcome": {
            "code": "yet_to_proceed",
            "label": "Yet to Proceed to Initial or Single Assessment or be Closed Down as a NFA "
            "Referral",
            "rule": "awaiting_decision",
            "ruleset_version": "1",
            "since": "2014-01-06",
        },
        "is_open": True,
        "clocks": {
            "decision_due_at": "2014-01-07T23:59:59Z",
            "decision_in_time": False,
            "information_gathering_due_at": "2014-01-13T23:59:59Z",
            "information_gathering_in_time": False,
            "section_47_due_at": None,
            "section_47_in_time": None,
        },
        "decisions": [],
        "information": [],
        "new_information_at": None,
        "warnings": [],
        "version": 1,
        "created_at": record["created_at"],
        "updated_at": record["created_at"],
    }
    read = hub.police.get(f"contacts/{record['id']}")
    assert read.get_json() == record
    assert read.headers["ETag"] == '"1"'


def test_a_record_that_has_not_changed_is_not_sent_again(hub):
    record = hub.police.submit()
    at = f"contacts/{record['id']}"
    for tags in ('"1"', 'W/"1"', '"7", "1"', "*"):
        answer = hub.police.get(at, headers={"If-None-Match": tags})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"1"')
    hub.decider.decide(record, "gather_information")
    answer = hub.police.get(at, headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')


def test_who_sends_no_valid_key_is_asked_for_one(hub):
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer fd_test_none"}):
        answer = hub.police.post("contacts", a_contact(), headers=headers)
        problem(answer, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="front-door"'


@pytest.mark.parametrize("role", [Role.REPORT, Role.PARTNER, Role.ADMIN])
def test_roles_that_never_submit_or_read_records_are_forbidden(hub, role):
    client, record = hub.client(role), hub.police.submit()
    problem(client.post("contacts", a_contact()), "forbidden")
    problem(client.get("contacts"), "forbidden")
    problem(client.get(f"contacts/{record['id']}"), "forbidden")
    problem(client.post(f"contacts/{record['id']}/information", {"information": "x"}), "forbidden")
    problem(client.patch(f"contacts/{record['id']}", {}, '"1"'), "forbidden")
    problem(client.decide(record, "void", reason="test"), "forbidden")


def test_a_submit_key_without_an_agency_submits_nothing(hub):
    problem(hub.client(Role.SUBMIT).post("contacts", a_contact()), "forbidden")


def test_somebody_elses_record_is_answered_exactly_like_none(hub):
    theirs = hub.police.submit()
    calls = [
        ("GET", "contacts/{}", None),
        ("PATCH", "contacts/{}", {"narrative": "x"}),
        ("POST", "contacts/{}/information", {"information": "x"}),
        ("POST", "contacts/{}/decisions", {"decision": "void", "reason": "test"}),
    ]
    for method, path, body in calls:
        answers = [
            hub.health.request(
                method,
                path.format(id_),
                json=body,
                headers={"X-Request-ID": "same", "If-Match": '"1"'},
            )
            for id_ in (theirs["id"], "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa")
        ]
        assert problem(answers[0], "not-found") == problem(answers[1], "not-found")
    assert hub.police.get(f"contacts/{theirs['id']}").get_json() == theirs


def test_an_authority_that_is_not_the_callers_is_answered_exactly_like_none(hub, app):
    other = type(hub)(app)
    theirs = other.police.submit()
    bodies = [
        problem(
            hub.decider.get(
                f"/v1/authorities/{authority}/contacts/{theirs['id']}",
                headers={"X-Request-ID": "same"},
            ),
            "not-found",
        )
        for authority in (other.authority, "E06999999", "nowhere")
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    in_own = hub.decider.get(f"contacts/{theirs['id']}")
    problem(in_own, "not-found")


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        ({"data": b"{", "content_type": "application/json"}, "malformed-body"),
        ({"data": b"{}", "content_type": "text/plain"}, "unsupported-media-type"),
        ({"data": b"{}", "content_type": "application/merge-patch+json"}, "unsupported-media-type"),
        ({"json": {}, "headers": {"Content-Encoding": "gzip"}}, "unsupported-media-type"),
        ({"json": {}, "headers": {"Accept": "application/xml"}}, "not-acceptable"),
        ({"json": {"narrative": "x" * 1_100_000}}, "too-large"),
    ],
)
def test_a_request_of_a_wrong_form_is_refused_as_such(hub, options, slug):
    problem(hub.police.request("POST", "contacts", **options), slug)
    assert hub.decider.get("contacts").get_json()["items"] == []


def test_everything_that_is_wrong_with_a_body_is_reported_at_once(hub):
    body = a_contact(
        agency="somebody-else",
        referrer_type="Head teecher",
        received_at="2999-01-01T00:00:00Z",
        closed_on="2014-01-07",
        individual_kind="anonymous",
        concerns=["neglect", "noise"],
        presenting_need="N10",
        has_active_caf="no",
        narrative="x" * 10_001,
        incident_reference="a\x07b",
        narativ="Ava Marsh",
    )
    del body["agency_reference"]
    body["child"] |= {
        "date_of_birth": "2014-02-30",
        "nhs_number": "9990000019",
        "upn": "A801200001001",
        "postcode": "TS1",
        "local_id": "7",
    }
    body["parents_carers"] = [{"name": "Jordan Marsh"}, {"date_of_birth": "2999-01-01"}]
    answer = hub.police.post("contacts", body)
    assert findings(answer) == {
        ("/agency", "not_your_agency"),
        ("/agency_reference", "required"),
        ("/referrer_type", "unknown_referrer_type"),
        ("/received_at", "in_the_future"),
        ("/closed_on", "decide_only"),
        ("/referrer", "anonymous_with_identity"),
        ("/concerns/1", "not_one_of"),
        ("/presenting_need", "not_one_of"),
        ("/has_active_caf", "wrong_type"),
        ("/narrative", "too_long"),
        ("/incident_reference", "control_character"),
        ("/narativ", "unknown_field"),
        ("/child/date_of_birth", "not_a_date"),
        ("/child/nhs_number", "not_an_nhs_number"),
        ("/child/upn", "not_a_upn"),
        ("/child/postcode", "not_a_postcode"),
        ("/child/local_id", "decide_only"),
        ("/parents_carers/1/date_of_birth", "in_the_future"),
    }
    for value in ("9990000019", "2014-02-30", "Ava Marsh", "somebody-else", "noise", "teecher"):
        assert value not in answer.text
    assert hub.decider.get("contacts").get_json()["items"] == []


@pytest.mark.parametrize("body", [[], [a_contact()], "contact", 7, None, True])
def test_a_body_that_is_no_object_is_named_as_such(hub, body):
    answer = hub.police.request(
        "POST", "contacts", data=json.dumps(body), content_type="application/json"
    )
    assert ("", "wrong_type") in findings(answer)


def test_what_is_required_is_named(hub):
    assert findings(hub.police.post("contacts", {})) == {
        ("/agency_reference", "required"),
        ("/referrer_type", "required"),
        ("/child", "required"),
    }
    assert ("/agency", "required") in findings(hub.decider.post("contacts", {}))


@pytest.mark.parametrize("name", ["agency_reference", "referrer_type", "child"])
def test_what_is_required_can_be_neither_null_nor_blank(hub, name):
    for value in (None, "", "  "):
        assert {
            place for place, _ in findings(hub.police.post("contacts", a_contact(**{name: value})))
        } == {f"/{name}"}


@pytest.mark.parametrize("status", ["given", "not_sought", "refused", "overridden", None])
def test_family_agreement_never_blocks_a_record(hub, status):
    agreement = {"status": status, "safe_to_contact": False, "family_informed": False}
    record = hub.police.submit(family_agreement=agreement)
    assert record["family_agreement"]["status"] == status
    assert record["warnings"] == []


def test_an_immediate_concern_is_accepted_with_the_number_to_call(hub):
    (warning,) = hub.police.submit(immediate_concern=True)["warnings"]
    assert warning.items() >= {
        ("pointer", "/immediate_concern"),
        ("code", "not_an_emergency_route"),
    }
    assert "01632 960000" in warning["detail"]


def test_a_domestic_incident_of_the_police_wants_the_childs_risk(hub):
    unscreened = {
        "concerns": ["domestic_abuse"],
        "domestic_incident": {"victim_risk_level": "high"},
    }
    warning = ("/domestic_incident/child_risk_level", "domestic_incident_not_risk_assessed")
    assert places(hub.police.submit(**unscreened)["warnings"]) == {warning}
    screened = {"victim_risk_level": "high", "child_risk_level": "standard"}
    assert not hub.police.submit(**unscreened | {"domestic_incident": screened})["warnings"]
    assert not hub.health.submit(**unscreened, referrer_type="health_midwife")["warnings"]


@pytest.mark.parametrize(
    ("fields", "warnings"),
    [
        ({"referrer_type": "individuals"}, {("/individual_kind", "individual_kind_missing")}),
        ({"individual_kind": "family"}, {("/individual_kind", "not_used")}),
        ({"original_referrer_type": "police"}, {("/original_referrer_type", "not_used")}),
        (
            {"referrer_type": "emergency_duty_team", "original_referrer_type": "police"},
            set(),
        ),
        ({"received_at": "1995-06-01T09:00:00Z"}, {("/received_at", "no_clock")}),
        (
            {"child": {**a_contact()["child"], "date_of_birth": "1996-01-06"}},
            {("/child/date_of_birth", "adult_at_receipt")},
        ),
        ({"child": {**a_contact()["child"], "date_of_birth": "1996-01-07"}}, set()),
    ],
)
def test_what_should_be_better_is_a_warning(hub, fields, warnings):
    assert places(hub.police.submit(**fields)["warnings"]) == warnings


def test_an_anonymous_individual_has_no_identity(hub):
    anonymous = {"referrer_type": "individuals", "individual_kind": "anonymous"}
    assert findings(hub.police.post("contacts", a_contact(**anonymous))) == {
        ("/referrer", "anonymous_with_identity")
    }
    record = hub.police.submit(**anonymous, referrer={"name": None, "phone": " "})
    assert (record["referrer"], record["warnings"]) == (None, [])


def test_referrer_type_other_needs_its_detail(hub):
    answer = hub.police.post("contacts", a_contact(referrer_type="other"))
    assert findings(answer) == {("/referrer_detail", "required")}
    record = hub.police.submit(referrer_type="other", referrer_detail="Prison Service")
    assert record["referrer_detail"] == "Prison Service"


def test_an_alias_of_the_authority_stands_for_its_type_and_for_no_other_authoritys(hub, app):
    with hub.transaction() as session:
        register_alias(
            session,
            authority=hub.authority,
            alias="School - Headteacher",
            referrer_type="education_head_teacher",
        )
    record = hub.police.submit(referrer_type="  SCHOOL   headteacher ")
    assert record["referrer_type"] == "education_head_teacher"
    elsewhere = type(hub)(app).police
    answer = elsewhere.post("contacts", a_contact(referrer_type="School - Headteacher"))
    assert findings(answer) == {("/referrer_type", "unknown_referrer_type")}


def test_unmapped_wording_is_refused_with_the_nearest_types(hub):
    with hub.transaction() as session:
        register_alias(
            session, authority=hub.authority, alias="Bobby on the beat", referrer_type="police"
        )
    for wording, nearest in (
        ("Health - Midwives", "health_midwife"),
        ("helth_visiter", "health_health_visitor"),
        ("bobby on beat", "police"),
    ):
        answer = hub.police.post("contacts", a_contact(referrer_type=wording))
        (error,) = problem(answer, "unprocessable")["errors"]
        assert (error["pointer"], error["code"]) == ("/referrer_type", "unknown_referrer_type")
        assert nearest in error["detail"]
    (error,) = hub.police.post("contacts", a_contact(referrer_type="Zzyzx")).get_json()["errors"]
    assert "Nearest" not in error["detail"]


def test_a_type_that_the_authority_added_counts_from_its_first_day(hub):
    with hub.transaction() as session:
        register_referrer_type(
            session,
            authority=hub.authority,
            code="youth_hub",
            details=ReferrerTypeDetails(
                label="Youth Hub", group="council", valid_from=date(2014, 1, 6)
            ),
        )
    assert hub.police.submit(referrer_type="youth_hub")["referrer_type"] == "youth_hub"
    early = a_contact(referrer_type="youth_hub", received_at="2014-01-05T09:00:00Z")
    assert findings(hub.police.post("contacts", early)) == {
        ("/referrer_type", "unknown_referrer_type")
    }


def test_text_is_trimmed_and_an_empty_one_is_nothing(hub):
    record = hub.police.submit(
        agency_reference="  T-1 ",
        incident_reference="  ",
        narrative="\n  Two lines,\n\tone tab. \n",
        referrer={"name": " PC Alex Reed ", "role": ""},
    )
    assert record["agency_reference"] == "T-1"
    assert record["incident_reference"] is None
    assert record["narrative"] == "Two lines,\n\tone tab."
    assert record["referrer"] == {
        "name": "PC Alex Reed",
        "role": None,
        "email": None,
        "phone": None,
    }


@pytest.mark.parametrize("character", ["\x01", "\x1b", "\x7f", "\u0085"])
def test_control_characters_are_refused_everywhere(hub, character):
    body = a_contact(narrative=f"a{character}b", incident_reference=f"a{character}b")
    body["child"]["given_name"] = f"a{character}b"
    assert findings(hub.police.post("contacts", body)) == {
        ("/narrative", "control_character"),
        ("/incident_reference", "control_character"),
        ("/child/given_name", "control_character"),
    }
    assert findings(hub.police.post("contacts", a_contact(incident_reference="a\nb"))) == {
        ("/incident_reference", "control_character")
    }


def test_a_narrative_of_ten_thousand_characters_is_kept_whole(hub):
    narrative = "é😀" * 5_000
    assert hub.police.submit(narrative=f" {narrative} ")["narrative"] == narrative


def test_the_authority_posts_for_any_agency_it_knows_and_names_it(hub):
    assert hub.decider.submit(agency=POLICE)["agency"] == POLICE
    assert findings(hub.decider.post("contacts", a_contact())) == {("/agency", "required")}
    for unknown in ("nobody", "*"):
        answer = hub.decider.post("contacts", a_contact(agency=unknown))
        assert findings(answer) == {("/agency", "unknown_agency")}


def test_a_sender_may_name_its_own_agency_and_no_other(hub):
    assert hub.police.submit(agency=POLICE)["agency"] == POLICE
    assert hub.police.submit(agency=None)["agency"] == POLICE
    answer = hub.health.post("contacts", a_contact(agency=POLICE))
    assert findings(answer) == {("/agency", "not_your_agency")}


def test_the_authoritys_own_number_is_sent_and_seen_by_the_authority_only(hub):
    record = hub.decider.submit(agency=POLICE, child={"local_id": "ICS-1"})
    assert record["child"]["local_id"] == "ICS-1"
    seen = hub.police.get(f"contacts/{record['id']}").get_json()
    assert seen["child"]["local_id"] is None
    assert "ICS-1" not in json.dumps(seen)
