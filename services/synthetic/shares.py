"""Dividing whole numbers: a table for more or fewer records, and a number over blocks."""

from collections.abc import Mapping, Sequence

from domain.vocabulary import Outcome
from services.synthetic.table import TableRow


def scaled(table: Sequence[TableRow], *, records: int) -> list[TableRow]:
    """The table with so many records in all, its cells in the same proportions.

    By largest remainder: each cell gets the whole part of its share, and those with the largest
    rests one more; of equal rests the first in the table. An empty table is a ValueError.
    """
    total = sum(row.total for row in table)
    if not total:
        message = "the table holds no cases, so that no records can be made after it"
        raise ValueError(message)
    numbers = [number * records for row in table for _, number in row.cells()]
    whole = [number // total for number in numbers]
    by_rest = sorted(range(len(numbers)), key=lambda cell: -(numbers[cell] % total))
    for cell in by_rest[: records - sum(whole)]:
        whole[cell] += 1
    left = iter(whole)
    return [_row(row, {outcome: next(left) for outcome, _ in row.cells()}) for row in table]


def part_of_table(table: Sequence[TableRow], *, part: int, parts: int) -> list[TableRow]:
    """One part (from 0 on) of a table that is divided evenly; the parts add up to the table."""
    place = range(part, part + 1)
    return [
        _row(row, {each: len(share_of(n, part=place, whole=parts)) for each, n in row.cells()})
        for row in table
    ]


def share_of(number: int, *, part: range, whole: int) -> range:
    """Which of `number` things, counted from 0 on, fall to a part of a whole.

    Parts that make up the whole get every thing once, and none more than it has places, where
    `number` is not above `whole`. Nothing falls to a part of nothing.
    """
    if not whole:
        return range(0)
    return range(number * part.start // whole, number * part.stop // whole)


def _row(row: TableRow, numbers: Mapping[Outcome, int]) -> TableRow:
    named = {outcome.value: number for outcome, number in numbers.items()}
    return TableRow(referrer_type=row.referrer_type, **named)
