"""What refuses a record, and what is merely better said."""

from datetime import date, time

import pytest

from domain.record_rules import (
    SubmissionTerms,
    clock_warnings,
    decide_only_errors,
    record_errors,
    record_warnings,
)
from domain.vocabulary import Concern, IndividualKind

RECEIVED_ON = date(2014, 1, 6)
TODAY = date(2014, 1, 7)
CHILD = {
    "nhs_number": "9990000018",
    "given_name": "Ava",
    "date_of_birth": date(2009, 5, 14),
    "postcode": "TS18 1AU",
}
RECORD = {"referrer_type": "police", "child": CHILD, "narrative": "Seen by officers."}


def terms(**overrides):
    values = {
        "is_accepted_at_once": False,
        "emergency_telephone": "01632 960000",
        "receipt_cut_off": time(17, 0),
        "referrer_type": "police",
    }
    return SubmissionTerms(**values | overrides)


def found(findings):
    return [(each.code, each.pointer) for each in findings]


def errors(record, **overrides):
    return found(record_errors({**RECORD, **record}, terms=terms(**overrides), today=TODAY))


def warnings(record, **overrides):
    given = {**RECORD, **record}
    return found(record_warnings(given, terms=terms(**overrides), received_on=RECEIVED_ON))


def test_a_complete_record_has_neither_error_nor_warning():
    assert errors({}) == []
    assert warnings({}) == []


@pytest.mark.parametrize(
    ("child", "narrative"),
    [
        ({"agency_child_reference": "17"}, None),
        ({"local_id": "17"}, None),
        ({"nhs_number": "9990000018"}, None),
        ({"upn": "A123456789012"}, None),
        ({"given_name": "Ava"}, None),
        ({"family_name": "Marsh"}, None),
        ({"also_known_as": "Avie"}, None),
        ({"date_of_birth": date(2009, 5, 14)}, None),
        ({"expected_date_of_birth": date(2014, 5, 14)}, None),
        ({"estimated_age": 0}, None),
        ({"address": "1 High Street"}, None),
        ({"postcode": "TS18 1AU"}, None),
        ({}, "A baby cries at number 4."),
    ],
    ids=str,
)
def test_a_child_may_be_known_by_any_one_thing(child, narrative):
    assert errors({"child": child, "narrative": narrative}) == []


@pytest.mark.parametrize(
    "child", [{}, {"given_name": None}, {"sex": "F"}, {"ethnicity": "WBRI", "sex": "M"}], ids=str
)
def test_a_child_of_whom_nothing_is_known_is_an_error(child):
    assert errors({"child": child, "narrative": None}) == [("child_unknown", "/child")]


@pytest.mark.parametrize(
    ("record", "overrides", "expected"),
    [
        ({}, {"referrer_type": None}, [("unknown_referrer_type", "/referrer_type")]),
        ({"referrer_type": None}, {"referrer_type": None}, []),
        ({}, {"referrer_type": "other"}, [("required", "/referrer_detail")]),
        ({"referrer_detail": "Prison Service"}, {"referrer_type": "other"}, []),
        (
            {"individual_kind": IndividualKind.ANONYMOUS, "referrer": {"phone": "01632 960111"}},
            {"referrer_type": "individuals"},
            [("anonymous_with_identity", "/referrer")],
        ),
        (
            {"individual_kind": IndividualKind.ANONYMOUS, "referrer": {"name": None}},
            {"referrer_type": "individuals"},
            [],
        ),
        ({"individual_kind": IndividualKind.FAMILY, "referrer": {"name": "Jo"}}, {}, []),
        (
            {"child": {"date_of_birth": date(2014, 1, 8)}},
            {},
            [("in_the_future", "/child/date_of_birth")],
        ),
        ({"child": {"date_of_birth": TODAY}}, {}, []),
        (
            {"child": {"date_of_birth": TODAY, "expected_date_of_birth": TODAY}},
            {},
            [("given_twice", "/child/expected_date_of_birth")],
        ),
        (
            {"parents_carers": [{}, {"date_of_birth": TODAY}, {"date_of_birth": date(2014, 1, 8)}]},
            {},
            [("in_the_future", "/parents_carers/2/date_of_birth")],
        ),
    ],
    ids=str,
)
def test_what_makes_a_record_unusable_is_an_error(record, overrides, expected):
    assert errors(record, **overrides) == expected


