"""New rows of several tables in one statement."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import TextClause, inspect, text
from sqlalchemy.orm import Session

from models import Base

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


def insert_together(session: Session, rows: Rows) -> None:
    """Insert new rows, given by the names of their tables, by one statement.

    A table may be given no row. A column that a row leaves out is NULL. The rows travel as JSON, so
    that one statement, made once, takes any number of them.
    """
    filled = {table: each for table, each in rows.items() if each}
    if filled:
        session.execute(_insert_into(tuple(filled)), {key: as_json(filled[key]) for key in filled})


def as_json(value: object) -> str:
    """Rows as JSON that PostgreSQL reads back into columns of any type."""
    return orjson.dumps(value, default=_as_text).decode()


def columns_of(row: Base) -> dict[str, Any]:
    """The columns of a row by name; one that was never set is None."""
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


@cache
def _insert_into(tables: tuple[str, ...]) -> TextClause:
    *others, last = (_insert(table) for table in tables)
    named = ", ".join(f"new_{number} AS ({insert})" for number, insert in enumerate(others))
    return text(f"WITH {named} {last}" if named else last)


def _insert(table: str) -> str:
    return (
        f"INSERT INTO {table} SELECT *"  # noqa: S608 - names of the models
        f" FROM jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:{table} AS jsonb))"
    )


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    message = f"a {type(value).__name__} cannot be written as JSON"
    raise TypeError(message)
