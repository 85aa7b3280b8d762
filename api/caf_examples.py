"""The examples of CAF records in the OpenAPI document."""

from typing import Any

from api.examples import CONTACT_EXAMPLE, RECORD_EXAMPLE

CAF_EXAMPLE: dict[str, Any] = {
    "agency": "north-tees-health",
    "agency_reference": "CAF-2013-0417",
    "agency_kind": "health_visitors",
    "stage": 2,
    "commenced_on": "2013-11-04",
    "lead_agency": "Sample Health Visiting Team",
    "child": CONTACT_EXAMPLE["child"],
}

CAF_RECORD_EXAMPLE: dict[str, Any] = {
    "id": "01941f29-7c00-7ddd-8ddd-dddddddddddd",
    "authority": "E06000004",
    **CAF_EXAMPLE,
    "closed_on": None,
    "child": RECORD_EXAMPLE["child"],
    "warnings": [],
    "version": 1,
    "created_at": "2013-11-05T10:20:00Z",
    "updated_at": "2013-11-05T10:20:00Z",
}

CAF_PATCH_EXAMPLE: dict[str, Any] = {"closed_on": "2014-02-14"}

CLOSED_CAF_EXAMPLE: dict[str, Any] = {
    **CAF_RECORD_EXAMPLE,
    **CAF_PATCH_EXAMPLE,
    "version": 2,
    "updated_at": "2014-02-14T15:31:00Z",
}

CAF_PAGE_EXAMPLE: dict[str, Any] = {"items": [CAF_RECORD_EXAMPLE], "next": None}
