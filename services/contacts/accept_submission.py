"""Judge a submitted record: every reason to refuse it, or the terms on which it is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.errors import Finding, UnprocessableError, all_findings
from domain.history import FIELDS as HISTORY_FIELDS
from domain.history import DatedDecision, History, decisions_of, history_errors, history_warnings
from domain.receipt import Receipt, receive
from domain.record_rules import (
    SubmissionTerms,
    decide_only_errors,
    record_errors,
    record_warnings,
)
from domain.vocabulary import SubmittedAs
from domain.working_days import london_date
from services.contacts.terms import AuthorityTerms, nearest_referrer_types, read_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A record as it was sent: what could be parsed of it, and what was wrong with the rest.

    `contact_id` is the id that the record gets if it is new.
    """

    contact_id: str
    submitted_as: SubmittedAs
    data: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedSubmission:
    """The terms on which a record is taken: its agency, receipt, first decisions and warnings."""

    agency: str
    terms: SubmissionTerms
    receipt: Receipt
    decisions: Sequence[DatedDecision]
    warnings: Sequence[Finding]


def accept_submission(
    session: Session, caller: Caller, submission: Submission
) -> AcceptedSubmission:
    """Apply every rule to a submission. Raises `UnprocessableError` with every reason at once."""
    data = submission.data
    agency, agency_errors = _agency(caller, submission)
    read = read_terms(
        session,
        authority=caller.authority,
        agency=agency,
        wording=data.get("referrer_type") or "",
    )
    if not read.is_known_agency and not agency_errors:
        detail = "The authority knows no agency of this code."
        agency_errors.append(Finding("unknown_agency", detail, "/agency"))
    receipt = receive(
        sent_at=data.get("received_at"),
        sent_on=data.get("received_on"),
        arrived_at=transaction_time(session),
        backdate_days=None if caller.decides else read.backdate_days,
    )
    terms = _terms(session, caller, data, read, receipt)
    history = History(**{name: data.get(name) for name in HISTORY_FIELDS})
    today = london_date(transaction_time(session))
    errors = [
        *agency_errors,
        *receipt.errors,
        *record_errors(data, terms=terms, today=today),
        *(
            _history_errors(history, submission, terms, receipt, today=today)
            if caller.decides
            else decide_only_errors(data)
        ),
    ]
    if submission.findings or errors:
        raise UnprocessableError(all_findings(submission.findings, errors))
    accepted_anyway = _is_accepted_at_once(submission, terms)
    return AcceptedSubmission(
        agency=agency,
        terms=terms,
        receipt=receipt,
        decisions=decisions_of(
            history, received_on=receipt.received_on, accepted_anyway=accepted_anyway
        ),
        warnings=[
            *receipt.warnings,
            *record_warnings(data, terms=terms, received_on=receipt.received_on),
            *history_warnings(history, accepted_anyway=accepted_anyway),
        ],
    )


def _agency(caller: Caller, submission: Submission) -> tuple[str, list[Finding]]:
    sent = submission.data.get("agency")
    is_malformed = any(each.pointer == "/agency" for each in submission.findings)
    if caller.agency is None:
        if sent is None and not is_malformed:
            detail = "Say for which agency: the authority's own system posts for any."
            return "", [Finding("required", detail, "/agency")]
        return sent or "", []
    if sent is not None and sent != caller.agency:
        detail = f"Your key submits for {caller.agency} only: send that, or leave the field out."
        return caller.agency, [Finding("not_your_agency", detail, "/agency")]
    return caller.agency, []


def _terms(
    session: Session,
    caller: Caller,
    data: Mapping[str, Any],
    read: AuthorityTerms,
    receipt: Receipt,
) -> SubmissionTerms:
    wording = data.get("referrer_type")
    referrer_type = read.referrer_type_on(receipt.received_on)
    suggestions: tuple[str, ...] = ()
    if wording and referrer_type is None:
        suggestions = nearest_referrer_types(session, authority=caller.authority, wording=wording)
    return SubmissionTerms(
        is_accepted_at_once=caller.decides or read.is_accepted_at_once,
        emergency_telephone=read.emergency_telephone,
        receipt_cut_off=read.receipt_cut_off,
        referrer_type=referrer_type,
        suggestions=suggestions,
        census_source=read.census_source,
    )


def _is_accepted_at_once(submission: Submission, terms: SubmissionTerms) -> bool:
    return submission.submitted_as is SubmittedAs.REFERRAL and terms.is_accepted_at_once


def _history_errors(
    history: History,
    submission: Submission,
    terms: SubmissionTerms,
    receipt: Receipt,
    *,
    today: date,
) -> list[Finding]:
    # Nothing is called earlier than a receipt that is itself wrong.
    is_receipt_wrong = receipt.errors or any(
        each.pointer in {"/received_at", "/received_on"} for each in submission.findings
    )
    received_on = date.min if is_receipt_wrong else receipt.received_on
    errors = history_errors(history, received_on=received_on, today=today)
    if history.closed_on and not history.referred_on and _is_accepted_at_once(submission, terms):
        detail = "A referral that is accepted at once cannot be closed and logged as a contact."
        errors.append(Finding("contradicts_history", detail, "/closed_on"))
    return errors
