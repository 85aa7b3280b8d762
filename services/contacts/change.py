"""A change of a contact: its next version, what it counts as from now on, and the ledger's entries.

Every change of a stored contact is written here: decisions, corrections and added information.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.decisions import Decision
from domain.timeline import timeline
from models import (
    Base,
    Contact,
    ContactVersion,
    ContactVersionIdentity,
    LedgerEntry,
)
from services.contacts.standing import counted_facts, ledger_rows, standing_columns
from services.reference.current import settings_of
from services.writing import columns_of, insert_together


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to a contact: `event` names it in the history.

    `decisions_before` and `decisions` are all of the contact's; `facts` are columns of `contact`
    with their new values; the changes are `{"pointer", "from", "to"}`, facts and personal ones
    apart; `rows` are further new rows, a group a table.
    """

    event: str
    decisions_before: Sequence[Decision]
    decisions: Sequence[Decision]
    facts: Mapping[str, Any] = field(default_factory=dict)
    fact_changes: Sequence[Mapping[str, Any]] = ()
    identity_changes: Sequence[Mapping[str, Any]] = ()
    rows: Sequence[Sequence[Base]] = ()


def change_time(session: Session, contact: Contact) -> datetime:
    """When a change of a locked contact is recorded: never before the one that it follows."""
    return max(transaction_time(session), contact.updated_at)


def place_of(contact: Contact) -> dict[str, str]:
    """The columns that every row of a contact begins with."""
    return {
        "authority_code": contact.authority_code,
        "contact_id": contact.contact_id,
        "agency_code": contact.agency_code,
    }


def write_change(session: Session, caller: Caller, contact: Contact, change: Change) -> None:
    """Write a change of a contact that this transaction has locked."""
    now = change_time(session, contact)
    before = timeline(counted_facts(columns_of(contact)), change.decisions_before)
    for column, value in change.facts.items():
        setattr(contact, column, value)
    for column, value in _standing(session, contact, change.decisions).items():
        setattr(contact, column, value)
    contact.version += 1
    contact.updated_at = now
    session.flush()
    of_version = {**place_of(contact), "version": contact.version}
    after = timeline(counted_facts(columns_of(contact)), change.decisions)
    entries = ledger_rows(before, after, place=of_version, recorded_at=now)
    version = ContactVersion(
        **of_version,
        event=change.event,
        key_id=caller.principal.key_id,
        recorded_by=caller.principal.name,
        recorded_at=now,
        changes=list(change.fact_changes),
    )
    personal = ContactVersionIdentity(**of_version, changes=list(change.identity_changes))
    insert_together(
        session,
        *change.rows,
        [LedgerEntry(**entry) for entry in entries],
        [personal] if change.identity_changes else [],
        [version],
    )


def _standing(session: Session, contact: Contact, decisions: Sequence[Decision]) -> dict[str, Any]:
    return standing_columns(
        decisions,
        received_on=contact.received_on,
        received_at=contact.received_at if contact.is_received_time_known else None,
        cut_off=settings_of(session, contact.authority_code).receipt_cut_off,
    )
