"""The same counts by four ways: the ledger and the plain ones that it is held against."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from statistics import median
from typing import Any

from bench.errors import MeasureError
from bench.filling import AUTHORITIES, QUARTER
from bench.place import Place
from bench.processes import cpu_seconds
from bench.rounds import Figures
from core.database import EVERY_AGENCY, Scope
from domain.periods import Period
from services.ledger.counts import counted

MILLISECONDS = "ms"
_MOMENT_MS = 300

Cells = dict[tuple[str, str, bool], int]

_PLAIN = """
SELECT referrer_type, outcome, is_referral, count(*)
FROM contact
WHERE authority_code = ANY(%(authorities)s) AND received_on BETWEEN %(start)s AND %(end)s
GROUP BY referrer_type, outcome, is_referral
"""
_LATERAL = """
SELECT contact.referrer_type, coalesce(stood.outcome, 'yet_to_proceed'),
       coalesce(stood.is_referral, false), count(*)
FROM contact LEFT JOIN LATERAL (
    SELECT CASE decision WHEN 'close_and_log' THEN 'closed_and_logged'
                         WHEN 'no_further_action' THEN 'no_further_action'
                         WHEN 'start_assessment' THEN 'to_assessment'
                         ELSE 'yet_to_proceed' END AS outcome,
           decision <> 'close_and_log' AS is_referral
    FROM decision
    WHERE decision.authority_code = contact.authority_code
      AND decision.contact_id = contact.contact_id AND decision.recorded_at <= %(as_at)s
    ORDER BY sequence DESC LIMIT 1
) AS stood ON true
WHERE contact.authority_code = ANY(%(authorities)s)
  AND contact.received_on BETWEEN %(start)s AND %(end)s AND contact.created_at <= %(as_at)s
GROUP BY 1, 2, 3
"""


def by_ledger(
    place: Place,
    *,
    authorities: tuple[str, ...] = AUTHORITIES,
    received: Period = QUARTER,
    as_at: datetime | None = None,
) -> tuple[Cells, Figures]:
    """The counts of authorities and a period, as the service's reports count."""
    scope = Scope(authorities, EVERY_AGENCY)
    with place.database.reports_transaction(scope) as session:
        return _timed(
            place,
            lambda: counted(session, authorities=authorities, received=received, as_at=as_at),
        )


def by_group_by(place: Place, *, received: Period = QUARTER) -> tuple[Cells, Figures]:
    """The same by a plain GROUP BY over the contacts' covering index."""
    return _by_sql(place, _PLAIN, received, None)


def by_lateral(place: Place, *, as_at: datetime) -> tuple[Cells, Figures]:
    """The same as at an instant, from each contact's last decision before it."""
    return _by_sql(place, _LATERAL, QUARTER, as_at)


def require_same(one: Cells, other: Cells) -> None:
    """Raise `MeasureError` unless both ways count the same in every cell."""
    if one != other:
        wrong = {cell for cell in one.keys() | other.keys() if one.get(cell) != other.get(cell)}
        message = f"the ledger and the plain count differ in {len(wrong)} cells"
        raise MeasureError(message)


def _by_sql(
    place: Place, statement: str, received: Period, as_at: datetime | None
) -> tuple[Cells, Figures]:
    values = {
        "authorities": list(AUTHORITIES),
        "start": received.start,
        "end": received.end,
        "as_at": as_at,
    }
    with place.superuser() as connection, connection.cursor() as cursor:

        def run() -> list[tuple[Any, ...]]:
            cursor.execute(statement, values)
            return cursor.fetchall()

        return _timed(place, run)


def _timed(place: Place, run: Callable[[], Iterable[tuple[Any, ...]]]) -> tuple[Cells, Figures]:
    """What a count gives, and the median time of as many as fit into a moment."""
    taken: list[float] = []
    rows: Iterable[tuple[Any, ...]] = ()
    before = cpu_seconds(place.database_process)
    while sum(taken) < _MOMENT_MS:
        started = time.perf_counter()
        rows = run()
        taken.append((time.perf_counter() - started) * 1e3)
    spent = cpu_seconds(place.database_process) - before
    cells = {(row[0], row[1], row[2]): int(row[3]) for row in rows}
    return cells, {MILLISECONDS: median(taken), "CPU ms of the database": spent * 1e3 / len(taken)}
