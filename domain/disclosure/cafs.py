"""The CAFs of a year as figures bound by sums: the year to date by kind, quarter after quarter.

Source: definitions.md, section 4 (`caf2_commenced`). What commenced in a quarter is printed
nowhere: it is the year to date less that of the quarter before, and protected like a printed count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.caf import CafAgencyKind
from domain.disclosure.figures import Key, Sum, System
from domain.disclosure.tables import Figure, joined, whole_of
from domain.tabulation import TOTAL

COMMENCED = "caf2_commenced"
IN_QUARTER = "caf2_in_quarter"

ByQuarter = Mapping[str, Mapping[str, int]]
"""The year to date at the end of each quarter, in order, by kind; kinds without any left out."""


def caf_row(kind: str) -> str:
    """The row of a kind of agency."""
    return f"caf:{kind}"


def cafs_of_year(
    by_area: Mapping[str, ByQuarter], *, wholes: Mapping[str, Sequence[str]]
) -> System:
    """The year to date of areas and quarters, by kind and in total, and what binds them.

    The areas have the same quarters, from the year's first on; `wholes` are areas that are sums of
    others. `Figure`s: the kinds' rows and `TOTAL`, with column `caf2_commenced`. A year to date
    that is less than that of the quarter before, as after a correction, is not bound to it.
    """
    parts = {area: _year_to_date(area, quarters) for area, quarters in by_area.items()}
    areas = joined(
        [
            *parts.values(),
            *(whole_of([parts[each] for each in of], area=area) for area, of in wholes.items()),
        ]
    )
    quarters = [quarter for each in by_area.values() for quarter in each]
    return joined([areas, _between(areas, list(dict.fromkeys(quarters)))])


def _year_to_date(area: str, quarters: ByQuarter) -> System:
    values: dict[Key, int] = {}
    sums: list[Sum] = []
    for quarter, numbers in quarters.items():
        total = Figure(area=area, period=quarter, row=TOTAL, column=COMMENCED)
        kinds: dict[Key, int] = {
            replace(total, row=caf_row(kind)): numbers.get(kind, 0) for kind in CafAgencyKind
        }
        values |= {**kinds, total: sum(kinds.values())}
        sums.append(Sum(total, tuple(kinds)))
    return System(values=values, sums=tuple(sums))


def _between(areas: System, quarters: Sequence[str]) -> System:
    """What commenced in each quarter but the first, which its year to date tells."""
    values: dict[Key, int] = dict(areas.values)
    sums: list[Sum] = []
    before = dict(zip(quarters[1:], quarters, strict=False))
    for key, number in areas.values.items():
        if isinstance(key, Figure) and key.period in before:
            earlier = replace(key, period=before[key.period])
            step = number - areas.values[earlier]
            if step >= 0:
                in_quarter = replace(key, column=IN_QUARTER)
                values[in_quarter] = step
                sums.append(Sum(key, (earlier, in_quarter)))
    return System(values=values, sums=tuple(sums))
