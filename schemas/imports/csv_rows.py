"""CSV (RFC 4180): a header of field names, then one record a row."""

from collections.abc import Iterable, Iterator

from domain.errors import Finding
from schemas.imports.cells import RowReader
from schemas.imports.csv_text import CsvText, Record
from schemas.imports.encodings import NOT_UTF8, EncodingError
from schemas.imports.header import HeaderError, check_separator, read_header
from schemas.imports.lines import lines_of
from schemas.imports.sent_row import SentRow, unreadable


def read_csv(parts: Iterable[bytes]) -> Iterator[SentRow]:
    """The rows of a body in parts (bytes in UTF-8, split anywhere); the header is no row.

    Blank lines, and rows of blank cells, are none. A row that cannot be read has findings, and
    reading goes on. Raises at once, before any row: EncodingError where the body or its header is
    not UTF-8, HeaderError where the columns are not what they must be.
    """
    text = CsvText(lines_of(parts))
    records = text.records()
    return _rows(records, _columns(text, records))


def _columns(text: CsvText, records: Iterator[Record]) -> tuple[str, ...]:
    for record in records:
        check_separator(text.last_line)
        if any(finding.code == NOT_UTF8 for finding in record.findings):
            raise EncodingError(record.findings)
        if record.findings:
            raise HeaderError(record.findings)
        if not _is_blank(record.cells):
            return read_header(record.cells)
    detail = "The body is empty. Its first line must name the columns."
    raise HeaderError((Finding("empty_body", detail, pointer=""),))


def _is_blank(cells: list[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _rows(records: Iterator[Record], columns: tuple[str, ...]) -> Iterator[SentRow]:
    reader = RowReader(columns)
    width = len(columns)
    for line, cells, findings in records:
        if findings:
            yield SentRow(line, None, findings)
        elif len(cells) == width or (len(cells) > width and _is_blank(cells[width:])):
            value, moved = reader.read(cells)
            if value:
                yield SentRow(line, value, (), moved or None)
        elif not _is_blank(cells):
            yield _misfit(line, cells=len(cells), columns=width)


def _misfit(line: int, *, cells: int, columns: int) -> SentRow:
    detail = f"This row has {cells} cells, and the header names {columns} columns."
    if cells > columns:
        detail += " A cell that holds a comma must stand in quotes."
    return unreadable(line, code="wrong_number_of_cells", detail=detail)
