"""The examples of the OpenAPI document; the contract tests validate each against its schema."""

from typing import Any

CONTACT_EXAMPLE: dict[str, Any] = {
    "agency": "cleveland-police",
    "agency_reference": "CLE-2014-000123",
    "received_at": "2014-01-06T09:12:00Z",
    "referrer_type": "police",
    "referrer": {"name": "PC Alex Reed", "role": "Response officer", "phone": "01632 960111"},
    "incident_reference": "OCC-5531",
    "child": {
        "agency_child_reference": "NOM-20917",
        "nhs_number": "9990000018",
        "given_name": "Ava",
        "family_name": "Marsh",
        "date_of_birth": "2009-05-14",
        "sex": "F",
        "ethnicity": "WBRI",
        "address": "4 Sample Street, Stockton-on-Tees",
        "postcode": "TS18 1AU",
    },
    "parents_carers": [{"name": "Jordan Marsh", "relationship": "mother"}],
    "presenting_need": "N1",
    "concerns": ["domestic_abuse"],
    "domestic_incident": {
        "victim_risk_level": "medium",
        "child_risk_level": "medium",
        "children_present": True,
    },
    "family_agreement": {"status": "given", "family_informed": True, "safe_to_contact": True},
    "narrative": "Officers attended a verbal argument; the child was upstairs.",
}

RECORD_EXAMPLE: dict[str, Any] = {
    "id": "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
    "authority": "E06000004",
    **CONTACT_EXAMPLE,
    "referrer_detail": None,
    "individual_kind": None,
    "original_referrer_type": None,
    "relates_to": None,
    "referrer": {**CONTACT_EXAMPLE["referrer"], "email": None},
    "child": {
        **CONTACT_EXAMPLE["child"],
        "local_id": None,
        "upn": None,
        "also_known_as": None,
        "expected_date_of_birth": None,
        "estimated_age": None,
    },
    "parents_carers": [
        {**CONTACT_EXAMPLE["parents_carers"][0], "date_of_birth": None, "phone": None}
    ],
    "family_agreement": {
        **CONTACT_EXAMPLE["family_agreement"],
        "given_by": None,
        "reason": None,
    },
    "has_active_caf": None,
    "immediate_concern": False,
    "sent_received_at": None,
    "submitted_as": "contact",
    "is_referral": False,
    "received_on": "2014-01-06",
    "referred_at": None,
    "referred_on": None,
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
        "decision_in_time": None,
        "information_gathering_due_at": "2014-01-13T23:59:59Z",
        "information_gathering_in_time": None,
        "section_47_due_at": None,
        "section_47_in_time": None,
    },
    "decisions": [],
    "information": [],
    "new_information_at": None,
    "warnings": [],
    "version": 1,
    "created_at": "2014-01-06T09:12:01Z",
    "updated_at": "2014-01-06T09:12:01Z",
}

PAGE_EXAMPLE: dict[str, Any] = {"items": [RECORD_EXAMPLE], "next": None}

PATCH_EXAMPLE: dict[str, Any] = {
    "child": {"postcode": "TS18 2AB", "also_known_as": None},
    "presenting_need": "N4",
}

INFORMATION_EXAMPLE: dict[str, Any] = {
    "information": "The school says that the child was well today.",
    "immediate_concern": False,
}

SEARCH_EXAMPLE: dict[str, Any] = {
    "given_name": "Ava",
    "family_name": "Marsh",
    "date_of_birth": "2009-05-14",
}

DECISION_EXAMPLE: dict[str, Any] = {
    "decision": "close_and_log",
    "decided_at": "2014-01-07T10:00:00Z",
    "reason": "advice_given",
    "decided_by": "First contact officer 3",
    "rationale": "The family has support and the school is in touch.",
}

_DECIDED: dict[str, Any] = {
    **DECISION_EXAMPLE,
    "id": "01941f29-7c00-7ccc-8ccc-cccccccccccc",
    "version": 2,
    "decided_on": "2014-01-07",
    "assessment_type": None,
    "priority": None,
    "strategy_discussion_at": None,
    "transferred_at": None,
    "transferred_to": None,
    "team": None,
    "retracts": None,
    "duplicate_of": None,
    "recorded_at": "2014-01-07T10:00:02Z",
    "retracted_by": None,
}

DECIDED_EXAMPLE: dict[str, Any] = {
    **RECORD_EXAMPLE,
    "derived_active_caf": True,
    "outcome": {
        "code": "closed_and_logged",
        "label": "Contact (Closed & Logged as Enquiry)",
        "rule": "closed_and_logged",
        "ruleset_version": "1",
        "since": "2014-01-07",
    },
    "is_open": False,
    "clocks": {
        **RECORD_EXAMPLE["clocks"],
        "decision_in_time": True,
        "information_gathering_in_time": True,
    },
    "decisions": [_DECIDED],
    "version": 2,
    "updated_at": "2014-01-07T10:00:02Z",
}

HISTORY_EXAMPLE: dict[str, Any] = {
    "items": [
        {
            "version": 1,
            "event": "submitted",
            "recorded_at": "2014-01-06T09:12:01Z",
            "recorded_by": "cleveland-police-submit",
            "changes": [],
            "decisions": [],
            "information": [],
        },
        {
            "version": 2,
            "event": "corrected",
            "recorded_at": "2014-01-06T11:03:00Z",
            "recorded_by": "cleveland-police-submit",
            "changes": [{"pointer": "/child/postcode", "from": "TS18 1AU", "to": "TS18 2AB"}],
            "decisions": [],
            "information": [],
        },
        {
            "version": 3,
            "event": "caf_linked",
            "recorded_at": "2014-01-06T15:40:00Z",
            "recorded_by": "north-tees-health-submit",
            "changes": [{"pointer": "/derived_active_caf", "from": None, "to": True}],
            "decisions": [],
            "information": [],
        },
    ]
}
