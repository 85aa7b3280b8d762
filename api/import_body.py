"""The body of an import: its form checked, its head read, and its records as they come."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from flask import Request

from api.body import body_parts
from core.settings import Settings
from domain.errors import UnprocessableError
from domain.imports import (
    BodyEndedError,
    BodyTooLongError,
    ImportFormat,
    ImportMode,
    ImportRow,
)
from schemas.imports.formats import read_import
from schemas.imports.sent_row import UnreadableImportError
from services.imports.report import ImportRequest

NDJSON = "application/x-ndjson"
CSV = "text/csv"

_PART = 65_536
_IN_MEMORY = 1_048_576

_FORMATS: Mapping[str, ImportFormat] = {NDJSON: ImportFormat.NDJSON, CSV: ImportFormat.CSV}


def read_import_body(
    request: Request, *, mode: ImportMode, is_dry_run: bool, settings: Settings
) -> tuple[ImportRequest, Iterator[ImportRow]]:
    """How an import was asked for, and its records, read as they come.

    Raises UnsupportedMediaTypeError, BodyTooLongError, BodyEndedError, and UnprocessableError where
    the body as a whole cannot be read; the records raise the second and third when they get there.
    """
    media_type, parts = body_parts(
        request, limit=settings.max_import_bytes, media_types=tuple(_FORMATS)
    )
    asked = ImportRequest(mode=mode, format=_FORMATS[media_type], is_dry_run=is_dry_run)
    if asked.is_one_transaction:
        parts = _once_all_came(parts)
    try:
        rows = read_import(parts, sent_as=asked.format)
    except UnreadableImportError as error:
        raise UnprocessableError(error.findings) from None
    return asked, _up_to(rows, settings.max_import_records)


def _once_all_came(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts, read to their end before the first is given; they wait in a file without a name.

    A transaction must not be open for as long as a slow sender likes.
    """
    ended: BodyEndedError | None = None
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
        try:
            for part in parts:
                waiting.write(part)
        except BodyEndedError as error:
            ended = error
        waiting.seek(0)
        while part := waiting.read(_PART):
            yield part
    if ended is not None:
        raise ended


def _up_to(rows: Iterable[ImportRow], most: int) -> Iterator[ImportRow]:
    rest = iter(rows)
    yield from islice(rest, most)
    for row in rest:
        detail = (
            f"One import takes at most {most:,} records: split it before line {row.line:,}, "
            "and send the parts one by one. Sending what was taken again is safe."
        )
        raise BodyTooLongError(detail)
