"""The outcome ledger: double-entry book-keeping of counts, append-only (architecture.md, Data)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from domain.vocabulary import Outcome, PresentingNeed
from models.base import Base, IdentifierKey, Key, one_of


class LedgerEntry(Base):
    """`n` more (or fewer) contacts in a cell, from `effective_on`, known since `recorded_at`."""

    __tablename__ = "outcome_ledger"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "contact_id"], ["contact.authority_code", "contact.contact_id"]
        ),
        Index(
            "ix_outcome_ledger_counted",
            "authority_code",
            "received_on",
            postgresql_include=[
                "referrer_type",
                "outcome",
                "is_referral",
                "effective_on",
                "recorded_at",
                "n",
            ],
        ),
        one_of("outcome", Outcome),
        one_of("presenting_need", PresentingNeed),
        CheckConstraint("n <> 0", name="n_not_zero"),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
    version: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    agency_code: Mapped[str]
    received_on: Mapped[date]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    referrer_type: Mapped[str]
    outcome: Mapped[str]
    is_referral: Mapped[bool]
    presenting_need: Mapped[str | None]
    has_active_caf: Mapped[bool | None]
    reason: Mapped[str | None]
    n: Mapped[int] = mapped_column(SmallInteger)
