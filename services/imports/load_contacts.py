"""Load rows of contacts and referrals: judged first, then written together in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core.database import transaction_time
from core.uuid7 import uuid7s
from domain.access import Caller
from domain.errors import Finding, SentBeforeWithOtherContentError, UnprocessableError
from domain.imports import ImportRow, RecordResult, RowKind
from domain.vocabulary import SubmittedAs
from domain.working_days import london_date
from models import Contact
from services.contacts.accept_submission import AcceptedSubmission, Submission, accept_submission
from services.contacts.active_caf import cafs_of_children
from services.contacts.digest import content_digest
from services.contacts.insert_many import arrays_of, insert_many
from services.contacts.new_contact import NewContact, new_contact
from services.contacts.submit_contact import Submissions
from services.contacts.terms import AuthorityTerms, read_terms
from services.imports.results import ResultDraft

Reference = tuple[str, str]

_SUBMITTED_AS = {
    RowKind.CONTACT: SubmittedAs.CONTACT,
    RowKind.REFERRAL: SubmittedAs.REFERRAL,
}


class JudgedRow(NamedTuple):
    """A row, what it would become, or every reason to refuse it.

    `reference` is the agency and its reference, None where they could not be read; `digest` None
    where the form is wrong.
    """

    row: ImportRow
    reference: Reference | None
    digest: bytes | None
    contact: NewContact | None
    errors: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """Rows that were judged on terms, at an instant; both have to hold when they are written.

    `arrays` is the text of what is to be inserted.
    """

    rows: Sequence[JudgedRow]
    arrays: str
    terms: AuthorityTerms
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class LoadedContacts:
    """Rows that were written where they were good and new, and what became of each, in order."""

    rows: Sequence[JudgedRow]
    drafts: Sequence[ResultDraft]

    def created_lines(self) -> Mapping[Reference, int]:
        """The lines of those that were created, by reference."""
        return {
            each.reference: each.row.line
            for each, draft in zip(self.rows, self.drafts, strict=True)
            if draft.result is RecordResult.CREATED and each.reference
        }


@dataclass(frozen=True, slots=True)
class _Known:
    """A record that was there before: its id, and the digest of its content."""

    contact_id: str
    digest: bytes


def judge_rows(
    caller: Caller,
    rows: Sequence[ImportRow],
    *,
    terms: AuthorityTerms,
    arrived_at: datetime,
    digest_key: bytes,
) -> JudgedRows:
    """Apply every rule to each row, as to a record that is sent alone; reads nothing."""
    # Step by step, each for all rows: a processor does one thing often quicker than many in turn.
    submissions = list(map(_submission, rows, uuid7s(len(rows))))
    digests = [_digest(each, digest_key) for each in submissions]
    verdicts = [
        _verdict(caller, row, each, terms=terms, arrived_at=arrived_at)
        for row, each in zip(rows, submissions, strict=True)
    ]
    contacts = [
        _contact(caller, each, accepted, digest=digest, recorded_at=arrived_at)
        for each, digest, (accepted, _) in zip(submissions, digests, verdicts, strict=True)
    ]
    references = [_reference(caller, row) for row in rows]
    judged = [
        JudgedRow(row, reference, digest, contact, errors)
        for row, reference, digest, contact, (_, errors) in zip(
            rows, references, digests, contacts, verdicts, strict=True
        )
    ]
    return JudgedRows(judged, arrays_of(_first_of_each(judged)), terms, arrived_at)


def _first_of_each(judged: Sequence[JudgedRow]) -> list[NewContact]:
    """The good rows, of each reference the first.

    In one order, whoever imports the same: so that no two imports wait for each other.
    """
    first: dict[Reference, NewContact] = {}
    for each in judged:
        # Whatever is good has a reference.
        if each.contact is not None and each.reference is not None:
            first.setdefault(each.reference, each.contact)
    return [first[reference] for reference in sorted(first)]


def load_contacts(
    session: Session,
    caller: Caller,
    rows: Sequence[ImportRow],
    *,
    judged: JudgedRows | None,
    submissions: Submissions,
) -> LoadedContacts:
    """Write the rows that are good and new.

    Rows that were not judged yet, or on terms or on a day that no longer hold, are judged now, on
    terms that are remembered.
    """
    now = transaction_time(session)
    added = None
    if judged is not None and _is_of_today(judged, now):
        added = _insert(session, caller, judged)
    while judged is None or added is None:
        terms = read_terms(session, caller.authority)
        submissions.remembered.remember(caller.authority, terms)
        judged = judge_rows(
            caller, rows, terms=terms, arrived_at=now, digest_key=submissions.digest_key
        )
        added = _insert(session, caller, judged)
    known = _known(session, caller, judged, added)
    return LoadedContacts(judged.rows, [_draft(each, added, known) for each in judged.rows])


def _is_of_today(judged: JudgedRows, now: datetime) -> bool:
    return judged.arrived_at <= now and london_date(judged.arrived_at) == london_date(now)


def _submission(row: ImportRow, contact_id: str) -> Submission | None:
    """What is submitted by a row; None where it says nothing that is known."""
    if row.kind is None:
        return None
    return Submission(contact_id, _SUBMITTED_AS[row.kind], row.data, row.findings)


def _digest(submission: Submission | None, key: bytes) -> bytes | None:
    if submission is None or submission.findings:
        return None
    return content_digest(submission.data, kind=submission.submitted_as, key=key)


def _verdict(
    caller: Caller,
    row: ImportRow,
    submission: Submission | None,
    *,
    terms: AuthorityTerms,
    arrived_at: datetime,
) -> tuple[AcceptedSubmission | None, Sequence[Finding]]:
    """On what terms a submission is taken, or every reason to refuse it."""
    if submission is None:
        return None, row.findings
    try:
        return accept_submission(caller, submission, terms=terms, arrived_at=arrived_at), ()
    except UnprocessableError as error:
        return None, error.findings


def _contact(
    caller: Caller,
    submission: Submission | None,
    accepted: AcceptedSubmission | None,
    *,
    digest: bytes | None,
    recorded_at: datetime,
) -> NewContact | None:
    # Nothing is accepted whose form is wrong, so what is accepted has a digest.
    if submission is None or accepted is None or digest is None:
        return None
    return new_contact(caller, submission, accepted, digest=digest, recorded_at=recorded_at)


def _reference(caller: Caller, row: ImportRow) -> Reference | None:
    agency, reference = row.data.get("agency") or caller.agency, row.agency_reference
    return (agency, reference) if agency and reference else None


def _insert(session: Session, caller: Caller, judged: JudgedRows) -> frozenset[str] | None:
    return insert_many(
        session,
        caller,
        judged.arrays,
        recorded_at=transaction_time(session),
        terms=judged.terms,
        derived=_derived(session, caller, judged),
    )


def _derived(session: Session, caller: Caller, judged: JudgedRows) -> Mapping[str, bool]:
    """What the CAF records say of the good rows, by the contact's id, where there are any."""
    good = [each.contact for each in judged.rows if each.contact is not None]
    cafs = cafs_of_children(session, caller.authority, [new.identity for new in good])
    if not cafs:
        return {}
    said = {
        new.contact_id: cafs.any_active_on(new.contact["received_on"], child=new.identity)
        for new in good
    }
    return {key: is_active for key, is_active in said.items() if is_active is not None}


