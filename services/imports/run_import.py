"""Run an import: judge each batch of rows while the one before it is written."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter

from sqlalchemy.orm import Session

from core.short_turns import short_turns
from domain.imports import BodyEndedError, ImportRow, ImportState, RowKind, in_batches
from models import ImportRun
from services.contacts.terms import read_terms
from services.imports.importing import Importing
from services.imports.judge_contacts import JudgedRows, judge_rows
from services.imports.load_cafs import load_cafs
from services.imports.load_contacts import load_contacts
from services.imports.load_decisions import load_decisions
from services.imports.report import ResultRow, finish, start
from services.imports.writers import InParts, Together, Writer

ROWS_IN_A_BATCH = 1_000
_NO_CONTACTS = (RowKind.DECISION, RowKind.CAF)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows that are written together: contacts, judged where the time is known, and the others."""

    contacts: Sequence[ImportRow]
    judged: JudgedRows | None
    decisions: Sequence[ImportRow]
    cafs: Sequence[ImportRow]

    @property
    def is_alone(self) -> bool:
        """Whether it reads what others of the import write, or they what it writes.

        Decisions read contacts, and contacts what the CAF records say of the child.
        """
        return bool(self.decisions or self.cafs)


def run_import(rows: Iterable[ImportRow], importing: Importing) -> str:
    """Import rows and keep the report; the id of the import.

    As `begin_import` and `carry_out`, one after the other.
    """
    run = begin_import(importing)
    carry_out(run, rows, importing)
    return run.import_id


def begin_import(importing: Importing) -> ImportRun:
    """Keep that an import began, before any of its rows is read."""
    with importing.transaction() as session:
        run = start(session, importing.caller, importing.asked)
        terms = read_terms(session, importing.caller.authority)
    importing.submissions.remembered.remember(importing.caller.authority, terms)
    return run


def carry_out(run: ImportRun, rows: Iterable[ImportRow], importing: Importing) -> None:
    """Import the rows of an import that has begun, and keep the report.

    In parts, a batch a transaction, or all in one, as asked. Where the body ends before its time
    (`BodyEndedError` from `rows`), the report is kept and the error goes on to the caller. An error
    of the database goes on to the caller too; if it is away, the report cannot be kept, and stays
    as it was.
    """
    writer: Writer = (Together if importing.asked.is_one_transaction else InParts)(importing, run)
    state = ImportState.FAILED
    try:
        with writer:
            _write_all(in_batches(rows, ROWS_IN_A_BATCH), importing, writer)
        state = writer.state
    except BodyEndedError as error:
        state = ImportState.BROKEN_OFF
        error.import_id = run.import_id
        raise
    finally:
        writer.keep_report(state)
        with importing.transaction() as session:
            finish(session, run, state=state)


def _write_all(batches: Iterable[list[ImportRow]], importing: Importing, writer: Writer) -> None:
    writing: Future[None] | None = None
    # While one thread waits for the database, the other computes.
    with short_turns(), ThreadPoolExecutor(max_workers=1) as thread:
        try:
            for rows in batches:
                batch = _judge(rows, importing, recorded_at=writer.recorded_at)
                if writing is not None:
                    writing.result()
                writing = thread.submit(
                    writer.write, partial(_load, importing, batch), is_alone=batch.is_alone
                )
        finally:
            if writing is not None:
                writing.result()


def _judge(
    rows: Sequence[ImportRow], importing: Importing, *, recorded_at: datetime | None
) -> _Batch:
    contacts = [row for row in rows if row.kind not in _NO_CONTACTS]
    decisions = [row for row in rows if row.kind is RowKind.DECISION]
    cafs = [row for row in rows if row.kind is RowKind.CAF]
    arrived_at = recorded_at or importing.database.time_here()
    terms = importing.submissions.remembered.of(importing.caller.authority)
    if arrived_at is None or terms is None:
        return _Batch(contacts, None, decisions, cafs)
    judged = judge_rows(
        importing.caller,
        contacts,
        terms=terms,
        arrived_at=arrived_at,
        digest_key=importing.submissions.digest_key,
        told=importing.told,
    )
    return _Batch(contacts, judged, decisions, cafs)


def _load(importing: Importing, batch: _Batch, session: Session) -> list[ResultRow]:
    """Write a batch; what became of each row, in the order of their lines."""
    caller, submissions, told = importing.caller, importing.submissions, importing.told
    loaded = load_contacts(
        session, caller, batch.contacts, judged=batch.judged, submissions=submissions, told=told
    )
    results = [*loaded.results]
    key = submissions.digest_key
    if batch.decisions:
        lines = loaded.created_lines()
        drafts = load_decisions(session, caller, batch.decisions, digest_key=key, lines=lines)
        results += [each.as_row(told) for each in drafts]
    if batch.cafs:
        drafts = load_cafs(session, caller, batch.cafs, digest_key=key)
        results += [each.as_row(told) for each in drafts]
    return sorted(results, key=itemgetter("line"))
