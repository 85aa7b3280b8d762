"""The database: an engine a process, and transactions that carry their scope.

The scope of a transaction is set by its first statement and ends with it, so that it holds behind
a connection pool in transaction mode. Row-level security shows a transaction without a scope no
row at all.
"""

import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects.postgresql.psycopg2 import dialect as psycopg2_dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

EVERY_AGENCY = "*"
EVERY_KEY = "*"
REPORTS_ROLE = "frontdoor_reports"

# The clock is read inside the first statement (`begin_scope`, migrations), when the server already
# shows that the transaction has begun: so whoever reads the clock and then finds no older
# transaction open has seen every record of an earlier time (services/settled.py).
_BEGIN = text(
    "SELECT begin_scope(:scope_authorities, :scope_agency, :scope_key, :scope_role,"
    " :lock_timeout, :statement_timeout)"
)
_SET_AGENCY = text("SELECT set_config('frontdoor.agency', :agency, true)")
_BEGIN_AT_ONCE = str(_BEGIN.compile(dialect=psycopg2_dialect()))  # type: ignore[no-untyped-call]
_BEGINNINGS_KEPT = 1_000

_RESTS_SINCE = "front_door.rests_since"
_MOMENT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a transaction may touch: those of some authorities and of one or every agency.

    `agency` is a code or `EVERY_AGENCY`; `key` the id of the key being looked up, or `EVERY_KEY`
    for the commands that manage keys. What is left empty shows nothing.
    """

    authorities: tuple[str, ...] = ()
    agency: str = ""
    key: str = ""

    @classmethod
    def of(cls, authority: str, agency: str | None) -> Self:
        """The scope of one authority, and of one of its agencies or of every one."""
        return cls((authority,), agency or EVERY_AGENCY)


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
        self._beginnings: dict[tuple[Scope, str], bytes] = {}

    @contextmanager
    def transaction(self, scope: Scope, *, patience_ms: int | None = None) -> Iterator[Session]:
        """One transaction in a scope: committed at the block's end, rolled back if it raises.

        `patience_ms` is how long a statement may take, and wait for others, where that is not as
        usual.
        """
        with self._begin(self._sessions, scope, role="none", patience_ms=patience_ms) as session:
            yield session

    @contextmanager
    def reports_transaction(self, scope: Scope) -> Iterator[Session]:
        """One transaction of the read-only role that sees counts and never a child."""
        with self._begin(self._reports_sessions, scope, role=REPORTS_ROLE) as session:
            yield session

    def time_here(self) -> datetime | None:
        """The time by this process's clock, aware, UTC; None where only `transaction` tells it."""
        return None if self._clock else datetime.now(UTC)

    def at_once(self, scope: Scope, statement: str, values: Mapping[str, object]) -> Any:
        """Run one statement in a scope and a transaction of its own, all in one round trip.

        `statement` gives one value and names its parameters as `%(name)s`. Its changes are durable
        when this returns.
        """
        begin = partial(self._begin_at_once, scope, "none")
        return _run_at_once(self.engine, begin, statement, values)

    def reports_at_once(self, scope: Scope, statement: str, values: Mapping[str, object]) -> Any:
        """Like `at_once`, in the role of `reports_transaction`."""
        begin = partial(self._begin_at_once, scope, REPORTS_ROLE)
        return _run_at_once(self._reports_engine, begin, statement, values)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._reports_engine.dispose()

    @contextmanager
    def _begin(
        self,
        sessions: sessionmaker[Session],
        scope: Scope,
        *,
        role: str,
        patience_ms: int | None = None,
    ) -> Iterator[Session]:
        settings = self._settings(scope, role)
        if patience_ms is not None:
            settings |= dict.fromkeys(self._timeouts, str(patience_ms))
        with sessions.begin() as session:
            began_at = session.execute(_BEGIN, settings).scalar_one()
            session.info["now"] = self._clock() if self._clock else began_at
            session.info["agency"] = scope.agency
            yield session

    def _begin_at_once(self, scope: Scope, role: str, cursor: Any) -> bytes:
        """What begins a transaction in a scope, as text: the same for every request of a caller."""
        known = self._beginnings.get((scope, role))
        if known is None:
            if len(self._beginnings) >= _BEGINNINGS_KEPT:
                self._beginnings.clear()
            known = cursor.mogrify(f"{_BEGIN_AT_ONCE}; ", self._settings(scope, role))
            self._beginnings[scope, role] = known
        return known

    def _settings(self, scope: Scope, role: str) -> dict[str, object]:
        return {
            "scope_authorities": ",".join(scope.authorities),
            "scope_agency": scope.agency,
            "scope_key": scope.key,
            "scope_role": role,
            **self._timeouts,
        }


