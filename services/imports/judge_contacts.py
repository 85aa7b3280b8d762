"""Judge rows of contacts and referrals: what each would become, or every reason to refuse it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.uuid7 import uuid7s
from domain.access import Caller
from domain.errors import Finding, UnprocessableError
from domain.imports import ImportRow, RecordResult, Reference, RowKind
from domain.vocabulary import SubmittedAs
from services.contacts.accept_submission import AcceptedSubmission, Submission, accept_submission
from services.contacts.digest import content_digest
from services.contacts.insert_many import arrays_of
from services.contacts.new_contact import NewContact, new_contact
from services.contacts.terms import AuthorityTerms
from services.imports.report import ResultRow
from services.imports.results import ResultDraft, Told

_SUBMITTED_AS = {
    RowKind.CONTACT: SubmittedAs.CONTACT,
    RowKind.REFERRAL: SubmittedAs.REFERRAL,
}


class JudgedRow(NamedTuple):
    """A row, and what it would become with the result that it then has, or why it is refused.

    `reference` is the agency and its reference, None where they could not be read; `digest` None
    where the form is wrong.
    """

    row: ImportRow
    reference: Reference | None
    digest: bytes | None
    contact: NewContact | None
    created: ResultRow | None
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


def judge_rows(
    caller: Caller,
    rows: Sequence[ImportRow],
    *,
    terms: AuthorityTerms,
    arrived_at: datetime,
    digest_key: bytes,
    told: Told,
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
    created = [_created(row, contact, told) for row, contact in zip(rows, contacts, strict=True)]
    errors = [errors for _, errors in verdicts]
    judged = list(map(JudgedRow, rows, references, digests, contacts, created, errors))
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


def _created(row: ImportRow, contact: NewContact | None, told: Told) -> ResultRow | None:
    if contact is None:
        return None
    created = RecordResult.CREATED
    draft = ResultDraft(row, created, contact.contact_id, warnings=contact.warnings)
    return draft.as_row(told)


def _reference(caller: Caller, row: ImportRow) -> Reference | None:
    agency, reference = row.data.get("agency") or caller.agency, row.agency_reference
    return (agency, reference) if agency and reference else None
