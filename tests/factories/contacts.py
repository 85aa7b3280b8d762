"""Contacts as a sender would post them; synthetic in every part."""

import itertools
from typing import Any

_NUMBERS = itertools.count(1)


def a_contact(**overrides: Any) -> dict[str, Any]:
    """A complete contact from the police with a reference of its own; `overrides` replace fields.

    It is accepted without a warning.
    """
    return {
        "agency_reference": f"REF-{next(_NUMBERS):06d}",
        "received_at": "2014-01-06T09:12:00Z",
        "referrer_type": "police",
        "referrer": {"name": "PC Alex Reed", "role": "Response officer"},
        "child": {
            "nhs_number": "9990000018",
            "given_name": "Ava",
            "family_name": "Marsh",
            "date_of_birth": "2009-05-14",
            "sex": "F",
            "postcode": "TS18 1AU",
        },
        "presenting_need": "N1",
        "concerns": ["neglect"],
        "narrative": "Seen by officers; the child was upstairs.",
        **overrides,
    }
