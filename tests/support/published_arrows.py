"""The published arrows of the Inputs beside the computed directions: what docs/directions.md says.

`python -m tests.support.published_arrows` writes the page anew.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from domain.measures.columns import column_of, counted_period
from domain.measures.direction import Direction, Figure, compared_period, direction_in
from domain.measures.inputs import INPUTS, REFERRALS
from domain.measures.measure import Measure
from domain.periods import Period, parse_period

TESTS = Path(__file__).parents[1]
PUBLISHED = TESTS / "acceptance" / "data" / "appendix2_2013_14.csv"
PAGE = TESTS.parent / "docs" / "directions.md"
# Steps of a tenth: percentages and tolerances have one decimal place.
TRIED = tuple(Decimal(tenths) / 10 for tenths in range(201))

HEAD = """# Directions: ours beside the published ones

Every arrow that Appendix 2 of the report printed for its Inputs, and the direction that Front Door
computes from the same numbers. Where they differ, the rule is not bent: `up` is better performance,
by the measure's polarity, against the quarter before (a count of the year to date: against the same
point a year before), and `same` is within the tolerance, a difference of exactly the tolerance
included. Percentages are compared as they are printed, to one decimal place, so that every arrow
can be worked out from the page; the one that the report printed wrongly (5.5 for 46 of 856) is
taken as 5.4.

`null`: there is nothing to compare with. The report prints the year before as a whole, not its last
quarter, so its numbers alone give a first quarter no direction; with that quarter's records Front
Door has one.

A test keeps this page true: `python -m tests.support.published_arrows` writes it anew.
"""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A published arrow and what its measure's published numbers are."""

    measure: Measure
    period: Period
    published: Direction
    figures: dict[Period, Figure]

    @property
    def is_comparable(self) -> bool:
        """Whether the published numbers have anything to compare with."""
        return self.computed(self.measure.tolerance) is not None

    def computed(self, tolerance: Decimal) -> Direction | None:
        """The direction by our rule, with a tolerance."""
        return direction_in(replace(self.measure, tolerance=tolerance), self.period, self.figures)

    def figure_in(self, period: Period | None) -> Figure | None:
        """The published figure of a period."""
        if period is None:
            return None
        return self.figures.get(counted_period(self.measure.basis, period))


def published_arrows() -> list[Arrow]:
    """The arrows of the Inputs, in published order."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["section"] == "inputs"]
    numbers = {
        (row["measure"], _period(row)): int(row["number"])
        for row in rows
        if row["title"].partition(" | ")[2] in {"", "Total"}
    }
    measures = {measure.code: measure for measure in INPUTS}
    return [
        Arrow(
            measure := measures[row["measure"]],
            _period(row),
            Direction(row["direction"]),
            dict(_figures(measure, numbers)),
        )
        for row in rows
        if row["direction"]
    ]


def fits(arrows: list[Arrow]) -> list[tuple[Decimal, int]]:
    """For each tolerance tried, how many of the arrows come out as published."""
    return [
        (tolerance, sum(each.computed(tolerance) is each.published for each in arrows))
        for tolerance in TRIED
    ]


def page() -> str:
    """The whole page, as Markdown."""
    arrows = published_arrows()
    comparable = [each for each in arrows if each.is_comparable]
    differing = [
        each for each in comparable if each.computed(each.measure.tolerance) is not each.published
    ]
    proportions = [each for each in comparable if each.measure.is_proportion]
    counts = [each for each in comparable if not each.measure.is_proportion]
    return "\n".join(
        [
            HEAD,
            "| measure | quarter | from | to | change | published | ours | |",
            "|---|---|---|---|---|---|---|---|",
            *map(_line, arrows),
            "",
            f"Of {len(arrows)} arrows {len(comparable)} can be compared; {len(differing)} differ.",
            "",
            "## Which tolerance fits most of them",
            "",
            "| kind | fits most | arrows | default | arrows with it |",
            "|---|---|---|---|---|",
            _fit("proportions, in percentage points", proportions),
            _fit("counts, in per cent of the earlier number", counts),
            "",
            "Tolerances were tried in steps of 0.1 from 0 to 20. The defaults stay as they are",
            "defined; an authority can set its own for each measure.",
            "",
        ]
    )


def _period(row: dict[str, str]) -> Period:
    return parse_period(row["period"].replace(" ", "-"))


def _figures(
    measure: Measure, numbers: dict[tuple[str, Period], int]
) -> Iterator[tuple[Period, Figure]]:
    for (code, period), number in numbers.items():
        if code == measure.code:
            whole = _whole(measure, period, numbers)
            yield counted_period(measure.basis, period), Figure(number, whole)


def _whole(measure: Measure, period: Period, numbers: dict[tuple[str, Period], int]) -> int | None:
    if measure.share_of == REFERRALS:
        # Not printed by itself, but in all periods contacts less those closed and logged.
        closed = numbers["contacts_closed_and_logged", period]
        return numbers["contacts", period] - closed
    return numbers[measure.share_of, period] if measure.share_of else None


def _line(arrow: Arrow) -> str:
    measure, period = arrow.measure, arrow.period
    ours = arrow.computed(measure.tolerance)
    earlier = arrow.figure_in(compared_period(measure, period))
    figure = arrow.figure_in(period)
    remark = "differs" if ours not in {None, arrow.published} else ""
    cells = (
        measure.label,
        column_of(period).label,
        _shown(earlier),
        _shown(figure),
        _change(earlier, figure),
        arrow.published,
        ours or "null",
        remark,
    )
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return "not printed"
    return str(figure.number) if figure.percent is None else f"{figure.percent} %"


def _change(earlier: Figure | None, figure: Figure | None) -> str:
    if earlier is None or figure is None:
        return ""
    if earlier.percent is not None and figure.percent is not None:
        return f"{figure.percent - earlier.percent:+} points"
    return f"{Decimal(100 * (figure.number - earlier.number)) / earlier.number:+.1f} %"


def _fit(kind: str, arrows: list[Arrow]) -> str:
    (default,) = {each.measure.tolerance for each in arrows}
    tried = fits(arrows)
    most = max(number for _, number in tried)
    best = [tolerance for tolerance, number in tried if number == most]
    with_default = f"{dict(tried)[default]} of {len(arrows)}"
    cells = (kind, _ranges(best), f"{most} of {len(arrows)}", str(default), with_default)
    return f"| {' | '.join(cells)} |"


def _ranges(tolerances: list[Decimal]) -> str:
    """Tolerances a tenth apart as "0.8 to 0.9"."""
    runs: list[list[Decimal]] = []
    for each in tolerances:
        if runs and each - runs[-1][-1] == Decimal("0.1"):
            runs[-1].append(each)
        else:
            runs.append([each])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
