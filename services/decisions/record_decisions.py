"""Record what the authority decided about a contact: one decision, or several all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.uuid7 import uuid7
from domain.access import Caller
from domain.decision_rules import take_decisions
from domain.decisions import Decision, standing
from domain.errors import (
    DecisionNotAllowedError,
    Finding,
    ForbiddenError,
)
from domain.vocabulary import DecisionKind
from models import Contact
from services.contacts.change import Change, change_time, place_of, write_change
from services.contacts.find import check_version, contacts_of, find_contact
from services.contacts.record import Record, decisions_of, records_of
from services.decisions.rows import RecordedDecision, Recording, decision_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """The decisions of one request, parsed; `is_list` says whether the body was a list.

    `findings` are what was wrong with their form. `if_match` are the versions of the record that
    the caller expects, None for any.
    """

    data: Sequence[Mapping[str, Any]]
    is_list: bool
    findings: tuple[Finding, ...] = ()
    if_match: frozenset[int] | None = None

    def pointer_to(self, index: int) -> str:
        """Where in the body a decision stands."""
        return f"/{index}" if self.is_list else ""


def record_decisions(
    session: Session, caller: Caller, *, contact_id: str, proposals: Proposals
) -> Record:
    """Take the decisions and answer the record as they leave it; raises as `decide` does."""
    contact = decide(session, caller, contact_id=contact_id, proposals=proposals)
    return records_of(session, caller, [contact])[0]


def decide(session: Session, caller: Caller, *, contact_id: str, proposals: Proposals) -> Contact:
    """Take the decisions and give the contact as they leave it.

    Raises `NotFoundError`, `VersionMismatchError`, `ForbiddenError` (a sender may only void),
    `UnprocessableError`, `DecisionNotAllowedError`.
    """
    contact = find_contact(session, caller, contact_id, for_update=True)
    check_version(contact, proposals.if_match)
    existing = decisions_of(session, caller, contact_id)
    if not caller.decides:
        _check_sender(existing, proposals)
    now = change_time(session, contact)
    taken = take_decisions(
        existing,
        proposals.data,
        findings=[*proposals.findings, *_unknown_duplicates(session, caller, contact, proposals)],
        received_on=contact.received_on,
        now=now,
        new_id=uuid7,
        is_list=proposals.is_list,
    )
    rows = decision_rows(
        [_with_words(each, data) for each, data in zip(taken, proposals.data, strict=True)],
        Recording(
            place={**place_of(contact), "version": contact.version + 1},
            key_id=caller.principal.key_id,
            recorded_at=now,
            recorded_before=len(existing),
        ),
    )
    change = Change(
        event="decided",
        decisions_before=existing,
        decisions=[*existing, *taken],
        rows=([taken for taken, _ in rows], [who for _, who in rows]),
    )
    write_change(session, caller, contact, change)
    return contact


def _check_sender(existing: Sequence[Decision], proposals: Proposals) -> None:
    if any(each.get("decision", DecisionKind.VOID) != DecisionKind.VOID for each in proposals.data):
        message = "Only the authority decides; a sender may void its own undecided record."
        raise ForbiddenError(message)
    if standing(existing):
        message = "A decision stands on this record, so its sender can no longer void it."
        raise DecisionNotAllowedError(message, pointer=f"{proposals.pointer_to(0)}/decision")


def _unknown_duplicates(
    session: Session, caller: Caller, contact: Contact, proposals: Proposals
) -> list[Finding]:
    wanted = {each["duplicate_of"] for each in proposals.data if each.get("duplicate_of")}
    if not wanted:
        return []
    known = set(
        session.scalars(
            contacts_of(caller)
            .with_only_columns(Contact.contact_id)
            .where(Contact.contact_id.in_(wanted - {contact.contact_id}))
        )
    )
    detail = "This is no other record that you can see in this authority."
    return [
        Finding("unknown_record", detail, f"{proposals.pointer_to(index)}/duplicate_of")
        for index, each in enumerate(proposals.data)
        if each.get("duplicate_of") and each["duplicate_of"] not in known
    ]


def _with_words(decision: Decision, data: Mapping[str, Any]) -> RecordedDecision:
    is_reopening = decision.kind is DecisionKind.REOPEN
    return RecordedDecision(
        decision=decision,
        decided_by=data.get("decided_by"),
        rationale=data.get("rationale"),
        reopening_reason=data.get("reason") if is_reopening else None,
    )
