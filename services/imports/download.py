"""All results of an import as NDJSON or CSV, read in parts, so that none is ever held whole."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import orjson
from sqlalchemy.orm import Session

from domain.imports import RecordResult
from models import ImportRun
from services.imports.read import ResultAnswer, answers, results_of
from services.reports.spreadsheet_text import harmless

BATCH = 1_000
COLUMNS = ("line", "agency_reference", "result", "id", "errors", "warnings")

Transaction = Callable[[], AbstractContextManager[Session]]


def result_batches(
    transaction: Transaction, run: ImportRun, *, result: RecordResult | None = None
) -> Iterator[list[ResultAnswer]]:
    """The results of an import by line, 1,000 at a time; with `result` only those.

    Each batch is read in a transaction of its own, opened by `transaction` in the caller's scope,
    so that a slow reader holds no connection.
    """
    after = None
    while True:
        with transaction() as session:
            statement = results_of(run, after=after, result=result).limit(BATCH)
            rows = session.execute(statement).all()
        if rows:
            yield answers(rows)
        if len(rows) < BATCH:
            return
        after = rows[-1].line


def as_ndjson(batches: Iterable[Sequence[ResultAnswer]]) -> Iterator[bytes]:
    """Results as NDJSON in UTF-8: one JSON object a line."""
    for batch in batches:
        yield b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in batch)


def as_csv(batches: Iterable[Sequence[ResultAnswer]]) -> Iterator[bytes]:
    """Results as RFC 4180 text in UTF-8, with a header; findings are written out for people."""
    yield _csv_text([COLUMNS])
    for batch in batches:
        yield _csv_text([_cells(each) for each in batch])


def _csv_text(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _cells(answer: ResultAnswer) -> list[object]:
    return [
        answer["line"],
        harmless(answer["agency_reference"] or ""),
        answer["result"],
        answer["id"],
        _in_words(answer["errors"]),
        _in_words(answer["warnings"]),
    ]


def _in_words(findings: Iterable[Mapping[str, Any]]) -> str:
    return harmless("; ".join(_finding_in_words(each) for each in findings))


def _finding_in_words(finding: Mapping[str, Any]) -> str:
    place = finding.get("column") or finding.get("pointer", "").removeprefix("/").replace("/", ".")
    at = f" at {place}" if place else ""
    return f"{finding['code']}{at}: {finding['detail']}"
