"""The database: an engine a process, and transactions that carry their scope.

The scope of a transaction is set by its first statement and ends with it, so that it holds behind
a connection pool in transaction mode. Row-level security shows a transaction without a scope no
row at all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

EVERY_AGENCY = "*"
EVERY_KEY = "*"
REPORTS_ROLE = "frontdoor_reports"

# The clock is read inside the first statement, when the server already shows that the transaction
# has begun: so whoever reads the clock and then finds no older transaction open has seen every
# record of an earlier time (services/settled.py).
_BEGIN = text(
    "SELECT set_config('frontdoor.authorities', :authorities, true),"
    " set_config('frontdoor.agency', :agency, true),"
    " set_config('frontdoor.key', :key, true),"
    " set_config('lock_timeout', :lock_timeout, true),"
    " set_config('statement_timeout', :statement_timeout, true),"
    " set_config('timezone', 'UTC', true),"
    " set_config('role', :role, true),"
    " clock_timestamp()"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a transaction may touch: those of some authorities and of one or every agency.

    `agency` is a code or `EVERY_AGENCY`; `key` the id of the key being looked up, or `EVERY_KEY`
    for the commands that manage keys. What is left empty shows nothing.
    """

    authorities: tuple[str, ...] = ()
    agency: str = ""
    key: str = ""


class Database:
    """The engine of one process. Make it after the process was forked.

    `reports_url` may name a replica; without it reports run on the same engine in the role that
    reads nothing but counts. `clock` replaces the database's time, for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        reports_url: str | None = None,
        pool_size: int = 8,
        lock_timeout_ms: int = 5_000,
        statement_timeout_ms: int = 30_000,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.engine = _engine(url, pool_size)
        self._reports_engine = _engine(reports_url, pool_size) if reports_url else self.engine
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._reports_sessions = sessionmaker(self._reports_engine, expire_on_commit=False)
        self._timeouts = {
            "lock_timeout": str(lock_timeout_ms),
            "statement_timeout": str(statement_timeout_ms),
        }
        self._clock = clock

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[Session]:
        """One transaction in a scope: committed at the block's end, rolled back if it raises."""
        with self._begin(self._sessions, scope, role="none") as session:
            yield session

    @contextmanager
    def reports_transaction(self, scope: Scope) -> Iterator[Session]:
        """One transaction of the read-only role that sees counts and never a child."""
        with self._begin(self._reports_sessions, scope, role=REPORTS_ROLE) as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._reports_engine.dispose()

    @contextmanager
    def _begin(
        self, sessions: sessionmaker[Session], scope: Scope, *, role: str
    ) -> Iterator[Session]:
        with sessions.begin() as session:
            values = {
                "authorities": ",".join(scope.authorities),
                "agency": scope.agency,
                "key": scope.key,
                "role": role,
                **self._timeouts,
            }
            began_at = session.execute(_BEGIN, values).one()[-1]
            session.info["now"] = self._clock() if self._clock else began_at
            yield session


def transaction_time(session: Session) -> datetime:
    """The instant that a transaction records: the database's in its first statement, aware, UTC."""
    now: datetime = session.info["now"]
    return now


def constraint_name(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row."""
    name: str | None = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return name


def _engine(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=3,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 3},  # a pooler may refuse any that reach the server
    )
