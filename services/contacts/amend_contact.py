"""Correct a contact by a JSON merge patch (RFC 7396)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.clocks import moved_on
from domain.decisions import Decision, standing
from domain.errors import (
    ChangeNotAllowedError,
    Finding,
    RecordVoidedError,
    UnprocessableError,
    all_findings,
)
from domain.history import FIELDS as HISTORY_FIELDS
from domain.receipt import Receipt, receive
from domain.record_rules import (
    SubmissionTerms,
    clock_warnings,
    decide_only_errors,
    record_errors,
    record_warnings,
)
from domain.referrer_types import census_source
from domain.working_days import london_date
from models import Contact
from services.contacts.active_caf import cafs_of_children
from services.contacts.change import Change, write_change
from services.contacts.fields import (
    DERIVED,
    FACTS,
    IDENTITY,
    body,
    changes,
    fact_columns,
    identity_columns,
)
from services.contacts.find import check_version, find_contact
from services.contacts.record import Record, decisions_of, records_of
from services.contacts.standing import standing_columns
from services.contacts.terms import AuthorityTerms, read_terms
from services.writing import columns_of

ALWAYS_OPEN_TO_SENDERS = ("child", "parents_carers", "referrer")
NOT_PATCHABLE = ("agency", "agency_reference", "submitted_as", "received_on", *HISTORY_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A merge patch as it was sent: what could be parsed, and what was wrong with the rest.

    `if_match` are the versions that the caller expects, None for any.
    """

    data: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    if_match: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class _Correction:
    """A contact, the patch of it, the record that the patch gives, and what was decided."""

    contact: Contact
    patch: Patch
    merged: Mapping[str, Any]
    decisions: Sequence[Decision]


def amend_contact(session: Session, caller: Caller, *, contact_id: str, patch: Patch) -> Record:
    """Apply a patch and answer the record as it leaves it; one without effect changes nothing.

    Raises `NotFoundError`, `VersionMismatchError`, `RecordVoidedError`, `ChangeNotAllowedError`
    (a sender, after the authority's first decision), `UnprocessableError` with every reason.
    """
    contact = find_contact(session, caller, contact_id, for_update=True)
    check_version(contact, patch.if_match)
    if contact.is_void:
        message = "The record was voided, so nothing in it can be changed."
        raise RecordVoidedError(message)
    decisions = decisions_of(session, caller, contact_id)
    identity = contact.identity
    if not caller.decides and standing(decisions):
        _check_decided(patch)
    before = columns_of(contact), columns_of(identity)
    merged = merge(body(*before), own_part(caller, patch))
    facts = _judge(session, caller, _Correction(contact, patch, merged, decisions))
    personal = identity_columns(merged)
    fact_changes = changes(before[0], {**before[0], **facts}, FACTS)
    identity_changes = changes(before[1], personal, IDENTITY)
    if fact_changes or identity_changes:
        for column, value in personal.items():
            setattr(identity, column, value)
        facts |= _derived(session, caller, facts, personal)
        fact_changes += changes(before[0], facts, DERIVED)
        change = Change(
            event="corrected",
            decisions_before=decisions,
            decisions=decisions,
            facts=facts,
            fact_changes=fact_changes,
            identity_changes=identity_changes,
        )
        write_change(session, caller, contact, change)
    return records_of(session, caller, [contact])[0]


def _derived(
    session: Session, caller: Caller, facts: Mapping[str, Any], personal: Mapping[str, Any]
) -> dict[str, Any]:
    """What the CAF records say of the child, who may be another now, on a day that may be too."""
    cafs = cafs_of_children(session, caller.authority, [personal])
    return {"derived_active_caf": cafs.any_active_on(facts["received_on"], child=personal)}


