"""Table 1 as CSV, in the columns of the published file (definitions.md, section 3)."""

import csv
import io

from domain.tabulation import TOTAL, Cell
from domain.vocabulary import Outcome
from services.reports.spreadsheet_text import harmless
from services.reports.table_1 import Table1

# The published file's short name for the outcome.
_NAMES = {Outcome.NO_FURTHER_ACTION: "nfa"}
_COLUMNS = (*Outcome, TOTAL)
HEADER = (
    "referred_by",
    *(f"{_NAMES.get(column, column)}{end}" for column in _COLUMNS for end in ("", "_pct")),
)


def table_1_csv(table: Table1) -> str:
    """The table as RFC 4180 text: a header, a row for each referrer type, a row of totals."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for code, cells in table.table.rows:
        writer.writerow([harmless(table.labels[code]), *_numbers(cells)])
    writer.writerow(["Total", *_numbers(table.table.totals)])
    return out.getvalue()


def _numbers(cells: dict[str, Cell]) -> list[str]:
    return [
        text
        for column in _COLUMNS
        for text in (str(cells[column].number), str(cells[column].percent))
    ]
