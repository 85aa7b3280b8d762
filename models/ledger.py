"""The outcome ledger: double-entry book-keeping of counts, append-only (architecture.md, Data).

Its folds and balances are sums of its entries, kept so that reports read few rows; whoever reads
them adds the entries that they don't hold yet (services/ledger/counts.py).
"""

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
        Index(
            "ix_outcome_ledger_recorded",
            "authority_code",
            "recorded_at",
            postgresql_include=[
                "received_on",
                "effective_on",
                "referrer_type",
                "outcome",
                "is_referral",
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


class _Cells:
    """Sums of entries: a column for each outcome of contacts, and of those that are referrals."""

    contact_closed_and_logged: Mapped[int]
    contact_no_further_action: Mapped[int]
    contact_to_assessment: Mapped[int]
    contact_yet_to_proceed: Mapped[int]
    referral_closed_and_logged: Mapped[int]
    referral_no_further_action: Mapped[int]
    referral_to_assessment: Mapped[int]
    referral_yet_to_proceed: Mapped[int]


class LedgerFold(_Cells, Base):
    """Folded entries of a referrer type, summed up by when received, recorded and effective.

    Months and weeks are named by their first day: months of London days, and the UTC week (from
    Monday) of `recorded_at`.
    """

    __tablename__ = "ledger_fold"

    authority_code: Mapped[Key]
    received_month: Mapped[date] = mapped_column(primary_key=True)
    recorded_week: Mapped[date] = mapped_column(primary_key=True)
    effective_month: Mapped[date] = mapped_column(primary_key=True)
    referrer_type: Mapped[Key]


class LedgerBalance(_Cells, Base):
    """All folded entries of a referrer type and month of receipt, whenever recorded, summed up."""

    __tablename__ = "ledger_balance"

    authority_code: Mapped[Key]
    received_month: Mapped[date] = mapped_column(primary_key=True)
    referrer_type: Mapped[Key]


class LedgerFoldProgress(Base):
    """Which of an authority's entries are folded: those recorded before `folded_to`, no other."""

    __tablename__ = "ledger_fold_progress"

    authority_code: Mapped[Key]
    folded_to: Mapped[datetime]
