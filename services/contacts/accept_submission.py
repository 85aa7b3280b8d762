"""Judge a submitted record: every reason to refuse it, or the terms on which it is taken."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

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
from services.contacts.terms import AgencyTerms, AuthorityTerms

_NO_HISTORY = History()


class Submission(NamedTuple):
    """A record as it was sent: what could be parsed of it, and what was wrong with the rest.

    `contact_id` is the id that the record gets if it is new.
    """

    contact_id: str
    submitted_as: SubmittedAs
    data: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


class AcceptedSubmission(NamedTuple):
    """The terms on which a record is taken: its agency, receipt, first decisions and warnings."""

    agency: str
    terms: SubmissionTerms
    receipt: Receipt
    decisions: Sequence[DatedDecision]
    warnings: Sequence[Finding]


def accept_submission(
    caller: Caller, submission: Submission, *, terms: AuthorityTerms, arrived_at: datetime
) -> AcceptedSubmission:
    """Apply every rule to a submission that arrived at an aware instant.

    Raises `UnprocessableError` with every reason at once.
    """
    data, decides = submission.data, caller.decides
    agency, of_agency, agency_errors = _known_agency(caller, submission, terms)
    receipt = receive(
        sent_at=data.get("received_at"),
        sent_on=data.get("received_on"),
        arrived_at=arrived_at,
        backdate_days=of_agency.backdate_days if of_agency and not decides else None,
    )
    own = terms.for_record(
        wording=data.get("referrer_type"),
        on=receipt.received_on,
        is_accepted_at_once=decides or bool(of_agency and of_agency.is_accepted_at_once),
    )
    history = _history(data)
    today = london_date(arrived_at)
    errors = [
        *agency_errors,
        *receipt.errors,
        *record_errors(data, terms=own, today=today),
        *(
            _history_errors(history, submission, own, receipt, today=today)
            if decides
            else decide_only_errors(data)
        ),
    ]
    if submission.findings or errors:
        raise UnprocessableError(all_findings(submission.findings, errors))
    return _accepted(agency, submission, own, receipt, history)


def agency_of(
    caller: Caller, data: Mapping[str, Any], findings: Sequence[Finding]
) -> tuple[str, list[Finding]]:
    """The code of the agency that a body names or its sender is, and what is wrong with it.

    The code is "" where none is known. `findings` are what was wrong with the body's form.
    """
    sent, own = data.get("agency"), caller.agency
    if own is None:
        if sent is None and not any(each.pointer == "/agency" for each in findings):
            detail = "Say for which agency: the authority's own system posts for any."
            return "", [Finding("required", detail, "/agency")]
        return sent or "", []
    if sent is not None and sent != own:
        detail = f"Your key submits for {own} only: send that, or leave the field out."
        return own, [Finding("not_your_agency", detail, "/agency")]
    return own, []


def _known_agency(
    caller: Caller, submission: Submission, terms: AuthorityTerms
) -> tuple[str, AgencyTerms | None, list[Finding]]:
    """The agency's code, what is set for it, and what is wrong with it or its being unknown."""
    agency, errors = agency_of(caller, submission.data, submission.findings)
    known = terms.agencies.get(agency)
    if known is None and not errors:
        detail = "The authority knows no agency of this code."
        errors.append(Finding("unknown_agency", detail, "/agency"))
    return agency, known, errors


def _accepted(
    agency: str,
    submission: Submission,
    terms: SubmissionTerms,
    receipt: Receipt,
    history: History,
) -> AcceptedSubmission:
    accepted_anyway = _is_accepted_at_once(submission, terms)
    received_on = receipt.received_on
    return AcceptedSubmission(
        agency=agency,
        terms=terms,
        receipt=receipt,
        decisions=decisions_of(history, received_on=received_on, accepted_anyway=accepted_anyway),
        warnings=[
            *receipt.warnings,
            *record_warnings(submission.data, terms=terms, received_on=received_on),
            *history_warnings(history, accepted_anyway=accepted_anyway),
        ],
    )


def _history(data: Mapping[str, Any]) -> History:
    if data.keys().isdisjoint(HISTORY_FIELDS):
        return _NO_HISTORY
    return History(**{name: data.get(name) for name in HISTORY_FIELDS})


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