def transaction_time(session: Session) -> datetime:
    """The instant that a transaction records: the database's in its first statement, aware, UTC."""
    now: datetime = session.info["now"]
    return now


@contextmanager
def for_every_agency(session: Session) -> Iterator[None]:
    """Widen a transaction's scope to every agency of its authorities while the block runs.

    For what follows of an agency's record for those of other agencies, which the agency itself may
    neither read nor change: nothing that is read in the block may reach the caller. The authorities
    stay as they are. Where the block raises, the transaction is lost anyway.
    """
    own = session.info["agency"]
    if own != EVERY_AGENCY:
        session.execute(_SET_AGENCY, {"agency": EVERY_AGENCY})
    yield
    if own != EVERY_AGENCY:
        session.flush()
        session.execute(_SET_AGENCY, {"agency": own})


def constraint_name(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row."""
    name: str | None = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return name


def _engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=3,
        pool_reset_on_return=None,  # by `_end_transaction`, which asks before it acts
        connect_args={"connect_timeout": 3},  # a pooler may refuse any that reach the server
    )
    event.listen(engine, "checkout", _refuse_closed)
    event.listen(engine, "begin", _hold_transaction)
    event.listen(engine, "reset", _end_transaction)
    return engine


def _run_at_once(
    engine: Engine, begin: Callable[[Any], bytes], statement: str, values: Mapping[str, object]
) -> Any:
    """By the driver itself: SQLAlchemy's part would cost more than the rest."""
    try:
        return _answer_at_once(engine, begin, statement, values)
    except psycopg2.Error as error:
        # Without the statement and its values, which may be personal.
        raise DBAPIError.instance(None, None, error, psycopg2.Error) from error


def _answer_at_once(
    engine: Engine, begin: Callable[[Any], bytes], statement: str, values: Mapping[str, object]
) -> Any:
    """On a connection that sends statements as they are: what comes together is one transaction.

    After an error it does not go back to the pool.
    """
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    is_done = False
    try:
        if not driver.autocommit:
            driver.autocommit = True
        with driver.cursor() as cursor:
            cursor.execute(begin(cursor) + cursor.mogrify(statement, values))
            (value,) = cursor.fetchone()
        is_done = True
    finally:
        if is_done:
            pooled.close()
        else:
            pooled.invalidate()
    return value


def _hold_transaction(connection: Connection) -> None:
    """Let a connection that sent statements as they are begin transactions again."""
    driver: Any = connection.connection.driver_connection
    if driver.autocommit:
        driver.autocommit = False


def _end_transaction(connection: Any, entry: ConnectionPoolEntry, _state: object) -> None:
    """Roll back what is open on a connection that goes back to the pool.

    Setting and rolling back let other threads run, which costs more than to ask first.
    """
    if connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
        connection.rollback()
    entry.info[_RESTS_SINCE] = time.monotonic()


def _refuse_closed(connection: DBAPIConnection, entry: ConnectionPoolEntry, *_: object) -> None:
    """Let the pool connect anew where the server has hung up; without asking it a question.

    To look lets other threads run too, so it is not done for what was in use a moment ago.
    """
    if time.monotonic() - entry.info.get(_RESTS_SINCE, 0.0) < _MOMENT_SECONDS:
        return
    resting = select.poll()
    resting.register(connection.fileno(), select.POLLIN)
    # Nobody has asked anything: what can be read is the end of the connection.
    if resting.poll(0):
        raise InvalidatePoolError
