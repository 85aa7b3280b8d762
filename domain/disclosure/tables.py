"""Table 1 and Inputs as figures bound by sums; years, partnerships and what else ties them.

Source: definitions.md, sections 3 and 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.disclosure.figures import Key, Sum, System
from domain.tabulation import TOTAL

# What hiding a figure costs the reader. A body cell is least missed; with the total of a column
# all its percentages go. The excess over whole hundreds prefers, of as many, the smaller figures.
_BODY, _ROW_TOTAL, _COLUMN_TOTAL, _GRAND_TOTAL = 100, 250, 1500, 3000
_LARGEST_EXCESS = 40


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """Where a figure stands: area and period by code, row and column by code or `TOTAL`.

    `edition` tells apart figures of one place that are of different instants.
    """

    area: str
    period: str
    row: str
    column: str
    edition: str = ""


def table_1(
    body: Mapping[tuple[str, str], int],
    *,
    area: str,
    period: str,
    rows: Sequence[str],
    columns: Sequence[str],
    edition: str = "",
) -> System:
    """The figures of one Table 1 from its body, by (row, column); cells not given are 0.

    In the table's order, each row with its total, then the row of totals.
    """
    place = Figure(area=area, period=period, row=TOTAL, column=TOTAL, edition=edition)
    values: dict[Key, int] = {}
    for row in rows:
        numbers = [body.get((row, column), 0) for column in columns]
        for column, number in zip((*columns, TOTAL), (*numbers, sum(numbers)), strict=True):
            values[replace(place, row=row, column=column)] = number
    for column in (*columns, TOTAL):
        values[replace(place, column=column)] = sum(
            values[replace(place, row=row, column=column)] for row in rows
        )
    across = [
        Sum(
            replace(place, row=row),
            tuple(replace(place, row=row, column=column) for column in columns),
        )
        for row in (*rows, TOTAL)
    ]
    down = [
        Sum(
            replace(place, column=column),
            tuple(replace(place, row=row, column=column) for row in rows),
        )
        for column in (*columns, TOTAL)
    ]
    return System(values=values, sums=(*across, *down))


def joined(systems: Iterable[System], sums: Iterable[Sum] = ()) -> System:
    """Several systems and the sums between them as one. A key has one value or it is an error.

    Raises `InconsistentFiguresError` where a sum does not hold, ValueError where two systems
    differ on a figure.
    """
    values: dict[Key, int] = {}
    every: list[Sum] = []
    for system in systems:
        for key, value in system.values.items():
            if values.setdefault(key, value) != value:
                message = f"{key!r} has two values"
                raise ValueError(message)
        every.extend(system.sums)
    return System(values=values, sums=tuple(dict.fromkeys((*every, *sums))))


def whole_of(
    parts: Sequence[System],
    *,
    area: str | None = None,
    period: str | None = None,
    edition: str = "",
) -> System:
    """Tables, and the table that is their sum, figure by figure: a year or a partnership.

    Exactly one of `area` and `period` names the whole. The parts may have different rows. Raises
    ValueError where neither or both are given, TypeError where a key is no `Figure`.
    """
    if (area is None) == (period is None):
        message = "a whole is either an area's or a period's"
        raise ValueError(message)
    of: dict[Key, list[Key]] = {}
    for part in parts:
        for key in part.values:
            of.setdefault(_whole_key(key, area=area, period=period, edition=edition), []).append(
                key
            )
    base = joined(parts)
    whole = {key: sum(base.values[part] for part in keys) for key, keys in of.items()}
    between = tuple(Sum(key, tuple(keys)) for key, keys in of.items())
    return System(values={**base.values, **whole}, sums=(*base.sums, *between))


def _whole_key(key: Key, *, area: str | None, period: str | None, edition: str) -> Figure:
    if not isinstance(key, Figure):
        message = f"{key!r} is no figure of a table"
        raise TypeError(message)
    return replace(key, area=area or key.area, period=period or key.period, edition=edition)


def costs(values: Mapping[Key, int]) -> dict[Key, int]:
    """What hiding each figure costs: totals more than cells, and of equals the larger more."""
    return {key: _cost(key) + min(value, _LARGEST_EXCESS) for key, value in values.items()}


def _cost(key: Key) -> int:
    if not isinstance(key, Figure):
        return _ROW_TOTAL
    if key.row != TOTAL:
        return _ROW_TOTAL if key.column == TOTAL else _BODY
    return _GRAND_TOTAL if key.column == TOTAL else _COLUMN_TOTAL


def readers_of_one_row(system: System, *, least_values: int) -> list[System]:
    """One reader for each row of the system's tables, who knows the whole row beforehand.

    That is an agency that alone stands behind a referrer type. `least_values` are what is promised
    of the other rows' small counts.
    """
    by_row: dict[tuple[str, str, str, str], set[Key]] = {}
    for key, value in system.values.items():
        if isinstance(key, Figure) and key.row != TOTAL and value:
            row = (key.area, key.period, key.edition, key.row)
            by_row.setdefault(row, set()).add(key)
    return [
        replace(system, foreknown=frozenset(keys), least_values=least_values)
        for keys in by_row.values()
    ]
