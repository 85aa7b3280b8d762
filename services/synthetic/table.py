"""A published Table 1 as numbers: what the synthetic records have to add up to."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from domain.referrer_types import REFERRER_TYPES
from domain.vocabulary import Outcome

LABEL_COLUMN = "referred_by"
TOTAL = "total"
TOTAL_LABEL = "Total"
OUTCOME_COLUMNS: Mapping[Outcome, str] = {
    Outcome.CLOSED_AND_LOGGED: "closed_and_logged",
    Outcome.NO_FURTHER_ACTION: "nfa",
    Outcome.TO_ASSESSMENT: "to_assessment",
    Outcome.YET_TO_PROCEED: "yet_to_proceed",
}
NUMBER_COLUMNS = (*OUTCOME_COLUMNS.values(), TOTAL)

_CODES = {each.label: each.code for each in REFERRER_TYPES}


class TableError(ValueError):
    """A table that cannot be read or contradicts itself; the message names line and label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """How many cases of one referrer type (its code) stand in each outcome column."""

    referrer_type: str
    closed_and_logged: int = 0
    no_further_action: int = 0
    to_assessment: int = 0
    yet_to_proceed: int = 0

    @property
    def total(self) -> int:
        """All cases of the row."""
        return sum(number for _, number in self.cells())

    def cells(self) -> Iterator[tuple[Outcome, int]]:
        """Yield the row's outcomes with their numbers, in published order."""
        yield Outcome.CLOSED_AND_LOGGED, self.closed_and_logged
        yield Outcome.NO_FURTHER_ACTION, self.no_further_action
        yield Outcome.TO_ASSESSMENT, self.to_assessment
        yield Outcome.YET_TO_PROCEED, self.yet_to_proceed


def read_table(lines: Iterable[str]) -> list[TableRow]:
    """Read the numbers of a Table 1 in CSV with its header; percentages are not looked at.

    Columns are named as in the published table: `referred_by` with the standard label, `nfa` and
    so on (definitions.md, section 3). Every referrer type stands in it once, zero rows included,
    and a last row `Total` with the sums. Anything unknown, missing, doubled or inconsistent is a
    TableError that names the line and the label.
    """
    reader = csv.DictReader(lines)
    _require_columns(reader.fieldnames or ())
    rows: dict[str, TableRow] = {}
    sums: dict[str, int] | None = None
    for record in reader:
        place = f"line {reader.line_num}, {(record[LABEL_COLUMN] or '').strip() or 'no label'}"
        if sums is not None:
            _refuse(place, "stands after the Total row")
        numbers = {column: _number(record[column], column, place) for column in NUMBER_COLUMNS}
        if (record[LABEL_COLUMN] or "").strip() == TOTAL_LABEL:
            sums = numbers
            _require_sums(rows.values(), sums, place)
        else:
            row = _row(record[LABEL_COLUMN], numbers, place)
            if row.referrer_type in rows:
                _refuse(place, "stands in the table twice")
            rows[row.referrer_type] = row
    _require_whole(rows, sums)
    return list(rows.values())


def _refuse(place: str, detail: str) -> NoReturn:
    message = f"{place}: {detail}"
    raise TableError(message)


def _require_columns(names: Iterable[str]) -> None:
    missing = [name for name in (LABEL_COLUMN, *NUMBER_COLUMNS) if name not in names]
    if missing:
        _refuse("line 1, header", f"lacks the columns {', '.join(missing)}")


def _number(text: str | None, column: str, place: str) -> int:
    if text is None or not (text.strip().isascii() and text.strip().isdigit()):
        _refuse(place, f"{column} is not a whole number of 0 or more")
    return int(text)


def _row(label: str, numbers: Mapping[str, int], place: str) -> TableRow:
    code = _CODES.get((label or "").strip())
    if code is None:
        _refuse(place, "is not the label of a referrer type")
    row = TableRow(
        referrer_type=code,
        **{outcome.value: numbers[column] for outcome, column in OUTCOME_COLUMNS.items()},
    )
    if row.total != numbers[TOTAL]:
        _refuse(place, f"total is {numbers[TOTAL]}, its columns add up to {row.total}")
    return row


def _require_sums(rows: Iterable[TableRow], sums: Mapping[str, int], place: str) -> None:
    added = dict.fromkeys(NUMBER_COLUMNS, 0)
    for row in rows:
        added[TOTAL] += row.total
        for outcome, number in row.cells():
            added[OUTCOME_COLUMNS[outcome]] += number
    for column, number in sums.items():
        if number != added[column]:
            _refuse(place, f"{column} is {number}, its rows add up to {added[column]}")


def _require_whole(rows: Mapping[str, TableRow], sums: Mapping[str, int] | None) -> None:
    missing = [label for label, code in _CODES.items() if code not in rows]
    if missing:
        _refuse("end of the table", f"lacks the rows {', '.join(missing)}")
    if sums is None:
        _refuse("end of the table", f"lacks the row {TOTAL_LABEL}")
