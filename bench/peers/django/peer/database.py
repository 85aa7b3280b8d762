"""Transactions in a scope, and the statements that are plain SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from bench.peers.statements import BEGIN, KEY, TERMS


def _statement(template: str) -> str:
    names = ("authorities", "agency", "key", "key_id", "authority", "wording", "alias")
    return template.format(**{name: f"%({name})s" for name in names})


_BEGIN = _statement(BEGIN)
READ_KEY = _statement(KEY)
READ_TERMS = _statement(TERMS)


@contextmanager
def in_scope(*, authority: str = "", agency: str = "", key: str = "") -> Iterator[datetime]:
    """One transaction in a scope, and its time; rolled back if the block raises."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BEGIN, {"authorities": authority, "agency": agency, "key": key})
        yield cursor.fetchone()[-1]


def read(statement: str, parameters: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of a statement, as columns by name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
