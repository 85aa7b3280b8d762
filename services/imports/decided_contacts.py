"""The contacts that rows of an import decide about: locked together, changed in memory, written."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, Text, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from domain.access import Caller
from domain.decisions import Decision
from domain.imports import Reference
from models import Contact, DecisionTaken
from services.contacts.change import (
    READ_FOR_A_CHANGE,
    Change,
    NextVersion,
    write_next_versions,
)
from services.contacts.find import contacts_of
from services.contacts.record import as_decision
from services.writing import Row


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
    made = [(each.columns, each.versions) for each in contacts if each.versions]
    write_next_versions(session, made)


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
        .with_only_columns(*READ_FOR_A_CHANGE, Contact.agency_reference)
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
