"""Linear and whole-number programs, solved by HiGHS in one thread and always the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from services.disclosure.effort import Effort, OutOfEffortError

INFINITE: float = highspy.kHighsInf
_NOUGHT = 1e-7


@dataclass(frozen=True, slots=True)
class Row:
    """A linear expression, coefficient by column, between two bounds."""

    terms: Mapping[int, float]
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The best value of each column, and the rates (dual values) of each row."""

    columns: Sequence[float]
    rates: Sequence[float]

    @property
    def is_whole(self) -> bool:
        """Whether every column is a whole number."""
        columns = np.array(self.columns)
        return bool(np.all(np.abs(columns - np.rint(columns)) <= _NOUGHT))


class Program:
    """Minimise a linear cost over columns under rows; costs, bounds and rows may change between.

    Each solution starts from the last one, and is counted in `effort`.
    """

    def __init__(
        self, *, rows: Sequence[Row], columns: int, whole: bool = False, effort: Effort
    ) -> None:
        self._columns = columns
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        options: dict[str, bool | int | float | str] = {
            "output_flag": False,
            # One thread: the same input gives the same answer, and a web process has no core
            # to spare. Warm starts need no presolve, and whole-number searches do.
            "threads": 1,
            "parallel": "off",
            "presolve": "on" if whole else "off",
            # Any point may be kept while costs change, so the primal method starts feasible.
            "simplex_strategy": 1 if whole else 4,
            "mip_rel_gap": 0.0,
        }
        for name, value in options.items():
            self._solver.setOptionValue(name, value)
        self._effort = effort
        every = np.arange(columns, dtype=np.int32)
        self._solver.addVars(columns, np.zeros(columns), np.zeros(columns))
        if whole:
            kinds = np.full(columns, highspy.HighsVarType.kInteger)
            self._solver.changeColsIntegrality(columns, every, kinds)
        self._every = every
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Add a row."""
        index = np.fromiter(row.terms.keys(), dtype=np.int32)
        value = np.fromiter(row.terms.values(), dtype=np.float64)
        self._solver.addRow(row.lower, row.upper, len(index), index, value)

    def bound(self, lower: Sequence[float], upper: Sequence[float]) -> None:
        """Set the bounds of all columns."""
        self._solver.changeColsBounds(
            self._columns, self._every, np.array(lower, dtype=float), np.array(upper, dtype=float)
        )

    def bound_one(self, column: int, lower: float, upper: float) -> None:
        """Set the bounds of one column."""
        self._solver.changeColBounds(column, lower, upper)

    def price(self, column: int, cost: float) -> None:
        """Set the cost of one column; that of the others stays, 0 at first."""
        self._solver.changeColCost(column, cost)

    def solve(self) -> Answer:
        """The cheapest point. An `OutOfEffortError` where none was found in time."""
        # The limit counts from the solver's first solution on.
        seconds = self._solver.getRunTime() + self._effort.spend()
        self._solver.setOptionValue("time_limit", seconds)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            message = f"the solver stopped: {self._solver.modelStatusToString(status)}"
            raise OutOfEffortError(message)
        solution = self._solver.getSolution()
        return Answer(columns=list(solution.col_value), rates=list(solution.row_dual))
