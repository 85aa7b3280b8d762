"""POST /contacts/{id}/decisions: what may be decided when, by whom, and all or nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.support.hub import POLICE, as_decided
from tests.support.problems import findings, places, problem

UNKNOWN = "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa"


def at(record):
    return f"contacts/{record['id']}/decisions"


def decided(hub, record, *decisions):
    answer = hub.decider.post(at(record), list(decisions))
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def now(**ahead):
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


ACCEPT = {"decision": "accept_as_referral"}
CLOSE = {"decision": "close_and_log", "reason": "advice_given"}
NFA = {"decision": "no_further_action", "reason": "threshold_not_met"}
ASSESS = {"decision": "start_assessment", "assessment_type": "single"}
GATHER = {"decision": "gather_information"}
SECTION_47 = {"decision": "section_47_threshold_met"}
REOPEN = {"decision": "reopen", "reason": "The school called again."}
VOID = {"decision": "void", "reason": "test"}


def test_a_decision_is_added_and_the_record_answered(hub):
    record = hub.police.submit()
    answer = hub.decider.decide(
        record,
        "accept_as_referral",
        decided_at="2014-01-07T10:00:00+01:00",
        transferred_at="2014-01-08T09:00:00Z",
        team=" North ",
        decided_by="Sam Field",
        rationale="Two earlier contacts.\nRisk rising.",
    )
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"2"')
    assert answer.headers["Location"] == f"{hub.decider.at}/contacts/{record['id']}"
    after = answer.get_json()
    (decision,) = after["decisions"]
    assert UUID(decision["id"]).version == 7
    assert decision == {
        "id": decision["id"],
        "version": 2,
        "decision": "accept_as_referral",
        "decided_at": "2014-01-07T09:00:00Z",
        "decided_on": "2014-01-07",
        "assessment_type": None,
        "reason": None,
        "priority": None,
        "strategy_discussion_at": None,
        "transferred_at": "2014-01-08T09:00:00Z",
        "transferred_to": None,
        "team": "North",
        "retracts": None,
        "duplicate_of": None,
        "decided_by": "Sam Field",
        "rationale": "Two earlier contacts.\nRisk rising.",
        "recorded_at": after["updated_at"],
        "retracted_by": None,
    }
    clocks = {"decision_in_time": True, "information_gathering_in_time": True}
    assert after == {
        **as_decided(record),
        "is_referral": True,
        "referred_at": "2014-01-07T09:00:00Z",
        "referred_on": "2014-01-07",
        "outcome": {**record["outcome"], "rule": "referral_open"},
        "clocks": {**record["clocks"], **clocks},
        "decisions": [decision],
        "version": 2,
        "updated_at": after["updated_at"],
    }
    assert after["updated_at"] > record["updated_at"]
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == after


def test_a_sender_reads_outcomes_without_names_rationale_or_what_others_told(hub):
    record, other = hub.police.submit(), hub.health.submit(referrer_type="health_midwife")
    hub.decider.post(
        at(record),
        [
            {**GATHER, "decided_by": "Sam Field", "rationale": "Midwife told us."},
            {
                "decision": "close_and_log",
                "reason": "already_open_case",
                "decided_by": "Sam Field",
            },
            {**REOPEN, "reason": "The midwife called."},
            {"decision": "void", "reason": "duplicate", "duplicate_of": other["id"]},
        ],
    )
    seen = hub.police.get(f"contacts/{record['id']}")
    _, closed, reopened, voided = seen.get_json()["decisions"]
    assert (closed["decision"], closed["reason"]) == ("close_and_log", None)
    assert (reopened["reason"], voided["duplicate_of"]) == (None, None)
    for secret in ("Sam Field", "idwife", other["id"], "already_open_case"):
        assert secret not in seen.text
    assert hub.decider.get(f"contacts/{record['id']}").text.count("Sam Field") == 2


def test_a_decision_is_taken_to_be_made_now_unless_it_says_when(hub):
    record = hub.police.submit()
    (decision,) = decided(hub, record, GATHER)["decisions"]
    assert decision["decided_at"] == decision["recorded_at"]


@pytest.mark.parametrize(
    ("before", "decision", "outcome", "is_open"),
    [
        ([], GATHER | {"priority": "amber"}, "awaiting_decision", True),
        (
            [],
            SECTION_47 | {"strategy_discussion_at": "2999-01-01T09:00:00Z"},
            "awaiting_decision",
            True,
        ),
        ([], CLOSE, "closed_and_logged", False),
        ([], ACCEPT, "referral_open", True),
        ([GATHER], ACCEPT, "referral_open", True),
        ([ACCEPT], SECTION_47, "referral_open", True),
        ([ACCEPT], NFA, "referral_no_further_action", False),
        ([ACCEPT], ASSESS, "assessment_commenced", False),
        ([CLOSE], REOPEN, "awaiting_decision", True),
        ([ACCEPT, NFA], REOPEN, "referral_open", True),
        ([SECTION_47, ACCEPT], ASSESS, "assessment_commenced", False),
    ],
)
def test_what_is_allowed_in_a_state_and_what_it_makes_of_it(
    hub, before, decision, outcome, is_open
):
    record = hub.police.submit()
    after = decided(hub, record, *before, decision)
    assert (after["outcome"]["rule"], after["is_open"]) == (outcome, is_open)


def test_a_voided_record_has_no_outcome(hub):
    after = decided(hub, hub.police.submit(), VOID)
    assert (after["outcome"], after["is_open"]) == (None, False)


@pytest.mark.parametrize(
    ("before", "decision", "met"),
    [
        ([], NFA, "open and not a referral"),
        ([], ASSESS, "open and not a referral"),
        ([], REOPEN, "open and not a referral"),
        ([ACCEPT], GATHER, "an open referral"),
        ([ACCEPT], CLOSE, "an open referral"),
        ([ACCEPT], ACCEPT, "an open referral"),
        ([CLOSE], ACCEPT, "closed and logged"),
        ([CLOSE], SECTION_47, "closed and logged"),
        ([SECTION_47], CLOSE, "section 47 threshold stands"),
        ([ACCEPT, SECTION_47], NFA, "section 47 threshold stands"),
        ([ACCEPT, NFA], ASSESS, "no further action"),
        ([ACCEPT, ASSESS], NFA, "an assessment has commenced"),
        ([ACCEPT, ASSESS], REOPEN, "an assessment has commenced"),
        ([VOID], GATHER, "voided"),
        ([VOID], REOPEN, "voided"),
    ],
)
def test_what_is_not_allowed_is_refused_with_the_state_that_it_met(hub, before, decision, met):
    record = hub.police.submit()
    stood = decided(hub, record, *before) if before else as_decided(record)
    answer = hub.decider.post(at(record), decision)
    body = problem(answer, "decision-not-allowed")
    assert met in body["detail"]
    assert places(body["errors"]) == {("/decision", "not_allowed")}
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == stood


def test_several_decisions_are_taken_together_as_one_version(hub):
    after = decided(hub, hub.police.submit(), GATHER, ACCEPT, ASSESS)
    assert [each["version"] for each in after["decisions"]] == [2, 2, 2]
    assert after["version"] == 2


def test_of_several_decisions_all_are_taken_or_none(hub):
    record = hub.police.submit()
    answer = hub.decider.post(at(record), [GATHER, CLOSE, ACCEPT])
    assert findings(answer, "decision-not-allowed") == {("/2/decision", "not_allowed")}
    wrong = [
        GATHER,
        {**CLOSE, "reason": "none"},
        {"decision": "start_assessment", "priority": "red"},
    ]
    assert findings(hub.decider.post(at(record), wrong)) == {
        ("/1/reason", "not_one_of"),
        ("/2/assessment_type", "required"),
        ("/2/priority", "not_applicable"),
    }
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == as_decided(record)


def test_a_list_without_a_decision_is_refused(hub):
    record = hub.police.submit()
    for client in (hub.decider, hub.police):
        assert findings(client.post(at(record), [])) == {("", "too_short")}
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == as_decided(record)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {("/decision", "required")}),
        ({"decision": "approve"}, {("/decision", "not_one_of")}),
        ("close_and_log", {("", "wrong_type")}),
        ([GATHER, "close_and_log"], {("/1", "wrong_type")}),
        ({**ASSESS, "assessment_type": "core"}, {("/assessment_type", "not_one_of")}),
        ({"decision": "start_assessment"}, {("/assessment_type", "required")}),
        ({"decision": "reopen"}, {("/reason", "required")}),
        ({"decision": "retract"}, {("/retracts", "required")}),
        ({"decision": "retract", "retracts": "1"}, {("/retracts", "not_an_id")}),
        ({"decision": "void"}, {("/reason", "required")}),
        ({**VOID, "reason": "advice_given"}, {("/reason", "not_one_of")}),
        ({**VOID, "reason": "duplicate"}, {("/duplicate_of", "required")}),
        ({**CLOSE, "reason": "wrong_child"}, {("/reason", "not_one_of")}),
        ({**CLOSE, "reason": "transferred_out"}, {("/transferred_to", "required")}),
        ({**ACCEPT, "reason": "advice_given"}, {("/reason", "not_applicable")}),
        (
            {**GATHER, "priority": "purple", "decided_at": "noon", "team": "a\nb", "outcome": 1},
            {
                ("/priority", "not_one_of"),
                ("/decided_at", "not_an_instant"),
                ("/team", "control_character"),
                ("/outcome", "unknown_field"),
            },
        ),
        (
            {"decision": "void", "reason": "duplicate", "duplicate_of": UNKNOWN, "priority": "red"},
            {("/duplicate_of", "unknown_record"), ("/priority", "not_applicable")},
        ),
    ],
)
def test_a_decision_of_a_wrong_form_is_refused_with_every_reason(hub, body, errors):
    record = hub.police.submit()
    assert findings(hub.decider.post(at(record), body)) == errors
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == as_decided(record)


@pytest.mark.parametrize("field", ["decided_at", "transferred_at"])
def test_a_decision_is_neither_before_receipt_nor_in_the_future(hub, field):
    record = hub.police.submit(received_at="2014-01-06T09:12:00Z")
    for when, code in (
        ("2014-01-05T23:59:59Z", "before_receipt"),
        (now(minutes=6), "in_the_future"),
    ):
        answer = hub.decider.decide(record, "accept_as_referral", **{field: when})
        assert findings(answer) == {(f"/{field}", code)}
    earlier_that_day = {"decided_at": "2014-01-06T00:00:00Z", field: "2014-01-06T00:00:00Z"}
    assert decided(hub, record, ACCEPT | earlier_that_day)["referred_on"] == "2014-01-06"


def test_a_clock_a_little_ahead_of_ours_is_tolerated(hub):
    assert hub.decider.decide(hub.police.submit(), "gather_information", decided_at=now(minutes=4))


def test_a_decision_is_not_before_the_day_of_the_one_that_it_follows(hub):
    record = hub.police.submit(received_at="2014-01-06T09:12:00Z")
    first = GATHER | {"decided_at": "2014-01-08T12:00:00Z"}
    answer = hub.decider.post(at(record), [first, CLOSE | {"decided_at": "2014-01-07T12:00:00Z"}])
    assert findings(answer) == {("/1/decided_at", "before_previous_decision")}
    after = decided(hub, record, first, CLOSE | {"decided_at": "2014-01-08T09:00:00Z"})
    assert after["outcome"]["since"] == "2014-01-08"


def test_a_missing_reason_is_a_warning_until_it_is_given(hub):
    record = hub.police.submit()
    after = decided(hub, record, {"decision": "close_and_log"})
    assert places(after["warnings"]) == {("/decisions/0/reason", "reason_missing")}
    (closing,) = after["decisions"]
    again = decided(hub, record, {"decision": "retract", "retracts": closing["id"]}, CLOSE)
    assert again["warnings"] == []


def test_the_latest_decision_that_stands_can_be_retracted(hub):
    record = hub.police.submit()
    _, closing = decided(hub, record, GATHER, CLOSE)["decisions"]
    after = hub.decider.decide(record, "retract", retracts=closing["id"]).get_json()
    gathering, closing, retraction = after["decisions"]
    assert retraction["retracts"] == closing["id"]
    assert closing["retracted_by"] == retraction["id"]
    assert (gathering["retracted_by"], retraction["retracted_by"]) == (None, None)
    assert (after["outcome"]["rule"], after["is_open"]) == ("awaiting_decision", True)
    again = hub.decider.decide(record, "retract", retracts=gathering["id"]).get_json()
    assert again["clocks"]["decision_in_time"] is False


def test_no_other_decision_can_be_retracted(hub):
    record = hub.police.submit()
    gathering, closing = decided(hub, record, GATHER, CLOSE)["decisions"]
    of_another = decided(hub, hub.police.submit(), GATHER)["decisions"][0]
    after = hub.decider.decide(record, "retract", retracts=closing["id"]).get_json()
    retraction = after["decisions"][-1]
    for wrong in (closing, of_another, retraction, {"id": UNKNOWN}):
        answer = hub.decider.decide(record, "retract", retracts=wrong["id"])
        assert findings(answer, "decision-not-allowed") == {("/retracts", "not_allowed")}
    assert hub.decider.decide(record, "retract", retracts=gathering["id"]).status_code == 201


def test_a_duplicate_names_the_record_that_stays(hub):
    record, other = hub.police.submit(), hub.health.submit(referrer_type="health_midwife")
    void = {"decision": "void", "reason": "duplicate"}
    for unknown in (UNKNOWN, record["id"]):
        answer = hub.decider.post(at(record), [void | {"duplicate_of": unknown}])
        assert findings(answer) == {("/0/duplicate_of", "unknown_record")}
    answer = hub.police.post(at(record), void | {"duplicate_of": other["id"]})
    assert findings(answer) == {("/duplicate_of", "unknown_record")}
    after = decided(hub, record, void | {"duplicate_of": other["id"]})
    assert after["decisions"][0]["duplicate_of"] == other["id"]


def test_a_sender_voids_its_own_record_while_nothing_was_decided(hub):
    record = hub.police.submit()
    answer = hub.police.decide(record, "void", reason="recorded_in_error")
    assert answer.status_code == 201
    assert answer.get_json()["outcome"] is None


def test_a_sender_decides_nothing_else_and_nothing_after_the_authority(hub):
    record = hub.police.submit()
    problem(hub.police.post(at(record), CLOSE), "forbidden")
    problem(hub.police.post(at(record), [VOID, GATHER]), "forbidden")
    stood = decided(hub, record, GATHER)
    answer = hub.police.post(at(record), [VOID])
    assert findings(answer, "decision-not-allowed") == {("/0/decision", "not_allowed")}
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == stood


def test_decisions_accept_the_version_that_they_were_made_for(hub):
    record = hub.police.submit()

    def decide(tag):
        return hub.decider.post(at(record), GATHER, headers={"If-Match": tag})

    problem(decide('"2"'), "version-mismatch")
    for version, tag in enumerate(('"1"', 'W/"2"', "*"), start=2):
        assert decide(tag).headers["ETag"] == f'"{version}"'


def test_decisions_need_a_key_a_role_and_a_media_type(hub):
    record = hub.police.submit()
    problem(hub.decider.post(at(record), GATHER, headers={"Authorization": ""}), "unauthenticated")
    problem(hub.reporter.post(at(record), GATHER), "forbidden")
    problem(hub.health.post(at(record), VOID), "not-found")
    problem(hub.decider.post(f"contacts/{UNKNOWN}/decisions", GATHER), "not-found")
    problem(hub.decider.request("POST", at(record), data=b"{}"), "unsupported-media-type")
    problem(hub.decider.post(at(record), GATHER, headers={"Accept": "text/html"}), "not-acceptable")
    assert hub.police.get(f"contacts/{record['id']}").get_json() == record


def test_the_authority_may_decide_on_what_it_posted_for_an_agency(hub):
    record = hub.decider.submit(agency=POLICE)
    assert decided(hub, record, CLOSE)["agency"] == POLICE
