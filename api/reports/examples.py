"""Examples of reports, for the document."""

from typing import Any


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

PUBLISHED_TABLE_1_EXAMPLE: dict[str, Any] = {
    **TABLE_1_EXAMPLE,
    "as_at": "2014-04-15T06:00:00Z",
    "position_on": "2014-04-14",
    "disclosure_control": "applied",
    "rows": [
        {
            "referrer_type": "police",
            "label": "Police",
            "cells": {
                **_cells((159, 25.8), (90, 22.5), (73, 14.8), (9, 11.7), (331, 20.9)),
                "yet_to_proceed": {"number": None, "percent": None, "symbol": "c"},
            },
        }
    ],
    "notes": [
        "c: a number of 1 to 5, or one that would give such a number away.",
    ],
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

PUBLISHED_INPUTS_EXAMPLE: dict[str, Any] = {
    **INPUTS_EXAMPLE,
    "as_at": "2013-07-13T06:00:00Z",
    "disclosure_control": "applied",
    "measures": [
        {
            **INPUTS_EXAMPLE["measures"][0],
            "values": [
                INPUTS_EXAMPLE["measures"][0]["values"][0],
                {
                    "period": "2013-14-Q1",
                    "number": None,
                    "denominator": 1642,
                    "percent": None,
                    "direction": None,
                    "symbol": "c",
                },
            ],
        }
    ],
    "notes": [
        "c: a number of 1 to 5, or one that would give such a number away.",
    ],
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


def _feedback(contacts: int, closed: dict[str, Any], advice: dict[str, Any]) -> dict[str, Any]:
    reason = {"code": "advice_given", "label": "Advice given", **advice}
    label = "Contact (Closed & Logged as Enquiry)"
    outcome = {"code": "closed_and_logged", "label": label, **closed, "reasons": [reason]}
    return {"contacts": {"number": contacts, "percent": 100.0}, "outcomes": [outcome]}


FEEDBACK_EXAMPLE: dict[str, Any] = {
    "title": "Feedback",
    "area": {"code": "E06000004", "name": "Stockton-on-Tees"},
    "agency": {"code": "cleveland-police", "name": "Cleveland Police"},
    "kind": {"code": "police", "label": "Police"},
    "period": {"label": "2013-14 Q4", "from": "2014-01-01", "to": "2014-03-31"},
    "position_on": "2014-04-14",
    "disclosure_control": "applied",
    "own": _feedback(331, {"number": 160, "percent": 48.3}, {"number": 41, "percent": 12.4}),
    "own_then": _feedback(331, {"number": 159, "percent": 48.0}, {"number": 41, "percent": 12.4}),
    "all_of_kind": _feedback(
        402, {"number": 190, "percent": 47.3}, {"number": None, "percent": None, "symbol": "c"}
    ),
    "notes": ["own: what your agency sent, as it stands now. Percentages are of contacts."],
}

FEEDBACK_CSV_EXAMPLE = (
    "figures,outcome,outcome_label,reason,reason_label,number,percent\r\n"
    "own,total,All contacts,total,,331,100.0\r\n"
    "all_of_kind,closed_and_logged,Contact (Closed & Logged as Enquiry),advice_given,"
    "Advice given,c,c\r\n"
)
