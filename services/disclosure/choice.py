"""What may be hidden, and whether a choice keeps the promise for every reader."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.disclosure.figures import Display, Key, System, is_small
from domain.disclosure.proof import Evidence
from services.disclosure.effort import Effort
from services.disclosure.reader import Reader


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of one reader whose range is promised, always or when a candidate is hidden."""

    reader: int
    column: int
    spread: int
    candidate: int | None


class Choice:
    """The figures of new tables that may be hidden, as candidates 0, 1, 2 … in the tables' order.

    `new` are the true figures to be printed now, `published` what is printed already. A set of
    candidates is a whole number with one bit each.
    """

    def __init__(
        self,
        systems: Sequence[System],
        *,
        new: Mapping[Key, int],
        published: Display,
        effort: Effort,
    ) -> None:
        self.new = new
        self.published = published
        self.candidates = [key for key, value in new.items() if value]
        self.must = sum(
            1 << index for index, key in enumerate(self.candidates) if is_small(new[key])
        )
        self._index = {key: index for index, key in enumerate(self.candidates)}
        most_hidden: Display = {**published, **new, **dict.fromkeys(self.candidates)}
        self.readers = [Reader(each, display=most_hidden, effort=effort) for each in systems]
        self.columns = [
            {
                column: self._index[key]
                for column, key in enumerate(reader.keys)
                if key in self._index
            }
            for reader in self.readers
        ]
        self._always = [
            sum(1 << column for column in range(len(reader.keys)) if column not in candidates)
            for reader, candidates in zip(self.readers, self.columns, strict=True)
        ]
        self.targets = list(self._targets(most_hidden))
        self.forgone: list[set[Key]] = [set() for _ in self.readers]

    @property
    def every(self) -> int:
        """All candidates."""
        return (1 << len(self.candidates)) - 1

    def display(self, hidden: int) -> dict[Key, int | None]:
        """What is printed of the new tables when those are hidden."""
        bits = {key: hidden >> index & 1 for key, index in self._index.items()}
        return {key: None if bits.get(key) else value for key, value in self.new.items()}

    def unknown(self, reader: int, hidden: int) -> int:
        """The columns that a reader does not know when those candidates are hidden."""
        return self._always[reader] | sum(
            1 << column for column, index in self.columns[reader].items() if hidden >> index & 1
        )

    def shares(self, reader: int, shares: Sequence[float]) -> list[float]:
        """How far each of a reader's columns is unknown when candidates are hidden by shares."""
        candidates = self.columns[reader]
        return [
            min(1.0, max(0.0, shares[candidates[column]])) if column in candidates else 1.0
            for column in range(len(self.readers[reader].keys))
        ]

    def broken(self, hidden: int) -> Iterator[Target]:
        """The targets whose promise is not kept when those are hidden."""
        unknown = [self.unknown(reader, hidden) for reader in range(len(self.readers))]
        for target in self.targets:
            if self.counts(target, hidden) and self._evidence(target, unknown) is None:
                yield target

    def evidence(self, hidden: int) -> list[list[Evidence]]:
        """What proves a choice, for each reader."""
        unknown = [self.unknown(reader, hidden) for reader in range(len(self.readers))]
        found: list[list[Evidence]] = [[] for _ in self.readers]
        for target in self.targets:
            if self.counts(target, hidden) and (each := self._evidence(target, unknown)):
                found[target.reader].append(each)
        return found

    def forgo_what_was_told(self, *, also_unmoved: bool) -> None:
        """Promise nothing more, in a system, of figures that could be told before.

        Where all quarters of a year are printed, their sum is known, whatever is hidden of the
        year. That the year's own figure has moved is not known, and its own figure is promised in
        the system that holds it. `also_unmoved` forgoes large figures that have not moved too.
        What was forgone when the year was published stays so when a quarter follows it.
        """
        for target in list(self.broken(self.every)):
            if self._has_moved(target) or (also_unmoved and self._may_be_told(target)):
                self.targets.remove(target)
                self.forgone[target.reader].add(self.readers[target.reader].keys[target.column])

    def settle(self, hidden: int) -> int | None:
        """The choice with what can be worked out anyway shown; None where that breaks a promise.

        To show a large figure that can be worked out tells nobody anything.
        """
        while True:
            idle = 0
            for target in self.broken(hidden):
                if target.candidate is None or self.must >> target.candidate & 1:
                    return None
                idle |= 1 << target.candidate
            if not idle:
                return hidden
            hidden &= ~idle

    @staticmethod
    def counts(target: Target, hidden: int) -> bool:
        """Whether anything is promised of the target when those are hidden."""
        return target.candidate is None or bool(hidden >> target.candidate & 1)

    def _has_moved(self, target: Target) -> bool:
        reader = self.readers[target.reader]
        key = reader.keys[target.column]
        value = reader.system.values[key]
        return key in reader.system.moved or self.new.get(key, value) != value

    def _may_be_told(self, target: Target) -> bool:
        """Whether it is large, and new or hidden already beside figures that have moved."""
        moved = self.readers[target.reader].system.moved
        return target.spread == 1 and (target.candidate is not None or bool(moved))

    def _evidence(self, target: Target, unknown: Sequence[int]) -> Evidence | None:
        return self.readers[target.reader].evidence(
            target.column, spread=target.spread, unknown=unknown[target.reader]
        )

    def _targets(self, most_hidden: Display) -> Iterator[Target]:
        for number, reader in enumerate(self.readers):
            for column, key in enumerate(reader.keys):
                if spread := reader.system.spread_promised(key, most_hidden):
                    yield Target(number, column, spread, self._index.get(key))
