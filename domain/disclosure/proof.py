"""Proof that a hidden figure can't be worked out: two other tables that print the same.

Whole numbers only. Who chose what is hidden, and how, is of no matter to the proof.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.disclosure.figures import Display, Key, System


@dataclass(frozen=True, slots=True)
class Evidence:
    """By how much figures would differ from the true ones in two tables that print the same.

    In `higher` the figure is as large as is shown here, in `lower` as small; figures not named are
    as they truly are.
    """

    figure: Key
    higher: Mapping[Key, int]
    lower: Mapping[Key, int]

    @property
    def spread(self) -> int:
        """The difference between the figure's two values."""
        return self.higher.get(self.figure, 0) - self.lower.get(self.figure, 0)


def unproven(system: System, display: Display, evidence: Iterable[Evidence]) -> list[Key]:
    """The figures whose promise is not shown to be kept, in the system's order; [] is proof.

    Evidence is taken for a figure only where both its tables hold: no sum is broken, nothing that
    the reader knows is changed, and no unknown figure falls below 1.
    """
    known = {key for key in system.values if system.is_known(key, display)}
    sums = _sums_by_key(system)
    spread: dict[Key, int] = {}
    for each in evidence:
        if all(
            _keeps_what_is_known(system, known, change) and _keeps_the_sums(sums, change)
            for change in (each.higher, each.lower)
        ):
            spread[each.figure] = max(spread.get(each.figure, 0), each.spread)
    return [
        key for key in system.values if spread.get(key, 0) < system.spread_promised(key, display)
    ]


def _sums_by_key(system: System) -> dict[Key, list[tuple[int, int]]]:
    """The sums that each figure stands in, by number: as a part (1) or as the whole (-1)."""
    by_key: dict[Key, list[tuple[int, int]]] = {}
    for number, each in enumerate(system.sums):
        by_key.setdefault(each.whole, []).append((number, -1))
        for part in each.parts:
            by_key.setdefault(part, []).append((number, 1))
    return by_key


def _keeps_what_is_known(system: System, known: set[Key], change: Mapping[Key, int]) -> bool:
    return all(
        not step or (key in system.values and key not in known and system.values[key] + step >= 1)
        for key, step in change.items()
    )


def _keeps_the_sums(sums: Mapping[Key, list[tuple[int, int]]], change: Mapping[Key, int]) -> bool:
    excess: Counter[int] = Counter()
    for key, step in change.items():
        for number, side in sums.get(key, ()):
            excess[number] += side * step
    return not any(excess.values())
