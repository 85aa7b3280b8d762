"""An agency's feedback as figures bound by sums: its contacts, their outcomes, and the reasons.

Source: definitions.md, section 2; docs/disclosure-control.md says what is promised.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from domain.disclosure.figures import Sum, System
from domain.tabulation import TOTAL
from domain.vocabulary import WITHHELD_REASONS, Outcome, Reason

NOT_RELEASED = "not_released"
"""Reasons that a sender does not read, and reasons that nobody gave: a sender can't tell which."""
REASONS = (*(each.value for each in Reason if each not in WITHHELD_REASONS), NOT_RELEASED)
ENDED = (Outcome.CLOSED_AND_LOGGED, Outcome.NO_FURTHER_ACTION)


class Place(NamedTuple):
    """Where a figure stands: all contacts, those of an outcome, or those of one of its reasons."""

    outcome: str = TOTAL
    reason: str = TOTAL


EVERY = Place()
PLACES = (
    EVERY,
    *(Place(outcome.value) for outcome in Outcome),
    *(Place(outcome.value, reason) for outcome in ENDED for reason in REASONS),
)
_SUMS = (
    Sum(EVERY, tuple(Place(outcome.value) for outcome in Outcome)),
    *(
        Sum(Place(outcome.value), tuple(Place(outcome.value, reason) for reason in REASONS))
        for outcome in ENDED
    ),
)
Numbers = Mapping[Place, int]


def numbers_of(counts: Iterable[tuple[str, str | None, int]]) -> Numbers:
    """Every figure, zeros included, from (outcome, reason, number); those of one place add up."""
    numbers: Counter[Place] = Counter()
    for outcome, reason, number in counts:
        numbers[EVERY] += number
        numbers[Place(outcome)] += number
        if outcome in ENDED:
            released = reason if reason in REASONS else NOT_RELEASED
            numbers[Place(outcome, released)] += number
    return {place: numbers[place] for place in PLACES}


def feedback_system(numbers: Numbers) -> System:
    """The figures with the sums that bind them."""
    return System(values={place: numbers[place] for place in PLACES}, sums=_SUMS)


def dearest_first(numbers: Numbers) -> list[Place]:
    """The figures, first those that are missed most when hidden: wholes, and of equals the larger.

    The order hangs on nothing but the figures.
    """
    depth = {place: (place != EVERY) + (place.reason != TOTAL) for place in PLACES}
    return sorted(PLACES, key=lambda place: (depth[place], -numbers[place]))
