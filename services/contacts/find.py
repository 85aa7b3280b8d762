"""Find one contact that the caller may see."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from domain.access import Caller
from domain.errors import NotFoundError, VersionMismatchError
from models import Contact


def contacts_of(caller: Caller) -> Select[Contact]:
    """The contacts that the caller may see: those of its authority, a sender's own only."""
    statement = select(Contact).where(Contact.authority_code == caller.authority)
    if caller.agency is not None:
        statement = statement.where(Contact.agency_code == caller.agency)
    return statement


def read_contacts(session: Session, statement: Select[Contact]) -> Sequence[Contact]:
    """The contacts of a statement, each read together with its identity.

    In one statement, so that no change in between makes a record of two versions.
    """
    together = statement.options(joinedload(Contact.identity, innerjoin=True))
    return session.scalars(together).all()


def find_contact(
    session: Session, caller: Caller, contact_id: str, *, for_update: bool = False
) -> Contact:
    """The contact with its identity, both locked if they are to be changed.

    Raises `NotFoundError` for one that does not exist and for somebody else's, alike.
    """
    statement = contacts_of(caller).where(Contact.contact_id == contact_id)
    if for_update:
        statement = statement.with_for_update()
    found = read_contacts(session, statement)
    if not found:
        raise NotFoundError(NOT_FOUND)
    return found[0]


def check_version(contact: Contact, expected: frozenset[int] | None) -> None:
    """Raise `VersionMismatchError` unless the contact has an expected version; None is any."""
    if expected is not None and contact.version not in expected:
        raise VersionMismatchError


NOT_FOUND = "There is no such record, or it is not yours to see."
