"""The rules that need no framework, from parsed body to the rows to write: the same in both peers.

The rules themselves are Front Door's own pure ones (`domain`), so that they cost the same
everywhere; parsing, validation of fields, database and web server are each peer's own. The peers
take contacts from keys with the role `submit`.
"""

from dataclasses import dataclass
from datetime import datetime

from bench.peers.columns import Record, content_digest, facts_of, identity_of
from bench.peers.statements import Holder, Terms
from core.uuid7 import uuid7
from domain.classification import State, classify
from domain.clocks import Clocks, clocks
from domain.errors import Finding
from domain.receipt import Receipt, receive
from domain.record_rules import (
    SubmissionTerms,
    clock_warnings,
    decide_only_errors,
    record_errors,
    record_warnings,
)
from domain.referrer_types import STANDARD_CODES, census_source
from domain.timeline import CountedFacts, timeline
from domain.working_days import london_date


class RefusedError(Exception):
    """The record breaks a rule; every reason stands in `findings`."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("refused")
        self.findings = findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one contact, as columns by name."""

    contact: Record
    identity: Record
    version: Record
    entries: list[Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends, to which authority, and when it arrived (aware)."""

    holder: Holder
    authority: str
    agency: str
    now: datetime


def rows_of(data: Record, *, sender: Sender, terms: Terms, digest_key: bytes) -> Rows:
    """The rows to write for a parsed body without nulls. Raises `RefusedError`."""
    receipt = receive(
        sent_at=data.get("received_at"),
        sent_on=None,
        arrived_at=sender.now,
        backdate_days=terms.backdate_days,
    )
    submission = _submission_terms(terms, receipt)
    errors = [
        *_agency_errors(data, sender, terms),
        *receipt.errors,
        *record_errors(data, terms=submission, today=london_date(sender.now)),
        *decide_only_errors(data),
    ]
    if errors:
        raise RefusedError(errors)
    running = clocks(
        received_on=receipt.received_on,
        received_at=receipt.received_at,
        cut_off=terms.receipt_cut_off,
        decisions=(),
    )
    warnings = [
        *receipt.warnings,
        *record_warnings(data, terms=submission, received_on=receipt.received_on),
        *clock_warnings(decision_due_on=running.decision.due_on),
    ]
    place = {
        "authority_code": sender.authority,
        "contact_id": uuid7(),
        "agency_code": sender.agency,
    }
    contact = {
        **place,
        **facts_of(data),
        **_standing(receipt, running),
        **_receipt(receipt),
        "agency_reference": data["agency_reference"],
        "submitted_as": "contact",
        "content_digest": content_digest(data, digest_key),
        "referrer_type": terms.referrer_type,
        "census_source": census_source(
            referrer_type=terms.referrer_type,
            individual_kind=data.get("individual_kind"),
            referrer_detail=data.get("referrer_detail"),
            on=receipt.received_on,
            own_source=terms.census_source,
        ),
        "warnings": [each.as_dict() for each in warnings],
        "version": 1,
        "created_at": sender.now,
        "updated_at": sender.now,
    }
    return Rows(
        contact=contact,
        identity={**place, **identity_of(data)},
        version={
            **place,
            "version": 1,
            "event": "submitted",
            "key_id": sender.holder.key_id,
            "recorded_by": sender.holder.name,
            "recorded_at": sender.now,
            "changes": [],
        },
        entries=_entries(contact, place, sender.now),
    )


def _agency_errors(data: Record, sender: Sender, terms: Terms) -> list[Finding]:
    if data.get("agency") not in {None, sender.agency}:
        return [Finding("not_your_agency", "Your key submits for another agency.", "/agency")]
    if not terms.is_known_agency:
        return [Finding("unknown_agency", "The authority knows no agency of this code.", "/agency")]
    return []


def _submission_terms(terms: Terms, receipt: Receipt) -> SubmissionTerms:
    is_known = terms.is_own_type or terms.referrer_type in STANDARD_CODES
    day = receipt.received_on
    is_used = (terms.valid_from or day) <= day <= (terms.valid_to or day)
    return SubmissionTerms(
        is_accepted_at_once=False,
        emergency_telephone=terms.emergency_telephone,
        receipt_cut_off=terms.receipt_cut_off,
        referrer_type=terms.referrer_type if is_known and is_used else None,
        census_source=terms.census_source,
    )


def _receipt(receipt: Receipt) -> Record:
    return {
        "received_at": receipt.received_at,
        "received_on": receipt.received_on,
        "is_received_time_known": receipt.is_time_known,
        "sent_received_at": receipt.sent_at,
    }


def _standing(receipt: Receipt, running: Clocks) -> Record:
    found = classify(State())
    return {
        "is_referral": False,
        "is_open": True,
        "is_void": False,
        "referred_at": None,
        "referred_on": None,
        "outcome": found.outcome,
        "outcome_rule": found.rule,
        "outcome_since": receipt.received_on,
        "ruleset_version": found.ruleset_version,
        "reason": None,
        "decision_due_on": running.decision.due_on,
        "decision_stopped_on": None,
        "information_gathering_due_on": running.information_gathering.due_on,
        "information_gathering_stopped_on": None,
        "section_47_due_on": None,
        "section_47_stopped_on": None,
        "new_information_at": None,
    }


def _entries(contact: Record, place: Record, now: datetime) -> list[Record]:
    facts = CountedFacts(
        received_on=contact["received_on"],
        referrer_type=contact["referrer_type"],
        presenting_need=contact["presenting_need"],
        has_active_caf=contact["has_active_caf"],
    )
    return [
        {**place, "version": 1, "line": line, "recorded_at": now, "n": n, **booking._asdict()}
        for line, (booking, n) in enumerate(timeline(facts, ()).items(), start=1)
    ]
