"""An attacker: from what is printed alone, the range that each hidden number can have.

Own formulation: whole figures and not steps, its rows written from the printed tables, percentages
read as intervals, solved by scipy. It shares nothing with the choice that it attacks.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from domain.disclosure.printing import PrintedCell

Place = tuple[str, str, str]
PrintedTable = Mapping[str, Mapping[str, PrintedCell]]
TOTAL = "total"
HALF_A_DIGIT = 0.05
SLACK = 1e-6


class Attacker:
    """What was read, as a linear program over all figures read."""

    def __init__(self):
        self.bounds: list[tuple[float, float | None]] = []
        self.equal: list[dict[int, float]] = []
        self.at_most: list[dict[int, float]] = []
        self.index: dict[Place, int] = {}
        self.hidden: list[Place] = []
        self._made = None

    def read(self, name: str, table: PrintedTable) -> None:
        """A printed table: row -> column -> cell, the row and the column of totals included."""
        for row, cells in table.items():
            for column, cell in cells.items():
                self.read_number((name, row, column), cell.number)
        rows = [row for row in table if row != TOTAL]
        for row, cells in table.items():
            self.add_up((name, row, TOTAL), [(name, row, c) for c in cells if c != TOTAL])
        for column in table[TOTAL]:
            self.add_up((name, TOTAL, column), [(name, row, column) for row in rows])
        for row, cells in table.items():
            for column, cell in cells.items():
                if cell.percent is not None:
                    self.read_percent(
                        (name, row, column), (name, TOTAL, column), float(cell.percent)
                    )

    def read_number(self, place: Place, number: int | None) -> None:
        """A printed number, or None for `c`: at least 1, since zeros are printed."""
        self.index[place] = len(self.bounds)
        self.bounds.append((1, None) if number is None else (number, number))
        if number is None:
            self.hidden.append(place)

    def imagine(self, place: Place) -> None:
        """A number that is printed nowhere."""
        self.index[place] = len(self.bounds)
        self.bounds.append((0, None))

    def add_up(self, whole: Place, parts: Iterable[Place]) -> None:
        """The reader knows that the whole is the sum of the parts."""
        terms = {self.index[part]: 1.0 for part in parts}
        self.equal.append(terms | {self.index[whole]: -1.0})

    def add_up_tables(self, whole: str, parts: Sequence[str]) -> None:
        """The same for each figure of whole tables: a year, a partnership."""
        for name, row, column in list(self.index):
            if name == whole:
                self.add_up((name, row, column), [(part, row, column) for part in parts])

    def read_percent(self, part: Place, whole: Place, percent: float) -> None:
        """A printed percentage: the number is so much of the whole, give or take half a digit."""
        if part == whole or self.bounds[self.index[part]] == (0, 0):
            return
        number, base = self.index[part], self.index[whole]
        self.at_most.append({number: -100.0, base: percent - HALF_A_DIGIT})
        self.at_most.append({number: 100.0, base: -percent - HALF_A_DIGIT})

    def range(self, place: Place) -> tuple[float, float]:
        """The smallest and the largest value; infinity where there is none."""
        column = self.index[place]
        return self._extreme(column, 1), -self._extreme(column, -1)

    def values(self, place: Place) -> float:
        """How many whole numbers the range holds."""
        low, high = self.range(place)
        return (
            math.inf if math.isinf(high) else math.floor(high + SLACK) - math.ceil(low - SLACK) + 1
        )

    def finds(self, true: Mapping[Place, int]) -> Iterator[Place]:
        """The hidden numbers whose range is narrower than is promised, one by one."""
        for place in self.hidden:
            if self.values(place) < (5 if 1 <= true[place] <= 5 else 2):
                yield place

    def found_out(self, true: Mapping[Place, int]) -> list[tuple[Place, float]]:
        """The hidden numbers whose range is narrower than is promised, with its values."""
        return [(place, self.values(place)) for place in self.finds(true)]

    def _matrix(self, rows: list[dict[int, float]]) -> csr_array | None:
        if not rows:
            return None
        at = [(i, j, value) for i, row in enumerate(rows) for j, value in row.items()]
        lines, columns, values = zip(*at, strict=True)
        return csr_array((values, (lines, columns)), shape=(len(rows), len(self.bounds)))

    def _matrices(self) -> tuple[csr_array | None, csr_array | None]:
        size = (len(self.bounds), len(self.equal), len(self.at_most))
        if self._made is None or self._made[0] != size:
            self._made = (size, (self._matrix(self.equal), self._matrix(self.at_most)))
        return self._made[1]

    def _extreme(self, column: int, sign: int) -> float:
        cost = np.zeros(len(self.bounds))
        cost[column] = sign
        equal, at_most = self._matrices()
        answer = linprog(
            cost,
            A_eq=equal,
            b_eq=np.zeros(len(self.equal)),
            A_ub=at_most,
            b_ub=np.zeros(len(self.at_most)) if self.at_most else None,
            bounds=self.bounds,
        )
        unbounded = 3
        if answer.status == unbounded:
            return -math.inf
        assert answer.status == 0, answer.message
        return float(answer.fun)
