"""Decisions, append-only, with the names and the rationale apart."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from domain.vocabulary import AssessmentType, DecisionKind, Priority
from models.base import Base, IdentifierKey, Key, one_of

SEQUENCE_IS_UNIQUE = "uq_decision_authority_code_contact_id_sequence"


class DecisionTaken(Base):
    """One decision about one contact; `sequence` is the order of recording within the contact.

    `version` is the contact's version that recording it made. `content_digest` is that of a
    decision that came by import, so that it is recognised when it is sent again; else NULL.
    """

    __tablename__ = "decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "contact_id"], ["contact.authority_code", "contact.contact_id"]
        ),
        UniqueConstraint("authority_code", "contact_id", "sequence"),
        one_of("decision", DecisionKind),
        one_of("assessment_type", AssessmentType),
        one_of("priority", Priority),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
    decision_id: Mapped[IdentifierKey]
    agency_code: Mapped[str]
    version: Mapped[int]
    sequence: Mapped[int]
    decision: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date]
    assessment_type: Mapped[str | None]
    reason: Mapped[str | None]
    priority: Mapped[str | None]
    strategy_discussion_at: Mapped[datetime | None]
    transferred_at: Mapped[datetime | None]
    transferred_to: Mapped[str | None]
    team: Mapped[str | None]
    retracts: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    duplicate_of: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    key_id: Mapped[str] = mapped_column(ForeignKey("api_key.key_id"))
    recorded_at: Mapped[datetime]
    content_digest: Mapped[bytes | None]


class DecisionIdentity(Base):
    """Who decided, and why in their own words."""

    __tablename__ = "decision_identity"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "contact_id", "decision_id"],
            ["decision.authority_code", "decision.contact_id", "decision.decision_id"],
        ),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
    decision_id: Mapped[IdentifierKey]
    agency_code: Mapped[str]
    decided_by: Mapped[str | None]
    rationale: Mapped[str | None]
    reopening_reason: Mapped[str | None]
