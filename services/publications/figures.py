"""The true figures of an authority and a period, as they are kept for all later publications."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.disclosure.figures import System
from domain.disclosure.inputs import InputsNumbers, with_inputs
from domain.disclosure.tables import Figure, table_1
from domain.measures.columns import counted_period
from domain.measures.inputs import (
    CLOSED_AND_LOGGED_WITH_ACTIVE_CAF,
    CLOSED_OR_NFA,
    INPUTS_BY_CODE,
    REFERRAL_REASONS,
)
from domain.measures.measure import Basis, Breakdown
from domain.periods import Period
from domain.tabulation import TOTAL
from domain.vocabulary import Outcome
from services.cafs.commenced import cafs_commenced
from services.ledger.breakdown import Facts, counted_by_facts
from services.reference.referrer_types import referrer_types_of
from services.reports.inputs_figures import figure_of, figures_of
from services.reports.table_1 import COLUMNS

Numbers = dict[str, Any]
"""Figures as JSON: lists of codes and numbers, in an order that is always the same."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures of an authority and a period as of an instant; `is_new`: not stored yet.

    `contacts` is None where the period has no position, `cafs` where it is no quarter.
    """

    as_at: datetime
    position_on: date | None
    contacts: Numbers | None
    cafs: dict[str, int] | None
    is_new: bool


def counted_now(
    session: Session,
    authority: str,
    *,
    period: Period,
    as_at: datetime,
    position_on: date | None,
    is_quarter: bool,
) -> Kept:
    """Count the figures as known at the settled instant `as_at`, and at the day's end."""
    contacts = None
    if position_on is not None:
        facts = counted_by_facts(
            session,
            authorities=[authority],
            received=period,
            as_at=as_at,
            position_on=position_on,
        )
        types = referrer_types_of(session, [authority], own_labels=False, as_at=as_at)
        contacts = _contacts(facts, types=[each.code for each in types])
    cafs = None
    if is_quarter:
        to_date = counted_period(Basis.YEAR_TO_DATE, period)
        counted = cafs_commenced(session, authorities=[authority], commenced=to_date, as_at=as_at)
        cafs = dict(sorted(counted.items()))
    return Kept(as_at, position_on, contacts, cafs, is_new=True)


def system_of(contacts: Numbers, *, area: str, period: str) -> System:
    """Table 1 and Inputs of these figures, and the sums that bind them.

    Raises `InconsistentFiguresError` where they don't fit each other.
    """
    body = {(row, column): number for row, column, number in contacts["cells"]}
    table = table_1(body, area=area, period=period, rows=contacts["types"], columns=COLUMNS)
    numbers = InputsNumbers(
        awaiting_decision=contacts["awaiting_decision"],
        closed_with_active_caf=contacts["closed_with_active_caf"],
        by_agency={code: (number, closed) for code, number, closed in contacts["by_agency"]},
        by_reason=dict(contacts["by_reason"]),
        by_need=dict(contacts["by_need"]),
    )
    return with_inputs(table, numbers, place=Figure(area, period, TOTAL, TOTAL))


def _contacts(facts: Sequence[Facts], *, types: Sequence[str]) -> Numbers:
    cells: Counter[tuple[str, str]] = Counter()
    for each in facts:
        cells[each.referrer_type, each.outcome] += each.n
    closed_or_nfa = figures_of(INPUTS_BY_CODE[CLOSED_OR_NFA], facts).breakdowns
    needs = figures_of(INPUTS_BY_CODE[REFERRAL_REASONS], facts).breakdowns
    by_agency = closed_or_nfa[Breakdown.AGENCY]
    return {
        "types": list(types),
        "cells": [[row, column, number] for (row, column), number in sorted(cells.items())],
        "awaiting_decision": sum(
            each.n
            for each in facts
            if each.outcome == Outcome.YET_TO_PROCEED and not each.is_referral
        ),
        "closed_with_active_caf": figure_of(
            INPUTS_BY_CODE[CLOSED_AND_LOGGED_WITH_ACTIVE_CAF], facts
        ).number,
        "by_agency": [[c, f.denominator, f.number] for c, f in sorted(by_agency.items())],
        "by_reason": [
            [c, f.number] for c, f in sorted(closed_or_nfa[Breakdown.REASON].items()) if f.number
        ],
        "by_need": [
            [c, f.number] for c, f in sorted(needs[Breakdown.PRESENTING_NEED].items()) if f.number
        ],
    }
