"""Submit a contact or a referral: in one round trip where that can be vouched for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.database import Database, transaction_time
from domain.access import Caller
from domain.errors import SentBeforeWithOtherContentError, UnprocessableError
from domain.working_days import london_date
from models import Contact
from services.contacts.accept_submission import (
    AcceptedSubmission,
    Submission,
    accept_submission,
)
from services.contacts.active_caf import cafs_of_children
from services.contacts.digest import content_digest
from services.contacts.find import contacts_of, read_contacts
from services.contacts.insert_contacts import (
    Assumption,
    insert_at_once,
    insert_contacts,
    rows_of,
)
from services.contacts.new_contact import NewContact, new_contact
from services.contacts.record import Record, as_record, records_of
from services.contacts.terms import RememberedTerms, read_terms
from services.idempotency import IdempotentRequest


@dataclass(frozen=True, slots=True)
class Submitted:
    """The record as it is now, and whether this submission made it."""

    record: Record
    is_created: bool


@dataclass(frozen=True, slots=True)
class Submissions:
    """What submitting hangs on in one process: the key of content digests, and known terms."""

    digest_key: bytes
    remembered: RememberedTerms


def submit_at_once(
    database: Database,
    caller: Caller,
    *,
    submission: Submission,
    submissions: Submissions,
    request: IdempotentRequest | None = None,
) -> Submitted | None:
    """Store a record that is good and new, in one round trip, on terms that are remembered.

    The database checks in the same instant that the terms and the time still hold, and that no CAF
    is recorded of the child. None, with nothing written, in every other case: then `submit_contact`
    says what is to be said.
    """
    arrived_at = database.time_here()
    terms = submissions.remembered.of(caller.authority)
    if arrived_at is None or terms is None or submission.findings:
        return None
    try:
        accepted = accept_submission(caller, submission, terms=terms, arrived_at=arrived_at)
    except UnprocessableError:
        return None
    digest = _digest(submission, submissions)
    contact = new_contact(caller, submission, accepted, digest=digest, recorded_at=arrived_at)
    record = as_record(contact.parts, caller, today=london_date(arrived_at))
    assumption = Assumption(terms, arrived_at)
    try:
        recorded_at = insert_at_once(
            database, caller, contact, assumption=assumption, request=request
        )
    except IntegrityError:
        return None
    if recorded_at is None:
        return None
    return Submitted(_recorded(record, recorded_at), is_created=True)


def submit_contact(
    session: Session, caller: Caller, *, submission: Submission, submissions: Submissions
) -> Submitted:
    """Store one record with its first decisions, version and ledger entries, or recognise it.

    A record that the agency sent before under the same reference is answered as it is now, also
    when the authority would no longer take it. Raises `UnprocessableError` with every reason at
    once, `SentBeforeWithOtherContentError`.
    """
    digest = _digest(submission, submissions)
    terms = read_terms(session, caller.authority)
    submissions.remembered.remember(caller.authority, terms)
    now = transaction_time(session)
    try:
        accepted = accept_submission(caller, submission, terms=terms, arrived_at=now)
    except UnprocessableError:
        known = None if submission.findings else _taken_before(session, caller, submission, digest)
        if known is None:
            raise
        return Submitted(known, is_created=False)
    contact = new_contact(
        caller,
        submission,
        accepted,
        digest=digest,
        recorded_at=now,
        derived_active_caf=_derived_active_caf(session, caller, submission, accepted),
    )
    if not insert_contacts(session, rows_of(caller, [contact]), recorded_at=now):
        return Submitted(_sent_before(session, caller, contact), is_created=False)
    return Submitted(as_record(contact.parts, caller, today=london_date(now)), is_created=True)


def _derived_active_caf(
    session: Session, caller: Caller, submission: Submission, accepted: AcceptedSubmission
) -> bool | None:
    child = submission.data["child"]
    cafs = cafs_of_children(session, caller.authority, [child])
    return cafs.any_active_on(accepted.receipt.received_on, child=child)


def _digest(submission: Submission, submissions: Submissions) -> bytes:
    kind = submission.submitted_as
    return content_digest(submission.data, kind=kind, key=submissions.digest_key)


def _recorded(record: Record, at: datetime) -> Record:
    decisions = [{**each, "recorded_at": at} for each in record["decisions"]]
    return {**record, "created_at": at, "updated_at": at, "decisions": decisions}


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


def _sent_before(session: Session, caller: Caller, contact: NewContact) -> Record:
    sent = contact.contact
    of_reference = contacts_of(caller).where(
        Contact.agency_code == sent["agency_code"],
        Contact.agency_reference == sent["agency_reference"],
    )
    (existing,) = read_contacts(session, of_reference)
    if existing.content_digest != sent["content_digest"]:
        raise SentBeforeWithOtherContentError(existing.contact_id)
    return records_of(session, caller, [existing])[0]
