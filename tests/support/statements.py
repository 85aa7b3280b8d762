"""What the database was asked in a block: its statements and transactions, counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Asked:
    """The SQL of each statement, and how many transactions were begun, committed, rolled back."""

    statements: list[str] = field(default_factory=list)
    begun: int = 0
    committed: int = 0
    rolled_back: int = 0


@contextmanager
def asked_of(engine: Engine) -> Iterator[Asked]:
    """Count what an engine is asked until the block ends."""
    asked = Asked()

    def note_statement(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.statements.append(statement)

    def note_begin(_conn: Any) -> None:
        asked.begun += 1

    def note_commit(_conn: Any) -> None:
        asked.committed += 1

    def note_rollback(_conn: Any) -> None:
        asked.rolled_back += 1

    listeners = {
        "before_cursor_execute": note_statement,
        "begin": note_begin,
        "commit": note_commit,
        "rollback": note_rollback,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    yield asked
    for name, listener in listeners.items():
        event.remove(engine, name, listener)
