"""Add information to a contact: always possible, never a new contact."""

from sqlalchemy.orm import Session

from core.uuid7 import uuid7
from domain.access import Caller
from models import ContactInformation
from services.contacts.change import Change, change_time, place_of, write_change
from services.contacts.find import find_contact
from services.contacts.record import Record, decisions_of, records_of


def add_information(
    session: Session,
    caller: Caller,
    *,
    contact_id: str,
    information: str,
    immediate_concern: bool,
) -> Record:
    """Append information and answer the record; `new_information_at` becomes now.

    Raises `NotFoundError`.
    """
    contact = find_contact(session, caller, contact_id, for_update=True)
    decisions = decisions_of(session, caller, contact_id)
    now = change_time(session, contact)
    added = ContactInformation(
        **place_of(contact),
        version=contact.version + 1,
        information_id=uuid7(),
        sent_by_agency=caller.agency,
        information=information,
        immediate_concern=immediate_concern,
        recorded_at=now,
    )
    change = Change(
        event="information_added",
        decisions_before=decisions,
        decisions=decisions,
        facts={"new_information_at": now},
        rows=([added],),
    )
    write_change(session, caller, contact, change)
    return records_of(session, caller, [contact])[0]
