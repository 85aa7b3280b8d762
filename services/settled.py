"""Which instants are settled: no write that records an earlier time can still appear."""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.database import transaction_time

_OLDEST_OPEN = (
    select(func.min(text("xact_start")))
    .select_from(text("pg_stat_activity"))
    .where(
        text("datname = current_database()"),
        text("usename = current_user"),
        text("pid <> pg_backend_pid()"),
    )
)


def settled_before(session: Session) -> datetime:
    """The instant before which every record is visible to this transaction's next statement.

    A transaction records the time of its first statement, after the server shows it as begun; so
    what is not shown as open, and is older than this transaction's own time, has ended.
    To be asked in the application's own role and of the primary: a replica, or another role, does
    not show when its transactions began. Prepared transactions, which nobody makes, are not seen.
    """
    oldest: datetime | None = session.scalar(_OLDEST_OPEN)
    now = transaction_time(session)
    return now if oldest is None else min(now, oldest)
