"""Choose what to hide of tables that are to be published, and prove it before it is printed."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.disclosure.figures import Display, Key, System
from domain.disclosure.proof import Evidence, unproven
from services.disclosure.cheapest import Cheapest
from services.disclosure.choice import Choice
from services.disclosure.effort import Effort, OutOfEffortError
from services.disclosure.trim import trimmed

# Solutions of programs that each step may take: some times what a year beside its quarters needs.
START, SEARCH, TRIM = 50_000, 4_000, 8_000
SECONDS = 120.0
# Without the first proof there is nothing to fall back on: it may take so many times as long.
_PATIENCE = 5
_ORDINARY_COST = 100


class CannotProtectError(Exception):
    """No choice among the new tables is proven to keep the promise beside what is published."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What is to be printed of the new tables, and what it cost.

    `display` has None where `c` stands. `first` figures are hidden because they are 1 to 5,
    `further` ones so that those can't be worked out. `cheapest` tells whether the search came to
    its end, so that no choice costs less.
    """

    display: Mapping[Key, int | None]
    first: int
    further: int
    cheapest: bool


@dataclass(frozen=True, slots=True)
class _Proven:
    hidden: int
    evidence: Sequence[Sequence[Evidence]]


def protect(
    systems: Sequence[System],
    *,
    new: Mapping[Key, int],
    published: Display,
    costs: Mapping[Key, int],
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Protected:
    """Choose which of the `new` figures to hide, so that the promise is kept in every system.

    `new` are the true figures that are to be printed together, `published` what is printed already
    of the systems' figures. One choice holds in all systems. `costs` are what hiding each figure
    costs the reader (`domain.disclosure.tables.costs`); one not given costs as much as a body
    cell. The same input gives the same choice, and where it is not searched to the end, the same
    safe one with more hidden. Only where the search, or showing again what need not be hidden,
    takes more than `seconds` each, does the choice hang on the machine; it is safe then too.
    Raises `CannotProtectError` where the promise can't be proven: then nothing may be published.
    """
    effort = Effort(clock=clock)
    choice = Choice(systems, new=new, published=published, effort=effort)
    effort.allow(solutions=START, seconds=_PATIENCE * seconds)
    start = _most_hidden(choice)
    effort.allow(solutions=SEARCH, seconds=seconds)
    prices = [costs.get(key, _ORDINARY_COST) for key in choice.candidates]
    wanted, ended = _wanted(Cheapest(choice, costs=prices, allowed=start.hidden, effort=effort))
    effort.allow(solutions=TRIM, seconds=seconds)
    # What the search would show is tried first, and of that the dearest.
    order = sorted(range(len(prices)), key=lambda each: (wanted >> each & 1, -prices[each], each))
    hidden = _within(choice, start.hidden, wanted=wanted, order=order)
    effort.allow(solutions=START, seconds=seconds)
    best = _proven_if_in_time(choice, hidden) or start
    first = choice.must.bit_count()
    return Protected(
        display=choice.display(best.hidden),
        first=first,
        further=best.hidden.bit_count() - first,
        cheapest=ended and best.hidden == wanted,
    )


def _most_hidden(choice: Choice) -> _Proven:
    """Everything hidden that can be: always safe where what is published was chosen by us."""
    try:
        choice.forgo_what_was_told(also_unmoved=False)
        hidden = choice.settle(choice.every)
        if hidden is None and len(choice.readers) > 1:
            # To show what one system tells already would give something away in another.
            choice.forgo_what_was_told(also_unmoved=True)
            hidden = choice.settle(choice.every)
    except OutOfEffortError as error:
        message = "it took too long to prove any choice"
        raise CannotProtectError(message) from error
    start = None if hidden is None else _proven(choice, hidden)
    if start is None:
        message = "what is published already gives away figures of these tables"
        raise CannotProtectError(message)
    return start


def _wanted(search: Cheapest) -> tuple[int, bool]:
    try:
        search.search()
    except OutOfEffortError:
        return search.last, False
    return search.last, True


def _within(choice: Choice, start: int, *, wanted: int, order: Sequence[int]) -> int:
    try:
        if choice.settle(wanted) == wanted:
            return wanted
    except OutOfEffortError:
        return start
    return trimmed(choice, start, order=order)


def _proven_if_in_time(choice: Choice, hidden: int) -> _Proven | None:
    try:
        return _proven(choice, hidden)
    except OutOfEffortError:
        return None


def _proven(choice: Choice, hidden: int) -> _Proven | None:
    """The choice, if tables that print the same show it safe; checked in whole numbers."""
    evidence = choice.evidence(hidden)
    display = {**choice.published, **choice.display(hidden)}
    safe = all(
        forgone.issuperset(unproven(reader.system, display, each))
        for reader, each, forgone in zip(choice.readers, evidence, choice.forgone, strict=True)
    )
    return _Proven(hidden, evidence) if safe else None
