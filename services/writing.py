"""New rows of several tables in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Insert, Table, insert, inspect
from sqlalchemy.orm import Session

from models import Base

Rows = Sequence[Mapping[str, Any]]


def insert_together(session: Session, *groups: Sequence[Base]) -> None:
    """Insert new rows by one statement; each group holds rows of one table, and may be empty.

    They are inserted as they are and not attached to the session.
    """
    inserts = [(_table(group[0]), [columns_of(row) for row in group]) for group in groups if group]
    if not inserts:
        return
    *others, last = inserts
    statement = _insert(*last)
    for table, values in others:
        statement = statement.add_cte(_insert(table, values).cte(f"new_{table.name}"))
    session.execute(statement)


def columns_of(row: Base) -> dict[str, Any]:
    """The columns of a row by name; one that was never set is None."""
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


def _insert(table: Table, values: list[dict[str, Any]]) -> Insert:
    # One row in this form is compiled once and remembered, as a list of rows is not.
    return insert(table).values(values[0] if len(values) == 1 else values)


def _table(row: Base) -> Table:
    return cast("Table", row.__table__)