def test_an_unknown_referrer_type_is_answered_with_the_nearest():
    given = terms(referrer_type=None, suggestions=("police", "probation"))
    (finding,) = record_errors(RECORD, terms=given, today=TODAY)
    assert finding.detail.endswith("Nearest: police, probation.")


@pytest.mark.parametrize(
    "name",
    [
        "closed_on",
        "referred_on",
        "nfa_on",
        "assessment_started_on",
        "assessment_type",
        "reason",
        "received_on",
    ],
)
def test_history_and_days_of_receipt_are_the_authoritys_to_send(name):
    assert found(decide_only_errors({**RECORD, name: RECEIVED_ON})) == [("decide_only", f"/{name}")]
    assert found(decide_only_errors({**RECORD, name: None})) == []


def test_the_local_number_is_the_authoritys_to_send():
    record = {**RECORD, "child": {**CHILD, "local_id": "17"}}
    assert found(decide_only_errors(record)) == [("decide_only", "/child/local_id")]


@pytest.mark.parametrize(
    ("record", "overrides", "expected"),
    [
        (
            {"child": {"sex": "F"}, "narrative": None},
            {},
            [
                ("identifier_missing", "/child/nhs_number"),
                ("name_missing", "/child/given_name"),
                ("date_of_birth_missing", "/child/date_of_birth"),
                ("address_missing", "/child/address"),
                ("narrative_missing", "/narrative"),
            ],
        ),
        (
            {
                "child": {
                    "agency_child_reference": "1",
                    "family_name": "Marsh",
                    "expected_date_of_birth": date(2014, 5, 14),
                    "address": "1 High Street",
                }
            },
            {},
            [],
        ),
        ({}, {"referrer_type": "individuals"}, [("individual_kind_missing", "/individual_kind")]),
        (
            {"individual_kind": IndividualKind.FAMILY},
            {"referrer_type": "housing"},
            [("not_used", "/individual_kind")],
        ),
        (
            {"original_referrer_type": "police"},
            {"referrer_type": "housing"},
            [("not_used", "/original_referrer_type")],
        ),
        ({"original_referrer_type": "police"}, {"referrer_type": "emergency_duty_team"}, []),
        (
            {"immediate_concern": True},
            {},
            [("not_an_emergency_route", "/immediate_concern")],
        ),
        (
            {"concerns": [Concern.DOMESTIC_ABUSE]},
            {},
            [("domestic_incident_not_risk_assessed", "/domestic_incident/child_risk_level")],
        ),
        (
            {
                "concerns": [Concern.DOMESTIC_ABUSE],
                "domestic_incident": {"victim_risk_level": "high", "child_risk_level": None},
            },
            {},
            [("domestic_incident_not_risk_assessed", "/domestic_incident/child_risk_level")],
        ),
        (
            {
                "concerns": [Concern.DOMESTIC_ABUSE],
                "domestic_incident": {"child_risk_level": "standard"},
            },
            {},
            [],
        ),
        ({"concerns": [Concern.DOMESTIC_ABUSE]}, {"referrer_type": "housing"}, []),
        (
            {"child": {**CHILD, "date_of_birth": date(1996, 1, 6)}},
            {},
            [("adult_at_receipt", "/child/date_of_birth")],
        ),
        ({"child": {**CHILD, "date_of_birth": date(1996, 1, 7)}}, {}, []),
    ],
    ids=str,
)
def test_what_should_be_better_is_a_warning(record, overrides, expected):
    assert warnings(record, **overrides) == expected


def test_an_immediate_concern_is_answered_with_the_authoritys_number():
    given = {**RECORD, "immediate_concern": True}
    (warning,) = record_warnings(given, terms=terms(), received_on=RECEIVED_ON)
    assert "999" in warning.detail
    assert "01632 960000" in warning.detail


def test_where_no_clock_runs_a_warning_says_so():
    assert found(clock_warnings(decision_due_on=None)) == [("no_clock", "/received_at")]
    assert found(clock_warnings(decision_due_on=RECEIVED_ON)) == []
