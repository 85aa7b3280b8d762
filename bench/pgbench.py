"""pgbench with the statement that a submission comes down to: what the database alone can do."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (psycopg2 names it so)

from bench.agreement import TABLES
from bench.errors import MeasureError
from bench.loading import CPU, PER_SECOND
from bench.place import Place, plain_url
from bench.processes import cpu_seconds
from bench.rounds import Figures
from bench.scale import CONNECTIONS
from core.database_roles import quote_literal
from core.postgres_binaries import find_binaries
from domain.referrer_types import STANDARD_CODES

_THREADS = 2
_FIRST_WITH_UUID_7 = 180_000
_LEDGER = "outcome_ledger"
# How the codes of the authorities begin that submissions are spread over.
SPREAD_CODES = "E11"


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission that was really made: its authority, and its rows as JSON by table."""

    authority: str
    rows: Mapping[str, Mapping[str, str | None]]
    new_id: str

    @classmethod
    def of(cls, place: Place, authority: str, reference: str) -> Self:
        """The submission of a reference."""
        with place.superuser() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT contact_id FROM contact"
                " WHERE authority_code = %s AND agency_reference = %s",
                (authority, reference),
            )
            (contact_id,) = cursor.fetchone() or (None,)
            rows = {table: _texts(cursor, table, authority, contact_id) for table in TABLES}
            version = connection.server_version
        new_id = "uuidv7()" if version >= _FIRST_WITH_UUID_7 else "gen_random_uuid()"
        return cls(authority, rows, new_id)

    def statement(self, *, with_ledger: bool = True, among: int = 0) -> str:
        """A pgbench script of one statement that writes the submission's rows with a new id.

        With `among`, each goes to one of the first so many authorities, at random, on one of 90
        days, for one of the referrer types; else all to one authority, day and type.
        """
        made = {
            "contact_id": "made.contact_id",
            "agency_reference": "'PG-' || made.contact_id",
            "authority_code": "made.authority_code",
            **(_SPREAD if among else {}),
        }
        tables = [table for table in TABLES if with_ledger or table != _LEDGER]
        *others, last = (self._insert(table, made) for table in tables)
        named = "".join(f", new_{number} AS ({insert})" for number, insert in enumerate(others))
        return f"{_variables(among)}WITH {self._made(among)}{named} {last};\n"

    def _made(self, among: int) -> str:
        """The new id, the authority, and the scope, which is set before any row is written."""
        own = quote_literal(self.authority)
        authority = f"('{SPREAD_CODES}' || lpad(:authority::int::text, 6, '0'))" if among else own
        spread = (
            ", (current_date - :day::int) AS received_on,"
            f" ('{{{','.join(STANDARD_CODES)}}}'::text[])[:type::int] AS referrer_type"
        )
        return (
            f"made AS MATERIALIZED (SELECT {self.new_id} AS contact_id,"
            f" {authority} AS authority_code,"
            f" set_config('frontdoor.authorities', {authority}, true) AS authorities,"
            f" set_config('frontdoor.agency', '*', true) AS agency{spread if among else ''})"
        )

    def _insert(self, table: str, made: Mapping[str, str]) -> str:
        row = self.rows[table]
        values = (made.get(column) or _literal(text) for column, text in row.items())
        return f"INSERT INTO {table} ({', '.join(row)}) SELECT {', '.join(values)} FROM made"


_SPREAD = {"received_on": "made.received_on", "referrer_type": "made.referrer_type"}


def run_pgbench(place: Place, script: str, *, seconds: int) -> Figures:
    """Run a script by 16 clients as the application's role, prepared. Raises `MeasureError`."""
    path = place.folder / "pgbench.sql"
    path.write_text(script)
    before = cpu_seconds(place.database_process)
    finished = subprocess.run(
        [
            _program(),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={CONNECTIONS}",
            f"--jobs={_THREADS}",
            f"--time={seconds}",
            f"--file={path}",
            plain_url(place.server.connection.application_url),
        ],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    spent = cpu_seconds(place.database_process) - before
    done = _number(r"actually processed: (\d+)", finished.stdout)
    failed = _number(r"failed transactions: (\d+)", finished.stdout)
    if finished.returncode != 0 or failed or not done:
        message = f"pgbench failed: {finished.stderr.strip()}"
        raise MeasureError(message)
    return {
        PER_SECOND: _number(r"tps = ([\d.]+)", finished.stdout),
        "p50 ms": _number(r"latency average = ([\d.]+)", finished.stdout),
        CPU: spent * 1e3 / done,
        "of the database": spent * 1e3 / done,
    }


def _texts(cursor: Cursor, table: str, authority: str, contact_id: str) -> dict[str, str | None]:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    names = [column.name for column in cursor.description or ()]
    as_text = ", ".join(f"{name}::text" for name in names)
    cursor.execute(
        f"SELECT {as_text} FROM {table} WHERE authority_code = %s AND contact_id = %s",
        (authority, contact_id),
    )
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


def _literal(text: str | None) -> str:
    return "NULL" if text is None else quote_literal(text)


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else 0.0


def _program() -> Path:
    own = find_binaries(major=None) / "pgbench"
    elsewhere = shutil.which("pgbench")
    if own.exists():
        return own
    if elsewhere is None:
        message = "pgbench is needed: apt-get install postgresql-contrib"
        raise MeasureError(message)
    return Path(elsewhere)


def _variables(among: int) -> str:
    if not among:
        return ""
    return (
        f"\\set authority random(1, {among})\n\\set day random(1, 90)\n"
        f"\\set type random(1, {len(STANDARD_CODES)})\n"
    )
