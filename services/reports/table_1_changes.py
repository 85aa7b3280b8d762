"""Which cells of Table 1 moved between two instants, and which records moved them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.database import EVERY_AGENCY, Database, Scope
from domain.access import Principal, Role
from domain.periods import Period
from domain.referrer_types import STANDARD_CODES
from domain.vocabulary import Outcome
from services.reports.position import position_of
from services.reports.read_table_1 import figures_at
from services.reports.table_1 import Figures

MOST_RECORDS = 1_000

_ORDER = {outcome: position for position, outcome in enumerate(Outcome)}
# What moved, by contact, with what happened to it meanwhile. The ledger says what moved; a version
# that moved no cell (information added, a CAF linked) is no reason.
_MOVED = text(
    "WITH entry AS ("
    "SELECT authority_code, contact_id, version, received_on, referrer_type, outcome, n"
    " FROM outcome_ledger"
    " WHERE authority_code = ANY (CAST(:authorities AS text[]))"
    " AND received_on BETWEEN :start AND :end"
    " AND recorded_at > :earlier AND recorded_at <= :later AND effective_on <= :position_on"
    "), moved AS ("
    "SELECT authority_code, contact_id, received_on, referrer_type, outcome, sum(n) AS n"
    " FROM entry GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0"
    "), record AS ("
    "SELECT authority_code, contact_id, max(received_on) AS received_on,"
    " json_agg(json_build_array(referrer_type, outcome, n)) AS moves FROM moved GROUP BY 1, 2"
    ") SELECT authority_code, contact_id, received_on, moves, events, last_at,"
    " count(*) OVER () AS records"
    " FROM record, LATERAL ("
    "SELECT array_agg(DISTINCT event) AS events, max(recorded_at) AS last_at"
    " FROM contact_version WHERE authority_code = record.authority_code"
    " AND contact_id = record.contact_id"
    " AND version IN (SELECT version FROM entry WHERE entry.authority_code = record.authority_code"
    " AND entry.contact_id = record.contact_id"
    " GROUP BY version, received_on, referrer_type, outcome HAVING sum(n) <> 0)"
    ") AS happened ORDER BY last_at, contact_id LIMIT :most"
)
_CAUSES = {"submitted": "late_arrival", "corrected": "correction", "decided": "decision"}


@dataclass(frozen=True, slots=True)
class MovedCell:
    """A cell that was `before` and is `after`."""

    referrer_type: str
    outcome: str
    before: int
    after: int


def table_1_changes(
    database: Database,
    principal: Principal,
    *,
    area: str,
    period: Period,
    as_at: datetime,
    against: datetime,
    position_on: date | None,
) -> dict[str, Any]:
    """What is other in the table as at `as_at` than in the one as at `against`, both aware.

    In the contract's shape (api.md, "Reports"); `records` only for who decides in every authority
    of the area: at most `MOST_RECORDS`, the one that was changed first comes first. Raises as
    `table_1_figures` does.
    """
    before, after = (
        figures_at(
            database,
            principal,
            area,
            period,
            position_of(
                database, principal, as_at=instant, position_on=position_on, parameter=parameter
            ),
        )
        for parameter, instant in (("against", against), ("as_at", as_at))
    )
    answer: dict[str, Any] = {
        "area": {"code": after.area.code, "name": after.area.name},
        "period": {"label": period.label, "from": period.start, "to": period.end},
        "as_at": as_at,
        "against": against,
        "position_on": position_on,
        "settled": before.position.is_settled and after.position.is_settled,
        "cells": list(_moved_cells(before, after)),
    }
    authorities = sorted({*before.area.authorities, *after.area.authorities})
    if principal.authorities_with([Role.DECIDE]).issuperset(authorities):
        with database.transaction(Scope(tuple(authorities), EVERY_AGENCY)) as session:
            answer |= _records(session, authorities, after, as_at=as_at, against=against)
    return answer


def _moved_cells(before: Figures, after: Figures) -> Iterable[MovedCell]:
    was, is_ = _cells(before), _cells(after)
    for cell in sorted(was.keys() | is_.keys(), key=_published_order):
        if was.get(cell, 0) != is_.get(cell, 0):
            yield MovedCell(*cell, before=was.get(cell, 0), after=is_.get(cell, 0))


def _cells(figures: Figures) -> Mapping[tuple[str, str], int]:
    cells: defaultdict[tuple[str, str], int] = defaultdict(int)
    for each in figures.counts:
        cells[each.referrer_type, each.outcome] += each.n
    return cells


def _published_order(cell: tuple[str, str]) -> tuple[int, str, int]:
    """Standard types as published, an authority's own after them."""
    referrer_type, outcome = cell
    is_standard = referrer_type in STANDARD_CODES
    position = STANDARD_CODES.index(referrer_type) if is_standard else len(STANDARD_CODES)
    return position, referrer_type, _ORDER[Outcome(outcome)]


def _records(
    session: Session,
    authorities: Sequence[str],
    after: Figures,
    *,
    as_at: datetime,
    against: datetime,
) -> dict[str, Any]:
    earlier, later = sorted((as_at, against))
    sign = 1 if as_at == later else -1
    values = {
        "authorities": authorities,
        "start": after.period.start,
        "end": after.period.end,
        "earlier": earlier,
        "later": later,
        "position_on": after.position.position_on or date.max,
        "most": MOST_RECORDS,
    }
    found = session.execute(_MOVED, values).all()
    return {
        "records": [
            {
                "authority": each.authority_code,
                "id": each.contact_id,
                "received_on": each.received_on,
                "changed_at": each.last_at,
                "causes": sorted(_CAUSES[event] for event in each.events),
                "moves": [
                    {"referrer_type": referrer_type, "outcome": outcome, "number": sign * n}
                    for referrer_type, outcome, n in each.moves
                ],
            }
            for each in found
        ],
        "records_in_all": found[0].records if found else 0,
    }
