"""The tables that a contact is written to, as ORM classes reflected from the database."""

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.orm import DeclarativeBase, Mapped, relationship


class Base(DeclarativeBase):
    """The registry of the tables."""


class Identity(DeferredReflection, Base):
    """Who the child, the carers and the referrer are."""

    __tablename__ = "contact_identity"


class Version(DeferredReflection, Base):
    """One version of a contact."""

    __tablename__ = "contact_version"


class Entry(DeferredReflection, Base):
    """One entry of the outcome ledger."""

    __tablename__ = "outcome_ledger"


class Contact(DeferredReflection, Base):
    """The facts of a contact."""

    __tablename__ = "contact"

    identity: Mapped[Identity] = relationship(uselist=False)
    versions: Mapped[list[Version]] = relationship()
    entries: Mapped[list[Entry]] = relationship()


async def reflect(engine: AsyncEngine) -> None:
    """Read the columns from the database: once, when the application starts."""
    async with engine.connect() as connection:
        await connection.run_sync(DeferredReflection.prepare)


def columns_of(row: Base) -> dict[str, object]:
    """The columns of a row by name."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