def merge(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a merge patch: objects are merged, everything else replaced, null becomes None."""
    result = dict(target)
    for name, value in patch.items():
        is_object = isinstance(value, Mapping)
        result[name] = merge(result.get(name) or {}, value) if is_object else value
    return result


def own_part(caller: Caller, patch: Patch) -> Mapping[str, Any]:
    """What a caller means to change: all that it sent, but for what it cannot know."""
    # A sender reads null in place of the authority's number: its null is no wish to clear it.
    child = patch.data.get("child")
    if caller.decides or not child:
        return patch.data
    kept = {name: value for name, value in child.items() if name != "local_id"}
    return {**patch.data, "child": kept}


def _check_decided(patch: Patch) -> None:
    closed = [name for name in patch.data if name not in ALWAYS_OPEN_TO_SENDERS]
    detail = "The authority has decided, so only it can change this now."
    if closed:
        raise ChangeNotAllowedError([Finding("decided", detail, f"/{name}") for name in closed])


def _judge(session: Session, caller: Caller, correction: _Correction) -> dict[str, Any]:
    """The columns of `contact` that the merged record gives. Raises `UnprocessableError`."""
    patch, merged = correction.patch, correction.merged
    read = read_terms(session, caller.authority)
    receipt = _receipt(session, caller, correction, read)
    terms = _terms(correction, read, receipt)
    errors = [
        *_patch_errors(patch),
        *([] if caller.decides else decide_only_errors(patch.data)),
        *receipt.errors,
        *_decided_before(receipt.received_on, correction.decisions),
        *record_errors(merged, terms=terms, today=london_date(transaction_time(session))),
    ]
    if patch.findings or errors:
        raise UnprocessableError(all_findings(patch.findings, errors))
    warnings = [
        *receipt.warnings,
        *record_warnings(merged, terms=terms, received_on=receipt.received_on),
        *_clock_warnings(correction, receipt, terms),
    ]
    return {
        **fact_columns(merged),
        "received_at": receipt.received_at,
        "received_on": receipt.received_on,
        "is_received_time_known": receipt.is_time_known,
        "sent_received_at": receipt.sent_at,
        "referrer_type": terms.referrer_type,
        "census_source": census_source(
            referrer_type=terms.referrer_type or "",
            individual_kind=merged["individual_kind"],
            referrer_detail=merged["referrer_detail"],
            on=receipt.received_on,
            own_source=terms.census_source,
        ),
        "warnings": [*_kept_warnings(correction), *(each.as_dict() for each in warnings)],
    }


def _corrects_receipt(correction: _Correction) -> bool:
    # Where only the day is known, null is what the record says already.
    sent = correction.patch.data
    return "received_at" in sent and (
        sent["received_at"] is not None or correction.contact.is_received_time_known
    )


def _receipt(
    session: Session, caller: Caller, correction: _Correction, read: AuthorityTerms
) -> Receipt:
    contact, patch = correction.contact, correction.patch
    if not _corrects_receipt(correction):
        return Receipt(
            received_at=contact.received_at,
            received_on=contact.received_on,
            is_time_known=contact.is_received_time_known,
            sent_at=contact.sent_received_at,
        )
    return receive(
        sent_at=patch.data["received_at"] or contact.created_at,
        sent_on=None,
        arrived_at=transaction_time(session) if caller.decides else contact.created_at,
        backdate_days=None if caller.decides else read.agencies[contact.agency_code].backdate_days,
    )


def _terms(correction: _Correction, read: AuthorityTerms, receipt: Receipt) -> SubmissionTerms:
    wording = correction.patch.data.get("referrer_type")
    stored: str = correction.contact.referrer_type
    terms = read.for_record(
        wording=wording or stored,
        on=receipt.received_on,
        is_accepted_at_once=read.agencies[correction.contact.agency_code].is_accepted_at_once,
    )
    # What a record was accepted as stays, also where the authority has retired it since.
    return terms if wording else replace(terms, referrer_type=stored, suggestions=())


def _clock_warnings(
    correction: _Correction, receipt: Receipt, terms: SubmissionTerms
) -> Iterator[Finding]:
    if _corrects_receipt(correction):
        standing = standing_columns(
            correction.decisions,
            received_on=receipt.received_on,
            received_at=receipt.received_at,
            cut_off=terms.receipt_cut_off,
        )
        yield from clock_warnings(decision_due_on=standing["decision_due_on"])


def _patch_errors(patch: Patch) -> Iterator[Finding]:
    for name in patch.data:
        if name in NOT_PATCHABLE:
            detail = "This is fixed once a record was sent."
            yield Finding("not_patchable", detail, f"/{name}")


def _decided_before(received_on: date, decisions: Sequence[Decision]) -> Iterator[Finding]:
    if any(min(each.decided_on, moved_on(each)) < received_on for each in standing(decisions)):
        detail = "This would put a decision that stands before receipt."
        yield Finding("after_decision", detail, "/received_at")


def _kept_warnings(correction: _Correction) -> list[dict[str, str]]:
    """The warnings on history dates, added information and, unless corrected, the receipt."""
    kept = {f"/{name}" for name in HISTORY_FIELDS}
    if not _corrects_receipt(correction):
        kept.add("/received_at")
    return [
        each
        for each in correction.contact.warnings
        if each["pointer"] in kept or each["pointer"].startswith("/information/")
    ]