def _known(
    session: Session, caller: Caller, judged: JudgedRows, added: frozenset[str]
) -> Mapping[Reference, _Known]:
    """The records that stand under the references of rows that were not written."""
    if len(added) == len(judged.rows):
        return {}
    asked = {
        each.reference
        for each in judged.rows
        if each.digest and each.reference and not _is_added(each, added)
    }
    known = {
        each.reference: _Known(each.contact.contact_id, each.digest)
        for each in judged.rows
        if each.contact and each.digest and each.reference in asked and _is_added(each, added)
    }
    wanted = asked - known.keys()
    if not wanted:
        return known
    found = session.execute(
        select(
            Contact.agency_code,
            Contact.agency_reference,
            Contact.contact_id,
            Contact.content_digest,
        ).where(
            Contact.authority_code == caller.authority,
            tuple_(Contact.agency_code, Contact.agency_reference).in_(wanted),
        )
    )
    return known | {(agency, ref): _Known(id_, digest) for agency, ref, id_, digest in found}


def _draft(
    each: JudgedRow, added: frozenset[str], known: Mapping[Reference, _Known]
) -> ResultDraft:
    row, contact = each.row, each.contact
    if contact is not None and contact.contact_id in added:
        return ResultDraft(
            row=row,
            result=RecordResult.CREATED,
            contact_id=contact.contact_id,
            warnings=contact.warnings,
        )
    there = known.get(each.reference) if each.reference and each.digest else None
    if there is not None and there.digest == each.digest:
        return ResultDraft(row=row, result=RecordResult.REPLAYED, contact_id=there.contact_id)
    if there is None or contact is None:
        return ResultDraft(row=row, result=RecordResult.REJECTED, errors=each.errors)
    error = SentBeforeWithOtherContentError(there.contact_id)
    finding = Finding("sent_before_with_other_content", error.detail, "/agency_reference")
    return ResultDraft(
        row=row, result=RecordResult.CONFLICTING, contact_id=there.contact_id, errors=[finding]
    )


def _is_added(each: JudgedRow, added: frozenset[str]) -> bool:
    return each.contact is not None and each.contact.contact_id in added
