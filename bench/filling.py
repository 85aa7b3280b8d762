"""Many contacts with their decisions and ledger entries, written by SQL alone, then folded.

Three million contacts a year from January 2022 over 150 authorities and 27 referrer types: 55 in
100 are closed and logged some days later, 35 are accepted on receipt and later get no further
action (15) or an assessment (20), 10 are still open.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from psycopg2.extensions import connection as Connection  # noqa: N812  (psycopg2 names it so)

from bench.errors import MeasureError
from bench.place import AGENCY, Place
from cli.alembic_command import PROJECT
from domain.access import Role
from domain.periods import parse_period, period_between
from domain.referrer_types import STANDARD_CODES
from models import LedgerBalance, LedgerFold, LedgerFoldProgress

AUTHORITIES = tuple(f"E10{n:06d}" for n in range(1, 151))
PERIOD = "2021-22-Q4"
QUARTER = parse_period(PERIOD)
# In the middle of the quarter's last month.
AS_AT = datetime(2022, 3, 17, 10, 30, tzinfo=UTC)
EVERY_YEAR = period_between(date(2021, 4, 1), date(2026, 3, 31))

_SECONDS = 10 / 3 * 365.25 * 24 * 60 * 60

_TABLES = ("contact", "decision", "outcome_ledger")
_FOLDS = [each.__tablename__ for each in (LedgerFold, LedgerBalance, LedgerFoldProgress)]

_MAKE = f"""
CREATE TEMPORARY TABLE made AS
SELECT n, authority_code, referrer_type, fate, received_at,
       (received_at AT TIME ZONE 'Europe/London')::date AS received_on,
       decided_at, (decided_at AT TIME ZONE 'Europe/London')::date AS decided_on,
       (lpad(to_hex((extract(epoch FROM received_at) * 1000)::bigint), 12, '0')
        || '70008' || lpad(to_hex(n), 15, '0'))::uuid AS contact_id
FROM (
    SELECT n, received_at,
           'E10' || lpad((1 + abs(hashint8extended(n, 1)) %% 150)::text, 6, '0') AS authority_code,
           ('{{{",".join(STANDARD_CODES)}}}'::text[])
               [1 + floor(27 * power(abs(hashint8extended(n, 2)) %% 1000 / 1000.0, 2))::int]
               AS referrer_type,
           abs(hashint8extended(n, 3)) %% 100 AS fate,
           received_at + make_interval(hours => 1 + (abs(hashint8extended(n, 4)) %% 400)::int)
               AS decided_at
    FROM (
        SELECT n, timestamptz '2022-01-01 00:00Z' + n * %(spacing)s * interval '1 s' AS received_at
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
    ) AS numbered
) AS drawn
ORDER BY authority_code, n
"""
_CONTACTS = f"""
INSERT INTO contact (
    authority_code, contact_id, agency_code, agency_reference, submitted_as, content_digest,
    received_at, received_on, is_received_time_known, referrer_type, census_source, concerns,
    immediate_concern, is_referral, is_open, is_void, referred_at, referred_on, outcome,
    outcome_rule, outcome_since, ruleset_version, reason, warnings, version, created_at, updated_at)
SELECT authority_code, contact_id, '{AGENCY}', 'FILL-' || n, 'contact', '\\x00',
    received_at, received_on, true, referrer_type, '8', '{{}}',
    false, fate BETWEEN 55 AND 89, fate >= 90, false,
    CASE WHEN fate BETWEEN 55 AND 89 THEN received_at END,
    CASE WHEN fate BETWEEN 55 AND 89 THEN received_on END,
    CASE WHEN fate < 55 THEN 'closed_and_logged' WHEN fate < 70 THEN 'no_further_action'
         WHEN fate < 90 THEN 'to_assessment' ELSE 'yet_to_proceed' END,
    CASE WHEN fate < 55 THEN 'closed_and_logged' WHEN fate < 70 THEN 'referral_no_further_action'
         WHEN fate < 90 THEN 'assessment_commenced' ELSE 'awaiting_decision' END,
    CASE WHEN fate < 90 THEN decided_on ELSE received_on END, '1',
    CASE WHEN fate < 70 THEN 'information_only' END, '[]',
    CASE WHEN fate < 90 THEN 2 ELSE 1 END, received_at,
    CASE WHEN fate < 90 THEN decided_at ELSE received_at END
FROM made ORDER BY authority_code, n
"""
_DECISIONS = f"""
INSERT INTO decision (
    authority_code, contact_id, decision_id, agency_code, version, sequence, decision, decided_at,
    decided_on, assessment_type, reason, key_id, recorded_at)
SELECT authority_code, contact_id, gen_random_uuid(), '{AGENCY}', version, sequence, decision,
    at, london, assessment, reason, %(key_id)s, at
