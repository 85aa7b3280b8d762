"""How an import is written: in parts, or together with a report that stands apart."""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

import orjson
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.imports import ImportMode, ImportState, RecordResult
from models import ImportRun
from services.imports.importing import Importing
from services.imports.report import ResultRow, add_results

Loading = Callable[[Session], list[ResultRow]]

_REFUSALS = (RecordResult.CONFLICTING, RecordResult.REJECTED)
_DEADLOCK = "40P01"
_ATTEMPTS = 3
_IN_MEMORY = 8 * 1024 * 1024


class Writer(ABC):
    """Writes batches of an import, one after the other.

    `recorded_at` is when all of it is recorded, None where that is not one instant.
    """

    state = ImportState.FINISHED
    recorded_at: datetime | None = None

    def __init__(self, importing: Importing, run: ImportRun) -> None:
        self.importing = importing
        self.run = run

    def __enter__(self) -> Self:
        """Begin."""
        return self

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End: with an error nothing more is written."""

    @abstractmethod
    def write(self, loading: Loading, *, is_alone: bool) -> None:
        """Write one batch; it may be under way still when this returns.

        `is_alone`: it reads what the batches before it wrote, or the next what it writes.
        """

    @abstractmethod
    def keep_report(self, state: ImportState) -> None:
        """Keep what the report lacks yet, once the import has ended in a state."""


class InParts(Writer):
    """Each batch is a transaction, with its part of the report.

    While one is reported and committed the next is loaded, but never committed before it: so that
    the report says how far the import got, and of two alike records the first is the one written.
    """

    def __enter__(self) -> Self:
        """Begin."""
        self._committing = ThreadPoolExecutor(max_workers=1)
        self._last: Future[None] | None = None
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the last batch."""
        with self._committing:
            self._commit_last()

    def write(self, loading: Loading, *, is_alone: bool) -> None:
        """Load one batch, and leave its end to another thread. Raises what ended the one before."""
        if is_alone:
            self._commit_last()
        session, results, opened = self._load(loading)
        with opened:
            self._commit_last()
            self._last = self._committing.submit(self._commit, session, results, opened.pop_all())
        if is_alone:
            self._commit_last()

    def keep_report(self, state: ImportState) -> None:
        """Nothing: the report was written with the records."""

    def _load(self, loading: Loading) -> tuple[Session, list[ResultRow], ExitStack]:
        """A batch in a transaction; again where it and somebody else's waited for each other."""
        attempts_left = _ATTEMPTS
        while True:
            try:
                with ExitStack() as opened:
                    session = opened.enter_context(self.importing.transaction())
                    return session, loading(session), opened.pop_all()
            except OperationalError as error:
                attempts_left -= 1
                if getattr(error.orig, "pgcode", None) != _DEADLOCK or not attempts_left:
                    raise

    def _commit(self, session: Session, results: list[ResultRow], opened: ExitStack) -> None:
        with opened:
            add_results(session, self.run, [_with_address(each, self.run) for each in results])

    def _commit_last(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.result()


class _UndoneError(Exception):
    """Everything was tried, and nothing is to be written."""


class Together(Writer):
    """All batches are one transaction; it is undone when one record is refused, or in a dry run.

    The results wait until it has ended, so that the report is true, and survives it.
    """

    def __init__(self, importing: Importing, run: ImportRun) -> None:
        super().__init__(importing, run)
        self._ended = ExitStack()
        self._waiting = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115

    def __enter__(self) -> Self:
        """Begin the transaction."""
        self._session = self._ended.enter_context(self.importing.transaction())
        self.recorded_at = transaction_time(self._session)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, unless there was an error, a refusal, or it was but a try."""
        if error is not None:
            self._ended.__exit__(kind, error, traceback)
        elif self.state is ImportState.REFUSED or self.importing.asked.is_dry_run:
            undone = _UndoneError()
            try:
                self._ended.__exit__(_UndoneError, undone, None)
            except _UndoneError:
                return
        else:
            self._ended.close()

    def write(self, loading: Loading, *, is_alone: bool) -> None:  # noqa: ARG002 - it always is
        """Write one batch into the open transaction."""
        results = loading(self._session)
        # Nothing of it is needed again, and an import may have any number of records.
        self._session.expunge_all()
        is_atomic = self.importing.asked.mode is ImportMode.ATOMIC
        if is_atomic and any(each["result"] in _REFUSALS for each in results):
            self.state = ImportState.REFUSED
        self._waiting.write(orjson.dumps(results, option=orjson.OPT_APPEND_NEWLINE))

    def keep_report(self, state: ImportState) -> None:
        """Write the results, of which some may not have come true."""
        with self._waiting:
            self._waiting.seek(0)
            for batch in self._waiting:
                results = [self._as_it_ended(each, state) for each in orjson.loads(batch)]
                with self.importing.transaction() as session:
                    add_results(
                        session, self.run, [_with_address(each, self.run) for each in results]
                    )

    def _as_it_ended(self, result: ResultRow, state: ImportState) -> ResultRow:
        if state is ImportState.FINISHED and not self.importing.asked.is_dry_run:
            return result
        if result["result"] == RecordResult.CREATED:
            kind = RecordResult.CREATED if state is ImportState.FINISHED else RecordResult.UNWRITTEN
            return {**_without_record(result), "result": kind}
        # Ids sort by time: a later one than the import's is of a record that it made, and undid.
        is_undone = (_record_id(result) or "") > self.run.import_id
        return _without_record(result) if is_undone else result


def _without_record(result: ResultRow) -> ResultRow:
    return {**result, "contact_id": None, "caf_id": None}


def _record_id(result: ResultRow) -> str | None:
    return result.get("contact_id") or result.get("caf_id")


def _with_address(result: ResultRow, run: ImportRun) -> ResultRow:
    """The result; the errors of a conflicting one say where the record is that was there before."""
    record_id = _record_id(result)
    if result["result"] != RecordResult.CONFLICTING or record_id is None:
        return result
    kind = "caf" if result.get("caf_id") else "contact"
    path = f"/v1/authorities/{run.authority_code}/{kind}s/{record_id}"
    return {**result, "errors": [{**each, kind: path} for each in result["errors"]]}
