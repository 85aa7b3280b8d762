"""Search by child: the earlier contacts of one child, newest first."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.access import Caller
from domain.identifiers import normal_name
from models import Contact, ContactIdentity
from services.contacts.find import contacts_of, read_contacts
from services.contacts.record import Record, records_of

LIMIT = 200

_CRITERIA: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "nhs_number": lambda number: ContactIdentity.nhs_number == number,
    "local_id": lambda number: ContactIdentity.local_id == number,
    "upn": lambda number: ContactIdentity.upn == number,
    "agency_child_reference": lambda text: ContactIdentity.agency_child_reference == text,
    "name": lambda name: ContactIdentity.matching_name == normal_name(name),
    "date_of_birth": lambda day: ContactIdentity.date_of_birth == day,
    "postcode": lambda postcode: ContactIdentity.postcode == postcode,
}


def search_contacts(
    session: Session, caller: Caller, *, criteria: Mapping[str, Any]
) -> list[Record]:
    """The contacts whose child meets every criterion, newest received first, 200 at most.

    A name is `name`, or `given_name` and `family_name` together. Names are compared without regard
    to case, accents and punctuation.
    """
    given = dict(criteria)
    names = [given.pop("given_name", None), given.pop("family_name", None)]
    if all(names):
        given["name"] = " ".join(names)
    conditions = [_CRITERIA[name](value) for name, value in given.items()]
    found = select(ContactIdentity.contact_id).where(
        ContactIdentity.authority_code == caller.authority, *conditions
    )
    newest_first = (
        contacts_of(caller)
        .where(Contact.contact_id.in_(found))
        .order_by(Contact.received_at.desc(), Contact.contact_id.desc())
        .limit(LIMIT)
    )
    return records_of(session, caller, read_contacts(session, newest_first))
