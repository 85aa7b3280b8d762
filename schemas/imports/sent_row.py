"""A row of an import as it was sent, before the schema judges it."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.errors import Finding


class SentRow(NamedTuple):
    """The JSON value of one row, and the sender's line on which it begins; the first is 1.

    With `findings` the row could not be read, and `value` is None; their pointer is `""`. In a row
    of CSV the value is the nested object without its blank cells, and `moved` says which columns
    the objects of a list came from, where these are numbered otherwise (for `column_of`).
    """

    line: int
    value: object
    findings: tuple[Finding, ...] = ()
    moved: Mapping[str, str] | None = None


def unreadable(line: int, *, code: str, detail: str) -> SentRow:
    """The row of that line, which cannot be read."""
    return SentRow(line, None, (Finding(code, detail, pointer=""),))


class UnreadableImportError(Exception):
    """The whole body cannot be read as rows; `findings` say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings
