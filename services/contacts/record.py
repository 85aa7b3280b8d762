"""A contact as it is answered: the contract's record, for the caller that reads it (api.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.clocks import Clock
from domain.decision_rules import ENDINGS, REASON_MISSING
from domain.decisions import Decision
from domain.errors import Finding
from domain.vocabulary import (
    LABELS,
    WITHHELD_REASONS,
    AssessmentType,
    DecisionKind,
    Outcome,
    Priority,
)
from domain.working_days import end_of_london_day, london_date
from models import Contact, ContactInformation, DecisionIdentity, DecisionTaken
from services.contacts.fields import body
from services.writing import Row

_NO_WORDS: Row = {"decided_by": None, "rationale": None, "reopening_reason": None}
Record = dict[str, Any]


class Parts(NamedTuple):
    """The rows that make up one record, by column; of a decision what was decided, and who."""

    contact: Row
    identity: Row
    decisions: Sequence[tuple[Row, Row]] = ()
    information: Sequence[Row] = ()


def records_of(session: Session, caller: Caller, contacts: Sequence[Contact]) -> list[Record]:
    """The records of some contacts of one authority, in their order, in two statements.

    What was added after a contact was read belongs to a later version and is left out.
    """
    versions = {contact.contact_id: contact.version for contact in contacts}
    decisions = defaultdict(list)
    for taken, who in session.execute(_decisions(caller, versions)):
        if taken.version <= versions[taken.contact_id]:
            decisions[taken.contact_id].append((vars(taken), vars(who)))
    information = defaultdict(list)
    for row in session.scalars(_information(caller, versions)):
        if row.version <= versions[row.contact_id]:
            information[row.contact_id].append(vars(row))
    today = london_date(transaction_time(session))
    return [
        as_record(
            Parts(
                vars(each),
                vars(each.identity),
                decisions[each.contact_id],
                information[each.contact_id],
            ),
            caller,
            today=today,
        )
        for each in contacts
    ]


def decisions_of(session: Session, caller: Caller, contact_id: str) -> list[Decision]:
    """The decisions about one contact, in the order of recording."""
    rows = session.scalars(
        select(DecisionTaken)
        .where(
            DecisionTaken.authority_code == caller.authority,
            DecisionTaken.contact_id == contact_id,
        )
        .order_by(DecisionTaken.sequence)
    )
    return [as_decision(taken) for taken in rows]


def as_decision(row: DecisionTaken) -> Decision:
    """A row of `decision` as the domain knows it."""
    return Decision(
        id=row.decision_id,
        kind=DecisionKind(row.decision),
        decided_on=row.decided_on,
        decided_at=row.decided_at,
        assessment_type=AssessmentType(row.assessment_type) if row.assessment_type else None,
        reason=row.reason,
        priority=Priority(row.priority) if row.priority else None,
        strategy_discussion_at=row.strategy_discussion_at,
        transferred_at=row.transferred_at,
        transferred_to=row.transferred_to,
        team=row.team,
        retracts=row.retracts,
        duplicate_of=row.duplicate_of,
    )


def as_record(parts: Parts, caller: Caller, *, today: date) -> Record:
    """Shape one record; a `submit` caller gets no rationale, name of a decider or local number.

    Nor what the CAF records, of whichever agency, say of the child: not even that field.

    `today` is the London day on which overdue clocks are judged.
    """
    contact = parts.contact
    record = body(contact, parts.identity)
    if not contact["is_received_time_known"]:
        record["received_at"] = None
    if not caller.decides:
        record["child"]["local_id"] = None
    else:
        record["derived_active_caf"] = contact["derived_active_caf"]
    decisions = _shape_decisions(parts.decisions, caller)
    return record | {
        "id": contact["contact_id"],
        "authority": contact["authority_code"],
        "agency": contact["agency_code"],
        "agency_reference": contact["agency_reference"],
        "submitted_as": contact["submitted_as"],
        "is_referral": contact["is_referral"],
        "received_on": contact["received_on"],
        "sent_received_at": contact["sent_received_at"],
        "referred_at": contact["referred_at"],
        "referred_on": contact["referred_on"],
        "outcome": _shape_outcome(contact),
        "is_open": contact["is_open"],
        "clocks": _shape_clocks(contact, today),
        "decisions": decisions,
        "information": _shape_information(parts.information, caller),
        "new_information_at": contact["new_information_at"],
        "warnings": [
            *_shape_warnings(parts, caller),
            *(_decision_warnings(decisions) if caller.decides else ()),
        ],
        "version": contact["version"],
        "created_at": contact["created_at"],
        "updated_at": contact["updated_at"],
    }


def _decisions(caller: Caller, ids: Iterable[str]) -> Select[DecisionTaken, DecisionIdentity]:
    of_decision = (
        (DecisionIdentity.authority_code == DecisionTaken.authority_code)
        & (DecisionIdentity.contact_id == DecisionTaken.contact_id)
        & (DecisionIdentity.decision_id == DecisionTaken.decision_id)
    )
    return (
        select(DecisionTaken, DecisionIdentity)
        .join(DecisionIdentity, of_decision)
        .where(DecisionTaken.authority_code == caller.authority, DecisionTaken.contact_id.in_(ids))
        .order_by(DecisionTaken.contact_id, DecisionTaken.sequence)
    )


def _information(caller: Caller, ids: Iterable[str]) -> Select[ContactInformation]:
    return (
        select(ContactInformation)
        .where(
            ContactInformation.authority_code == caller.authority,
            ContactInformation.contact_id.in_(ids),
        )
        .order_by(ContactInformation.recorded_at, ContactInformation.information_id)
    )


def _shape_outcome(contact: Row) -> Record | None:
    if contact["outcome"] is None:
        return None
    return {
        "code": contact["outcome"],
        "label": LABELS[Outcome][Outcome(contact["outcome"])],
        "rule": contact["outcome_rule"],
        "ruleset_version": contact["ruleset_version"],
        "since": contact["outcome_since"],
    }


def _shape_clocks(contact: Row, today: date) -> Record:
    shaped: Record = {}
    for name in ("decision", "information_gathering", "section_47"):
        clock = Clock(contact[f"{name}_due_on"], contact[f"{name}_stopped_on"])
        shaped[f"{name}_due_at"] = _end_of_day(clock.due_on)
        shaped[f"{name}_in_time"] = clock.in_time(today)
    return shaped


def _end_of_day(day: date | None) -> datetime | None:
    return end_of_london_day(day) if day else None


def _shape_decisions(rows: Sequence[tuple[Row, Row]], caller: Caller) -> list[Record]:
    retractions = {
        taken["retracts"]: taken["decision_id"] for taken, _ in rows if taken["retracts"]
    }
    return [
        _shape_decision(taken, who, caller)
        | {"retracted_by": retractions.get(taken["decision_id"])}
        for taken, who in rows
    ]


def _shape_decision(taken: Row, who: Row, caller: Caller) -> Record:
    is_withheld = not caller.decides and taken["reason"] in WITHHELD_REASONS
    words = who if caller.decides else _NO_WORDS
    return {
        "id": taken["decision_id"],
        "version": taken["version"],
        "decision": taken["decision"],
        "decided_at": taken["decided_at"],
        "decided_on": taken["decided_on"],
        "assessment_type": taken["assessment_type"],
        "reason": None if is_withheld else taken["reason"] or words["reopening_reason"],
        "priority": taken["priority"],
        "strategy_discussion_at": taken["strategy_discussion_at"],
        "transferred_at": taken["transferred_at"],
        "transferred_to": taken["transferred_to"],
        "team": taken["team"],
        "retracts": taken["retracts"],
        "duplicate_of": taken["duplicate_of"] if caller.decides else None,
        "decided_by": words["decided_by"],
        "rationale": words["rationale"],
        "recorded_at": taken["recorded_at"],
    }


def _shape_warnings(parts: Parts, caller: Caller) -> list[dict[str, str]]:
    """The stored warnings; of those on added information a sender reads what it added itself."""
    warnings: list[dict[str, str]] = parts.contact["warnings"]
    if caller.decides:
        return warnings
    own = [
        index
        for index, row in enumerate(parts.information)
        if row["sent_by_agency"] == caller.agency
    ]
    shown_at = {
        f"/information/{index}/immediate_concern": f"/information/{place}/immediate_concern"
        for place, index in enumerate(own)
    }
    return [
        each | {"pointer": shown_at.get(each["pointer"], each["pointer"])}
        for each in warnings
        if each["pointer"] in shown_at or not each["pointer"].startswith("/information/")
    ]


def _shape_information(rows: Iterable[Row], caller: Caller) -> list[Record]:
    return [
        {
            "id": row["information_id"],
            "version": row["version"],
            "information": row["information"],
            "immediate_concern": row["immediate_concern"],
            "agency": row["sent_by_agency"],
            "recorded_at": row["recorded_at"],
        }
        for row in rows
        if caller.decides or row["sent_by_agency"] == caller.agency
    ]


def _decision_warnings(decisions: Sequence[Record]) -> list[dict[str, str]]:
    return [
        Finding("reason_missing", REASON_MISSING, f"/decisions/{index}/reason").as_dict()
        for index, decision in enumerate(decisions)
        if decision["decision"] in ENDINGS
        and decision["reason"] is None
        and decision["retracted_by"] is None
    ]
