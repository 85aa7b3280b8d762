"""The outcome ledger's book-keeping: what a contact counts as, from which day (architecture.md).

A contact's timeline is a set of bookings whose sum up to any London day says where the contact
stood on it. A change is booked as the difference between the timeline before and after, so the
ledger always adds up to the present timelines, and to the past ones up to any recording instant.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from domain.classification import State, classify
from domain.decisions import Decision, apply, standing
from domain.vocabulary import DecisionKind, Outcome


class CountedFacts(NamedTuple):
    """The facts of a contact that reports group by; `received_on` is a London day."""

    received_on: date
    referrer_type: str
    presenting_need: str | None
    has_active_caf: bool | None


class Booking(NamedTuple):
    """What one count is about: effective from a London day, in the cell that the rest names."""

    effective_on: date
    received_on: date
    referrer_type: str
    presenting_need: str | None
    has_active_caf: bool | None
    outcome: Outcome
    is_referral: bool
    reason: str | None


Timeline = Counter[Booking]

_RECEIVED = State()
_ENDINGS = (DecisionKind.CLOSE_AND_LOG, DecisionKind.NO_FURTHER_ACTION)


def timeline(facts: CountedFacts, decisions: Sequence[Decision]) -> Timeline:
    """The bookings of a contact: +1 at receipt, then -1 and +1 at each change of what it counts as.

    A voided contact has none, at any position (definitions.md, section 2). Bookings that cancel
    each other on one day are left out.
    """
    state = _RECEIVED
    stood = _booking(facts, state, None, facts.received_on)
    bookings: Timeline = Counter({stood: 1})
    if not decisions:
        return bookings
    for decision in standing(decisions):
        state = apply(state, decision.kind)
        if state.is_void:
            return Counter()
        reason = _reason(stood.reason, decision)
        stands = _booking(facts, state, reason, decision.decided_on)
        bookings[stood._replace(effective_on=decision.decided_on)] -= 1
        bookings[stands] += 1
        stood = stands
    return _without_zeros(bookings)


def difference(before: Timeline, after: Timeline) -> Timeline:
    """What has to be booked so that a ledger that held `before` holds `after`."""
    bookings: Timeline = Counter(after)
    bookings.subtract(before)
    return _without_zeros(bookings)


def _booking(facts: CountedFacts, state: State, reason: str | None, effective_on: date) -> Booking:
    outcome = classify(state).outcome
    if outcome is None:
        message = "a voided contact has no bookings"
        raise ValueError(message)
    return Booking(
        effective_on=effective_on,
        received_on=facts.received_on,
        referrer_type=facts.referrer_type,
        presenting_need=facts.presenting_need,
        has_active_caf=facts.has_active_caf,
        outcome=outcome,
        is_referral=state.is_referral,
        reason=reason,
    )


def _reason(stood: str | None, decision: Decision) -> str | None:
    if decision.kind in _ENDINGS:
        return decision.reason
    return None if decision.kind is DecisionKind.REOPEN else stood


def _without_zeros(bookings: Timeline) -> Timeline:
    return Counter({booking: n for booking, n in bookings.items() if n})
