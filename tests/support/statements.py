"""What the database was asked in a block: its messages and transactions, counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (psycopg2 names it so)
from sqlalchemy import Engine, event


@dataclass
class Asked:
    """The SQL of each message, and how many transactions were begun, committed, rolled back.

    What goes to the database at once is a transaction that is not counted.
    """

    statements: list[str] = field(default_factory=list)
    begun: int = 0
    committed: int = 0
    rolled_back: int = 0

    def note_begin(self, _conn: Any) -> None:
        self.begun += 1

    def note_commit(self, _conn: Any) -> None:
        self.committed += 1

    def note_rollback(self, _conn: Any) -> None:
        self.rolled_back += 1


@contextmanager
def asked_of(engine: Engine) -> Iterator[Asked]:
    """Count what an engine is asked until the block ends, also by its driver alone."""
    asked = Asked()
    noting = _cursor_that_notes(asked)

    def watch(connection: Any, *_: Any) -> None:
        connection.cursor_factory = noting

    listeners = {
        "checkout": watch,
        "checkin": _stop_watching,
        "begin": asked.note_begin,
        "commit": asked.note_commit,
        "rollback": asked.note_rollback,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    yield asked
    for name, listener in listeners.items():
        event.remove(engine, name, listener)


def _cursor_that_notes(asked: Asked) -> type[Cursor]:
    class NotingCursor(Cursor):
        def execute(self, query: Any, values: Any = None) -> None:
            asked.statements.append(query.decode() if isinstance(query, bytes) else str(query))
            super().execute(query, values)

    return NotingCursor


def _stop_watching(connection: Any, *_: Any) -> None:
    if connection is not None:
        connection.cursor_factory = None
