"""Bulk imports: their code lists, and a row as it was read (api.md, "Bulk")."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from domain.errors import DomainError, Finding

# The code of an agency, and its own reference of a record.
Reference = tuple[str, str]

_Row = TypeVar("_Row")


class ImportMode(StrEnum):
    """Whether the good records of an import are written when others are refused."""

    PARTIAL = "partial"
    ATOMIC = "atomic"


class ImportFormat(StrEnum):
    """What an import was sent as."""

    NDJSON = "ndjson"
    CSV = "csv"


class ImportState(StrEnum):
    """How far an import is; whose sender and server both died stays running.

    `finished`: every record was read and has its result. `refused`: atomic, and something was
    wrong, so that nothing was written. `broken_off`: the sender stopped before the end of the body.
    `failed`: we could not go on.
    """

    RUNNING = "running"
    FINISHED = "finished"
    REFUSED = "refused"
    BROKEN_OFF = "broken_off"
    FAILED = "failed"


class RecordResult(StrEnum):
    """What became of one record of an import.

    In a dry run, what would have become of it. `unwritten`: a good record of an atomic import that
    was not written because of others, or because the import did not come to its end.
    """

    CREATED = "created"
    REPLAYED = "replayed"
    CONFLICTING = "conflicting"
    REJECTED = "rejected"
    UNWRITTEN = "unwritten"


class RowKind(StrEnum):
    """What one row of an import is."""

    CONTACT = "contact"
    REFERRAL = "referral"
    DECISION = "decision"
    CAF = "caf"


class ImportRow(NamedTuple):
    """One record of an import as it was read: like a body sent alone, and the line it begins on.

    `kind` is None where it could not be read. `data` are the fields that are valid, `findings`
    what was wrong with the rest. `moved` says which columns stand elsewhere in `data` (SentRow).
    """

    line: int
    kind: RowKind | None
    data: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    moved: Mapping[str, str] | None = None

    @property
    def agency_reference(self) -> str | None:
        """The sender's reference, None where it could not be read."""
        reference: str | None = self.data.get("agency_reference")
        return reference


class BodyEndedError(DomainError):
    """The body of an import ended before its time; `import_id` tells of what came before."""

    slug = "malformed-body"
    import_id: str | None = None


class BodyTooLongError(BodyEndedError):
    """The body of an import goes on beyond what is taken at once."""

    slug = "too-large"


def in_batches(rows: Iterable[_Row], size: int) -> Iterator[list[_Row]]:
    """The rows, `size` at a time; those that came before the body ended early are given first."""
    batch: list[_Row] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
    except BodyEndedError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
