"""The rows that a new contact begins with, made of an accepted submission; nothing is read here."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from core.uuid7 import uuid7
from domain.access import Caller
from domain.decision_rules import missing_reasons
from domain.decisions import Decision
from domain.errors import Finding
from domain.history import DatedDecision
from domain.receipt import Receipt
from domain.record_rules import clock_warnings
from domain.referrer_types import census_source
from domain.timeline import CountedFacts, timeline
from services.contacts.accept_submission import AcceptedSubmission, Submission
from services.contacts.fields import fact_columns, identity_columns
from services.contacts.record import Parts
from services.contacts.standing import counted_facts, ledger_lines, standing_columns
from services.decisions.rows import RecordedDecision, Recording, decision_rows
from services.writing import Row, Rows

FIRST_VERSION = 1
_PLACE = ("authority_code", "contact_id", "agency_code")


class NewContact(NamedTuple):
    """The rows of one new contact, and what should be better about it.

    `contact` holds every column; what `identity` and the lines of `ledger` have alike with it is
    taken from it (`rows`). Of a decision there is what was decided, and who.
    """

    contact: Row
    identity: Row
    decisions: Sequence[tuple[Row, Row]]
    ledger: Sequence[Row]
    warnings: Sequence[Finding]

    @property
    def contact_id(self) -> str:
        """Its id."""
        contact_id: str = self.contact["contact_id"]
        return contact_id

    @property
    def parts(self) -> Parts:
        """What its record is made of."""
        return Parts(self.contact, self.identity, self.decisions)

    @property
    def rows(self) -> Rows:
        """The rows by table."""
        place = {name: self.contact[name] for name in _PLACE}
        counted = {**counted_facts(self.contact)._asdict(), **place}
        return {
            "contact": [self.contact],
            "contact_identity": [{**self.identity, **place}],
            "contact_version": [place],
            "decision": [row for row, _ in self.decisions],
            "decision_identity": [who for _, who in self.decisions],
            "outcome_ledger": [{**line, **counted} for line in self.ledger],
        }


def new_contact(
    caller: Caller,
    submission: Submission,
    accepted: AcceptedSubmission,
    *,
    digest: bytes,
    recorded_at: datetime,
    derived_active_caf: bool | None = None,
) -> NewContact:
    """Make the rows of `contact`, its identity, first version, first decisions and ledger entries.

    `recorded_at` stands in the record until the database says when it was (`shared_columns`);
    `derived_active_caf` is what the child's CAF records say, None where there are none.
    """
    decisions = [_decision(each, accepted.receipt) for each in accepted.decisions]
    place = {
        "authority_code": caller.authority,
        "contact_id": submission.contact_id,
        "agency_code": accepted.agency,
    }
    standing = _standing(accepted, decisions)
    warnings = [*accepted.warnings, *clock_warnings(decision_due_on=standing["decision_due_on"])]
    contact = {
        **place,
        **fact_columns(submission.data),
        **standing,
        **_receipt_columns(submission, accepted),
        "derived_active_caf": derived_active_caf,
        "new_information_at": None,
        "warnings": [each.as_dict() for each in warnings],
        "content_digest": digest,
        "version": FIRST_VERSION,
        "created_at": recorded_at,
        "updated_at": recorded_at,
    }
    identity = identity_columns(submission.data)
    if not decisions:
        return NewContact(contact, identity, (), _undecided_lines(contact["received_on"]), warnings)
    return NewContact(
        contact,
        identity,
        _decision_rows(caller, place, decisions, recorded_at),
        ledger_lines(timeline(counted_facts(contact), decisions)),
        [*warnings, *missing_reasons(decisions)] if caller.decides else warnings,
    )


def shared_columns(caller: Caller) -> dict[str, Any]:
    """The columns that every row of every new contact has alike, but for when it was recorded."""
    return {
        "version": FIRST_VERSION,
        "event": "submitted",
        "changes": [],
        "key_id": caller.principal.key_id,
        "recorded_by": caller.principal.name,
    }


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


def _decision_rows(
    caller: Caller, place: Row, decisions: Sequence[Decision], recorded_at: datetime
) -> list[tuple[Row, Row]]:
    recording = Recording(
        place={**place, "version": FIRST_VERSION},
        key_id=caller.principal.key_id,
        recorded_at=recorded_at,
        recorded_before=0,
    )
    return decision_rows([RecordedDecision(decision=each) for each in decisions], recording)


def _standing(accepted: AcceptedSubmission, decisions: Sequence[Decision]) -> Row:
    receipt = accepted.receipt
    return standing_columns(
        decisions,
        received_on=receipt.received_on,
        received_at=receipt.received_at if receipt.is_time_known else None,
        cut_off=accepted.terms.receipt_cut_off,
    )


@lru_cache(maxsize=4_096)
def _undecided_lines(received_on: date) -> list[dict[str, Any]]:
    """The lines of a contact on which nothing was decided: by their facts alone they differ."""
    facts = CountedFacts(received_on, referrer_type="", presenting_need=None, has_active_caf=None)
    return ledger_lines(timeline(facts, ()))


def _receipt_columns(submission: Submission, accepted: AcceptedSubmission) -> Row:
    data, receipt, terms = submission.data, accepted.receipt, accepted.terms
    return {
        "agency_reference": data["agency_reference"],
        "submitted_as": submission.submitted_as,
        "received_at": receipt.received_at,
        "received_on": receipt.received_on,
        "is_received_time_known": receipt.is_time_known,
        "sent_received_at": receipt.sent_at,
        "referrer_type": terms.referrer_type,
        "census_source": census_source(
            referrer_type=terms.referrer_type or "",
            individual_kind=data.get("individual_kind"),
            referrer_detail=data.get("referrer_detail"),
            on=receipt.received_on,
            own_source=terms.census_source,
        ),
    }
