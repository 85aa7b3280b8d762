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
from services.contacts.terms import AuthorityTerms

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
    data = submission.data
    agency, agency_errors = agency_of(caller, data, submission.findings)
    of_agency = terms.agencies.get(agency)
    if of_agency is None and not agency_errors:
        detail = "The authority knows no agency of this code."
        agency_errors.append(Finding("unknown_agency", detail, "/agency"))
    receipt = receive(
        sent_at=data.get("received_at"),
        sent_on=data.get("received_on"),
        arrived_at=arrived_at,
        backdate_days=of_agency.backdate_days if of_agency and not caller.decides else None,
    )
    own = terms.for_record(
        wording=data.get("referrer_type"),
        on=receipt.received_on,
        is_accepted_at_once=caller.decides or bool(of_agency and of_agency.is_accepted_at_once),
    )
    history = _history(data)
    today = london_date(arrived_at)
    errors = [
        *agency_errors,
        *receipt.errors,
        *record_errors(data, terms=own, today=today),
        *(
            _history_errors(history, submission, own, receipt, today=today)
            if caller.decides
            else decide_only_errors(data)
        ),
    ]
    if submission.findings or errors:
        raise UnprocessableError(all_findings(submission.findings, errors))
    accepted_anyway = _is_accepted_at_once(submission, own)
    return AcceptedSubmission(
        agency=agency,
        terms=own,
        receipt=receipt,
        decisions=decisions_of(
            history, received_on=receipt.received_on, accepted_anyway=accepted_anyway
        ),
        warnings=[
            *receipt.warnings,
            *record_warnings(data, terms=own, received_on=receipt.received_on),
            *history_warnings(history, accepted_anyway=accepted_anyway),
        ],
    )


def agency_of(
    caller: Caller, data: Mapping[str, Any], findings: Sequence[Finding]
) -> tuple[str, list[Finding]]:
    """The code of the agency that a body names or its sender is, and what is wrong with it.

    The code is "" where none is known. `findings` are what was wrong with the body's form.
    """
    sent = data.get("agency")
    is_malformed = any(each.pointer == "/agency" for each in findings)
    if caller.agency is None:
        if sent is None and not is_malformed:
            detail = "Say for which agency: the authority's own system posts for any."
            return "", [Finding("required", detail, "/agency")]
        return sent or "", []
    if sent is not None and sent != caller.agency:
        detail = f"Your key submits for {caller.agency} only: send that, or leave the field out."
        return caller.agency, [Finding("not_your_agency", detail, "/agency")]
    return caller.agency, []


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
