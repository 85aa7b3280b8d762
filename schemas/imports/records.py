"""From a row that was sent to a record that was read: the same schemas as of one sent alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from domain.errors import Finding
from domain.imports import ImportRow, RowKind, in_batches
from schemas.base import Draft
from schemas.cafs import CafSchema
from schemas.compiled import compile_schema
from schemas.contacts import ContactSchema
from schemas.decisions import DecisionSchema
from schemas.fields import Text
from schemas.imports.columns import column_of
from schemas.imports.sent_row import SentRow


class DecisionRowSchema(DecisionSchema):
    """A decision, and the record that it is about."""

    accepts_list = False

    agency = Text(
        max_length=64,
        allow_none=True,
        description="The code of the record's agency; the authority names it.",
    )
    agency_reference = Text(
        max_length=100, required=True, description="The reference of the record, as it was sent."
    )


_read_contact = compile_schema(ContactSchema())
_READERS: Mapping[RowKind, Callable[[object], Draft]] = {
    RowKind.CONTACT: _read_contact,
    RowKind.REFERRAL: _read_contact,
    RowKind.DECISION: compile_schema(DecisionRowSchema()),
    RowKind.CAF: compile_schema(CafSchema()),
}
_READ_TOGETHER = 100
_KINDS = {each.value: each for each in RowKind}
_UNKNOWN_KIND = Finding(
    "not_one_of", "Give contact, referral, decision or caf, or leave it out for contact.", "/kind"
)


def read_records(rows: Iterable[SentRow]) -> Iterator[ImportRow]:
    """Read each row as what its `kind` says it is: a contact where it says nothing."""
    # A processor does one thing often quicker than two in turn: many are parsed, then those read.
    for sent in in_batches(rows, _READ_TOGETHER):
        yield from map(_read, sent)


def finding_in_row(finding: Finding, row: ImportRow, *, is_csv: bool) -> dict[str, str]:
    """A finding as it is told: with the column in place of the pointer where CSV was sent."""
    told = finding.as_dict()
    pointer = told.pop("pointer", None)
    if pointer is None:
        return told
    if is_csv:
        return {"column": column_of(pointer, moved=row.moved), **told}
    return {"pointer": pointer, **told}


def _read(row: SentRow) -> ImportRow:
    line, value, findings, moved = row
    if findings:
        return ImportRow(line, None, {}, findings)
    kind = RowKind.CONTACT
    if isinstance(value, dict) and "kind" in value:
        value = value.copy()
        found = _kind(value.pop("kind"))
        if found is None:
            return _of_unknown_kind(row, value)
        kind = found
    data, findings = _READERS[kind](value)
    return ImportRow(line, kind, data, findings, moved)


def _kind(sent: object) -> RowKind | None:
    if sent is None:
        return RowKind.CONTACT
    return _KINDS.get(sent.strip()) if isinstance(sent, str) else None


def _of_unknown_kind(row: SentRow, value: dict[str, Any]) -> ImportRow:
    reference = _read_contact({"agency_reference": value.get("agency_reference")}).data
    return ImportRow(row.line, None, reference, (_UNKNOWN_KIND,), row.moved)
