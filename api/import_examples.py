"""The examples of imports in the OpenAPI document."""

from typing import Any

_ID = "01941f29-7c00-7bbb-8bbb-bbbbbbbbbbbb"

_REFUSED: dict[str, Any] = {
    "column": "child.date_of_birth",
    "code": "not_a_date",
    "detail": "This must be a date that exists, as YYYY-MM-DD.",
}

SENT_NDJSON_EXAMPLE = (
    '{"agency_reference":"CLE-2014-000123","referrer_type":"police",'
    '"child":{"given_name":"Ava","family_name":"Marsh","date_of_birth":"2009-05-14"}}\n'
    '{"kind":"decision","agency":"cleveland-police","agency_reference":"CLE-2014-000122",'
    '"decision":"close_and_log","reason":"advice_given"}\n'
    '{"kind":"caf","agency_reference":"CAF-2013-0417","agency_kind":"health_visitors","stage":2,'
    '"commenced_on":"2013-11-04","child":{"nhs_number":"9990000018"}}\n'
)
SENT_CSV_EXAMPLE = (
    "agency_reference,referrer_type,child.given_name,child.family_name,child.date_of_birth,"
    "concerns\n"
    "CLE-2014-000123,police,Ava,Marsh,2009-05-14,domestic_abuse;neglect\n"
)

_ITEM: dict[str, Any] = {
    "id": _ID,
    "agency": "cleveland-police",
    "recorded_by": "cleveland-police-submit",
    "mode": "partial",
    "dry_run": False,
    "format": "csv",
    "state": "finished",
    "received": 3,
    "created": 1,
    "replayed": 1,
    "conflicting": 0,
    "rejected": 1,
    "unwritten": 0,
    "with_warnings": 1,
    "last_line": 4,
    "started_at": "2014-01-06T09:12:00Z",
    "finished_at": "2014-01-06T09:12:01Z",
    "results": f"/v1/authorities/E06000004/imports/{_ID}/results",
}

IMPORT_EXAMPLE: dict[str, Any] = {
    **_ITEM,
    "errors": [{"line": 4, "agency_reference": "CLE-2014-000125", **_REFUSED}],
}

IMPORTS_EXAMPLE: dict[str, Any] = {"items": [_ITEM], "next": None}

_CREATED: dict[str, Any] = {
    "line": 2,
    "agency_reference": "CLE-2014-000123",
    "result": "created",
    "id": "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
    "errors": [],
    "warnings": [],
}
_REJECTED: dict[str, Any] = {
    "line": 4,
    "agency_reference": "CLE-2014-000125",
    "result": "rejected",
    "id": None,
    "errors": [_REFUSED],
    "warnings": [],
}

RESULTS_EXAMPLE: dict[str, Any] = {"items": [_CREATED, _REJECTED], "next": None}

RESULTS_NDJSON_EXAMPLE = (
    '{"line":2,"agency_reference":"CLE-2014-000123","result":"created",'
    '"id":"01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa","errors":[],"warnings":[]}\n'
)

RESULTS_CSV_EXAMPLE = (
    "line,agency_reference,result,id,errors,warnings\r\n"
    "2,CLE-2014-000123,created,01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa,,\r\n"
    "4,CLE-2014-000125,rejected,,"
    '"not_a_date at child.date_of_birth: This must be a date that exists, as YYYY-MM-DD.",\r\n'
)
