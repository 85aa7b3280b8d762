"""What became of one row of an import, before it is written down."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.errors import Finding
from domain.imports import ImportRow, RecordResult
from services.imports.report import ResultRow

# What the report says of a finding in a row.
Told = Callable[[Finding, ImportRow], dict[str, str]]


class ResultDraft(NamedTuple):
    """A row and its result; `contact_id` names the record that it made, changed or repeated.

    Of a row of a CAF, `caf_id` does. `errors` say why a row was refused, `warnings` what is
    doubtful about one that was taken.
    """

    row: ImportRow
    result: RecordResult
    contact_id: str | None = None
    caf_id: str | None = None
    errors: Sequence[Finding] = ()
    warnings: Sequence[Finding] = ()

    def as_row(self, told: Told) -> ResultRow:
        """The result as the report keeps it."""
        result: ResultRow = {
            "line": self.row.line,
            "agency_reference": self.row.agency_reference,
            "result": self.result,
            "contact_id": self.contact_id,
            "errors": [told(finding, self.row) for finding in self.errors],
            "warnings": [told(finding, self.row) for finding in self.warnings],
        }
        if self.caf_id is not None:
            result["caf_id"] = self.caf_id
        return result
