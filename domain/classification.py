"""Which outcome a contact stands in: ordered, versioned rules of which exactly one applies.

Source: definitions.md, section 2. The outcome is derived, never typed in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from domain.vocabulary import Outcome

RULESET_VERSION = "1"


class ContradictoryStateError(ValueError):
    """The facts cannot all be true of one contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the decisions that stand have made of a contact.

    `is_closed` means closed and logged; `has_nfa` a referral with no further action;
    `has_section_47` that the section 47 threshold stands. Raises `ContradictoryStateError` for
    facts that exclude each other, so that every state that exists has an outcome.
    """

    is_referral: bool = False
    is_closed: bool = False
    has_nfa: bool = False
    has_assessment: bool = False
    has_section_47: bool = False
    is_void: bool = False

    def __post_init__(self) -> None:
        if self.is_closed and self.is_referral:
            message = "a contact that was closed and logged is not a referral"
            raise ContradictoryStateError(message)
        if (self.has_nfa or self.has_assessment) and not self.is_referral:
            message = "no further action and assessment belong to a referral"
            raise ContradictoryStateError(message)

    @property
    def is_open(self) -> bool:
        """Not closed, no NFA, no assessment commenced, not voided."""
        return not (self.is_closed or self.has_nfa or self.has_assessment or self.is_void)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the set: its code, what it says, and the outcome that it gives."""

    code: str
    title: str
    outcome: Outcome | None
    applies: Callable[[State], bool]


@dataclass(frozen=True, slots=True)
class Classification:
    """The outcome of a contact (None: voided, in no figure) and the rule that gave it."""

    outcome: Outcome | None
    rule: str
    ruleset_version: str = RULESET_VERSION


RULES: tuple[Rule, ...] = (
    Rule("voided", "the record was voided", None, lambda state: state.is_void),
    Rule(
        "assessment_commenced",
        "a referral on which an initial or single assessment commenced",
        Outcome.TO_ASSESSMENT,
        lambda state: not state.is_void and state.has_assessment,
    ),
    Rule(
        "referral_no_further_action",
        "a referral, closed with no assessment commenced",
        Outcome.NO_FURTHER_ACTION,
        lambda state: not state.is_void and state.has_nfa and not state.has_assessment,
    ),
    Rule(
        "closed_and_logged",
        "a contact, closed and not accepted as a referral",
        Outcome.CLOSED_AND_LOGGED,
        lambda state: not state.is_void and state.is_closed,
    ),
    Rule(
        "referral_open",
        "a referral with neither assessment nor no further action yet",
        Outcome.YET_TO_PROCEED,
        lambda state: state.is_open and state.is_referral,
    ),
    Rule(
        "awaiting_decision",
        "a contact that is open and not a referral",
        Outcome.YET_TO_PROCEED,
        lambda state: state.is_open and not state.is_referral,
    ),
)


@cache
def classify(state: State) -> Classification:
    """The one rule that applies to a state, with its outcome and the version of the rule set."""
    (rule,) = (each for each in RULES if each.applies(state))
    return Classification(rule.outcome, rule.code)


def describe(state: State) -> str:
    """The state in a sentence, for answers that refuse a decision."""
    if state.is_void:
        return "The record was voided."
    if state.has_assessment:
        return "The contact is a referral on which an assessment has commenced."
    if state.has_nfa:
        return "The contact is a referral with no further action."
    if state.is_closed:
        return "The contact is closed and logged."
    subject = "an open referral" if state.is_referral else "open and not a referral"
    suffix = ", and the section 47 threshold stands" if state.has_section_47 else ""
    return f"The contact is {subject}{suffix}."
