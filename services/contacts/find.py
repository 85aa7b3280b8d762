"""Find one contact that the caller may see."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from domain.access import Caller
from domain.errors import NotFoundError, VersionMismatchError
from models import Contact


def contacts_of(caller: Caller) -> Select[Contact]:
    """The contacts that the caller may see: those of its authority, a sender's own only."""
    statement = select(Contact).where(Contact.authority_code == caller.authority)
    if caller.agency is not None:
        statement = statement.where(Contact.agency_code == caller.agency)
    return statement


def find_contact(
    session: Session, caller: Caller, contact_id: str, *, for_update: bool = False
) -> Contact:
    """The contact, locked if it is to be changed.

    Raises `NotFoundError` for one that does not exist and for somebody else's, alike.
    """
    statement = contacts_of(caller).where(Contact.contact_id == contact_id)
    if for_update:
        statement = statement.with_for_update()
    contact = session.scalars(statement).one_or_none()
    if contact is None:
        raise NotFoundError(NOT_FOUND)
    return contact


def check_version(contact: Contact, expected: frozenset[int] | None) -> None:
    """Raise `VersionMismatchError` unless the contact has an expected version; None is any."""
    if expected is not None and contact.version not in expected:
        raise VersionMismatchError


NOT_FOUND = "There is no such record, or it is not yours to see."
