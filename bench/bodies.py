"""The bodies that are sent: a full contact for load, many for imports, good and bad ones."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.identifiers import nhs_number_check_digit
from domain.referrer_types import OTHER, STANDARD_CODES
from domain.vocabulary import Concern, PresentingNeed

PLACE = "@REFERENCE@"
Body = dict[str, Any]

_NARRATIVE = (
    "Officers attended after a call from a neighbour who had heard shouting since the early "
    "evening. Both adults were calm on arrival. The child was upstairs, awake, and said that it "
    "had happened before. No injuries were seen. The mother asked for advice about support; the "
    "school has been told and will speak to the child tomorrow morning."
)
_GIVEN = ("Ava", "Noah", "Mia", "Leo", "Isla", "Omar", "Zara", "Finn", "Ruby", "Theo")
_FAMILY = ("Marsh", "Reed", "Khan", "Doyle", "Price", "Novak", "Lane", "Moss", "Hart", "Bell")
_WEEKS = 52
_SHORT = 160


def a_contact(**overrides: Any) -> Body:
    """A contact as a police force sends it, its reference to be filled in."""
    return {
        "agency_reference": PLACE,
        "received_at": _instant(datetime.now(UTC) - timedelta(hours=3)),
        "referrer_type": "police",
        "incident_reference": "INC-2026-004711",
        "referrer": {
            "name": "PC Alex Reed",
            "role": "Response officer",
            "email": "alex.reed@example.org",
            "phone": "01632 960111",
        },
        "child": {
            "agency_child_reference": "P-0018821",
            "nhs_number": "9990000018",
            "given_name": "Ava",
            "family_name": "Marsh",
            "date_of_birth": "2016-05-14",
            "sex": "F",
            "ethnicity": "WBRI",
            "address": "1 Example Street\nStockton-on-Tees",
            "postcode": "TS18 1AU",
        },
        "parents_carers": [
            {
                "name": "Jordan Marsh",
                "relationship": "mother",
                "date_of_birth": "1988-02-03",
                "phone": "01632 960112",
            }
        ],
        "presenting_need": "N1",
        "concerns": ["domestic_abuse", "parental_mental_health"],
        "has_active_caf": False,
        "immediate_concern": False,
        "domestic_incident": {
            "victim_risk_level": "medium",
            "child_risk_level": "standard",
            "children_present": True,
        },
        "family_agreement": {
            "status": "given",
            "given_by": "Mother",
            "family_informed": True,
            "safe_to_contact": True,
        },
        "narrative": _NARRATIVE,
        **overrides,
    }


def records(number: int) -> Iterator[bytes]:
    """Lines of NDJSON: so many contacts of a year, no two alike."""
    types = [code for code in STANDARD_CODES if code != OTHER]
    concerns, needs = list(Concern), list(PresentingNeed)
    start = datetime(2025, 4, 1, 8, tzinfo=UTC)
    shared = a_contact(narrative=_NARRATIVE[:_SHORT])
    for n in range(number):
        received_at = start + timedelta(minutes=5 * n % (_WEEKS * 7 * 24 * 60))
        child = {
            **shared["child"],
            "agency_child_reference": f"P-{n:07d}",
            "nhs_number": _nhs_number(n),
            "given_name": _GIVEN[n % 10],
            "family_name": _FAMILY[n // 10 % 10] + _FAMILY[n // 100 % 10].lower(),
            "date_of_birth": f"{2009 + n % 15}-{1 + n % 12:02d}-{1 + n % 28:02d}",
        }
        record = {
            **shared,
            "agency_reference": f"BULK-{n:07d}",
            "incident_reference": f"INC-{n // 2:07d}",
            "received_at": _instant(received_at),
            "referrer_type": types[n % len(types)],
            "child": child,
            "presenting_need": needs[n % len(needs)],
            "concerns": [concerns[n % 17], concerns[(n + 3) % 17]],
        }
        yield json.dumps(record, separators=(",", ":")).encode() + b"\n"


def good_bodies() -> dict[str, Body]:
    """Bodies that are taken, by what is special about them."""
    return {
        "everything": a_contact(),
        "the least": {
            "agency_reference": PLACE,
            "referrer_type": "individuals",
            "child": {"postcode": "ts181au"},
        },
        "an alias in other words": a_contact(referrer_type="Bench  Constabulary!"),
        "untidy": a_contact(
            narrative="  spaces around \t and a tab ",
            referrer={"name": " PC Reed ", "email": ""},
            child={"nhs_number": "999 000-0018", "upn": None, "sex": "U", "estimated_age": 7},
        ),
        "other": a_contact(referrer_type="other", referrer_detail="Prison Service"),
        "ahead of the clock": a_contact(
            received_at=_instant(datetime.now(UTC) + timedelta(minutes=2))
        ),
        "long ago": a_contact(received_at="1985-01-06T09:12:00.123456789+01:00"),
        "an adult": a_contact(child={"given_name": "Ava", "date_of_birth": "1980-05-14"}),
        "nulls": a_contact(narrative=None, concerns=None, domestic_incident=None),
    }


def bad_bodies() -> dict[str, Body]:
    """Bodies that are refused with 422, by what is wrong with them."""
    child = a_contact()["child"]
    tomorrow = _instant(datetime.now(UTC) + timedelta(days=1))
    return {
        "no reference": {"referrer_type": "police", "child": child},
        "empty reference": a_contact(agency_reference=" "),
        "long reference": a_contact(agency_reference="x" * 101),
        "no child": {"agency_reference": PLACE, "referrer_type": "police"},
        "empty child": a_contact(child={}, narrative=None),
        "null child": a_contact(child=None),
        "a list for a child": a_contact(child=[]),
        "unknown field": a_contact(surname="Marsh"),
        "unknown field of the child": a_contact(child={**child, "surname": "Marsh"}),
        "unknown referrer type": a_contact(referrer_type="constables"),
        "other without detail": a_contact(referrer_type="other"),
        "unknown code": a_contact(presenting_need="N11"),
        "code of another type": a_contact(presenting_need=1),
        "unknown concern": a_contact(concerns=["neglect", "boredom"]),
        "too many concerns": a_contact(concerns=["neglect"] * 18),
        "text for a flag": a_contact(has_active_caf="true"),
        "number for a flag": a_contact(has_active_caf=1),
        "number for text": a_contact(narrative=5),
        "text for a number": a_contact(child={**child, "estimated_age": "7"}),
        "flag for a number": a_contact(child={**child, "estimated_age": True}),
        "too old": a_contact(child={**child, "estimated_age": 26}),
        "control character": a_contact(incident_reference="a\u0007b"),
        "line break in a line": a_contact(incident_reference="a\nb"),
        "long narrative": a_contact(narrative="x" * 10_001),
        "wrong NHS number": a_contact(child={**child, "nhs_number": "9990000019"}),
        "wrong UPN": a_contact(child={**child, "upn": "B123456789012"}),
        "wrong postcode": a_contact(child={**child, "postcode": "TS18"}),
        "no such day": a_contact(child={**child, "date_of_birth": "2014-02-30"}),
        "day in another form": a_contact(child={**child, "date_of_birth": "14/05/2009"}),
        "born tomorrow": a_contact(child={**child, "date_of_birth": tomorrow[:10]}),
        "no offset": a_contact(received_at="2014-01-06T09:12:00"),
        "in the future": a_contact(received_at=tomorrow),
        "before 1900": a_contact(received_at="1899-01-06T09:12:00Z"),
        "another agency": a_contact(agency="somebody-else"),
        "the authority's number": a_contact(child={**child, "local_id": "4711"}),
        "history": a_contact(closed_on="2026-01-05"),
        "anonymous with a name": a_contact(
            referrer_type="individuals", individual_kind="anonymous"
        ),
    }


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _nhs_number(n: int) -> str:
    """A number of the range that is kept for tests, the same for the same n."""
    first_nine = f"999{n % 1_000_000:06d}"
    check = nhs_number_check_digit(first_nine)
    return f"{first_nine}{check}" if check is not None else _nhs_number(n + 500_000)
