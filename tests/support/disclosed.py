"""Tables to protect: the published Table 1, its parts, and what is printed of protected ones."""

import random
from collections.abc import Mapping, Sequence

from domain.disclosure.figures import Display, System
from domain.disclosure.printing import PrintedCell, printed_cell
from domain.disclosure.tables import Figure, costs, table_1
from domain.tabulation import TOTAL
from domain.vocabulary import Outcome
from services.disclosure.protect import Protected, protect
from tests.support.published import published_table

COLUMNS = tuple(each.value for each in Outcome)
Body = dict[tuple[str, str], int]


def published_body(*, rows: int = 27) -> Body:
    """The body cells of the published Table 1, 108 of 27 rows, or of the last rows of them."""
    return {
        (row[0], column): int(row[1 + 2 * index])
        for row in published_table()[1:-1][-rows:]
        for index, column in enumerate(COLUMNS)
    }


def split(body: Body, parts: int, *, seed: int) -> list[Body]:
    """The cases of a table, dealt at random to several."""
    chance = random.Random(seed)
    dealt: list[Body] = [{} for _ in range(parts)]
    for place, number in body.items():
        for _ in range(number):
            part = dealt[chance.randrange(parts)]
            part[place] = part.get(place, 0) + 1
    return dealt


def table(
    body: Mapping[tuple[str, str], int],
    *,
    area: str = "E06000004",
    period: str = "2013-14-Q4",
    rows: Sequence[str] | None = None,
    edition: str = "",
) -> System:
    """A Table 1 with all rows of the published one, or those given."""
    rows = rows if rows is not None else list(dict.fromkeys(row for row, _ in published_body()))
    return table_1(body, area=area, period=period, rows=rows, columns=COLUMNS, edition=edition)


def protected(system: System, published: Display | None = None) -> Protected:
    """One table published by itself beside others of other places."""
    return protect(
        [system], new=system.values, published=published or {}, costs=costs(system.values)
    )


def printed(display: Display, *, area: str, period: str) -> dict[str, dict[str, PrintedCell]]:
    """What stands in one printed Table 1."""
    cells: dict[str, dict[str, PrintedCell]] = {}
    for key, number in display.items():
        if isinstance(key, Figure) and (key.area, key.period) == (area, period):
            base = display[Figure(area, period, TOTAL, key.column, key.edition)]
            cells.setdefault(key.row, {})[key.column] = printed_cell(number, base=base)
    return cells


def truth(system: System) -> dict[tuple[str, str, str], int]:
    """The true figures under the names that an attacker gives them: table, row, column."""
    return {
        (f"{key.area} {key.period}", key.row, key.column): value
        for key, value in system.values.items()
        if isinstance(key, Figure)
    }
