"""Keys and their roles. Only a digest of a key is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.access import Role
from models.base import Base, Key, no_wildcard, one_of


class ApiKey(Base):
    """One key: whose it is, and the SHA-256 digest of the whole key."""

    __tablename__ = "api_key"
    __table_args__ = no_wildcard("key_id", "agency_code")

    key_id: Mapped[Key]
    agency_code: Mapped[str | None]
    name: Mapped[str]
    digest: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiKeyRole(Base):
    """One role of a key in one authority."""

    __tablename__ = "api_key_role"
    __table_args__ = (one_of("role", Role),)

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    key_id: Mapped[str] = mapped_column(ForeignKey("api_key.key_id"), primary_key=True)
    role: Mapped[Key]


class IdempotencyKey(Base):
    """An `Idempotency-Key` that a request used: a digest, a status and an id, never a body.

    `agency_code` is that of the key that sent it; NULL for a key of the authority's own.
    `contact_id` is the id of the record that it made or changed: a contact's, a CAF's or a
    publication's.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = no_wildcard("agency_code")

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    key_id: Mapped[Key]
    endpoint: Mapped[Key]
    idempotency_key: Mapped[Key]
    agency_code: Mapped[str | None]
    body_digest: Mapped[bytes]
    status: Mapped[int]
    contact_id: Mapped[str | None]
    created_at: Mapped[datetime]
