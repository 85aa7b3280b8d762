"""Fold the ledger by month, so that reports read few rows: bounded steps, beside all writers."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from models import LedgerEntry, LedgerFoldProgress
from services.ledger.cells import BALANCE_KEY, CELLS, COLUMNS, FOLD_KEY, balances_of, folds_of
from services.settled import settled_before

ENTRIES_A_STEP = 100_000
# A server that takes over from another may have a clock that is a little behind.
MARGIN = timedelta(seconds=10)
_NOTHING_FOLDED = datetime.min.replace(tzinfo=UTC)

_OF_AUTHORITY = LedgerFoldProgress.authority_code == bindparam("authority")
_CLAIM = select(LedgerFoldProgress.folded_to).where(_OF_AUTHORITY).with_for_update(skip_locked=True)
# Only where there is no row: an insert that meets one waits for whoever is changing it.
_START = text(
    "INSERT INTO ledger_fold_progress (authority_code, folded_to) SELECT :authority, :nothing"
    " WHERE NOT EXISTS (SELECT FROM ledger_fold_progress WHERE authority_code = :authority)"
    " ON CONFLICT DO NOTHING"
)
_ADVANCE = update(LedgerFoldProgress).where(_OF_AUTHORITY).values(folded_to=bindparam("up_to"))
_LAST_OF_STEP = (
    select(LedgerEntry.recorded_at)
    .where(
        LedgerEntry.authority_code == bindparam("authority"),
        LedgerEntry.recorded_at >= bindparam("after"),
        LedgerEntry.recorded_at < bindparam("settled"),
    )
    .order_by(LedgerEntry.recorded_at)
    .offset(bindparam("skipped"))
    .limit(1)
)


def _add_to(table: str, key: str, rows: str) -> str:
    added = ", ".join(
        f"{cell.column} = kept.{cell.column} + excluded.{cell.column}" for cell in CELLS
    )
    return (
        f"INSERT INTO {table} AS kept (authority_code, {key}, {COLUMNS})"  # noqa: S608
        f" SELECT :authority, {key}, {COLUMNS} FROM {rows} ORDER BY {key}"
        f" ON CONFLICT (authority_code, {key}) DO UPDATE SET {added}"
    )


_STEP = "authority_code = :authority AND recorded_at >= :after AND recorded_at < :up_to"
_FOLD = text(
    f"WITH step AS ({folds_of(_STEP)}),"  # noqa: S608 - names of models
    f" months AS ({balances_of('step')}),"
    f" folds AS ({_add_to('ledger_fold', FOLD_KEY, 'step')}),"
    f" balances AS ({_add_to('ledger_balance', BALANCE_KEY, 'months')})"
    " SELECT coalesce(sum(entries), 0)::bigint FROM step"
)


def fold_step(
    session: Session,
    *,
    authority: str,
    at_most: int = ENTRIES_A_STEP,
    margin: timedelta = MARGIN,
) -> int:
    """Fold an authority's next entries by one step; the number of entries that were folded.

    0 when none is left that is settled and older than `margin`, or while another transaction folds
    the authority. A step holds `at_most` entries, more only where they were recorded at the same
    instant. The transaction has to be of its own: folds and progress are committed together or not
    at all. Writers are neither waited for nor kept waiting.
    """
    after = _claim(session, authority)
    if after is None:
        return 0
    step = {"authority": authority, "after": after, "settled": settled_before(session) - margin}
    last = session.scalar(_LAST_OF_STEP, {**step, "skipped": at_most - 1})
    step["up_to"] = step["settled"] if last is None else last + timedelta.resolution
    entries: int = session.scalars(_FOLD, step).one()
    if entries:
        session.execute(_ADVANCE, step)
    return entries


def _claim(session: Session, authority: str) -> datetime | None:
    """Lock the authority's progress: how far it came. None while another has it."""
    of_authority = {"authority": authority}
    claimed: datetime | None = session.scalar(_CLAIM, of_authority)
    if claimed is None:
        session.execute(_START, {**of_authority, "nothing": _NOTHING_FOLDED})
        claimed = session.scalar(_CLAIM, of_authority)
    return claimed
