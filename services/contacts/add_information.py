"""Add information to a contact: always possible, never a new contact."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.uuid7 import uuid7
from domain.access import Caller
from domain.errors import Finding
from domain.record_rules import not_an_emergency_route
from models import Contact, ContactInformation
from services.contacts.change import Change, change_time, place_of, write_change
from services.contacts.find import find_contact
from services.contacts.record import Record, decisions_of, records_of
from services.reference.current import settings_of
from services.writing import columns_of


def add_information(
    session: Session,
    caller: Caller,
    *,
    contact_id: str,
    information: str,
    immediate_concern: bool,
) -> Record:
    """Append information and answer the record; `new_information_at` becomes now.

    An immediate concern is answered with a warning, as in a record. Raises `NotFoundError`.
    """
    contact = find_contact(session, caller, contact_id, for_update=True)
    decisions = decisions_of(session, caller, contact_id)
    columns = columns_of(contact)
    now = change_time(session, columns)
    added = {
        **place_of(columns),
        "version": contact.version + 1,
        "information_id": uuid7(),
        "sent_by_agency": caller.agency,
        "information": information,
        "immediate_concern": immediate_concern,
        "recorded_at": now,
    }
    warnings = contact.warnings
    if immediate_concern:
        warnings = [*warnings, _warning(session, contact).as_dict()]
    change = Change(
        event="information_added",
        decisions_before=decisions,
        decisions=decisions,
        facts={"new_information_at": now, "warnings": warnings},
        rows={"contact_information": [added]},
    )
    write_change(session, caller, contact, change)
    return records_of(session, caller, [contact])[0]


def _warning(session: Session, contact: Contact) -> Finding:
    added_before = session.scalar(
        select(func.count())
        .select_from(ContactInformation)
        .where(
            ContactInformation.authority_code == contact.authority_code,
            ContactInformation.contact_id == contact.contact_id,
        )
    )
    telephone = settings_of(session, contact.authority_code).emergency_telephone
    return not_an_emergency_route(
        telephone, pointer=f"/information/{added_before}/immediate_concern"
    )
