"""Read what is kept of imports: summaries, and the results of their records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.orm import Session

from domain.access import Caller
from domain.errors import Finding, NotFoundError, UnprocessableError
from domain.imports import RecordResult
from models import ImportResult, ImportRun
from models.imports import Findings

ERRORS_SHOWN = 100

Summary = dict[str, Any]
ResultAnswer = dict[str, Any]
Cursor = TypeVar("Cursor", str, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Cursor]):
    """A page of a list; `next` is the cursor of the page after it, None on the last."""

    items: list[dict[str, Any]]
    next: Cursor | None


def find_run(session: Session, caller: Caller, *, import_id: str) -> ImportRun:
    """An import of the caller's: its own agency's, or any when it decides.

    Raises `NotFoundError` for one that does not exist and for somebody else's, alike.
    """
    found = session.scalars(_runs_of(caller).where(ImportRun.import_id == import_id)).one_or_none()
    if found is None:
        message = "There is no such import, or it is not yours to see."
        raise NotFoundError(message)
    return found


def summary(session: Session, caller: Caller, *, import_id: str) -> Summary:
    """What became of an import: its counts, and its first 100 errors with line and reference.

    Raises `NotFoundError`.
    """
    run = find_run(session, caller, import_id=import_id)
    return {**_counts(run), "errors": _first_errors(session, run)}


def list_imports(
    session: Session, caller: Caller, *, limit: int, after: str | None = None
) -> Page[str]:
    """A page of the caller's imports, the one that started last first, without their errors.

    `after` is the id of the last import of the page before. Raises `UnprocessableError` when it is
    none of the caller's.
    """
    newest_first = _runs_of(caller).order_by(
        ImportRun.started_at.desc(), ImportRun.import_id.desc()
    )
    if after is not None:
        position = tuple_(_started_at(session, caller, after), after)
        place = tuple_(ImportRun.started_at, ImportRun.import_id)
        newest_first = newest_first.where(place < position)
    runs = session.scalars(newest_first.limit(limit + 1)).all()
    shown = runs[:limit]
    return Page(
        items=[_counts(run) for run in shown],
        next=shown[-1].import_id if len(runs) > limit else None,
    )


def results_page(
    session: Session,
    caller: Caller,
    *,
    import_id: str,
    limit: int,
    after: int | None = None,
    result: RecordResult | None = None,
) -> Page[int]:
    """A page of an import's results, by line; `after` is the last line of the page before.

    With `result` only those. Raises `NotFoundError`.
    """
    run = find_run(session, caller, import_id=import_id)
    rows = session.execute(results_of(run, after=after, result=result).limit(limit + 1)).all()
    shown = rows[:limit]
    return Page(items=answers(shown), next=shown[-1].line if len(rows) > limit else None)


def results_of(
    run: ImportRun, *, after: int | None = None, result: RecordResult | None = None
) -> Select[int, str | None, str, str | None, str | None, Findings | None, Findings | None]:
    """The results of an import by line, from the line after `after` on."""
    statement = (
        select(
            ImportResult.line,
            ImportResult.agency_reference,
            ImportResult.result,
            ImportResult.contact_id,
            ImportResult.caf_id,
            ImportResult.errors,
            ImportResult.warnings,
        )
        .where(
            ImportResult.authority_code == run.authority_code,
            ImportResult.import_id == run.import_id,
        )
        .order_by(ImportResult.line)
    )
    if after is not None:
        statement = statement.where(ImportResult.line > after)
    return statement if result is None else statement.where(ImportResult.result == result)


def answers(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[ResultAnswer]:
    """Results as they are answered: an empty list where there is no finding."""
    return [
        {
            "line": row.line,
            "agency_reference": row.agency_reference,
            "result": row.result,
            "id": row.contact_id or row.caf_id,
            "errors": row.errors or [],
            "warnings": row.warnings or [],
        }
        for row in rows
    ]


def _runs_of(caller: Caller) -> Select[ImportRun]:
    statement = select(ImportRun).where(ImportRun.authority_code == caller.authority)
    if caller.agency is not None:
        statement = statement.where(ImportRun.agency_code == caller.agency)
    return statement


def _started_at(session: Session, caller: Caller, import_id: str) -> datetime:
    found = _runs_of(caller).where(ImportRun.import_id == import_id)
    run = session.scalars(found).one_or_none()
    if run is None:
        detail = "This is no cursor of this list: take the one that the last page gave."
        raise UnprocessableError([Finding("not_a_cursor", detail, parameter="cursor")])
    return run.started_at


def _counts(run: ImportRun) -> Summary:
    return {
        "id": run.import_id,
        "agency": run.agency_code,
        "recorded_by": run.recorded_by,
        "mode": run.mode,
        "dry_run": run.is_dry_run,
        "format": run.format,
        "state": run.state,
        "received": run.received,
        "created": run.created,
        "replayed": run.replayed,
        "conflicting": run.conflicting,
        "rejected": run.rejected,
        "unwritten": run.unwritten,
        "with_warnings": run.with_warnings,
        "last_line": run.last_line,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def _first_errors(session: Session, run: ImportRun) -> Findings:
    if not run.conflicting + run.rejected:
        return []
    refused = results_of(run).where(
        ImportResult.result.in_([RecordResult.CONFLICTING, RecordResult.REJECTED])
    )
    errors = [
        {"line": row.line, "agency_reference": row.agency_reference, **error}
        for row in session.execute(refused.limit(ERRORS_SHOWN))
        for error in row.errors or ()
    ]
    return errors[:ERRORS_SHOWN]
