"""The columns that a parsed body fills, and the digest by which a repeated one is recognised."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from domain.identifiers import normal_name

Record = dict[str, Any]

PLAIN_FACTS = (
    "individual_kind",
    "original_referrer_type",
    "incident_reference",
    "relates_to",
    "presenting_need",
    "concerns",
    "has_active_caf",
    "immediate_concern",
)
DOMESTIC = {
    "victim_risk_level": "victim_risk_level",
    "child_risk_level": "child_risk_level",
    "children_present": "children_present",
}
AGREEMENT = {
    "status": "family_agreement_status",
    "given_by": "family_agreement_given_by",
    "reason": "family_agreement_reason",
    "family_informed": "family_informed",
    "safe_to_contact": "safe_to_contact",
}
CHILD = (
    "agency_child_reference",
    "local_id",
    "nhs_number",
    "upn",
    "given_name",
    "family_name",
    "also_known_as",
    "date_of_birth",
    "expected_date_of_birth",
    "estimated_age",
    "sex",
    "ethnicity",
    "address",
    "postcode",
)
_DEFAULTS = {"concerns": [], "immediate_concern": False}


def facts_of(data: Record) -> Record:
    """The columns of `contact` that are facts as sent."""
    domestic, agreement = data.get("domestic_incident", {}), data.get("family_agreement", {})
    return {
        **{name: data.get(name, _DEFAULTS.get(name)) for name in PLAIN_FACTS},
        **{column: domestic.get(name) for name, column in DOMESTIC.items()},
        "family_agreement_status": agreement.get("status"),
        "family_informed": agreement.get("family_informed"),
        "safe_to_contact": agreement.get("safe_to_contact"),
    }


def identity_of(data: Record) -> Record:
    """The columns of `contact_identity`."""
    child, agreement = data["child"], data.get("family_agreement", {})
    names = (child.get("given_name"), child.get("family_name"))
    return {
        **{name: child.get(name) for name in CHILD},
        "matching_name": normal_name(" ".join(name for name in names if name)) or None,
        "referrer_detail": data.get("referrer_detail"),
        "referrer": data.get("referrer") or None,
        "parents_carers": _as_json(data.get("parents_carers", [])),
        "family_agreement_given_by": agreement.get("given_by"),
        "family_agreement_reason": agreement.get("reason"),
        "narrative": data.get("narrative"),
    }


def content_digest(data: Mapping[str, Any], key: bytes) -> bytes:
    """The keyed digest by which a repeated record is recognised."""
    content = {
        name: value for name, value in data.items() if name not in {"agency", "agency_reference"}
    }
    canonical = orjson.dumps(
        ["contact", _without_nothing(content)], option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
    )
    return hashlib.blake2b(canonical, key=hashlib.sha512(key).digest(), digest_size=32).digest()


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    return value


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _without_nothing(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, {}, [])}
    if isinstance(value, list):
        return [_without_nothing(each) for each in value]
    return value
