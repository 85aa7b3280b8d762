"""Submit a contact or a referral: one transaction, four statements besides the one of its scope."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.database import transaction_time
from core.uuid7 import uuid7
from domain.access import Caller
from domain.decisions import Decision
from domain.errors import SentBeforeWithOtherContentError, UnprocessableError
from domain.history import DatedDecision
from domain.receipt import Receipt
from domain.record_rules import clock_warnings
from domain.referrer_types import census_source
from domain.timeline import Timeline, timeline
from domain.working_days import london_date
from models import Contact, ContactIdentity, ContactVersion, LedgerEntry
from models.contact import REFERENCE_IS_UNIQUE
from services.contacts.accept_submission import (
    AcceptedSubmission,
    Submission,
    accept_submission,
)
from services.contacts.digest import content_digest
from services.contacts.fields import fact_columns, identity_columns
from services.contacts.find import contacts_of, read_contacts
from services.contacts.record import Parts, Record, as_record, records_of
from services.contacts.standing import counted_facts, ledger_rows, standing_columns
from services.decisions.rows import RecordedDecision, Recording, decision_rows
from services.writing import columns_of, insert_together

FIRST_VERSION = 1

_CONTACT = cast("Table", Contact.__table__)
_INSERT = (
    insert(_CONTACT)
    .on_conflict_do_nothing(constraint=REFERENCE_IS_UNIQUE)
    .returning(_CONTACT.c.contact_id)
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The record as it is now, and whether this submission made it."""

    record: Record
    is_created: bool


def submit_contact(
    session: Session, caller: Caller, *, submission: Submission, digest_key: bytes
) -> Submitted:
    """Store one record with its first decisions, version and ledger entries, or recognise it.

    A record that the agency sent before under the same reference is answered as it is now, also
    when the authority would no longer take it. Raises `UnprocessableError` with every reason at
    once, `SentBeforeWithOtherContentError`.
    """
    digest = content_digest(submission.data, kind=submission.submitted_as, key=digest_key)
    try:
        accepted = accept_submission(session, caller, submission)
    except UnprocessableError:
        known = None if submission.findings else _taken_before(session, caller, submission, digest)
        if known is None:
            raise
        return Submitted(known, is_created=False)
    decisions = [_decision(each, accepted.receipt) for each in accepted.decisions]
    contact = Contact(
        **_contact_columns(session, caller, submission, accepted, decisions),
        content_digest=digest,
    )
    if not _insert_unless_sent_before(session, contact):
        return Submitted(_sent_before(session, caller, contact), is_created=False)
    parts = _write_rest(session, caller, contact, submission, decisions)
    today = london_date(transaction_time(session))
    return Submitted(as_record(parts, caller, today=today), is_created=True)


def _taken_before(
    session: Session, caller: Caller, submission: Submission, digest: bytes
) -> Record | None:
    """The same record, taken while an alias, a type or a setting still allowed it."""
    same = contacts_of(caller).where(
        Contact.agency_code == (submission.data.get("agency") or caller.agency),
        Contact.agency_reference == submission.data["agency_reference"],
        Contact.content_digest == digest,
    )
    found = records_of(session, caller, read_contacts(session, same))
    return found[0] if found else None


def _decision(dated: DatedDecision, receipt: Receipt) -> Decision:
    is_timed = dated.is_at_receipt and receipt.is_time_known
    decided_at = receipt.received_at if is_timed else None
    return Decision(
        id=uuid7(),
        kind=dated.kind,
        decided_on=dated.decided_on,
        decided_at=decided_at,
        transferred_at=decided_at,
        assessment_type=dated.assessment_type,
        reason=dated.reason,
    )


def _contact_columns(
    session: Session,
    caller: Caller,
    submission: Submission,
    accepted: AcceptedSubmission,
    decisions: list[Decision],
) -> dict[str, Any]:
    data, receipt = submission.data, accepted.receipt
    now = transaction_time(session)
    standing = standing_columns(
        decisions,
        received_on=receipt.received_on,
        received_at=receipt.received_at if receipt.is_time_known else None,
        cut_off=accepted.terms.receipt_cut_off,
    )
    warnings = [*accepted.warnings, *clock_warnings(decision_due_on=standing["decision_due_on"])]
    return {
        **fact_columns(data),
        **standing,
        "authority_code": caller.authority,
        "contact_id": submission.contact_id,
        "agency_code": accepted.agency,
        "agency_reference": data["agency_reference"],
        "submitted_as": submission.submitted_as,
        "received_at": receipt.received_at,
        "received_on": receipt.received_on,
        "is_received_time_known": receipt.is_time_known,
        "sent_received_at": receipt.sent_at,
        "referrer_type": accepted.terms.referrer_type,
        "census_source": census_source(
            referrer_type=accepted.terms.referrer_type or "",
            individual_kind=data.get("individual_kind"),
            referrer_detail=data.get("referrer_detail"),
            on=receipt.received_on,
            own_source=accepted.terms.census_source,
        ),
        "warnings": [each.as_dict() for each in warnings],
        "version": FIRST_VERSION,
        "created_at": now,
        "updated_at": now,
    }


def _insert_unless_sent_before(session: Session, contact: Contact) -> bool:
    inserted = session.execute(_INSERT, columns_of(contact))
    return inserted.one_or_none() is not None


def _sent_before(session: Session, caller: Caller, contact: Contact) -> Record:
    of_reference = contacts_of(caller).where(
        Contact.agency_code == contact.agency_code,
        Contact.agency_reference == contact.agency_reference,
    )
    (existing,) = read_contacts(session, of_reference)
    if existing.content_digest != contact.content_digest:
        raise SentBeforeWithOtherContentError(existing.contact_id)
    return records_of(session, caller, [existing])[0]


def _write_rest(
    session: Session,
    caller: Caller,
    contact: Contact,
    submission: Submission,
    decisions: list[Decision],
) -> Parts:
    place = {
        "authority_code": contact.authority_code,
        "contact_id": contact.contact_id,
        "agency_code": contact.agency_code,
    }
    of_version = {**place, "version": FIRST_VERSION}
    key_id, now = caller.principal.key_id, contact.created_at
    identity = ContactIdentity(**place, **identity_columns(submission.data))
    version = ContactVersion(
        **of_version,
        event="submitted",
        key_id=key_id,
        recorded_by=caller.principal.name,
        recorded_at=now,
        changes=[],
    )
    taken = decision_rows(
        [RecordedDecision(decision=each) for each in decisions],
        Recording(place=of_version, key_id=key_id, recorded_at=now, recorded_before=0),
    )
    entries = ledger_rows(
        Timeline(),
        timeline(counted_facts(columns_of(contact)), decisions),
        place=of_version,
        recorded_at=now,
    )
    insert_together(
        session,
        [identity],
        [version],
        [row for row, _ in taken],
        [who for _, who in taken],
        [LedgerEntry(**entry) for entry in entries],
    )
    return Parts(contact, identity, taken, [])
