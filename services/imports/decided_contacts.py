"""The contacts that rows of an import decide about: locked together, changed in memory, written."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, Uuid, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import TextClause

from domain.access import Caller
from domain.decisions import Decision
from models import Contact, DecisionTaken
from services.contacts.change import Change, NextVersion
from services.contacts.find import contacts_of
from services.contacts.record import as_decision
from services.writing import Row, as_json, insert_together

Reference = tuple[str, str]

# What a change of a contact hangs on, and what it is found by.
_COLUMNS = (
    Contact.authority_code,
    Contact.contact_id,
    Contact.agency_code,
    Contact.agency_reference,
    Contact.received_at,
    Contact.received_on,
    Contact.is_received_time_known,
    Contact.referrer_type,
    Contact.presenting_need,
    Contact.has_active_caf,
    Contact.version,
    Contact.updated_at,
)


@dataclass(slots=True)
class DecidedContact:
    """A locked contact as the rows so far leave it, and the versions that they made.

    `digests` are those of its decisions that came by an import.
    """

    columns: Row
    decisions: Sequence[Decision] = ()
    digests: set[bytes] = field(default_factory=set)
    versions: list[NextVersion] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The contact's id."""
        contact_id: str = self.columns["contact_id"]
        return contact_id

    def follow(self, change: Change, version: NextVersion, digest: bytes) -> None:
        """Go on from the version that a change made; `digest` is its decision's."""
        self.columns = {**self.columns, **version.columns}
        self.decisions = change.decisions
        self.digests.add(digest)
        self.versions.append(version)


def lock_contacts(
    session: Session, caller: Caller, references: Collection[Reference]
) -> Mapping[Reference, DecidedContact]:
    """The caller's contacts of these agencies and references, locked, with their decisions.

    Two statements. They are locked in the order of their ids, so that no two imports wait for each
    other.
    """
    if not references:
        return {}
    found = session.execute(_contacts(caller, references)).mappings()
    contacts = [DecidedContact(dict(columns)) for columns in found]
    by_id = {each.id: each for each in contacts}
    decisions = defaultdict(list)
    for row in session.scalars(_decisions(caller, list(by_id))) if by_id else ():
        decisions[row.contact_id].append(as_decision(row))
        if row.content_digest is not None:
            by_id[row.contact_id].digests.add(row.content_digest)
    for each in contacts:
        each.decisions = decisions[each.id]
    return {
        (each.columns["agency_code"], each.columns["agency_reference"]): each for each in contacts
    }


def write_versions(session: Session, contacts: Collection[DecidedContact]) -> None:
    """Write what the rows made of locked contacts, in two statements."""
    changed = [each for each in contacts if each.versions]
    if not changed:
        return
    key = ("authority_code", "contact_id")
    columns = tuple(changed[0].versions[-1].columns)
    sent = [{name: each.columns[name] for name in (*key, *columns)} for each in changed]
    session.execute(_update(columns), {"contact": as_json(sent)})
    rows: dict[str, list[Row]] = defaultdict(list)
    for each in changed:
        for version in each.versions:
            for table, of_version in version.rows.items():
                rows[table].extend(of_version)
    insert_together(session, rows)


def _contacts(caller: Caller, references: Collection[Reference]) -> Select[*tuple[Any, ...]]:
    agencies, own_references = zip(*references, strict=True)
    asked = (
        func.unnest(
            literal(list(agencies), ARRAY(Text)), literal(list(own_references), ARRAY(Text))
        )
        .table_valued("agency_code", "agency_reference", name="asked")
        .render_derived()
    )
    is_asked = (Contact.agency_code == asked.c.agency_code) & (
        Contact.agency_reference == asked.c.agency_reference
    )
    return (
        contacts_of(caller)
        .with_only_columns(*_COLUMNS)
        .join(asked, is_asked)
        .order_by(Contact.contact_id)
        .with_for_update(of=Contact)
    )


def _decisions(caller: Caller, ids: Sequence[str]) -> Select[DecisionTaken]:
    return (
        select(DecisionTaken)
        .where(
            DecisionTaken.authority_code == caller.authority,
            DecisionTaken.contact_id == any_(literal(ids, ARRAY(Uuid(as_uuid=False)))),
        )
        .order_by(DecisionTaken.contact_id, DecisionTaken.sequence)
    )


@cache
def _update(columns: tuple[str, ...]) -> TextClause:
    new = ", ".join(f"{name} = new.{name}" for name in columns)
    return text(
        f"UPDATE contact SET {new}"  # noqa: S608 - names of the model
        " FROM jsonb_populate_recordset(CAST(NULL AS contact), CAST(:contact AS jsonb)) AS new"
        " WHERE contact.authority_code = new.authority_code"
        " AND contact.contact_id = new.contact_id"
    )
