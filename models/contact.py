"""A contact: what happened (`contact`), apart from who it is about (`contact_identity`)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.vocabulary import (
    AgreementStatus,
    Ethnicity,
    IndividualKind,
    Outcome,
    PresentingNeed,
    RiskLevel,
    Sex,
    SubmittedAs,
)
from models.base import Base, IdentifierKey, Key, index_where_known, no_wildcard, one_of

REFERENCE_IS_UNIQUE = "uq_contact_authority_code_agency_code_agency_reference"


class Contact(Base):
    """The facts that figures need, and nobody's name. `…_on` are London days.

    `has_active_caf` is what was sent, `derived_active_caf` what the child's CAF records say.
    """

    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "agency_code"], ["agency.authority_code", "agency.agency_code"]
        ),
        UniqueConstraint("authority_code", "agency_code", "agency_reference"),
        Index("ix_contact_newest", "authority_code", "received_at", "contact_id"),
        Index(
            "ix_contact_newest_of_agency",
            "authority_code",
            "agency_code",
            "received_at",
            "contact_id",
        ),
        Index("ix_contact_changed", "authority_code", "updated_at", "contact_id"),
        index_where_known("ix_contact_incident", "incident_reference"),
        Index(
            "ix_contact_counted",
            "authority_code",
            "received_on",
            postgresql_include=["referrer_type", "outcome", "is_referral"],
        ),
        one_of("submitted_as", SubmittedAs),
        one_of("individual_kind", IndividualKind),
        one_of("presenting_need", PresentingNeed),
        one_of("victim_risk_level", RiskLevel),
        one_of("child_risk_level", RiskLevel),
        one_of("family_agreement_status", AgreementStatus),
        one_of("outcome", Outcome),
        *no_wildcard("agency_code"),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
    agency_code: Mapped[str]
    agency_reference: Mapped[str]
    submitted_as: Mapped[str]
    content_digest: Mapped[bytes]

    received_at: Mapped[datetime]
    received_on: Mapped[date]
    is_received_time_known: Mapped[bool]
    sent_received_at: Mapped[datetime | None]

    referrer_type: Mapped[str]
    individual_kind: Mapped[str | None]
    original_referrer_type: Mapped[str | None]
    census_source: Mapped[str]
    incident_reference: Mapped[str | None]
    relates_to: Mapped[str | None]
    presenting_need: Mapped[str | None]
    concerns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    has_active_caf: Mapped[bool | None]
    derived_active_caf: Mapped[bool | None]
    immediate_concern: Mapped[bool]
    victim_risk_level: Mapped[str | None]
    child_risk_level: Mapped[str | None]
    children_present: Mapped[bool | None]
    family_agreement_status: Mapped[str | None]
    family_informed: Mapped[bool | None]
    safe_to_contact: Mapped[bool | None]

    is_referral: Mapped[bool]
    is_open: Mapped[bool]
    is_void: Mapped[bool]
    referred_at: Mapped[datetime | None]
    referred_on: Mapped[date | None]
    outcome: Mapped[str | None]
    outcome_rule: Mapped[str]
    outcome_since: Mapped[date]
    ruleset_version: Mapped[str]
    reason: Mapped[str | None]
    decision_due_on: Mapped[date | None]
    decision_stopped_on: Mapped[date | None]
    information_gathering_due_on: Mapped[date | None]
    information_gathering_stopped_on: Mapped[date | None]
    section_47_due_on: Mapped[date | None]
    section_47_stopped_on: Mapped[date | None]

    new_information_at: Mapped[datetime | None]
    warnings: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    identity: Mapped["ContactIdentity"] = relationship(lazy="raise", viewonly=True)


class ContactIdentity(Base):
    """Who the child, the carers and the referrer are, and the narrative."""

    __tablename__ = "contact_identity"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "contact_id"], ["contact.authority_code", "contact.contact_id"]
        ),
        index_where_known("ix_contact_identity_nhs_number", "nhs_number"),
        index_where_known("ix_contact_identity_local_id", "local_id"),
        index_where_known("ix_contact_identity_upn", "upn"),
        index_where_known("ix_contact_identity_agency_child_reference", "agency_child_reference"),
        Index("ix_contact_identity_name", "authority_code", "matching_name"),
        one_of("sex", Sex),
        one_of("ethnicity", Ethnicity),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
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

    referrer_detail: Mapped[str | None]
    referrer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    parents_carers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    family_agreement_given_by: Mapped[str | None]
    family_agreement_reason: Mapped[str | None]
    narrative: Mapped[str | None]


class ContactInformation(Base):
    """Information that was added to a contact; `sent_by_agency` NULL means the authority.

    `version` is the contact's version that adding it made.
    """

    __tablename__ = "contact_information"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "contact_id"], ["contact.authority_code", "contact.contact_id"]
        ),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
    information_id: Mapped[IdentifierKey]
    agency_code: Mapped[str]
    version: Mapped[int]
    sent_by_agency: Mapped[str | None]
    information: Mapped[str]
    immediate_concern: Mapped[bool]
    recorded_at: Mapped[datetime]


class ContactVersion(Base):
    """One version of a contact: what changed among the facts, when, and by which key.

    `recorded_by` is the key's name then. `changes` is a list of `{"pointer", "from", "to"}`.
    """

    __tablename__ = "contact_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "contact_id"], ["contact.authority_code", "contact.contact_id"]
        ),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
    version: Mapped[int] = mapped_column(primary_key=True)
    agency_code: Mapped[str]
    event: Mapped[str]
    key_id: Mapped[str] = mapped_column(ForeignKey("api_key.key_id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class ContactVersionIdentity(Base):
    """The personal part of a version's changes, of the same shape."""

    __tablename__ = "contact_version_identity"
    __table_args__ = (
        ForeignKeyConstraint(
            ["authority_code", "contact_id", "version"],
            [
                "contact_version.authority_code",
                "contact_version.contact_id",
                "contact_version.version",
            ],
        ),
    )

    authority_code: Mapped[Key]
    contact_id: Mapped[IdentifierKey]
    version: Mapped[int] = mapped_column(primary_key=True)
    agency_code: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
