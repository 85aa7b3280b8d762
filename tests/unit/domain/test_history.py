"""Records with history dates: every combination, against the table of the definitions."""

from datetime import date, timedelta
from itertools import product

import pytest

from domain.classification import classify
from domain.decisions import Decision, state_of
from domain.history import (
    DatedDecision,
    History,
    decisions_of,
    history_errors,
    history_warnings,
)
from domain.vocabulary import AssessmentType, DecisionKind, Reason
from tests.support.history_model import HISTORIES, expect

RECEIVED_ON = date(2014, 1, 6)
TODAY = date(2014, 3, 31)
ACCEPTED = [each for each in HISTORIES if not expect(each).errors]


def as_history(offsets, **others):
    days = {
        name: None if offset is None else RECEIVED_ON + timedelta(days=offset)
        for name, offset in offsets.items()
    }
    return History(**days, **others)


def outcome_of(history):
    decisions = decisions_of(history, received_on=RECEIVED_ON, accepted_anyway=False)
    state = state_of(
        [Decision(id=str(n), kind=d.kind, decided_on=d.decided_on) for n, d in enumerate(decisions)]
    )
    return classify(state).outcome, state.is_referral


@pytest.mark.parametrize("offsets", HISTORIES, ids=str)
def test_each_history_has_the_outcome_of_the_table_or_is_refused_with_every_reason(offsets):
    expected = expect(offsets)
    history = as_history(offsets)
    errors = history_errors(history, received_on=RECEIVED_ON, today=TODAY)

    assert {(each.pointer, each.code) for each in errors} == expected.errors
    assert len(errors) == len(expected.errors)
    if not expected.errors:
        assert outcome_of(history) == (expected.outcome, expected.is_referral)


@pytest.mark.parametrize("offsets", ACCEPTED, ids=str)
@pytest.mark.parametrize("assessment_type", [None, *AssessmentType])
def test_an_accepted_history_becomes_dated_decisions_in_the_order_of_the_flow(
    offsets, assessment_type
):
    history = as_history(offsets, assessment_type=assessment_type, reason=Reason.ADVICE_GIVEN)
    decisions = decisions_of(history, received_on=RECEIVED_ON, accepted_anyway=False)

    assert [(each.kind, each.decided_on) for each in decisions] == [
        (kind, RECEIVED_ON + timedelta(days=offset)) for kind, offset in expect(offsets).decisions
    ]
    assert [each.decided_on for each in decisions] == sorted(each.decided_on for each in decisions)
    for each in decisions:
        is_start = each.kind is DecisionKind.START_ASSESSMENT
        is_ending = each.kind in (DecisionKind.CLOSE_AND_LOG, DecisionKind.NO_FURTHER_ACTION)
        assert each.assessment_type == (assessment_type if is_start else None)
        assert each.reason == (Reason.ADVICE_GIVEN if is_ending else None)
        assert not each.is_at_receipt


@pytest.mark.parametrize("offsets", ACCEPTED, ids=str)
@pytest.mark.parametrize(
    ("assessment_type", "reason"),
    list(product((None, AssessmentType.SINGLE), (None, Reason.OTHER))),
)
def test_what_should_be_better_about_a_history_is_a_warning(offsets, assessment_type, reason):
    history = as_history(offsets, assessment_type=assessment_type, reason=reason)
    found = history_warnings(history, accepted_anyway=False)
    has_assessment = offsets["assessment_started_on"] is not None
    has_ending = offsets["closed_on"] is not None or offsets["nfa_on"] is not None
    expected = {(pointer, code) for code, pointer in expect(offsets).warnings}
    if has_assessment and assessment_type is None:
        expected.add(("/assessment_type", "assessment_type_missing"))
    if assessment_type and not has_assessment:
        expected.add(("/assessment_type", "not_used"))
    if reason and not has_ending:
        expected.add(("/reason", "not_used"))

    assert {(each.pointer, each.code) for each in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("name", ["closed_on", "referred_on", "nfa_on", "assessment_started_on"])
@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (RECEIVED_ON - timedelta(days=1), ["before_receipt"]),
        (RECEIVED_ON, []),
        (TODAY, []),
        (TODAY + timedelta(days=1), ["in_the_future"]),
    ],
)
def test_a_date_lies_between_receipt_and_today(name, day, codes):
    errors = history_errors(History(**{name: day}), received_on=RECEIVED_ON, today=TODAY)
    assert [(each.pointer, each.code) for each in errors] == [(f"/{name}", code) for code in codes]


def test_a_record_accepted_anyway_is_accepted_at_receipt():
    history = History(nfa_on=RECEIVED_ON + timedelta(days=3))
    decisions = decisions_of(history, received_on=RECEIVED_ON, accepted_anyway=True)

    assert decisions == [
        DatedDecision(DecisionKind.ACCEPT_AS_REFERRAL, RECEIVED_ON, is_at_receipt=True),
        DatedDecision(DecisionKind.NO_FURTHER_ACTION, RECEIVED_ON + timedelta(days=3)),
    ]
    assert not history_warnings(history, accepted_anyway=True)


def test_a_record_accepted_anyway_is_accepted_on_referred_on_where_that_is_given():
    referred_on = RECEIVED_ON + timedelta(days=2)
    decisions = decisions_of(
        History(referred_on=referred_on), received_on=RECEIVED_ON, accepted_anyway=True
    )
    assert decisions == [DatedDecision(DecisionKind.ACCEPT_AS_REFERRAL, referred_on)]


def test_a_record_without_history_has_no_decisions():
    assert decisions_of(History(), received_on=RECEIVED_ON, accepted_anyway=False) == []
    assert history_warnings(History(), accepted_anyway=False) == []
