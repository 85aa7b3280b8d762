"""What became of one row of an import, before it is written down."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.errors import Finding
from domain.imports import ImportRow, RecordResult


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
