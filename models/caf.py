"""A CAF: its facts and their versions, apart from who it is about and which key says so."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.caf import FIRST_STAGE, LAST_STAGE, CafAgencyKind
from domain.vocabulary import Ethnicity, Sex
from models.base import Base, IdentifierKey, Key, index_where_known, no_wildcard, one_of

CAF_REFERENCE_IS_UNIQUE = "uq_caf_authority_code_agency_code_agency_reference"


class Caf(Base):
    """The facts of a CAF as they are now, and nobody's name. `…_on` are London days.

    `agency_code` is the agency whose system sent it, `agency_kind` the kind of the one that leads.
    """

    __tablename__ = "caf"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "agency_code"], ["agency.authority_code", "agency.agency_code"]
        ),
        UniqueConstraint("authority_code", "agency_code", "agency_reference"),
        Index("ix_caf_newest", "authority_code", "created_at", "caf_id"),
        Index("ix_caf_newest_of_agency", "authority_code", "agency_code", "created_at", "caf_id"),
        Index("ix_caf_changed", "authority_code", "updated_at", "caf_id"),
        one_of("agency_kind", CafAgencyKind),
        CheckConstraint(f"stage BETWEEN {FIRST_STAGE} AND {LAST_STAGE}", name="stage_known"),
        CheckConstraint("closed_on >= commenced_on", name="closed_after_commenced"),
        *no_wildcard("agency_code"),
    )

    authority_code: Mapped[Key]
    caf_id: Mapped[IdentifierKey]
    agency_code: Mapped[str]
    agency_reference: Mapped[str]
    content_digest: Mapped[bytes]

    agency_kind: Mapped[str]
    stage: Mapped[int | None]
    commenced_on: Mapped[date]
    closed_on: Mapped[date | None]

    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    identity: Mapped["CafIdentity"] = relationship(lazy="raise", viewonly=True)


class CafIdentity(Base):
    """Who the child is, and which agency leads, in the sender's words."""

    __tablename__ = "caf_identity"
    __table_args__ = (
        ForeignKeyConstraint(["authority_code", "caf_id"], ["caf.authority_code", "caf.caf_id"]),
        index_where_known("ix_caf_identity_nhs_number", "nhs_number"),
        index_where_known("ix_caf_identity_local_id", "local_id"),
        one_of("sex", Sex),
        one_of("ethnicity", Ethnicity),
    )

    authority_code: Mapped[Key]
    caf_id: Mapped[IdentifierKey]
    agency_code: Mapped[str]

    agency_child_reference: Mapped[str | None]
    local_id: Mapped[str | None]
    nhs_number: Mapped[str | None]
    upn: Mapped[str | None]
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    also_known_as: Mapped[str | None]
    matching_name: Mapped[str | None]
    date_of_birth: Mapped[date | None]
    expected_date_of_birth: Mapped[date | None]
    estimated_age: Mapped[int | None]
    sex: Mapped[str | None]
    ethnicity: Mapped[str | None]
    address: Mapped[str | None]
    postcode: Mapped[str | None]

    lead_agency: Mapped[str | None]


class CafVersion(Base):
    """The facts of a CAF as they were known from `recorded_at` until the next version's."""

    __tablename__ = "caf_version"
    __table_args__ = (
        ForeignKeyConstraint(["authority_code", "caf_id"], ["caf.authority_code", "caf.caf_id"]),
        Index("ix_caf_version_commenced", "authority_code", "commenced_on"),
    )

    authority_code: Mapped[Key]
    caf_id: Mapped[IdentifierKey]
    version: Mapped[int] = mapped_column(primary_key=True)
    agency_code: Mapped[str]
    agency_kind: Mapped[str]
    stage: Mapped[int | None]
    commenced_on: Mapped[date]
    closed_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class CafChange(Base):
    """Which key made a version, and what it changed of who the CAF is about.

    `recorded_by` is the key's name then. `changes` is a list of `{"pointer", "from", "to"}`.
    """

    __tablename__ = "caf_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "caf_id", "version"],
            ["caf_version.authority_code", "caf_version.caf_id", "caf_version.version"],
        ),
    )

    authority_code: Mapped[Key]
    caf_id: Mapped[IdentifierKey]
    version: Mapped[int] = mapped_column(primary_key=True)
    agency_code: Mapped[str]
    event: Mapped[str]
    key_id: Mapped[str] = mapped_column(ForeignKey("api_key.key_id"))
    recorded_by: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class CafLinkPass(Base):
    """How far an authority's contacts were held against its CAFs: all pairs settled before then."""

    __tablename__ = "caf_link_pass"

    authority_code: Mapped[Key]
    settled_at: Mapped[datetime]
