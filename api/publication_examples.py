"""Examples of publications, for the document."""

from typing import Any

PUBLICATION_EXAMPLE: dict[str, Any] = {
    "area": "E06000004",
    "report": "table-1",
    "period": "2013-14-Q4",
}

PUBLICATION_RECORD_EXAMPLE: dict[str, Any] = {
    "id": "01941f29-7c00-7ccc-8ccc-cccccccccccc",
    "area": {"code": "E06000004", "name": "Stockton-on-Tees"},
    "report": "table-1",
    "period": {
        "code": "2013-14-Q4",
        "label": "2013-14 Q4",
        "from": "2014-01-01",
        "to": "2014-03-31",
    },
    "as_at": "2014-04-15T06:00:00Z",
    "position_on": "2014-04-14",
    "published_at": "2014-04-15T06:00:02Z",
    "published_by": "Stockton, administration",
    "hidden": {"first": 33, "further": 14},
    "url": "/v1/reports/table-1?area=E06000004&period=2013-14-Q4",
}

PUBLICATION_PAGE_EXAMPLE: dict[str, Any] = {"items": [PUBLICATION_RECORD_EXAMPLE], "next": None}
