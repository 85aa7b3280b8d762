"""The cells of the ledger: the columns in which folds and balances sum up its entries."""

from typing import NamedTuple

from domain.vocabulary import Outcome


class Cell(NamedTuple):
    """What a column of sums counts: contacts of an outcome, either referrals or not."""

    column: str
    outcome: Outcome
    is_referral: bool


CELLS = tuple(
    Cell(f"{kind}_{outcome}", outcome, is_referral)
    for kind, is_referral in (("contact", False), ("referral", True))
    for outcome in Outcome
)
COLUMNS = ", ".join(cell.column for cell in CELLS)
FOLD_KEY = "received_month, recorded_week, effective_month, referrer_type"
BALANCE_KEY = "received_month, referrer_type"

_SUMS = ", ".join(
    f"coalesce(sum(n) FILTER (WHERE outcome = '{cell.outcome}'"
    f" AND is_referral = {cell.is_referral}), 0)::int AS {cell.column}"
    for cell in CELLS
)


def folds_of(entries: str) -> str:
    """A query for the rows of `ledger_fold` that some entries make, without the authority.

    `entries` is the condition on `outcome_ledger`; the column `entries` says how many a row sums.
    """
    return (
        "SELECT date_trunc('month', received_on::timestamp)::date AS received_month,"  # noqa: S608 - names of models
        " date_trunc('week', recorded_at AT TIME ZONE 'UTC')::date AS recorded_week,"
        " date_trunc('month', effective_on::timestamp)::date AS effective_month,"
        f" referrer_type, {_SUMS}, count(*) AS entries"
        f" FROM outcome_ledger WHERE {entries} GROUP BY 1, 2, 3, 4"
    )


def balances_of(folds: str) -> str:
    """A query for the rows of `ledger_balance` that the folds of a table or query make."""
    sums = ", ".join(f"sum({cell.column})::int AS {cell.column}" for cell in CELLS)
    return f"SELECT {BALANCE_KEY}, {sums} FROM {folds} GROUP BY {BALANCE_KEY}"  # noqa: S608
