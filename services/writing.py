"""New rows of several tables in one statement."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, TextClause, inspect, text
from sqlalchemy.orm import Session

from models import Base


def insert_together(session: Session, *groups: Sequence[Base]) -> None:
    """Insert new rows by one statement; each group holds rows of one table, and may be empty.

    They are inserted as they are and not attached to the session. No column may be binary: the rows
    travel as JSON, so that one statement, made once, takes any number of them.
    """
    filled = [group for group in groups if group]
    if not filled:
        return
    tables = tuple(cast("Table", group[0].__table__) for group in filled)
    rows = {
        table.name: json.dumps([columns_of(row) for row in group], default=_as_text)
        for table, group in zip(tables, filled, strict=True)
    }
    session.execute(_insert_into(tables), rows)


def columns_of(row: Base) -> dict[str, Any]:
    """The columns of a row by name; one that was never set is None."""
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


@cache
def _insert_into(tables: tuple[Table, ...]) -> TextClause:
    *others, last = (_insert(table) for table in tables)
    named = ", ".join(f"new_{number} AS ({insert})" for number, insert in enumerate(others))
    return text(f"WITH {named} {last}" if named else last)


def _insert(table: Table) -> str:
    columns = ", ".join(table.columns.keys())
    return (
        f"INSERT INTO {table.name} ({columns}) SELECT {columns}"  # noqa: S608 - names of the models
        f" FROM jsonb_populate_recordset(CAST(NULL AS {table.name}), CAST(:{table.name} AS jsonb))"
    )


def _as_text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    message = f"a {type(value).__name__} cannot be written as JSON"
    raise TypeError(message)
