"""What is kept of an import: a report of counts, references and findings; no personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.imports import ImportFormat, ImportMode, ImportState, RecordResult
from models.base import Base, IdentifierKey, Key, no_wildcard, one_of

Findings = list[dict[str, Any]]


class ImportRun(Base):
    """One import: what was asked for, who sent it, how far it got, and how many records of each.

    `agency_code` is that of the key that sent it; NULL for a key of the authority's own.
    `recorded_by` is the key's name then. `last_line` is the last line of the body that was read.
    `received` is the sum of `created`, `replayed`, `conflicting`, `rejected` and `unwritten`.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_newest", "authority_code", "started_at", "import_id"),
        one_of("mode", ImportMode),
        one_of("format", ImportFormat),
        one_of("state", ImportState),
        *no_wildcard("agency_code"),
    )

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    import_id: Mapped[IdentifierKey]
    agency_code: Mapped[str | None]
    key_id: Mapped[str] = mapped_column(ForeignKey("api_key.key_id"))
    recorded_by: Mapped[str]
    mode: Mapped[str]
    is_dry_run: Mapped[bool]
    format: Mapped[str]
    state: Mapped[str]
    received: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    replayed: Mapped[int] = mapped_column(default=0)
    conflicting: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    unwritten: Mapped[int] = mapped_column(default=0)
    with_warnings: Mapped[int] = mapped_column(default=0)
    last_line: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportResult(Base):
    """What became of the record that began at a line of an import's body.

    No foreign key leads to the run: it would more than double the time that results take to write;
    the statement that writes them reads the run. `agency_code` is the run's. `contact_id` is the
    record's, of a CAF `caf_id`; NULL when there is none, as in a dry run. `errors` and `warnings`
    are findings, `{"code", "detail"}` and `"pointer"` or `"column"`; NULL when there are none.
    """

    __tablename__ = "import_result"
    __table_args__ = (
        Index(
            "ix_import_result_refused",
            "authority_code",
            "import_id",
            "line",
            postgresql_where=text("result IN ('conflicting', 'rejected')"),
        ),
        one_of("result", RecordResult),
        *no_wildcard("agency_code"),
    )

    authority_code: Mapped[Key]
    import_id: Mapped[IdentifierKey]
    line: Mapped[int] = mapped_column(primary_key=True)
    agency_code: Mapped[str | None]
    agency_reference: Mapped[str | None]
    result: Mapped[str]
    contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    caf_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    errors: Mapped[Findings | None] = mapped_column(JSONB(none_as_null=True))
    warnings: Mapped[Findings | None] = mapped_column(JSONB(none_as_null=True))
