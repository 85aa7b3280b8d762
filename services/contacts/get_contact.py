"""Read one contact."""

from sqlalchemy.orm import Session

from domain.access import Caller
from services.contacts.find import find_contact
from services.contacts.record import Record, records_of


def get_contact(session: Session, caller: Caller, *, contact_id: str) -> Record:
    """The record. Raises `NotFoundError`, for somebody else's as for none."""
    return records_of(session, caller, [find_contact(session, caller, contact_id)])[0]
