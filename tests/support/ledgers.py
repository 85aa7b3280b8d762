"""Ledgers as tests make and read them: entries of their own, folds as far as they like."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from core.database import EVERY_AGENCY, Scope, transaction_time
from domain.periods import Period
from models import LedgerEntry
from services.ledger.counts import counted
from services.ledger.fold import fold_step
from tests.support.hub import Hub

SUMS = ("ledger_fold", "ledger_balance", "ledger_fold_progress")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What an entry of the ledger says, all but whose it is."""

    received_on: date
    effective_on: date
    recorded_at: datetime
    referrer_type: str
    outcome: str
    is_referral: bool
    n: int

    @property
    def cell(self) -> tuple[str, str, bool]:
        """What it counts in."""
        return (self.referrer_type, self.outcome, self.is_referral)


def write_entries(hub: Hub, contact_id: str, entries: Iterable[Entry]) -> None:
    """Write entries about one contact of the authority, which may be none that it could have."""
    rows = [
        {
            "authority_code": hub.authority,
            "contact_id": contact_id,
            "version": number,
            "line": 1,
            "agency_code": "cleveland-police",
            **asdict(entry),
        }
        for number, entry in enumerate(entries, start=2)
    ]
    if rows:
        with hub.transaction() as session:
            session.execute(insert(LedgerEntry), rows)


def fold_to(hub: Hub, instant: datetime, *, at_most: int = 100_000) -> int:
    """Fold what was recorded before an instant, in steps; how many entries there were."""
    folded = 0
    while entries := _step(hub, instant, at_most):
        folded += entries
    return folded


def _step(hub: Hub, instant: datetime, at_most: int) -> int:
    with hub.transaction() as session:
        margin = transaction_time(session) - instant
        return fold_step(session, authority=hub.authority, at_most=at_most, margin=margin)


def fold_now(hub: Hub) -> int:
    """Fold everything that is settled; how many entries there were."""
    folded = 0
    while entries := fold_one_step(hub):
        folded += entries
    return folded


def fold_one_step(hub: Hub, *, at_most: int = 100_000) -> int:
    """Fold one step, without a margin."""
    with hub.transaction() as session:
        return fold_step(session, authority=hub.authority, at_most=at_most, margin=timedelta(0))


def cells(hubs: Iterable[Hub], received: Period, **known: Any) -> dict[Any, int]:
    """What is counted of the authorities, in the role that reads reports."""
    authorities = tuple(hub.authority for hub in hubs)
    database = next(iter(hubs)).database
    with database.reports_transaction(Scope(authorities, EVERY_AGENCY)) as session:
        found = counted(session, authorities=authorities, received=received, **known)
    assert len({each[:3] for each in found}) == len(found)
    return {each[:3]: each.n for each in found}


def summed(entries: Iterable[Entry]) -> dict[Any, int]:
    """The plain sum of entries."""
    sums: Counter[Any] = Counter()
    for entry in entries:
        sums[entry.cell] += entry.n
    return {cell: n for cell, n in sums.items() if n}


def kept_sums(hub: Hub) -> dict[str, list[Any]]:
    """Every row of the authority's folds, balances and progress."""
    with hub.transaction() as session:
        return {
            table: sorted(session.execute(text(f"SELECT t::text FROM {table} AS t")).all())  # noqa: S608
            for table in SUMS
        }
