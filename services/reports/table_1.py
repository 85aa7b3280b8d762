"""Table 1: breakdown of cases and referrers (definitions.md, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.classification import RULESET_VERSION
from domain.periods import Period
from domain.tabulation import TOTAL, Cell, Table, tabulate
from domain.vocabulary import LABELS, Outcome
from models import LedgerEntry
from services.reference.referrer_types import ReferrerTypeInUse, referrer_types_of
from services.reports.areas import Area

TITLE = "Breakdown of cases and referrers"
COLUMNS = tuple(Outcome)
LABEL_OF: Mapping[str, str] = {code: LABELS[Outcome][code] for code in COLUMNS} | {TOTAL: "Total"}
OTHER_NOTE = (
    '"Other" includes First Contact Team, Prevention, Prison Service, LADO (local authority '
    "designated officer), and Schools and Complex Needs Service."
)


@dataclass(frozen=True, slots=True)
class Table1:
    """The table of an area and a period, zero rows included; percentages are of each column."""

    area: Area
    period: Period
    table: Table
    labels: Mapping[str, str]
    awaiting_decision: int

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes under the table."""
        awaiting = (
            f"{self.awaiting_decision} of those yet to proceed are contacts awaiting a decision."
        )
        return (awaiting, OTHER_NOTE)

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
            "as_at": None,
            "position_on": None,
            "settled": True,
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


def table_1(session: Session, *, area: Area, period: Period) -> Table1:
    """Make the table from the ledger: contacts received in the period, as they stand now."""
    counts = session.execute(_counts(area, period)).all()
    types = _rows(session, area, period, {row[0] for row in counts})
    table = tabulate(
        ((referrer_type, outcome, n) for referrer_type, outcome, _, n in counts),
        rows=[each.code for each in types],
        columns=COLUMNS,
    )
    awaiting = sum(
        n
        for _, outcome, is_referral, n in counts
        if outcome == Outcome.YET_TO_PROCEED and not is_referral
    )
    return Table1(area, period, table, {each.code: each.label for each in types}, awaiting)


def _counts(area: Area, period: Period) -> Select[str, str, bool, int]:
    n = func.sum(LedgerEntry.n)
    key = (LedgerEntry.referrer_type, LedgerEntry.outcome, LedgerEntry.is_referral)
    return (
        select(*key, n)
        .where(
            LedgerEntry.authority_code.in_(area.authorities),
            LedgerEntry.received_on.between(period.start, period.end),
        )
        .group_by(*key)
        .having(n != 0)
    )


def _rows(
    session: Session, area: Area, period: Period, counted: set[str]
) -> list[ReferrerTypeInUse]:
    types = referrer_types_of(session, area.authorities, own_labels=area.is_one_authority)
    return [
        each for each in types if each.code in counted or each.is_used(period.start, period.end)
    ]


def _cells(cells: Mapping[str, Cell]) -> dict[str, dict[str, Any]]:
    return {code: {"number": cell.number, "percent": cell.percent} for code, cell in cells.items()}
