"""CAF records as a sender would post them; synthetic in every part."""

import itertools
from typing import Any

_NUMBERS = itertools.count(1)


def a_caf(**overrides: Any) -> dict[str, Any]:
    """A complete CAF with a reference of its own; `overrides` replace fields.

    It is accepted without a warning.
    """
    return {
        "agency_reference": f"CAF-{next(_NUMBERS):06d}",
        "agency_kind": "health_visitors",
        "stage": 2,
        "commenced_on": "2013-11-04",
        "lead_agency": "Sample Health Visiting Team",
        "child": {
            "nhs_number": "9990000018",
            "given_name": "Ava",
            "family_name": "Marsh",
            "date_of_birth": "2009-05-14",
        },
        **overrides,
    }
