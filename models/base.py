"""What every table shares: naming of constraints, column types, checks over code lists."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, ClassVar

from sqlalchemy import CheckConstraint, DateTime, Index, MetaData, Text, Uuid, text
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Identifier = Annotated[str, mapped_column(Uuid(as_uuid=False))]
Key = Annotated[str, mapped_column(Text, primary_key=True)]
IdentifierKey = Annotated[str, mapped_column(Uuid(as_uuid=False), primary_key=True)]


class Base(DeclarativeBase):
    """The registry of every table."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {str: Text, datetime: DateTime(timezone=True)}


def one_of(column: str, codes: Iterable[str]) -> CheckConstraint:
    """A check that a column holds one of a list's codes (or NULL where it may)."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def no_wildcard(*columns: str) -> tuple[CheckConstraint, ...]:
    """Checks that no code is empty or the wildcard, so that neither ever opens a scope."""
    return tuple(
        CheckConstraint(f"{column} NOT IN ('', '*')", name=f"{column}_not_wildcard")
        for column in columns
    )


def index_where_known(name: str, column: str) -> Index:
    """An index to find an authority's rows by a column that is mostly NULL; NULLs cost nothing."""
    known = text(f"{column} IS NOT NULL")
    return Index(name, "authority_code", column, postgresql_where=known)
