"""What the supervisor prints once everything answers."""

import json
import secrets
from collections.abc import Mapping

_SENDER = "cleveland-police-submit"
_DECIDER = "stockton-decide"
_PARTNER = "tees-mash-partner"
_JSON = "-H 'Content-Type: application/json'"


def welcome(*, address: str, keys: Mapping[str, str]) -> str:
    """Return the addresses and four commands to paste, with the demonstration's keys in them.

    `address` begins with http:// and has no slash at its end. Without the keys the commands say
    YOUR_KEY in their place.
    """
    authority = f"{address}/v1/authorities/E06000004"
    report = f"{address}/v1/reports/table-1?area=E06000004&period=2013-14-Q4"
    return f"""
Front Door is ready. Ctrl-C stops it.

  {address}/              the front page
  {address}/docs          the interface, to browse
  {address}/openapi.json  the interface, for programs

Send a contact, as Cleveland Police (send it twice: it is recorded once):

curl {_header(keys, _SENDER)} {_JSON} {authority}/contacts -d '{_contact()}'

See it arrive, as the first contact team of Stockton-on-Tees:

curl {_header(keys, _DECIDER)} '{authority}/contacts?limit=1'

Read the breakdown of cases and referrers, January to March 2014:

curl {_header(keys, _DECIDER)} '{report}'

Read it as published for partners, where small numbers are hidden (c):

curl {_header(keys, _PARTNER)} '{report}&format=csv'
"""


def _header(keys: Mapping[str, str], holder: str) -> str:
    return f"-H 'Authorization: Bearer {keys.get(holder, 'YOUR_KEY')}'"


def _contact() -> str:
    return json.dumps(
        {
            "agency_reference": f"TRY-{secrets.token_hex(4)}",
            "referrer_type": "police",
            "child": {"given_name": "Robin", "family_name": "Example", "estimated_age": 7},
            "narrative": "A made-up contact, to see how the front door takes one.",
        }
    )
