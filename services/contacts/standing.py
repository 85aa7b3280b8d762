"""What the decisions that stand make of a contact: the derived columns of `contact`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from domain.classification import State, classify
from domain.clocks import Clock, Clocks, clocks, due_days
from domain.decisions import Decision, apply, standing, state_of
from domain.timeline import Booking, CountedFacts, Timeline
from domain.vocabulary import DecisionKind


def standing_columns(
    decisions: Sequence[Decision],
    *,
    received_on: date,
    received_at: datetime | None,
    cut_off: time,
) -> Mapping[str, Any]:
    """The outcome, the clocks and what they hang on, as columns of `contact`.

    `received_at` is None when only the London day `received_on` is known; `cut_off` is the
    authority's London time after which a receipt counts as of the next working day.
    """
    if not decisions:
        due = due_days(received_on=received_on, received_at=received_at, cut_off=cut_off)
        return _undecided(received_on, *due)
    running = clocks(
        received_on=received_on, received_at=received_at, cut_off=cut_off, decisions=decisions
    )
    return _columns(decisions, running, received_on)


@lru_cache(maxsize=4_096)
def _undecided(
    received_on: date, decision_due: date | None, gathering_due: date | None
) -> Mapping[str, Any]:
    """The columns of a contact on which nothing was decided: the same for many of a day."""
    running = Clocks(Clock(decision_due), Clock(gathering_due), Clock())
    return _columns((), running, received_on)


def _columns(
    decisions: Sequence[Decision], running: Clocks, received_on: date
) -> Mapping[str, Any]:
    state = state_of(decisions)
    classification = classify(state)
    stands = standing(decisions)
    acceptance = _latest(stands, DecisionKind.ACCEPT_AS_REFERRAL)
    ending = _ending(stands, state)
    return {
        "is_referral": state.is_referral,
        "is_open": state.is_open,
        "is_void": state.is_void,
        "referred_at": acceptance.decided_at if acceptance else None,
        "referred_on": acceptance.decided_on if acceptance else None,
        "outcome": classification.outcome,
        "outcome_rule": classification.rule,
        "outcome_since": _since(stands, received_on),
        "ruleset_version": classification.ruleset_version,
        "reason": ending.reason if ending else None,
        "decision_due_on": running.decision.due_on,
        "decision_stopped_on": running.decision.stopped_on,
        "information_gathering_due_on": running.information_gathering.due_on,
        "information_gathering_stopped_on": running.information_gathering.stopped_on,
        "section_47_due_on": running.section_47.due_on,
        "section_47_stopped_on": running.section_47.stopped_on,
    }


def counted_facts(columns: Mapping[str, Any]) -> CountedFacts:
    """The facts that the ledger counts by, from columns of `contact`.

    Of an active CAF what the child's CAF records say, and where there are none what was sent.
    """
    derived, sent = columns["derived_active_caf"], columns["has_active_caf"]
    return CountedFacts(
        received_on=columns["received_on"],
        referrer_type=columns["referrer_type"],
        presenting_need=columns["presenting_need"],
        has_active_caf=sent if derived is None else derived,
    )


def ledger_lines(booked: Timeline) -> list[dict[str, Any]]:
    """Bookings as numbered lines of the ledger, by column, without the place they belong to."""
    bookings = sorted(booked.items(), key=_in_order) if len(booked) > 1 else booked.items()
    return [
        {"line": line, "n": n, **dict(zip(Booking._fields, booking, strict=True))}
        for line, (booking, n) in enumerate(bookings, start=1)
    ]


def _in_order(booking: tuple[Booking, int]) -> str:
    return repr(booking[0])


def _latest(stands: Sequence[Decision], kind: DecisionKind) -> Decision | None:
    return next((each for each in reversed(stands) if each.kind is kind), None)


def _ending(stands: Sequence[Decision], state: State) -> Decision | None:
    if state.is_closed:
        return _latest(stands, DecisionKind.CLOSE_AND_LOG)
    return _latest(stands, DecisionKind.NO_FURTHER_ACTION) if state.has_nfa else None


def _since(stands: Sequence[Decision], received_on: date) -> date:
    state, since = State(), received_on
    for decision in stands:
        after = apply(state, decision.kind)
        if classify(after).outcome is not classify(state).outcome:
            since = decision.decided_on
        state = after
    return since
