"""Authorities, partnerships, agencies, and each authority's own words.

Settings are append-only with `recorded_at`: the latest row counts, and an old report can ask for
what counted then.
"""

from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from domain.measures.measure import Polarity
from domain.referrer_types import ReferrerGroup
from domain.vocabulary import AgencyKind
from models.base import Base, Key, no_wildcard, one_of


class Authority(Base):
    """A local authority, known by its ONS code; the tenant."""

    __tablename__ = "authority"
    __table_args__ = no_wildcard("authority_code")

    authority_code: Mapped[Key]
    name: Mapped[str]
    recorded_at: Mapped[datetime]


class AuthoritySetting(Base):
    """What an authority has set: times are London times, the lag is in working days."""

    __tablename__ = "authority_setting"

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    emergency_telephone: Mapped[str]
    receipt_cut_off: Mapped[time]
    reporting_lag: Mapped[int]


class Partnership(Base):
    """A named group of authorities that share a hub."""

    __tablename__ = "partnership"
    __table_args__ = no_wildcard("partnership_code")

    partnership_code: Mapped[Key]
    name: Mapped[str]
    recorded_at: Mapped[datetime]


class PartnershipMember(Base):
    """Who belongs to a partnership since when; `is_member` false ends it."""

    __tablename__ = "partnership_member"

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    partnership_code: Mapped[str] = mapped_column(
        ForeignKey("partnership.partnership_code"), primary_key=True
    )
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    is_member: Mapped[bool]


class Agency(Base):
    """An organisation whose system sends records to one authority."""

    __tablename__ = "agency"
    __table_args__ = no_wildcard("agency_code")

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    agency_code: Mapped[Key]
    recorded_at: Mapped[datetime]


class AgencySetting(Base):
    """What an authority has set for an agency; `backdate_days` NULL means without limit."""

    __tablename__ = "agency_setting"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "agency_code"], ["agency.authority_code", "agency.agency_code"]
        ),
        one_of("kind", AgencyKind),
    )

    authority_code: Mapped[Key]
    agency_code: Mapped[Key]
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    backdate_days: Mapped[int | None]
    is_accepted_at_once: Mapped[bool]


class ReferrerTypeSetting(Base):
    """An authority's own label for a standard referrer type, or a type that it added."""

    __tablename__ = "referrer_type_setting"
    __table_args__ = (one_of("referrer_group", ReferrerGroup),)

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    referrer_type: Mapped[Key]
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    label: Mapped[str]
    referrer_group: Mapped[str]
    census_source: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class MeasureSetting(Base):
    """An authority's own polarity and tolerance of a measure; NULL is the standard one."""

    __tablename__ = "measure_setting"
    __table_args__ = (
        one_of("polarity", Polarity),
        CheckConstraint("tolerance BETWEEN 0 AND 100", name="tolerance_in_range"),
    )

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    measure: Mapped[Key]
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    polarity: Mapped[str | None]
    tolerance: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))


class ReferrerTypeAlias(Base):
    """An agency's own wording for a referrer type; `referrer_type` NULL withdraws it."""

    __tablename__ = "referrer_type_alias"

    authority_code: Mapped[str] = mapped_column(
        ForeignKey("authority.authority_code"), primary_key=True
    )
    alias: Mapped[Key]
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    referrer_type: Mapped[str | None]
