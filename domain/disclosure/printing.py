"""What is printed of a figure: number and percentage, or the symbol `c` in place of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.disclosure.figures import SYMBOL
from domain.tabulation import percentage


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A number and its percentage; None is what is hidden."""

    number: int | None
    percent: Decimal | None

    @property
    def symbol(self) -> str | None:
        """`c` where anything is hidden, else None."""
        return SYMBOL if self.number is None or self.percent is None else None


def printed_cell(number: int | None, *, base: int | None) -> PrintedCell:
    """A cell from its printed number and the printed number that it is a percentage of.

    The percentage is printed only where it follows from the two, so that it tells nothing more:
    beside a hidden base the number would give the base away, and rounding to one decimal place
    hides little. That of 0 is 0.0 whatever the base. To one decimal place, rounded half up.
    """
    if number is None:
        return PrintedCell(None, None)
    if number == 0:
        return PrintedCell(0, percentage(0, 0))
    return PrintedCell(number, None if base is None else percentage(number, base))


def may_print_direction(numbers: Iterable[int | None]) -> bool:
    """Whether an arrow may be printed: only where all numbers that it compares are."""
    return all(number is not None for number in numbers)
