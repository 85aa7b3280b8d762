"""The formats that an import may be sent in, each read as the same rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from domain.imports import ImportFormat, ImportRow
from schemas.imports.csv_rows import read_csv
from schemas.imports.ndjson import read_ndjson
from schemas.imports.records import read_records
from schemas.imports.sent_row import SentRow

_READERS: Mapping[ImportFormat, Callable[[Iterable[bytes]], Iterator[SentRow]]] = {
    ImportFormat.NDJSON: read_ndjson,
    ImportFormat.CSV: read_csv,
}


def read_import(parts: Iterable[bytes], *, sent_as: ImportFormat) -> Iterator[ImportRow]:
    """The rows of what was sent in a format, as its parts come (bytes in UTF-8, split anywhere).

    A row that cannot be read has findings, and reading goes on. Raises `UnreadableImportError` at
    once, before any row, where nothing can be read: another encoding, a wrong header of CSV.
    """
    return read_records(_READERS[sent_as](parts))
