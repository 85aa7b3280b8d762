"""Where each field of the contract's record stands: the one mapping between body and tables.

Pointers are RFC 6901 pointers into the body of a record. Facts stand in `contact`, who it is about
and the narrative in `contact_identity`; submission, correction, reading and history all go by
this mapping.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from domain.identifiers import normal_name

FACTS: Mapping[str, str] = {
    "/received_at": "received_at",
    "/referrer_type": "referrer_type",
    "/individual_kind": "individual_kind",
    "/original_referrer_type": "original_referrer_type",
    "/incident_reference": "incident_reference",
    "/relates_to": "relates_to",
    "/presenting_need": "presenting_need",
    "/concerns": "concerns",
    "/has_active_caf": "has_active_caf",
    "/immediate_concern": "immediate_concern",
    "/domestic_incident/victim_risk_level": "victim_risk_level",
    "/domestic_incident/child_risk_level": "child_risk_level",
    "/domestic_incident/children_present": "children_present",
    "/family_agreement/status": "family_agreement_status",
    "/family_agreement/family_informed": "family_informed",
    "/family_agreement/safe_to_contact": "safe_to_contact",
}

# Not part of the body: what the authority's records make of it, for those who decide.
DERIVED: Mapping[str, str] = {"/derived_active_caf": "derived_active_caf"}

IDENTITY: Mapping[str, str] = {
    "/child/agency_child_reference": "agency_child_reference",
    "/child/local_id": "local_id",
    "/child/nhs_number": "nhs_number",
    "/child/upn": "upn",
    "/child/given_name": "given_name",
    "/child/family_name": "family_name",
    "/child/also_known_as": "also_known_as",
    "/child/date_of_birth": "date_of_birth",
    "/child/expected_date_of_birth": "expected_date_of_birth",
    "/child/estimated_age": "estimated_age",
    "/child/sex": "sex",
    "/child/ethnicity": "ethnicity",
    "/child/address": "address",
    "/child/postcode": "postcode",
    "/referrer_detail": "referrer_detail",
    "/referrer": "referrer",
    "/parents_carers": "parents_carers",
    "/family_agreement/given_by": "family_agreement_given_by",
    "/family_agreement/reason": "family_agreement_reason",
    "/narrative": "narrative",
}

# By the object that holds them, None for the record itself: each field and its column.
_Places = Sequence[tuple[str | None, Sequence[tuple[str, str]]]]


def _places(mapping: Mapping[str, str]) -> _Places:
    places: dict[str | None, list[tuple[str, str]]] = {}
    for pointer, column in mapping.items():
        *parents, name = pointer.strip("/").split("/")
        places.setdefault(parents[0] if parents else None, []).append((name, column))
    return tuple(places.items())


_FACT_PLACES = _places(FACTS)
_IDENTITY_PLACES = _places(IDENTITY)
_NO_FACTS: Mapping[str, Any] = {
    **dict.fromkeys(FACTS.values()),
    "concerns": [],
    "immediate_concern": False,
}
_NO_IDENTITY: Mapping[str, Any] = {
    **dict.fromkeys(IDENTITY.values()),
    "parents_carers": [],
    "matching_name": None,
}
_NO_REFERRER = dict.fromkeys(("name", "role", "email", "phone"))
_NOBODY = dict.fromkeys(("name", "relationship", "date_of_birth", "phone"))
_NESTED = ("child", "domestic_incident", "family_agreement")


def fact_columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `contact` that a parsed record fills, missing ones with their default."""
    return _columns(record, _FACT_PLACES, default=_NO_FACTS)


def identity_columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `contact_identity` that a parsed record fills; JSON columns hold JSON."""
    columns = _columns(record, _IDENTITY_PLACES, default=_NO_IDENTITY)
    columns["matching_name"] = _matching_name(columns["given_name"], columns["family_name"])
    columns["referrer"] = _known(columns["referrer"] or {}) or None
    columns["parents_carers"] = [_person_as_json(each) for each in columns["parents_carers"]]
    return columns


def body(facts: Mapping[str, Any], identity: Mapping[str, Any]) -> dict[str, Any]:
    """The record's body as the columns hold it; a nested object without any value is None."""
    result: dict[str, Any] = {name: {} for name in _NESTED}
    for places, columns in ((_FACT_PLACES, facts), (_IDENTITY_PLACES, identity)):
        for parent, fields in places:
            target = result if parent is None else result[parent]
            for name, column in fields:
                target[name] = columns[column]
    result["parents_carers"] = [_person(each) for each in result["parents_carers"]]
    if result["referrer"] is not None:
        result["referrer"] = {**_NO_REFERRER, **result["referrer"]}
    for name in ("domestic_incident", "family_agreement"):
        if all(value is None for value in result[name].values()):
            result[name] = None
    return result


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], mapping: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What differs, as `{"pointer", "from", "to"}` with JSON values, in the mapping's order."""
    return [
        {"pointer": pointer, "from": as_json(before[column]), "to": as_json(after[column])}
        for pointer, column in mapping.items()
        if before[column] != after[column]
    ]


def as_json(value: object) -> Any:
    """A parsed value as JSON: instants in UTC with `Z`, days as `YYYY-MM-DD`."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(each) for each in value]
    return value


def _known(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if value is not None}


def _matching_name(given: str | None, family: str | None) -> str | None:
    return normal_name(f"{given or ''} {family or ''}") or None


def _person_as_json(person: Mapping[str, Any]) -> dict[str, Any]:
    born_on = person.get("date_of_birth")
    return {**person, "date_of_birth": born_on.isoformat()} if born_on else {**person}


def _person(stored: Mapping[str, Any]) -> dict[str, Any]:
    born_on = stored.get("date_of_birth")
    return {**_NOBODY, **stored, "date_of_birth": date.fromisoformat(born_on) if born_on else None}


def _columns(
    record: Mapping[str, Any], places: _Places, *, default: Mapping[str, Any]
) -> dict[str, Any]:
    columns = {**default}
    for parent, fields in places:
        part = record if parent is None else record.get(parent)
        if part:
            for name, column in fields:
                value = part.get(name)
                if value is not None:
                    columns[column] = value
    return columns
