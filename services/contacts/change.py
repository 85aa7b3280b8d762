"""A change of a contact: its next version, what it counts as from now on, and the ledger's entries.

Every change of a stored contact is written here: decisions, corrections, added information, and
the link to CAF records.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.decisions import Decision
from domain.timeline import difference, timeline
from models import Contact
from services.contacts.standing import counted_facts, ledger_lines, standing_columns
from services.reference.current import settings_of
from services.writing import Row, Rows, as_json, columns_of, insert_together

_KEY = ("authority_code", "contact_id")


# What a change of a contact hangs on.
READ_FOR_A_CHANGE = (
    Contact.authority_code,
    Contact.contact_id,
    Contact.agency_code,
    Contact.received_at,
    Contact.received_on,
    Contact.is_received_time_known,
    Contact.referrer_type,
    Contact.presenting_need,
    Contact.has_active_caf,
    Contact.derived_active_caf,
    Contact.version,
    Contact.updated_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to a contact: `event` names it in the history.

    `decisions_before` and `decisions` are all of the contact's; `facts` are columns of `contact`
    with their new values; the changes are `{"pointer", "from", "to"}`, facts and personal ones
    apart; `rows` are further new rows by table.
    """

    event: str
    decisions_before: Sequence[Decision]
    decisions: Sequence[Decision]
    facts: Mapping[str, Any] = field(default_factory=dict)
    fact_changes: Sequence[Mapping[str, Any]] = ()
    identity_changes: Sequence[Mapping[str, Any]] = ()
    rows: Rows = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextVersion:
    """What a change makes of a contact: the columns of `contact` that it sets, and new rows."""

    columns: Mapping[str, Any]
    rows: Rows


def change_time(session: Session, contact: Row) -> datetime:
    """When a change of a locked contact is recorded: never before the one that it follows."""
    updated_at: datetime = contact["updated_at"]
    return max(transaction_time(session), updated_at)


def place_of(contact: Row) -> dict[str, str]:
    """The columns that every row of a contact begins with."""
    return {name: contact[name] for name in ("authority_code", "contact_id", "agency_code")}


def write_change(session: Session, caller: Caller, contact: Contact, change: Change) -> None:
    """Write a change of a contact that this transaction has locked."""
    columns = columns_of(contact)
    following = next_version(
        caller,
        columns,
        change,
        recorded_at=change_time(session, columns),
        cut_off=settings_of(session, contact.authority_code).receipt_cut_off,
    )
    for column, value in following.columns.items():
        setattr(contact, column, value)
    session.flush()
    insert_together(session, following.rows)


def next_version(
    caller: Caller, contact: Row, change: Change, *, recorded_at: datetime, cut_off: time
) -> NextVersion:
    """The version of a contact that a change makes; nothing is read or written here.

    `contact` are its columns before the change (at least `READ_FOR_A_CHANGE`), `recorded_at` is its
    `change_time`, `cut_off` the authority's London time after which a receipt counts as of the next
    working day.
    """
    facts = {**contact, **change.facts}
    columns = {
        **change.facts,
        **_standing(facts, change.decisions, cut_off),
        "version": contact["version"] + 1,
        "updated_at": recorded_at,
    }
    of_version = {**place_of(contact), "version": columns["version"]}
    before = timeline(counted_facts(contact), change.decisions_before)
    after = timeline(counted_facts(facts), change.decisions)
    entries = ledger_lines(difference(before, after))
    version = {
        **of_version,
        "event": change.event,
        "key_id": caller.principal.key_id,
        "recorded_by": caller.principal.name,
        "recorded_at": recorded_at,
        "changes": change.fact_changes,
    }
    personal = {**of_version, "changes": change.identity_changes}
    rows = {
        **change.rows,
        "outcome_ledger": [{**of_version, **each, "recorded_at": recorded_at} for each in entries],
        "contact_version_identity": [personal] if change.identity_changes else [],
        "contact_version": [version],
    }
    return NextVersion(columns, rows)


def write_next_versions(
    session: Session, contacts: Collection[tuple[Row, Sequence[NextVersion]]]
) -> None:
    """Write versions of contacts that this transaction has locked, in two statements.

    Each contact is given by its columns as its versions leave them. All set the same columns.
    """
    if not contacts:
        return
    ((_, (first, *_)), *_) = contacts
    columns = tuple(first.columns)
    sent = [{name: contact[name] for name in (*_KEY, *columns)} for contact, _ in contacts]
    session.execute(_update(columns), {"contact": as_json(sent)})
    rows: dict[str, list[Row]] = defaultdict(list)
    for _, versions in contacts:
        for version in versions:
            for table, of_version in version.rows.items():
                rows[table].extend(of_version)
    insert_together(session, rows)


@cache
def _update(columns: tuple[str, ...]) -> TextClause:
    new = ", ".join(f"{name} = new.{name}" for name in columns)
    return text(
        f"UPDATE contact SET {new}"  # noqa: S608 - names of the model
        " FROM jsonb_populate_recordset(CAST(NULL AS contact), CAST(:contact AS jsonb)) AS new"
        " WHERE contact.authority_code = new.authority_code"
        " AND contact.contact_id = new.contact_id"
    )


def _standing(facts: Row, decisions: Sequence[Decision], cut_off: time) -> Row:
    return standing_columns(
        decisions,
        received_on=facts["received_on"],
        received_at=facts["received_at"] if facts["is_received_time_known"] else None,
        cut_off=cut_off,
    )
