"""Table 1 as it is published: from printed figures alone."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.classification import RULESET_VERSION
from domain.disclosure.figures import SYMBOL
from domain.disclosure.printing import PrintedCell, printed_cell
from domain.disclosure.tables import Figure
from domain.measures.columns import Column
from domain.tabulation import TOTAL
from services.publications.figures_printed import awaiting_of
from services.publications.reckoning import Printed
from services.publications.words import APPLIED, notes_on_control
from services.reports.areas import Area
from services.reports.spreadsheet_text import harmless
from services.reports.table_1 import LABEL_OF, OTHER_NOTE, TITLE, awaiting_note
from services.reports.table_1_csv import HEADER

_AWAITING_HIDDEN = "Some of those yet to proceed are contacts awaiting a decision."


@dataclass(frozen=True, slots=True)
class PublishedTable1:
    """Table 1 of an area at a column's position; `rows` are referrer types and their labels."""

    area: Area
    column: Column
    as_at: datetime
    rows: Mapping[str, str]
    printed: Printed

    def as_answer(self, *, published_at: datetime) -> dict[str, Any]:
        """The table in the contract's shape; hidden numbers are None, percentages `Decimal`."""
        period = self.column.period
        awaiting = self.printed[awaiting_of(self.area.code, period)]
        return {
            "title": TITLE,
            "area": {"code": self.area.code, "name": self.area.name},
            "period": {"label": period.label, "from": period.start, "to": period.end},
            "as_at": self.as_at,
            "position_on": self.column.position_on,
            "settled": True,
            "ruleset_version": RULESET_VERSION,
            "disclosure_control": APPLIED,
            "columns": [{"code": code, "label": label} for code, label in LABEL_OF.items()],
            "rows": [
                {"referrer_type": code, "label": label, "cells": self._cells_as_answer(code)}
                for code, label in self.rows.items()
            ],
            "totals": self._cells_as_answer(TOTAL),
            "awaiting_decision": awaiting,
            "notes": [
                *notes_on_control(published_at=published_at, as_at=self.as_at),
                _AWAITING_HIDDEN if awaiting is None else awaiting_note(awaiting),
                OTHER_NOTE,
            ],
        }

    def as_csv(self) -> str:
        """The table as RFC 4180 text in the columns of the published file; what is hidden is c."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for code, label in self.rows.items():
            writer.writerow([harmless(label), *_texts(self._cells(code))])
        writer.writerow([LABEL_OF[TOTAL], *_texts(self._cells(TOTAL))])
        return out.getvalue()

    def _cells(self, row: str) -> dict[str, PrintedCell]:
        return {
            column: printed_cell(self._number(row, column), base=self._number(TOTAL, column))
            for column in LABEL_OF
        }

    def _cells_as_answer(self, row: str) -> dict[str, dict[str, object]]:
        return {
            column: {
                "number": cell.number,
                "percent": cell.percent,
                **({} if cell.symbol is None else {"symbol": cell.symbol}),
            }
            for column, cell in self._cells(row).items()
        }

    def _number(self, row: str, column: str) -> int | None:
        return self.printed[Figure(self.area.code, self.column.code, row, column)]


def _texts(cells: Mapping[str, PrintedCell]) -> Sequence[str]:
    return [
        SYMBOL if each is None else str(each)
        for cell in cells.values()
        for each in (cell.number, cell.percent)
    ]
