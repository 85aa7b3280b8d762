"""Exactly one rule applies to every state that can exist; the others cannot be made."""

from dataclasses import replace
from itertools import product

import pytest

from domain.classification import (
    RULES,
    RULESET_VERSION,
    Classification,
    ContradictoryStateError,
    State,
    classify,
    describe,
)
from domain.vocabulary import Outcome

FACTS = ("is_referral", "is_closed", "has_nfa", "has_assessment", "has_section_47", "is_void")
EVERY_COMBINATION = [
    dict(zip(FACTS, values, strict=True)) for values in product((False, True), repeat=len(FACTS))
]


def contradicts(facts):
    """Closed and logged is never a referral; NFA and assessment are a referral's."""
    if facts["is_referral"]:
        return facts["is_closed"]
    return facts["has_nfa"] or facts["has_assessment"]


POSSIBLE = [facts for facts in EVERY_COMBINATION if not contradicts(facts)]
IMPOSSIBLE = [facts for facts in EVERY_COMBINATION if contradicts(facts)]


def expected(facts):
    """The outcome and rule by the table of definitions.md, section 2, read from the top."""
    if facts["is_void"]:
        return None, "voided"
    if facts["is_referral"]:
        if facts["has_assessment"]:
            return "to_assessment", "assessment_commenced"
        if facts["has_nfa"]:
            return "no_further_action", "referral_no_further_action"
        return "yet_to_proceed", "referral_open"
    if facts["is_closed"]:
        return "closed_and_logged", "closed_and_logged"
    return "yet_to_proceed", "awaiting_decision"


def test_every_combination_of_facts_is_either_possible_or_not():
    assert len(EVERY_COMBINATION) == 64
    assert len(POSSIBLE) == 24
    assert len(IMPOSSIBLE) == 40


@pytest.mark.parametrize("facts", IMPOSSIBLE, ids=str)
def test_a_contradictory_state_cannot_be_made(facts):
    with pytest.raises(ContradictoryStateError):
        State(**facts)


@pytest.mark.parametrize("facts", POSSIBLE, ids=str)
def test_exactly_one_rule_applies_and_gives_the_outcome_of_the_definitions(facts):
    state = State(**facts)
    outcome, code = expected(facts)

    assert [rule.code for rule in RULES if rule.applies(state)] == [code]
    assert classify(state) == Classification(outcome, code, RULESET_VERSION)


@pytest.mark.parametrize("facts", POSSIBLE, ids=str)
def test_a_contact_is_open_until_it_is_closed_no_further_action_assessed_or_voided(facts):
    ended = ("is_closed", "has_nfa", "has_assessment", "is_void")
    assert State(**facts).is_open is not any(facts[name] for name in ended)


def test_a_state_cannot_be_changed_into_a_contradictory_one():
    with pytest.raises(ContradictoryStateError):
        replace(State(is_closed=True), is_referral=True)


def test_rules_have_codes_of_their_own_and_reach_every_outcome():
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert {rule.outcome for rule in RULES} == {None, *Outcome}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State(), "The contact is open and not a referral."),
        (
            State(has_section_47=True),
            "The contact is open and not a referral, and the section 47 threshold stands.",
        ),
        (State(is_referral=True), "The contact is an open referral."),
        (State(is_closed=True), "The contact is closed and logged."),
        (
            State(is_referral=True, has_nfa=True),
            "The contact is a referral with no further action.",
        ),
        (
            State(is_referral=True, has_nfa=True, has_assessment=True),
            "The contact is a referral on which an assessment has commenced.",
        ),
        (State(is_closed=True, is_void=True), "The record was voided."),
    ],
)
def test_a_state_is_described_in_a_sentence(state, words):
    assert describe(state) == words
