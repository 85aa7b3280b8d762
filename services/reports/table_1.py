"""Table 1: breakdown of cases and referrers (definitions.md, section 3)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.version import VERSION
from domain.classification import RULESET_VERSION
from domain.periods import Period
from domain.tabulation import TOTAL, Cell, Table, tabulate
from domain.vocabulary import LABELS, Outcome
from services.ledger.now import Count
from services.reference.referrer_types import ReferrerTypeInUse
from services.reports.areas import Area
from services.reports.position import NOW, Position

TITLE = "Breakdown of cases and referrers"
COLUMNS = tuple(each.value for each in Outcome)
LABEL_OF: Mapping[str, str] = {
    **{each.value: LABELS[Outcome][each] for each in Outcome},
    TOTAL: "Total",
}
OTHER_NOTE = (
    '"Other" includes First Contact Team, Prevention, Prison Service, LADO (local authority '
    "designated officer), and Schools and Complex Needs Service."
)


@dataclass(frozen=True, slots=True)
class Table1:
    """The table of an area and a period, zero rows included; percentages are of each column."""

    area: Area
    period: Period
    position: Position
    table: Table
    labels: Mapping[str, str]
    awaiting_decision: int

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes under the table."""
        return (awaiting_note(self.awaiting_decision), OTHER_NOTE)

    def as_answer(self) -> dict[str, Any]:
        """The table in the contract's shape (api.md, "Reports"); percentages are `Decimal`."""
        return {
            "title": TITLE,
            "area": {"code": self.area.code, "name": self.area.name},
            "period": {
                "label": self.period.label,
                "from": self.period.start,
                "to": self.period.end,
            },
            "as_at": self.position.as_at,
            "position_on": self.position.position_on,
            "settled": self.position.is_settled,
            "ruleset_version": RULESET_VERSION,
            "disclosure_control": "none",
            "columns": [{"code": code, "label": label} for code, label in LABEL_OF.items()],
            "rows": [
                {"referrer_type": code, "label": self.labels[code], "cells": _cells(cells)}
                for code, cells in self.table.rows
            ],
            "totals": _cells(self.table.totals),
            "awaiting_decision": self.awaiting_decision,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Figures:
    """What a table is made of: an area, a period, the counts, and the referrer types in use."""

    area: Area
    period: Period
    counts: Sequence[Count]
    types: Sequence[ReferrerTypeInUse]
    position: Position = NOW

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that the table says, before it is made; 32 hexadecimal digits."""
        rows = [(each.code, each.label) for each in self._rows()]
        of = (VERSION, RULESET_VERSION, self.area, self.period, self.position)
        said = (*of, rows, sorted(self.counts))
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]

    def table(self) -> Table1:
        """The table."""
        types = self._rows()
        table = tabulate(
            ((each.referrer_type, each.outcome, each.n) for each in self.counts),
            rows=[each.code for each in types],
            columns=COLUMNS,
        )
        awaiting = sum(
            each.n
            for each in self.counts
            if each.outcome == Outcome.YET_TO_PROCEED and not each.is_referral
        )
        labels = {each.code: each.label for each in types}
        return Table1(self.area, self.period, self.position, table, labels, awaiting)

    def _rows(self) -> list[ReferrerTypeInUse]:
        counted = {each.referrer_type for each in self.counts}
        start, end = self.period.start, self.period.end
        return [each for each in self.types if each.code in counted or each.is_used(start, end)]


def awaiting_note(number: int) -> str:
    """The note that says how many contacts await a decision."""
    return f"{number} of those yet to proceed are contacts awaiting a decision."


def _cells(cells: Mapping[str, Cell]) -> dict[str, dict[str, Any]]:
    return {code: {"number": cell.number, "percent": cell.percent} for code, cell in cells.items()}
