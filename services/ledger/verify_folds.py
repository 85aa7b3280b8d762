"""Hold folds and balances against the entries that they sum up, row for row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.ledger.cells import BALANCE_KEY, CELLS, FOLD_KEY, balances_of, folds_of


@dataclass(frozen=True, slots=True)
class FoldDisagreement:
    """A referrer type's contacts of a month of receipt, and what of them does not add up."""

    received_month: date
    referrer_type: str
    detail: str


_MONTHS = text(
    "SELECT min(month), max(month) FROM ("
    "SELECT received_on AS month FROM outcome_ledger WHERE authority_code = :authority"
    " UNION ALL SELECT received_month FROM ledger_fold WHERE authority_code = :authority"
    " UNION ALL SELECT received_month FROM ledger_balance WHERE authority_code = :authority"
    ") AS known"
)
_FOLDED_OF_MONTH = (
    "authority_code = :authority AND received_on >= :month AND received_on < :next_month"
    " AND recorded_at < (SELECT folded_to FROM ledger_fold_progress"
    " WHERE authority_code = :authority)"
)


def _unlike(table: str, key: str, rows: str, detail: str) -> str:
    sums = ", ".join(f"sums.{cell.column}" for cell in CELLS)
    kept = ", ".join(f"kept.{cell.column}" for cell in CELLS)
    return (
        f"SELECT DISTINCT received_month, referrer_type, '{detail}'"  # noqa: S608
        f" FROM ({rows}) AS sums FULL JOIN (SELECT * FROM {table}"
        " WHERE authority_code = :authority AND received_month = :month) AS kept"
        f" USING ({key}) WHERE ({sums}) IS DISTINCT FROM ({kept})"
    )


_COMPARED = text(
    f"WITH folds AS ({folds_of(_FOLDED_OF_MONTH)}) "  # noqa: S608
    + _unlike("ledger_fold", FOLD_KEY, "SELECT * FROM folds", "the folds do not add up")
    + " UNION ALL "
    + _unlike("ledger_balance", BALANCE_KEY, balances_of("folds"), "the balance does not add up")
    + " ORDER BY 1, 2, 3"
)


def verify_folds(session: Session, *, authority: str) -> Iterator[FoldDisagreement]:
    """Every month and referrer type of an authority whose folds or balance do not add up.

    To the entries recorded before `folded_to`, that is. Each month is compared in one statement,
    so that a fold beside it is no disagreement.
    """
    first, last = session.execute(_MONTHS, {"authority": authority}).one()
    month = first and first.replace(day=1)
    while month is not None and month <= last:
        next_month = (month + timedelta(days=31)).replace(day=1)
        values = {"authority": authority, "month": month, "next_month": next_month}
        yield from (FoldDisagreement(*row) for row in session.execute(_COMPARED, values))
        month = next_month
