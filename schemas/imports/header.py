"""The header of a CSV: every column known, each once, and all that are needed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from domain.errors import Finding
from schemas.base import with_nearest
from schemas.findings import CodedMessage, is_safe_name, pointer_to
from schemas.imports.columns import COLUMNS, ONLY_OF_CAFS
from schemas.imports.sent_row import UnreadableImportError

_NAMES_LISTED = 100
_CHILD = {
    column.removeprefix("child."): column for column in COLUMNS if column.startswith("child.")
}
# Without a kind, a row is a contact.
_NEEDED_OF_CAFS = ("kind", "agency_kind", "commenced_on")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.]+")
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


class HeaderError(UnreadableImportError):
    """The columns are not what they must be, so no row is read; everything wrong is named."""


def check_separator(line: str) -> None:
    """Refuse the header's line where other characters than commas stand between known names.

    Raises HeaderError.
    """
    for separator, plural in _SEPARATORS.items():
        if _known_in(line.split(separator)) > max(1, _known_in(line.split(","))):
            detail = f"The columns are separated by {plural}. Save the file with commas."
            raise HeaderError((Finding("wrong_separator", detail, pointer=""),))


def _known_in(cells: Sequence[str]) -> int:
    return sum(cell.strip(' "\r\n') in COLUMNS for cell in cells)


def read_header(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns, without the unnamed ones at the end.

    Raises HeaderError with all that are unknown (and the nearest known name), stand twice or are
    missing.
    """
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if findings := (*_unknown(names), *_repeated(names), *_missing(names)):
        raise HeaderError(findings)
    return tuple(names)


def _unknown(names: Sequence[str]) -> Iterator[Finding]:
    unknown = [(place, name) for place, name in enumerate(names, 1) if name not in COLUMNS]
    # Where no name is known, the first line may well be a record.
    is_header = len(unknown) < len(names)
    if not is_header:
        detail = "The first line must name the columns, and it has no name that is known."
        yield Finding("no_header", detail, pointer="")
    for place, name in unknown[:_NAMES_LISTED]:
        yield _unknown_column(name, place=place, may_be_named=is_header)
    if len(unknown) > _NAMES_LISTED:
        rest = f"{len(unknown) - _NAMES_LISTED} more columns are unknown."
        yield Finding("unknown_column", rest, pointer="")


def _unknown_column(name: str, *, place: int, may_be_named: bool) -> Finding:
    if not name:
        return Finding("unnamed_column", f"The column at place {place} has no name.", pointer="")
    is_named = may_be_named and is_safe_name(name)
    shown = f"no column {name}" if is_named else f"no column of the name at place {place}"
    message = CodedMessage("unknown_column", f"There is {shown}.")
    plain = _NOT_IN_NAMES.sub("_", name.lower()).strip("_.")
    told = with_nearest(message, name=_CHILD.get(plain, plain), known=COLUMNS)
    return Finding(told.code, told.detail, pointer=pointer_to(name) if is_named else "")


def _repeated(names: Sequence[str]) -> Iterator[Finding]:
    for name, times in Counter(name for name in names if name in COLUMNS).items():
        if times > 1:
            detail = f"The column {name} stands {times} times."
            yield Finding("duplicate_column", detail, pointer=_pointer(name))


def _missing(names: Sequence[str]) -> Iterator[Finding]:
    holds_cafs = not ONLY_OF_CAFS.isdisjoint(names)
    holds_decisions = "decision" in names
    needed = ["agency_reference"]
    if holds_cafs:
        needed += _NEEDED_OF_CAFS
    elif not holds_decisions:
        needed += ["referrer_type"]
    for name in needed:
        if name not in names:
            detail = f"The column {name} is missing."
            yield Finding("missing_column", detail, pointer=_pointer(name))
    holds_children = holds_cafs or not holds_decisions
    if holds_children and not any(name in names for name in _CHILD.values()):
        detail = "At least one column of the child is needed, such as child.given_name."
        yield Finding("missing_column", detail, pointer="/child")


def _pointer(column: str) -> str:
    return pointer_to(*column.split("."))
