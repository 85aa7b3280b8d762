"""The cheapest choice, by cuts.

A program over what to hide is solved again and again. Whenever its choice leaves a range too
narrow, the linear program that says so also says why, and that is a new row: of these figures, hide
enough to be worth the missing spread. (M. Fischetti and J. J. Salazar, "Models and algorithms for
the 2-dimensional cell suppression problem in statistical disclosure control", Mathematical
Programming 84, 1999.)
"""

from collections.abc import Sequence

from services.disclosure.choice import Choice, Target
from services.disclosure.effort import Effort
from services.disclosure.linear import INFINITE, Program, Row
from services.disclosure.reader import Limit

_VIOLATED = 1e-4
_FRACTIONAL_ROUNDS = 40


class Cheapest:
    """The search for the cheapest choice among the candidates in `allowed`.

    `costs` are by candidate. After `search`, or after it ran out of effort, `last` is the last
    choice that it had: a good one, which may still break promises.
    """

    def __init__(
        self, choice: Choice, *, costs: Sequence[float], allowed: int, effort: Effort
    ) -> None:
        self.last = choice.must
        self._choice = choice
        self._costs = costs
        self._allowed = allowed
        self._effort = effort
        self._rows: list[Row] = []

    def search(self) -> None:
        """Search to the end. An `OutOfEffortError` where that is too far, then `last` stands.

        At the end no choice costs less than `last`, whose ranges are wide enough, save perhaps in
        whole numbers.
        """
        program = self._program(whole=False)
        for _ in range(_FRACTIONAL_ROUNDS):
            rows = self._missing(program.solve().columns)
            if not rows:
                break
            for row in rows:
                program.add(row)
        program = self._program(whole=True)
        while True:
            shares = [float(round(each)) for each in program.solve().columns]
            self.last = sum(1 << index for index, each in enumerate(shares) if each)
            rows = self._missing(shares)
            if not rows:
                return
            for row in rows:
                program.add(row)

    def _program(self, *, whole: bool) -> Program:
        count = len(self._costs)
        program = Program(rows=self._rows, columns=count, whole=whole, effort=self._effort)
        program.bound(
            [float(self._choice.must >> index & 1) for index in range(count)],
            [float(self._allowed >> index & 1) for index in range(count)],
        )
        for index, cost in enumerate(self._costs):
            program.price(index, cost)
        return program

    def _missing(self, shares: Sequence[float]) -> list[Row]:
        whole = all(each in {0.0, 1.0} for each in shares)
        if whole:
            hidden = sum(1 << index for index, each in enumerate(shares) if each)
            targets = list(self._choice.broken(hidden))
        else:
            targets = [
                each
                for each in self._choice.targets
                if each.candidate is None or shares[each.candidate] > _VIOLATED
            ]
        by_reader = [
            self._choice.shares(reader, shares) for reader in range(len(self._choice.readers))
        ]
        rows: dict[tuple[tuple[int, float], ...], Row] = {}
        for target in targets:
            limit = self._choice.readers[target.reader].limit(
                target.column, spread=target.spread, share=by_reader[target.reader]
            )
            row = self._row(target, limit) if limit else None
            if (
                row
                and sum(shares[i] * each for i, each in row.terms.items()) < row.lower - _VIOLATED
            ):
                rows[tuple(sorted(row.terms.items()))] = row
        self._rows.extend(rows.values())
        return list(rows.values())

    def _row(self, target: Target, limit: Limit) -> Row | None:
        candidates = self._choice.columns[target.reader]
        given, own = 0.0, 0.0
        terms: dict[int, float] = {}
        for column, steps in limit.steps.items():
            index = candidates.get(column)
            if index is None or self._choice.must >> index & 1:
                given += steps
            elif index == target.candidate:
                own += steps
            elif self._allowed >> index & 1:
                terms[index] = steps
        need = target.spread - given - own
        if need <= _VIOLATED:
            return None
        terms = {index: min(steps, need) / need for index, steps in terms.items()}
        if target.candidate is None or self._choice.must >> target.candidate & 1:
            return Row(terms, 1.0, INFINITE)
        return Row(terms | {target.candidate: -1.0}, 0.0, INFINITE)
