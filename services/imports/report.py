"""Keep the report of an import: that it began, what became of each record, how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

import orjson
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from core.database import transaction_time
from core.uuid7 import uuid7
from domain.access import Caller
from domain.imports import ImportFormat, ImportMode, ImportState, RecordResult
from models import ImportRun

_COUNTS = ", ".join(f"{each} = run.{each} + counted.{each}" for each in RecordResult)
_COUNTED = ", ".join(
    f"count(*) FILTER (WHERE result = '{each}') AS {each}" for each in RecordResult
)
# Arrays of cells, as `_cells` makes them, cost the database less to read than objects with names.
# A foreign key of the results would more than double the time that they take; the join holds them
# to a run that there is.
_ADD_RESULTS = text(
    "WITH run AS (SELECT authority_code, import_id, agency_code FROM import_run"  # noqa: S608
    " WHERE authority_code = :authority AND import_id = CAST(:import_id AS uuid)),"
    " written AS (INSERT INTO import_result (authority_code, import_id, line, agency_code,"
    " agency_reference, result, contact_id, caf_id, errors, warnings)"
    " SELECT run.authority_code, run.import_id, CAST(cells ->> 0 AS integer), run.agency_code,"
    " cells ->> 1, cells ->> 2, CAST(cells ->> 3 AS uuid), CAST(cells ->> 4 AS uuid),"
    " nullif(cells -> 5, '[]'), nullif(cells -> 6, '[]')"
    " FROM run CROSS JOIN jsonb_array_elements(CAST(:results AS jsonb)) AS cells"
    " RETURNING line, result, warnings),"
    f" counted AS (SELECT count(*) AS received, {_COUNTED},"
    " count(warnings) AS with_warnings, max(line) AS last_line FROM written)"
    f" UPDATE import_run AS run SET received = run.received + counted.received, {_COUNTS},"
    " with_warnings = run.with_warnings + counted.with_warnings,"
    " last_line = greatest(run.last_line, counted.last_line) FROM counted"
    " WHERE run.authority_code = :authority AND run.import_id = CAST(:import_id AS uuid)"
    " RETURNING run.received"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """How an import was asked for."""

    mode: ImportMode
    format: ImportFormat
    is_dry_run: bool = False

    @property
    def is_one_transaction(self) -> bool:
        """Whether all is written at once, or tried at once and undone."""
        return self.is_dry_run or self.mode is ImportMode.ATOMIC


class ResultRow(TypedDict):
    """What became of the record that began at a line of the body.

    `contact_id`, or of a CAF `caf_id`, is the record's (of a conflicting one: of the record that
    there was), None when there is none. Findings are `{"pointer" or "column", "code", "detail"}`,
    in `errors` of a conflicting record also `"contact"` or `"caf"`, its path. Neither they nor the
    reference hold NUL.
    """

    line: int
    agency_reference: str | None
    result: RecordResult
    contact_id: NotRequired[str | None]
    caf_id: NotRequired[str | None]
    errors: NotRequired[Sequence[Mapping[str, str]]]
    warnings: NotRequired[Sequence[Mapping[str, str]]]


def start(session: Session, caller: Caller, asked: ImportRequest) -> ImportRun:
    """Keep that an import began, with no record read; its id sorts by time."""
    run = ImportRun(
        authority_code=caller.authority,
        import_id=uuid7(),
        agency_code=caller.agency,
        key_id=caller.principal.key_id,
        recorded_by=caller.principal.name,
        mode=asked.mode,
        is_dry_run=asked.is_dry_run,
        format=asked.format,
        state=ImportState.RUNNING,
        started_at=transaction_time(session),
    )
    session.add(run)
    session.flush()
    return run


def add_results(session: Session, run: ImportRun, results: Sequence[ResultRow]) -> None:
    """Keep the results of some records (2,000 or so) and add them to the run's counts.

    One statement. Every line is given once in a run. `run` itself is left as it is: read it anew.
    """
    if not results:
        return
    values = {
        "authority": run.authority_code,
        "import_id": run.import_id,
        "results": orjson.dumps([_cells(each) for each in results]).decode(),
    }
    session.execute(_ADD_RESULTS, values).one()


def _cells(row: ResultRow) -> tuple[object, ...]:
    return (
        row["line"],
        row["agency_reference"],
        row["result"],
        row.get("contact_id"),
        row.get("caf_id"),
        row.get("errors", ()),
        row.get("warnings", ()),
    )


def finish(session: Session, run: ImportRun, *, state: ImportState) -> None:
    """Keep how an import ended, and when; what it counts is what became of its records."""
    session.execute(
        update(ImportRun)
        .where(ImportRun.authority_code == run.authority_code, ImportRun.import_id == run.import_id)
        .values(state=state, finished_at=transaction_time(session))
    )
