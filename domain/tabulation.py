"""Counts to a zero-filled table with totals and percentages.

Source: definitions.md, section 3. Whole numbers and Decimal only: no figure passes through
a float.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and its percentage of its column's total, to one decimal place."""

    number: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """Every row in order, as (row code, column -> cell), and the row of totals.

    The columns are those asked for, and after them `TOTAL`.
    """

    rows: list[tuple[str, dict[str, Cell]]]
    totals: dict[str, Cell]


def percentage(number: int, total: int) -> Decimal:
    """Return 100 x number / total, rounded half up to one decimal place; 0.0 when total is 0.

    The arithmetic is exact. A negative number or total is a ValueError.
    """
    if number < 0 or total < 0:
        message = "a percentage is of counts: neither may be negative"
        raise ValueError(message)
    if total == 0:
        return Decimal("0.0")
    # Whole-number division rounds once; dividing first and rounding after would round twice.
    tenths = (2 * 1000 * number + total) // (2 * total)
    return Decimal(f"{tenths // 10}.{tenths % 10}")


def tabulate(
    counts: Iterable[tuple[str, str, int]], *, rows: Sequence[str], columns: Sequence[str]
) -> Table:
    """Return the table of all rows and columns, in the order given, with a total column.

    `counts` are (row, column, number); those of one cell add up, and cells without any are 0.
    Percentages are of the column's total, which is itself 100.0 (0.0 when empty). A row or
    column that is unknown, named twice or called `TOTAL`, or a negative cell, is a ValueError.
    """
    _require_distinct(rows, columns)
    numbers = _add_up(counts, rows=set(rows), columns=set(columns))
    for row, column in list(numbers):
        numbers[row, TOTAL] += numbers[row, column]
    with_total = (*columns, TOTAL)
    sums = {column: sum(numbers[row, column] for row in rows) for column in with_total}
    return Table(
        rows=[
            (row, {column: _cell(numbers[row, column], sums[column]) for column in with_total})
            for row in rows
        ],
        totals={column: _cell(number, number) for column, number in sums.items()},
    )


def _cell(number: int, total: int) -> Cell:
    return Cell(number=number, percent=percentage(number, total))


def _require_distinct(rows: Sequence[str], columns: Sequence[str]) -> None:
    if len(set(rows)) < len(rows) or len({*columns, TOTAL}) < len(columns) + 1:
        message = f"rows and columns must each be named once, and none of the columns {TOTAL!r}"
        raise ValueError(message)


def _add_up(
    counts: Iterable[tuple[str, str, int]], *, rows: set[str], columns: set[str]
) -> Counter[tuple[str, str]]:
    numbers: Counter[tuple[str, str]] = Counter()
    for row, column, number in counts:
        if row not in rows or column not in columns:
            message = f"the table has no cell at row {row!r}, column {column!r}"
            raise ValueError(message)
        numbers[row, column] += number
    if any(number < 0 for number in numbers.values()):
        message = "no cell of a table may be negative"
        raise ValueError(message)
    return numbers
