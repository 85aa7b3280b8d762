"""Figures and the sums that bind them: everything published as one linear system.

Source: definitions.md, sections 3, 4 and 8; docs/disclosure-control.md says what is promised.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

SMALLEST, LARGEST_SMALL = 1, 5
SYMBOL = "c"
LEAST_VALUES = 5

# A figure is known by any key, the same wherever the same figure stands: in Table 1, in Inputs,
# in the year that it is part of.
Key = Hashable
Display = Mapping[Key, int | None]
"""What is printed: a number, or None where the symbol `c` stands. Other figures are unpublished."""


class InconsistentFiguresError(ValueError):
    """A figure is negative or missing, or a whole is not the sum of its parts."""


def is_small(number: int) -> bool:
    """Whether a count is hidden for its own sake: 1 to 5. Zero never is."""
    return SMALLEST <= number <= LARGEST_SMALL


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole that is the sum of its parts."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class System:
    """True figures and the sums that bind them, as one reader may put them together.

    `values` are counts by key. `foreknown` are figures that this reader knows without reading
    them, as an agency knows its own records. `least_values` is how many values the range of a
    small count must hold for this reader. `moved` are figures that this reader takes to be others
    than they are, as the year that is taken as the sum of quarters published before: their own
    numbers are for another system to promise. Every whole must be the sum of its parts, or it is
    an `InconsistentFiguresError`.
    """

    values: Mapping[Key, int]
    sums: tuple[Sum, ...]
    foreknown: frozenset[Key] = field(default=frozenset())
    least_values: int = LEAST_VALUES
    moved: frozenset[Key] = field(default=frozenset())

    def __post_init__(self) -> None:
        for each in self.sums:
            if missing := [key for key in (each.whole, *each.parts) if key not in self.values]:
                message = f"{missing[0]!r} stands in a sum and has no value"
                raise InconsistentFiguresError(message)
            if self.values[each.whole] != sum(self.values[part] for part in each.parts):
                message = f"{each.whole!r} is not the sum of its parts"
                raise InconsistentFiguresError(message)
        for key, value in self.values.items():
            if value < 0:
                message = f"{key!r} is negative"
                raise InconsistentFiguresError(message)

    def is_known(self, key: Key, display: Display) -> bool:
        """Whether this reader knows the figure, and need not work it out.

        Zeros count as known, also those of tables that are not published yet: their turn to be
        shown comes, and no figure may hang on that. A figure that is printed as 0 and is not 0
        here belongs to another instant; the print tells nothing of this one.
        """
        if self.values[key] == 0 or key in self.foreknown:
            return True
        return bool(display.get(key))

    def spread_promised(self, key: Key, display: Display) -> int:
        """By how much the largest possible value of a figure must exceed the smallest.

        That of a small count, hidden or not yet published, holds `least_values` values; any other
        hidden figure has two. Nothing is promised of a figure that is known, or large and
        unpublished, or small in this system alone and printed as nought.
        """
        if self.is_known(key, display):
            return 0
        if is_small(self.values[key]):
            return self.least_values - 1
        return 1 if key in display and display[key] is None else 0