FROM made, LATERAL (
    SELECT 1 AS version, 1 AS sequence, 'accept_as_referral' AS decision, received_at AS at,
        received_on AS london, NULL AS assessment, NULL AS reason
    WHERE fate BETWEEN 55 AND 89
    UNION ALL
    SELECT 2, CASE WHEN fate < 55 THEN 1 ELSE 2 END,
        CASE WHEN fate < 55 THEN 'close_and_log' WHEN fate < 70 THEN 'no_further_action'
             ELSE 'start_assessment' END,
        decided_at, decided_on, CASE WHEN fate >= 70 THEN 'single' END,
        CASE WHEN fate < 70 THEN 'information_only' END
    WHERE fate < 90
) AS taken ORDER BY authority_code, n
"""
_ENTRIES = f"""
INSERT INTO outcome_ledger (
    authority_code, contact_id, version, line, agency_code, received_on, effective_on, recorded_at,
    referrer_type, outcome, is_referral, reason, n)
SELECT authority_code, contact_id, version, line, '{AGENCY}', received_on, effective_on, at,
    referrer_type, outcome, is_referral, reason, count
FROM made, LATERAL (
    SELECT 1 AS version, 1 AS line, received_on AS effective_on, received_at AS at,
        'yet_to_proceed' AS outcome, fate BETWEEN 55 AND 89 AS is_referral, NULL AS reason,
        1 AS count
    UNION ALL
    SELECT 2, 1, decided_on, decided_at, 'yet_to_proceed', fate >= 55, NULL, -1 WHERE fate < 90
    UNION ALL
    SELECT 2, 2, decided_on, decided_at,
        CASE WHEN fate < 55 THEN 'closed_and_logged' WHEN fate < 70 THEN 'no_further_action'
             ELSE 'to_assessment' END,
        fate >= 55, CASE WHEN fate < 70 THEN 'information_only' END, 1
    WHERE fate < 90
) AS booked ORDER BY authority_code, n, version, line
"""

_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE contype IN ('p', 'u', 'f')
  AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
ORDER BY contype = 'f', contype = 'u'
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%(tables)s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def fill(place: Place, contacts: int, *, of: int) -> None:
    """Bring the filling to so many contacts `of` those that it will have, and fold the ledger.

    Those that it will have fill 3 1/3 years: with less than ten million, contacts are rarer. What
    is there already stays. Raises `MeasureError`.
    """
    with place.superuser() as connection:
        present = _present(connection)
        if not present:
            place.add_authorities(AUTHORITIES)
        if present < contacts:
            _write(place, connection, range(present, contacts), spacing=_SECONDS / of)
    _fold(place)


def _write(place: Place, connection: Connection, numbers: range, *, spacing: float) -> None:
    key_id = place.key(AUTHORITIES, Role.DECIDE).split("_")[2]
    drawn = {"first": numbers.start, "last": numbers.stop - 1, "spacing": spacing}
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, drawn)
        with _without_indexes(connection):
            for statement in (_CONTACTS, _DECISIONS, _ENTRIES):
                cursor.execute(statement, {"key_id": key_id})
        cursor.execute("DROP TABLE made")
        for table in _TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        # These entries are of the past, which folds take for settled: all are folded anew.
        cursor.execute(f"TRUNCATE {', '.join(_FOLDS)}")


def _present(connection: Connection) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM contact WHERE authority_code = ANY(%s)", (list(AUTHORITIES),)
        )
        (number,) = cursor.fetchone() or (0,)
        return int(number)


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Take keys and indexes away while rows come in, and make them anew: much the faster."""
    tables = {"tables": list(_TABLES)}
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, tables)
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, tables)
        indexes = cursor.fetchall()
        _run(
            connection,
            [
                *(
                    f"ALTER TABLE {table} DROP CONSTRAINT {name}"
                    for table, name, _ in reversed(constraints)
                ),
                *(f"DROP INDEX {name}" for name, _ in indexes),
            ],
        )
        yield
        keys = [each for each in constraints if not each[2].startswith("FOREIGN")]
        others = [each for each in constraints if each[2].startswith("FOREIGN")]
        _run(connection, [_add(each) for each in keys])
        _run(connection, [definition for _, definition in indexes])
        _run(connection, [_add(each) for each in others])


def _add(constraint: tuple[str, str, str]) -> str:
    table, name, definition = constraint
    return f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"


def _run(connection: Connection, statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _fold(place: Place) -> None:
    """Fold with the command that ships with the service."""
    finished = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "ledger", "fold"],
        cwd=PROJECT,
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        message = f"the ledger could not be folded: {finished.stderr.strip()[-500:]}"
        raise MeasureError(message)
