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
    ]
}


def _cells(*numbers_and_percentages: tuple[int, float]) -> dict[str, Any]:
    columns = (
        "closed_and_logged",
        "no_further_action",
        "to_assessment",
        "yet_to_proceed",
        "total",
    )
    return {
        column: {"number": number, "percent": percent}
        for column, (number, percent) in zip(columns, numbers_and_percentages, strict=True)
    }


TABLE_1_EXAMPLE: dict[str, Any] = {
    "title": "Breakdown of cases and referrers",
    "area": {"code": "E06000004", "name": "Stockton-on-Tees"},
    "period": {"label": "2013-14 Q4", "from": "2014-01-01", "to": "2014-03-31"},
    "as_at": None,
    "position_on": None,
    "settled": True,
    "ruleset_version": "1",
    "disclosure_control": "none",
    "columns": [
        {"code": "closed_and_logged", "label": "Contact (Closed & Logged as Enquiry)"},
        {"code": "total", "label": "Total"},
    ],
    "rows": [
        {
            "referrer_type": "police",
            "label": "Police",
            "cells": _cells((159, 25.8), (90, 22.5), (73, 14.8), (9, 11.7), (331, 20.9)),
        }
    ],
    "totals": _cells((617, 100.0), (400, 100.0), (492, 100.0), (77, 100.0), (1586, 100.0)),
    "awaiting_decision": 0,
    "notes": ["0 of those yet to proceed are contacts awaiting a decision."],
}

TABLE_1_CHANGES_EXAMPLE: dict[str, Any] = {
    "area": {"code": "E06000004", "name": "Stockton-on-Tees"},
    "period": {"label": "2013-14 Q4", "from": "2014-01-01", "to": "2014-03-31"},
    "as_at": "2014-05-01T09:00:00Z",
    "against": "2014-04-14T17:00:00Z",
    "position_on": None,
    "settled": True,
    "cells": [
        {"referrer_type": "police", "outcome": "closed_and_logged", "before": 158, "after": 159},
        {"referrer_type": "police", "outcome": "yet_to_proceed", "before": 10, "after": 9},
    ],
    "records": [
        {
            "authority": "E06000004",
            "id": "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
            "received_on": "2014-03-28",
            "changed_at": "2014-04-22T10:15:00Z",
            "causes": ["decision"],
            "moves": [
                {"referrer_type": "police", "outcome": "yet_to_proceed", "number": -1},
                {"referrer_type": "police", "outcome": "closed_and_logged", "number": 1},
            ],
        }
    ],
    "records_in_all": 1,
}

INPUTS_EXAMPLE: dict[str, Any] = {
    "title": "Inputs",
    "area": {"code": "E06000004", "name": "Stockton-on-Tees"},
    "year": "2013-14",
    "as_at": None,
    "positions": "period_end",
    "settled": True,
    "disclosure_control": "none",
    "periods": [
        {
            "code": "2012-13",
            "label": "2012/13 whole year",
            "from": "2012-04-01",
            "to": "2013-03-31",
            "position_on": "2013-04-15",
        },
        {
            "code": "2013-14-Q1",
            "label": "2013/14 Q1",
            "from": "2013-04-01",
            "to": "2013-06-30",
            "position_on": "2013-07-12",
        },
    ],
    "measures": [
        {
            "code": "contacts_closed_and_logged",
            "label": "Closed and logged contacts",
            "basis": "quarter",
            "polarity": "lower",
            "tolerance": 1.0,
            "values": [
                {
                    "period": "2012-13",
                    "number": 3651,
                    "denominator": 6859,
                    "percent": 53.2,
                    "direction": None,
                },
                {
                    "period": "2013-14-Q1",
                    "number": 856,
                    "denominator": 1642,
                    "percent": 52.1,
                    "direction": "up",
                },
            ],
            "breakdown": None,
        }
    ],
    "notes": ["A direction is up where performance is better, whichever way the number went."],
}

INPUTS_CSV_EXAMPLE = (
    "section,measure,title,basis,period,number,denominator,percent,direction\r\n"
    "inputs,contacts_closed_and_logged,Closed and logged contacts,quarter,2013-14 Q1,"
    "856,1642,52.1,up\r\n"
)

TIMESERIES_EXAMPLE: dict[str, Any] = {
    "area": {"code": "E06000004", "name": "Stockton-on-Tees"},
    "measure": "contacts",
    "by": "month",
    "group_by": None,
    "series": [
        {
            "group": None,
            "points": [
                {
                    "from": "2014-01-01",
                    "to": "2014-01-31",
                    "number": 530,
                    "denominator": None,
                    "percent": None,
                }
            ],
        }
    ],
}

_PAST = {
    "total": 9,
    "past_decision": 2,
    "past_information_gathering": 1,
    "section_47_not_moved": 0,
}

DELAYS_EXAMPLE: dict[str, Any] = {
    "area": {"code": "E06000004", "name": "Stockton-on-Tees"},
    "on": "2014-04-14",
    "open": {**_PAST, "by_working_days": [{"working_days": 1, "number": 9}]},
    "by_team": [{"code": "none", "label": "With no team yet", **_PAST}],
    "by_referrer_type": [{"code": "police", "label": "Police", **_PAST}],
    "decided_in_time": {
        "period": {"label": "2013-14 Q4", "from": "2014-01-01", "to": "2014-03-31"},
        "number": 1532,
        "denominator": 1586,
        "percent": 96.6,
    },
    "records": [
        {
            "authority": "E06000004",
            "id": "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
            "received_on": "2014-04-07",
            "referrer_type": "police",
            "team": None,
            "working_days": 5,
            "past_decision": True,
            "past_information_gathering": False,
            "section_47_not_moved": False,
        }
    ],
}

TABLE_1_CSV_EXAMPLE = (
    "referred_by,closed_and_logged,closed_and_logged_pct,nfa,nfa_pct,to_assessment,"
    "to_assessment_pct,yet_to_proceed,yet_to_proceed_pct,total,total_pct\r\n"
    "Police,159,25.8,90,22.5,73,14.8,9,11.7,331,20.9\r\n"
)
