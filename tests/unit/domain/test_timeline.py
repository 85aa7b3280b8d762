"""What a contact counts as on each day, and the book-keeping that takes one story to another."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.classification import classify
from domain.decisions import Decision, is_allowed, standing, state_of
from domain.timeline import Booking, CountedFacts, difference, timeline
from domain.vocabulary import DecisionKind, Outcome

RECEIVED_ON = date(2014, 1, 6)
FACTS = CountedFacts(
    received_on=RECEIVED_ON, referrer_type="police", presenting_need="N1", has_active_caf=None
)
SPAN = [RECEIVED_ON + timedelta(days=n) for n in range(-2, 45)]
ENDINGS = (DecisionKind.CLOSE_AND_LOG, DecisionKind.NO_FURTHER_ACTION)


def day(n):
    return RECEIVED_ON + timedelta(days=n)


def booking(n, outcome, *, is_referral=False, reason=None):
    return Booking(day(n), RECEIVED_ON, "police", "N1", None, outcome, is_referral, reason)


def decision(n, kind, *, on, **others):
    return Decision(id=str(n), kind=kind, decided_on=day(on), **others)


@st.composite
def stories(draw):
    """Decisions that are allowed one after another, none before the one it follows."""
    taken = []
    for number in range(draw(st.integers(0, 12))):
        state, stands = state_of(taken), standing(taken)
        kinds = [kind for kind in DecisionKind if is_allowed(state, kind)]
        kind = draw(st.sampled_from(kinds))
        if kind is DecisionKind.RETRACT and not stands:
            continue
        after = stands[-1].decided_on if stands else RECEIVED_ON
        taken.append(
            Decision(
                id=str(number),
                kind=kind,
                decided_on=after + timedelta(days=draw(st.integers(0, 3))),
                reason=draw(st.sampled_from([None, "other"])) if kind in ENDINGS else None,
                retracts=stands[-1].id if kind is DecisionKind.RETRACT else None,
            )
        )
    return taken


facts = st.builds(
    CountedFacts,
    received_on=st.just(RECEIVED_ON),
    referrer_type=st.sampled_from(["police", "housing"]),
    presenting_need=st.sampled_from([None, "N1"]),
    has_active_caf=st.sampled_from([None, True, False]),
)


def position(decisions, on):
    """The cell on a day: the outcome that the decisions up to it give, or none."""
    until = [each for each in standing(decisions) if each.decided_on <= on]
    outcome = classify(state_of(decisions)).outcome
    if outcome is None or on < RECEIVED_ON:
        return None
    state = state_of(until)
    endings = [each for each in until if each.kind in ENDINGS]
    has_ended = state.is_closed or state.has_nfa
    return (
        classify(state).outcome,
        state.is_referral,
        endings[-1].reason if has_ended else None,
    )


def summed(bookings, on):
    sums = Counter()
    for each, n in bookings.items():
        if each.effective_on <= on:
            sums[each.outcome, each.is_referral, each.reason] += n
    return {cell: n for cell, n in sums.items() if n}


@given(stories())
def test_on_every_day_the_bookings_add_up_to_one_contact_where_it_stood(decisions):
    bookings = timeline(FACTS, decisions)
    for on in SPAN:
        cell = position(decisions, on)
        assert summed(bookings, on) == ({} if cell is None else {cell: 1})


@given(stories(), facts, stories(), facts)
def test_the_difference_takes_any_timeline_to_any_other(before, facts_before, after, facts_after):
    old, new = timeline(facts_before, before), timeline(facts_after, after)
    booked = Counter(old)
    booked.update(difference(old, new))
    assert {each: n for each, n in booked.items() if n} == dict(new)


@given(stories(), facts)
def test_a_change_of_nothing_books_nothing(decisions, facts_given):
    bookings = timeline(facts_given, decisions)
    assert difference(bookings, bookings) == Counter()
    assert all(n != 0 for n in bookings.values())


def test_a_received_contact_is_booked_once_on_the_day_of_receipt():
    assert timeline(FACTS, []) == {booking(0, Outcome.YET_TO_PROCEED): 1}


def test_a_decision_is_booked_out_of_where_it_stood_and_into_where_it_stands():
    closing = decision(1, DecisionKind.CLOSE_AND_LOG, on=3, reason="advice_given")
    assert timeline(FACTS, [closing]) == {
        booking(0, Outcome.YET_TO_PROCEED): 1,
        booking(3, Outcome.YET_TO_PROCEED): -1,
        booking(3, Outcome.CLOSED_AND_LOGGED, reason="advice_given"): 1,
    }


def test_a_reopened_contact_keeps_its_old_outcome_at_earlier_positions():
    closing = decision(1, DecisionKind.CLOSE_AND_LOG, on=3, reason="advice_given")
    reopening = decision(2, DecisionKind.REOPEN, on=9)
    bookings = timeline(FACTS, [closing, reopening])
    closed = (Outcome.CLOSED_AND_LOGGED, False, "advice_given")
    waiting = (Outcome.YET_TO_PROCEED, False, None)
    assert [summed(bookings, day(n)) for n in (2, 3, 8, 9)] == [
        {waiting: 1},
        {closed: 1},
        {closed: 1},
        {waiting: 1},
    ]


def test_a_retracted_decision_counts_at_no_position():
    closing = decision(1, DecisionKind.CLOSE_AND_LOG, on=3)
    retraction = decision(2, DecisionKind.RETRACT, on=9, retracts="1")
    assert timeline(FACTS, [closing, retraction]) == timeline(FACTS, [])


def test_what_changes_and_changes_back_on_one_day_is_not_booked():
    closing = decision(1, DecisionKind.CLOSE_AND_LOG, on=3)
    reopening = decision(2, DecisionKind.REOPEN, on=3)
    assert timeline(FACTS, [closing, reopening]) == timeline(FACTS, [])


def test_a_voided_contact_has_no_bookings_at_any_position():
    voiding = decision(1, DecisionKind.VOID, on=30, reason="test")
    assert timeline(FACTS, [voiding]) == Counter()


@pytest.mark.parametrize(
    "change",
    [
        {"received_on": day(1)},
        {"referrer_type": "housing"},
        {"presenting_need": None},
        {"has_active_caf": False},
    ],
    ids=str,
)
def test_a_correction_books_the_opposite_of_the_old_cell_and_then_the_new_one(change):
    before = timeline(FACTS, [])
    after = timeline(FACTS._replace(**change), [])
    ((old, _),), ((new, _),) = before.items(), after.items()
    assert difference(before, after) == {old: -1, new: 1}
