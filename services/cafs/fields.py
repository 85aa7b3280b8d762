"""Where each field of the contract's CAF stands: the one mapping between body and tables.

Pointers are RFC 6901 pointers into the body. Facts stand in `caf`, who it is about in
`caf_identity`; the child's fields are those of a contact.
"""

from collections.abc import Mapping
from typing import Any

from services.contacts import fields as of_contacts

FACTS: Mapping[str, str] = {
    "/agency_kind": "agency_kind",
    "/stage": "stage",
    "/commenced_on": "commenced_on",
    "/closed_on": "closed_on",
}
_CHILD = {
    pointer: column
    for pointer, column in of_contacts.IDENTITY.items()
    if pointer.startswith("/child/")
}
IDENTITY: Mapping[str, str] = {**_CHILD, "/lead_agency": "lead_agency"}


def fact_columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `caf` that a parsed record fills, None where it says nothing."""
    return {column: record.get(column) for column in FACTS.values()}


def identity_columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `caf_identity` that a parsed record fills."""
    of_child = of_contacts.identity_columns({"child": record["child"]})
    kept = (*_CHILD.values(), "matching_name")
    return {name: of_child[name] for name in kept} | {"lead_agency": record.get("lead_agency")}


def body(facts: Mapping[str, Any], identity: Mapping[str, Any]) -> dict[str, Any]:
    """The record's body as the columns hold it."""
    return {
        **{column: facts[column] for column in FACTS.values()},
        "lead_agency": identity["lead_agency"],
        "child": {
            pointer.rpartition("/")[2]: identity[column] for pointer, column in _CHILD.items()
        },
    }
