"""Link the contacts of children to their CAFs: say anew whether one was active on receipt."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Uuid, any_, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from core.database import for_every_agency, transaction_time
from domain.access import Caller
from domain.decisions import Decision
from models import Contact, ContactIdentity, DecisionTaken
from services.contacts.active_caf import Numbers, cafs_of_children
from services.contacts.change import (
    READ_FOR_A_CHANGE,
    Change,
    NextVersion,
    next_version,
    write_next_versions,
)
from services.contacts.fields import DERIVED, changes
from services.contacts.record import as_decision
from services.reference.current import settings_of
from services.writing import Row

EVENT = "caf_linked"
# The fields of a CAF by which it is a child's, and active.
LINKED_BY = frozenset({"/child/nhs_number", "/child/local_id", "/commenced_on", "/closed_on"})


@dataclass(frozen=True, slots=True)
class Linked:
    """How many contacts got a new version, and how many others were locked by somebody else."""

    changed: int = 0
    passed_over: int = 0


def link_contacts(session: Session, caller: Caller, children: Iterable[Row]) -> None:
    """Link every contact about some children, whichever agency sent it, after a CAF of theirs.

    Children are given by columns of an identity. Whoever decides gets a new version of what
    changed. A sender's own contacts get one in any case: if they got it only where no CAF of
    another agency had said the same before, the sender would learn of that CAF.
    """
    numbers = Numbers.of(children)
    if numbers.are_unknown:
        return
    with for_every_agency(session):
        about = list(session.scalars(_about(caller.authority, numbers)))
        if about:
            link(session, caller, about, told=caller.agency)


def link(
    session: Session,
    caller: Caller,
    contact_ids: Sequence[str],
    *,
    told: str | None = None,
    is_patient: bool = True,
) -> Linked:
    """Hold contacts against the CAFs of their children, and book what changed, by the caller.

    They are locked in the order of their ids, those that are locked already waited for, or passed
    over unless `is_patient`. Contacts of the agency `told` get a new version in any case. The
    session's scope is every agency. As many statements for many contacts as for one.
    """
    contacts = _locked(session, caller.authority, contact_ids, is_patient=is_patient)
    passed_over = len(contact_ids) - len(contacts)
    derived = _derived(session, caller.authority, contacts)
    following = [
        each
        for each in contacts
        if each["derived_active_caf"] is not derived[each["contact_id"]]
        or each["agency_code"] == told
    ]
    if not following:
        return Linked(passed_over=passed_over)
    decisions = _decisions(session, caller.authority, [each["contact_id"] for each in following])
    cut_off = settings_of(session, caller.authority).receipt_cut_off
    now = transaction_time(session)
    made = []
    for contact in following:
        contact_id = contact["contact_id"]
        change = _change(contact, derived[contact_id], decisions[contact_id])
        recorded_at = max(now, contact["updated_at"])
        version = next_version(caller, contact, change, recorded_at=recorded_at, cut_off=cut_off)
        made.append(_made(contact, version))
    write_next_versions(session, made)
    return Linked(len(made), passed_over)


def unlike(session: Session, *, authority: str, contact_ids: Sequence[str]) -> list[str]:
    """The ids of those contacts that say something else than the CAFs of their children.

    Nothing is locked; the session's scope is every agency.
    """
    contacts = _read(session, _contacts(authority, contact_ids))
    derived = _derived(session, authority, contacts)
    return [
        each["contact_id"]
        for each in contacts
        if each["derived_active_caf"] is not derived[each["contact_id"]]
    ]


def _about(authority: str, numbers: Numbers) -> Any:
    contacts = select(ContactIdentity.contact_id).where(ContactIdentity.authority_code == authority)
    return union(
        contacts.where(ContactIdentity.nhs_number.in_(numbers.nhs_numbers)),
        contacts.where(ContactIdentity.local_id.in_(numbers.local_ids)),
    )


def _contacts(authority: str, contact_ids: Sequence[str]) -> Select[*tuple[Any, ...]]:
    of_contact = (ContactIdentity.authority_code == Contact.authority_code) & (
        ContactIdentity.contact_id == Contact.contact_id
    )
    return (
        select(*READ_FOR_A_CHANGE, ContactIdentity.nhs_number, ContactIdentity.local_id)
        .join(ContactIdentity, of_contact)
        .where(Contact.authority_code == authority, _is_one_of(Contact.contact_id, contact_ids))
        .order_by(Contact.contact_id)
    )


def _locked(
    session: Session, authority: str, contact_ids: Sequence[str], *, is_patient: bool
) -> Sequence[Row]:
    statement = _contacts(authority, contact_ids).with_for_update(skip_locked=not is_patient)
    return _read(session, statement)


def _read(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Row]:
    return [dict(columns) for columns in session.execute(statement).mappings()]


def _derived(session: Session, authority: str, contacts: Collection[Row]) -> dict[str, bool | None]:
    cafs = cafs_of_children(session, authority, contacts)
    return {
        each["contact_id"]: cafs.any_active_on(each["received_on"], child=each) for each in contacts
    }


def _decisions(
    session: Session, authority: str, contact_ids: Sequence[str]
) -> defaultdict[str, list[Decision]]:
    decisions = defaultdict(list)
    for row in session.scalars(
        select(DecisionTaken)
        .where(
            DecisionTaken.authority_code == authority,
            _is_one_of(DecisionTaken.contact_id, contact_ids),
        )
        .order_by(DecisionTaken.contact_id, DecisionTaken.sequence)
    ):
        decisions[row.contact_id].append(as_decision(row))
    return decisions


def _is_one_of(column: Any, contact_ids: Sequence[str]) -> Any:
    return column == any_(literal(list(contact_ids), ARRAY(Uuid(as_uuid=False))))


def _change(contact: Row, derived: bool | None, decisions: Sequence[Decision]) -> Change:  # noqa: FBT001
    facts = {"derived_active_caf": derived}
    return Change(
        event=EVENT,
        decisions_before=decisions,
        decisions=decisions,
        facts=facts,
        fact_changes=changes(contact, facts, DERIVED),
    )


def _made(contact: Row, version: NextVersion) -> tuple[Row, Sequence[NextVersion]]:
    return {**contact, **version.columns}, [version]
