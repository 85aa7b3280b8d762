"""One reader of what is published: how far each figure could be from the truth.

Told in steps from the true figures. A table that prints the same is a set of steps that keeps every
sum, takes none where the figure is known, and leaves unknown figures at 1 or more. Figures are
named by column, and sets of them are whole numbers with one bit a column.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.disclosure.figures import Display, Key, System
from domain.disclosure.proof import Evidence
from services.disclosure.effort import Effort
from services.disclosure.linear import INFINITE, Answer, Program, Row

_NOUGHT = 1e-6
_KEPT = 30

Bounds = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence, and the figures that it takes steps in, as bits."""

    evidence: Evidence
    moved: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Why a figure's range is narrow: spread <= sum of `steps` over the unknown figures.

    `steps` by column; `INFINITE` where one figure alone would free it.
    """

    steps: Mapping[int, float]


class Reader:
    """A system, and the programs that search it.

    Columns are the figures that the reader does not know from `display`, in the system's order.
    """

    def __init__(self, system: System, *, display: Display, effort: Effort) -> None:
        self.system = system
        self.keys = [key for key in system.values if not system.is_known(key, display)]
        self.column = {key: index for index, key in enumerate(self.keys)}
        self._room = [system.values[key] - 1 for key in self.keys]
        self._sums = [
            terms for each in system.sums if (terms := self._terms(each.whole, each.parts))
        ]
        self._effort = effort
        self._found: dict[int, list[Found]] = {}
        self._programs: dict[bool, Program] = {}
        self._bounds: dict[bool, Bounds] = {}

    def evidence(self, column: int, *, spread: int, unknown: int) -> Evidence | None:
        """Two tables between which the figure differs by `spread`, or None if there are none.

        `unknown` are the columns that the reader does not know.
        """
        kept = self._found.setdefault(column, [])
        for index, each in enumerate(kept):
            if not each.moved & ~unknown and each.evidence.spread >= spread:
                kept.insert(0, kept.pop(index))
                return each.evidence
        found = self._search(column, spread=spread, bounds=self._bounds_of(unknown))
        if found is None:
            return None
        kept.insert(0, found)
        del kept[_KEPT:]
        return found.evidence

    def limit(self, column: int, *, spread: int, share: Sequence[float]) -> Limit | None:
        """What holds the figure's range below `spread`, or None where nothing does.

        `share` is 0 for a known figure, 1 for an unknown one, between for one that is half
        decided; whole-number steps are not asked for.
        """
        bounds = self._bounds_of_shares(share, spread)
        steps: dict[int, float] = {}
        left = float(spread)
        for sign in (1, -1):
            answer = self._farthest(column, sign=sign, most=left, bounds=bounds, whole=False)
            left -= sign * answer.columns[column]
            if left <= _NOUGHT:
                return None
            for each, step in self._most_steps(column, sign, answer.rates).items():
                steps[each] = steps.get(each, 0.0) + step
        return Limit(steps)

    def _terms(self, whole: Key, parts: Sequence[Key]) -> dict[int, float]:
        terms = {self.column[part]: 1.0 for part in parts if part in self.column}
        return terms | ({self.column[whole]: -1.0} if whole in self.column else {})

    def _program(self, *, whole: bool) -> Program:
        if whole not in self._programs:
            rows = [Row(terms, 0.0, 0.0) for terms in self._sums]
            self._programs[whole] = Program(
                rows=rows, columns=len(self.keys), whole=whole, effort=self._effort
            )
        return self._programs[whole]

    def _bounds_of(self, unknown: int) -> Bounds:
        free = [bool(unknown >> column & 1) for column in range(len(self.keys))]
        lower = [-float(room) if each else 0.0 for room, each in zip(self._room, free, strict=True)]
        return lower, [INFINITE if each else 0.0 for each in free]

    def _bounds_of_shares(self, share: Sequence[float], spread: int) -> Bounds:
        if all(each in {0.0, 1.0} for each in share):
            return self._bounds_of(sum(1 << column for column, each in enumerate(share) if each))
        rooms = zip(self._room, share, strict=True)
        return (
            [-each * min(room, spread) for room, each in rooms],
            [INFINITE if each >= 1.0 else each * spread for each in share],
        )

    def _search(self, column: int, *, spread: int, bounds: Bounds) -> Found | None:
        answers: list[Answer] = []
        left = spread
        for sign in (1, -1):
            answer = self._farthest(column, sign=sign, most=spread, bounds=bounds, whole=False)
            left -= math.floor(abs(answer.columns[column]) + _NOUGHT)
            answers.append(answer)
            if answer.is_whole and left <= 0:
                break
        # Whole-number programs take far longer: none is tried where even fractions fall short.
        return self._in_whole_steps(column, spread, answers, bounds) if left <= 0 else None

    def _in_whole_steps(
        self, column: int, spread: int, answers: Sequence[Answer], bounds: Bounds
    ) -> Found | None:
        tables: list[dict[int, int]] = [{}, {}]
        left = spread
        for number, answer in enumerate(answers):
            found = answer
            if not answer.is_whole:
                sign = 1 - 2 * number
                found = self._farthest(column, sign=sign, most=left, bounds=bounds, whole=True)
            tables[number] = {i: round(step) for i, step in enumerate(found.columns) if round(step)}
            left -= abs(tables[number].get(column, 0))
            if left <= 0:
                return self._as_found(column, *tables)
        return None

    def _as_found(self, column: int, higher: Mapping[int, int], lower: Mapping[int, int]) -> Found:
        named = [{self.keys[each]: step for each, step in t.items()} for t in (higher, lower)]
        moved = sum(1 << each for each in {*higher, *lower})
        return Found(Evidence(self.keys[column], higher=named[0], lower=named[1]), moved)

    def _farthest(
        self,
        column: int,
        *,
        sign: int,
        most: float,
        bounds: Bounds,
        whole: bool,
    ) -> Answer:
        program, (lower, upper) = self._program(whole=whole), bounds
        if self._bounds.get(whole) != bounds:
            program.bound(lower, upper)
            self._bounds[whole] = bounds
        program.bound_one(column, max(lower[column], -most), min(upper[column], most))
        program.price(column, -sign)
        try:
            return program.solve()
        finally:
            program.price(column, 0.0)
            program.bound_one(column, lower[column], upper[column])

    def _most_steps(self, column: int, sign: int, rates: Sequence[float]) -> dict[int, float]:
        """Bound sign x (the figure's step) by a sum over all steps; true for any rates at all."""
        weights = {column: float(sign)}
        for terms, rate in zip(self._sums, rates, strict=True):
            if abs(rate) > _NOUGHT:
                for each, factor in terms.items():
                    weights[each] = weights.get(each, 0.0) + rate * factor
        return {
            each: INFINITE if weight > 0 else -weight * self._room[each]
            for each, weight in weights.items()
            if abs(weight) > _NOUGHT
        }
