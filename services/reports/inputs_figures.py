"""What the measures of Inputs count (definitions.md, section 4): from facts to numbers, purely."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.measures.direction import Figure
from domain.measures.inputs import (
    CLOSED_AND_LOGGED_WITH_ACTIVE_CAF,
    CLOSED_OR_NFA,
    CONTACTS,
    CONTACTS_CLOSED_AND_LOGGED,
    CONTACTS_TO_ASSESSMENT,
    EARLY_HELP_REASONS,
    REFERRAL_REASONS,
    REFERRALS,
    REFERRALS_NFA,
    TO_EARLY_HELP,
)
from domain.measures.measure import Breakdown, Measure
from domain.vocabulary import Outcome
from services.ledger.breakdown import Facts

NOT_GIVEN = "not_given"
"""The code of those whose reason or presenting need is not known."""


def _is_closed(facts: Facts) -> bool:
    return facts.outcome == Outcome.CLOSED_AND_LOGGED


def _is_closed_or_nfa(facts: Facts) -> bool:
    return facts.outcome in {Outcome.CLOSED_AND_LOGGED, Outcome.NO_FURTHER_ACTION}


_COUNTED: Mapping[str, Callable[[Facts], bool]] = {
    CONTACTS: lambda _: True,
    CONTACTS_CLOSED_AND_LOGGED: _is_closed,
    CLOSED_AND_LOGGED_WITH_ACTIVE_CAF: lambda facts: (
        _is_closed(facts) and facts.has_active_caf is True
    ),
    REFERRALS: lambda facts: facts.is_referral,
    REFERRALS_NFA: lambda facts: facts.outcome == Outcome.NO_FURTHER_ACTION,
    CONTACTS_TO_ASSESSMENT: lambda facts: facts.outcome == Outcome.TO_ASSESSMENT,
    CLOSED_OR_NFA: _is_closed_or_nfa,
    TO_EARLY_HELP: lambda facts: _is_closed_or_nfa(facts) and facts.reason in EARLY_HELP_REASONS,
    REFERRAL_REASONS: lambda facts: facts.is_referral,
}
FACTS_COUNTED = frozenset({"outcome", "is_referral", "has_active_caf", "reason"})
"""The facts by which a contact counts in a measure or does not."""

OF_ALL = frozenset({Breakdown.REASON})
"""Breakdowns whose shares are of all contacts: one that is not closed has no reason."""

_KEYS: Mapping[Breakdown, Callable[[Facts], str]] = {
    Breakdown.REFERRER_TYPE: lambda facts: facts.referrer_type,
    Breakdown.AGENCY: lambda facts: facts.agency_code,
    Breakdown.REASON: lambda facts: facts.reason or NOT_GIVEN,
    Breakdown.PRESENTING_NEED: lambda facts: facts.presenting_need or NOT_GIVEN,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """A measure's figure, and its breakdowns: each a figure by code, empty ones left out.

    `is_recorded`: there were records at all. Without any, 0 is no figure to compare with.
    """

    total: Figure
    breakdowns: Mapping[Breakdown, Mapping[str, Figure]]
    is_recorded: bool


def figures_of(measure: Measure, facts: Sequence[Facts]) -> Figures:
    """What a measure of contacts comes to among some contacts."""
    breakdowns = {
        each: _broken_down(measure, each, facts) for each in measure.breakdowns if each in _KEYS
    }
    return Figures(figure_of(measure, facts), breakdowns, is_recorded=bool(facts))


def _broken_down(
    measure: Measure, breakdown: Breakdown, facts: Sequence[Facts]
) -> dict[str, Figure]:
    key = _KEYS[breakdown]
    counted: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for each in facts:
        if _COUNTED[measure.code](each):
            counted[key(each)] += each.n
        if measure.share_of is not None and _COUNTED[measure.share_of](each):
            shared[key(each)] += each.n
    if measure.share_of is None:
        return {code: Figure(number) for code, number in counted.items()}
    if breakdown in OF_ALL:
        everything = shared.total()
        return {code: Figure(number, everything) for code, number in counted.items()}
    return {code: Figure(counted[code], number) for code, number in shared.items()}


def figure_of(measure: Measure, facts: Sequence[Facts]) -> Figure:
    """What a measure of contacts comes to among some contacts, all in one."""
    number = _number(measure.code, facts)
    return Figure(number, None if measure.share_of is None else _number(measure.share_of, facts))


def _number(code: str, facts: Iterable[Facts]) -> int:
    is_counted = _COUNTED[code]
    return sum(each.n for each in facts if is_counted(each))
