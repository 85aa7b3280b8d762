"""POST with history dates, as the authority loads it from another system."""

import pytest

from tests.factories.contacts import a_contact
from tests.support.hub import POLICE
from tests.support.problems import findings, places

HISTORY_FIELDS = {
    "closed_on": "2014-01-07",
    "referred_on": "2014-01-07",
    "nfa_on": "2014-01-07",
    "assessment_started_on": "2014-01-07",
    "assessment_type": "single",
    "reason": "advice_given",
    "received_on": "2014-01-06",
}


def test_history_is_for_the_authority_only(hub):
    answer = hub.police.post("contacts", a_contact(**HISTORY_FIELDS | {"received_at": None}))
    expected = {(f"/{name}", "decide_only") for name in HISTORY_FIELDS}
    assert findings(answer) >= expected


@pytest.mark.parametrize(
    ("dates", "outcome", "kinds", "warnings"),
    [
        ({}, "yet_to_proceed", [], set()),
        (
            {"closed_on": "2014-01-07", "reason": "advice_given"},
            "closed_and_logged",
            ["close_and_log"],
            set(),
        ),
        ({"referred_on": "2014-01-07"}, "yet_to_proceed", ["accept_as_referral"], set()),
        (
            {"referred_on": "2014-01-07", "nfa_on": "2014-01-08"},
            "no_further_action",
            ["accept_as_referral", "no_further_action"],
            {("/decisions/1/reason", "reason_missing")},
        ),
        (
            {
                "referred_on": "2014-01-07",
                "assessment_started_on": "2014-01-08",
                "nfa_on": "2014-01-09",
                "assessment_type": "single",
                "reason": "other",
            },
            "to_assessment",
            ["accept_as_referral", "start_assessment", "no_further_action"],
            {("/nfa_on", "nfa_after_assessment")},
        ),
        (
            {"assessment_started_on": "2014-01-08", "assessment_type": "initial"},
            "to_assessment",
            ["accept_as_referral", "start_assessment"],
            {("/referred_on", "referred_on_assumed")},
        ),
    ],
)
def test_history_dates_become_decisions_without_a_time(hub, dates, outcome, kinds, warnings):
    record = hub.decider.submit(agency=POLICE, **dates)
    assert record["outcome"]["code"] == outcome
    assert [each["decision"] for each in record["decisions"]] == kinds
    assert all(each["decided_at"] is None for each in record["decisions"])
    assert places(record["warnings"]) == warnings
    assert hub.decider.get(f"contacts/{record['id']}").get_json() == record


@pytest.mark.parametrize(
    ("dates", "errors"),
    [
        (
            {"closed_on": "2014-01-07", "referred_on": "2014-01-07"},
            {("/closed_on", "contradicts_history")},
        ),
        (
            {"nfa_on": "2014-01-07", "assessment_started_on": "2014-01-08"},
            {("/nfa_on", "contradicts_history")},
        ),
        (
            {"closed_on": "2014-01-05", "nfa_on": "2014-01-04"},
            {
                ("/closed_on", "contradicts_history"),
                ("/closed_on", "before_receipt"),
                ("/nfa_on", "before_receipt"),
            },
        ),
        (
            {"referred_on": "2014-01-08", "assessment_started_on": "2014-01-07"},
            {("/assessment_started_on", "before_referral")},
        ),
        ({"closed_on": "2999-01-01"}, {("/closed_on", "in_the_future")}),
        (
            {"assessment_started_on": "2014-01-08", "assessment_type": "core"},
            {("/assessment_type", "not_one_of")},
        ),
        (
            {"closed_on": "2014-01-07", "received_at": "6 January"},
            {("/received_at", "not_an_instant")},
        ),
        (
            {"closed_on": "2014-01-07", "received_at": "2999-01-01T00:00:00Z"},
            {("/received_at", "in_the_future")},
        ),
        ({"received_on": "2014-01-06"}, {("/received_on", "given_twice")}),
    ],
)
def test_a_history_that_cannot_be_is_refused_with_every_reason(hub, dates, errors):
    answer = hub.decider.post("contacts", a_contact(agency=POLICE, **dates))
    assert findings(answer) == errors


def test_a_receipt_of_which_only_the_day_is_known_has_no_time(hub):
    record = hub.decider.submit(agency=POLICE, received_at=None, received_on="2014-07-01")
    assert (record["received_at"], record["received_on"]) == (None, "2014-07-01")
    assert record["outcome"]["since"] == "2014-07-01"
    listed = hub.decider.get("contacts?received_from=2014-07-01&received_to=2014-07-01")
    assert listed.get_json()["items"] == [record]


def test_a_decision_of_the_history_can_be_retracted_like_any_other(hub):
    record = hub.decider.submit(agency=POLICE, closed_on="2014-01-07", reason="advice_given")
    (closing,) = record["decisions"]
    assert closing["decided_on"] == "2014-01-07"
    answer = hub.decider.decide(record, "retract", retracts=closing["id"])
    assert answer.status_code == 201
    assert answer.get_json()["outcome"]["rule"] == "awaiting_decision"
