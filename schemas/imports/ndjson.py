"""NDJSON: one JSON object a line."""

from collections.abc import Iterable, Iterator

from schemas.fields import NOT_AN_OBJECT
from schemas.imports.encodings import not_utf8
from schemas.imports.lines import LONGEST_LINE, lines_of
from schemas.imports.sent_row import SentRow, unreadable
from schemas.strict_json import StrictJsonError, parse_json

_SPACE = b" \t\r"


def read_ndjson(parts: Iterable[bytes]) -> Iterator[SentRow]:
    """The rows of a body in parts (bytes in UTF-8, split anywhere); blank lines are none.

    A line that is not strict JSON, no object, not UTF-8 or longer than 1 MiB is a row with
    findings, and reading goes on. Raises EncodingError at once where the body is UTF-16 or UTF-32.
    """
    return _rows(lines_of(parts))


def _rows(lines: Iterator[bytes]) -> Iterator[SentRow]:
    is_first = True
    for number, line in enumerate(lines, start=1):
        if not line or (line.isspace() and len(line) <= LONGEST_LINE):
            continue
        row = _row(line, number=number)
        if is_first:
            is_first = False
            if row.findings:
                row = _whole_document(line, number=number) or row
        yield row


def _row(line: bytes, *, number: int) -> SentRow:
    if len(line) > LONGEST_LINE:
        detail = f"A line may have at most {LONGEST_LINE:,} bytes."
        return unreadable(number, code="too_long", detail=detail)
    try:
        value = parse_json(line.rstrip(_SPACE), first_line=number)
    except StrictJsonError as error:
        finding = error.finding
        if finding.code == "not_utf8":
            finding = not_utf8(line, number=number)
        return SentRow(number, None, (finding,))
    if not isinstance(value, dict):
        return unreadable(number, code=NOT_AN_OBJECT.code, detail=NOT_AN_OBJECT.detail)
    return SentRow(number, value)


def _whole_document(line: bytes, *, number: int) -> SentRow | None:
    """The first line of a body that is one JSON document over many lines, or one array."""
    text = line.strip()
    if text.startswith(b"["):
        found = "The body is a JSON array"
    elif text.startswith(b"{") and not text.endswith(b"}") and len(line) <= LONGEST_LINE:
        found = "The object in this line does not end here"
    else:
        return None
    detail = f"{found}. Send one JSON object a line, with nothing around or between the lines."
    return unreadable(number, code="not_ndjson", detail=detail)
