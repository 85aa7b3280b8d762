"""Record what the authority decided about a contact: one decision, or several all or nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.uuid7 import uuid7
from domain.access import Caller
from domain.decision_rules import take_decisions
from domain.decisions import Decision, standing
from domain.errors import DecisionNotAllowedError, Finding, ForbiddenError
from domain.vocabulary import DecisionKind
from models import Contact
from services.contacts.change import Change, change_time, place_of, write_change
from services.contacts.find import check_version, contacts_of, find_contact
from services.contacts.record import Record, decisions_of, records_of
from services.decisions.rows import RecordedDecision, Recording, decision_rows
from services.writing import Row, columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """The decisions of one request, parsed; `is_list` says whether the body was a list.

    `findings` are what was wrong with their form. `if_match` are the versions of the record that
    the caller expects, None for any. `content_digest` is that of a decision that comes by import,
    alone.
    """

    data: Sequence[Mapping[str, Any]]
    is_list: bool
    findings: tuple[Finding, ...] = ()
    if_match: frozenset[int] | None = None
    content_digest: bytes | None = None

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

    Raises `NotFoundError`, `VersionMismatchError`, and as `change_of` does.
    """
    contact = find_contact(session, caller, contact_id, for_update=True)
    check_version(contact, proposals.if_match)
    columns = columns_of(contact)
    change = change_of(
        caller,
        columns,
        decisions_of(session, caller, contact_id),
        proposals,
        known=known_duplicates(session, caller, proposals.data),
        now=change_time(session, columns),
    )
    write_change(session, caller, contact, change)
    return contact


def known_duplicates(
    session: Session, caller: Caller, data: Iterable[Mapping[str, Any]]
) -> frozenset[str]:
    """Of the records that some decisions call their duplicates, those that the caller may see."""
    wanted = {each["duplicate_of"] for each in data if each.get("duplicate_of")}
    if not wanted:
        return frozenset()
    found = contacts_of(caller).with_only_columns(Contact.contact_id)
    return frozenset(session.scalars(found.where(Contact.contact_id.in_(wanted))))


def change_of(
    caller: Caller,
    contact: Row,
    existing: Sequence[Decision],
    proposals: Proposals,
    *,
    known: Collection[str],
    now: datetime,
) -> Change:
    """The change of a contact that decisions make, taken after the existing ones.

    `contact` are its columns, `known` the ids that `known_duplicates` gave, `now` is the contact's
    `change_time`. Raises `ForbiddenError` (a sender may only void), `UnprocessableError`,
    `DecisionNotAllowedError`.
    """
    if not caller.decides:
        _check_sender(existing, proposals)
    taken = take_decisions(
        existing,
        proposals.data,
        findings=[*proposals.findings, *_unknown_duplicates(contact, proposals, known)],
        received_on=contact["received_on"],
        now=now,
        new_id=uuid7,
        is_list=proposals.is_list,
    )
    rows = decision_rows(
        [
            _with_words(each, data, proposals.content_digest)
            for each, data in zip(taken, proposals.data, strict=True)
        ],
        Recording(
            place={**place_of(contact), "version": contact["version"] + 1},
            key_id=caller.principal.key_id,
            recorded_at=now,
            recorded_before=len(existing),
        ),
    )
    return Change(
        event="decided",
        decisions_before=existing,
        decisions=[*existing, *taken],
        rows={
            "decision": [taken for taken, _ in rows],
            "decision_identity": [who for _, who in rows],
        },
    )


def _check_sender(existing: Sequence[Decision], proposals: Proposals) -> None:
    if not all(sender_may_send(each) for each in proposals.data):
        message = "Only the authority decides; a sender may void its own undecided record."
        raise ForbiddenError(message)
    if standing(existing):
        message = "A decision stands on this record, so its sender can no longer void it."
        raise DecisionNotAllowedError(message, pointer=f"{proposals.pointer_to(0)}/decision")


def sender_may_send(data: Mapping[str, Any]) -> bool:
    """Whether a decision, parsed, is one that a record's sender may take; or is none."""
    return bool(data.get("decision", DecisionKind.VOID) == DecisionKind.VOID)


def _unknown_duplicates(
    contact: Row, proposals: Proposals, known: Collection[str]
) -> list[Finding]:
    detail = "This is no other record that you can see in this authority."
    return [
        Finding("unknown_record", detail, f"{proposals.pointer_to(index)}/duplicate_of")
        for index, each in enumerate(proposals.data)
        if each.get("duplicate_of")
        and (each["duplicate_of"] == contact["contact_id"] or each["duplicate_of"] not in known)
    ]


def _with_words(
    decision: Decision, data: Mapping[str, Any], content_digest: bytes | None
) -> RecordedDecision:
    is_reopening = decision.kind is DecisionKind.REOPEN
    return RecordedDecision(
        decision=decision,
        decided_by=data.get("decided_by"),
        rationale=data.get("rationale"),
        reopening_reason=data.get("reason") if is_reopening else None,
        content_digest=content_digest,
    )
