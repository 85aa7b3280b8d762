"""What was measured, as a page: the ratios first, then every figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bench.rounds import Samples, Spread, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One promise, what was measured, and the floor and the aim that it is held against.

    `is_ceiling`: the smaller the better. Without a value it could not be measured; `reason` says
    why.
    """

    what: str
    floor: float
    aim: float
    is_ceiling: bool = False
    unit: str = ""
    value: Spread | None = None
    reason: str = ""

    @property
    def verdict(self) -> str:
        """Whether the aim is hit, or the floor held, by the median."""
        if self.value is None:
            return "not measured"
        if self._reaches(self.aim):
            return "aim hit"
        return "floor held" if self._reaches(self.floor) else "**MISSED**"

    @property
    def is_missed(self) -> bool:
        """Whether the floor is not held, or nobody knows."""
        return self.value is None or not self._reaches(self.floor)

    def _reaches(self, limit: float) -> bool:
        value = self.value.median if self.value else 0.0
        return value <= limit if self.is_ceiling else value >= limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one measure found: its rows, the figures of every variant, and what to know of them."""

    title: str
    rows: Sequence[Row]
    samples: Samples = field(default_factory=dict)
    notes: Sequence[str] = ()


def found(row: Row, value: Spread) -> Row:
    """The row with what was measured."""
    return replace(row, value=value)


def not_measured(row: Row, reason: str) -> Row:
    """The row, and why there is no figure."""
    return replace(row, reason=reason)


def page(*, heading: Sequence[str], measured: Sequence[Measured]) -> str:
    """The whole page as Markdown."""
    parts = [
        "\n".join(heading),
        _ratios([row for each in measured for row in each.rows]),
        *(_section(each) for each in measured),
    ]
    return "\n\n".join(parts) + "\n"


def _ratios(rows: Sequence[Row]) -> str:
    head = "| what | measured | lowest to highest | floor | aim | |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(_ratio(row) for row in rows)])


def _ratio(row: Row) -> str:
    if row.value is None:
        measured, reach = "-", row.reason
    else:
        measured = f"**{_number(row.value.median)}**{row.unit}"
        reach = f"{_number(row.value.lowest)} to {_number(row.value.highest)}"
    sign = "at most " if row.is_ceiling else ""
    limits = f"{sign}{_number(row.floor)}{row.unit} | {sign}{_number(row.aim)}{row.unit}"
    return f"| {row.what} | {measured} | {reach} | {limits} | {row.verdict} |"


def _section(measured: Measured) -> str:
    parts = [f"## {measured.title}"]
    if measured.samples:
        parts.append(_table(measured.samples))
    parts += [f"- {note}" for note in measured.notes]
    return "\n\n".join(parts[:2]) + ("\n\n" + "\n".join(parts[2:]) if parts[2:] else "")


def _table(samples: Samples) -> str:
    names = list(dict.fromkeys(name for each in samples.values() for name in each[0]))
    lines = [
        f"| | {' | '.join(names)} |",
        "|---" * (len(names) + 1) + "|",
        *(
            f"| {variant} | {' | '.join(_cell(samples, variant, name) for name in names)} |"
            for variant in samples
        ),
    ]
    return "\n".join(lines)


def _cell(samples: Samples, variant: str, figure: str) -> str:
    if figure not in samples[variant][0]:
        return ""
    found = spread(samples, variant, figure)
    return f"{_number(found.median)} ({_number(found.lowest)} to {_number(found.highest)})"


def _number(value: float) -> str:
    """Three digits that say something, and all of those before the point."""
    size = abs(value)
    digits = next((each for limit, each in ((100, 0), (10, 1), (1, 2)) if size >= limit), 3)
    return f"{value:,.{digits}f}"
