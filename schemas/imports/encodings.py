"""Encodings: a body is UTF-8, and anything else is recognised and named."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NoReturn

from domain.errors import Finding
from schemas.imports.sent_row import UnreadableImportError

_MARK = b"\xef\xbb\xbf"
_SHORTEST_START = 4
NOT_UTF8 = "not_utf8"
_REMEDY = 'Save it as UTF-8; in Excel that is "CSV UTF-8".'
# How Python's surrogateescape writes a byte that is none of UTF-8's.
_STRAY = re.compile("[\udc80-\udcff]")
_WIDE_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class EncodingError(UnreadableImportError):
    """The body is not UTF-8, and no row of it can be read."""


def without_mark(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The body's bytes in parts of any size, without a byte-order mark.

    Reads the first bytes at once. Raises EncodingError where these show UTF-16 or UTF-32.
    """
    rest = iter(parts)
    start = b""
    while len(start) < _SHORTEST_START and (part := next(rest, None)) is not None:
        start += part
    _refuse_wide(start[:_SHORTEST_START])
    return chain((start.removeprefix(_MARK),), rest)


def _refuse_wide(start: bytes) -> None:
    for mark, name in _WIDE_MARKS:
        if start.startswith(mark):
            _refuse(name)
    # Every body begins with characters of ASCII, of which the wider encodings fill up the rest.
    if b"\x00" in start:
        _refuse("UTF-32" if start.count(b"\x00") > _SHORTEST_START // 2 else "UTF-16")


def _refuse(name: str) -> NoReturn:
    saved_by = ', as Excel\'s "Unicode text" saves' if name == "UTF-16" else ""
    detail = f"The body looks like {name}{saved_by}. {_REMEDY}"
    raise EncodingError((Finding(NOT_UTF8, detail, pointer=""),))


def not_utf8(line: bytes, *, number: int) -> Finding:
    """What is wrong with a line that is not UTF-8, and which encoding it looks like."""
    strays = _STRAY.findall(line.decode(errors="surrogateescape"))
    where = f"byte 0x{ord(strays[0]) & 0xFF:02X} in line {number}"
    if _is_windows_1252(line):
        detail = f"This looks like Windows-1252 ({where}). {_REMEDY}"
    else:
        detail = f"This is not UTF-8 ({where}). {_REMEDY}"
    return Finding(NOT_UTF8, detail, pointer="")


def _is_windows_1252(line: bytes) -> bool:
    try:
        line.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True
