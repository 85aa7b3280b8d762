"""Contacts and referrals: the body that is sent, the patch, added information, the search."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validates_schema

from domain.history import FIELDS as HISTORY_FIELDS
from domain.vocabulary import (
    AgreementStatus,
    AssessmentType,
    Concern,
    Ethnicity,
    IndividualKind,
    PresentingNeed,
    Reason,
    RiskLevel,
    Sex,
)
from schemas.base import DraftSchema, StrictSchema
from schemas.fields import Code, Flag, Instant, ListOf, LocalDate, Part, Text, Whole
from schemas.findings import coded
from schemas.identifiers import NhsNumber, Postcode, Upn


class ReferrerFields:
    """Who referred."""

    name = Text(max_length=200, allow_none=True, example="PC Alex Reed")
    role = Text(max_length=200, allow_none=True, example="Response officer")
    email = Text(max_length=254, allow_none=True, example="alex.reed@example.org")
    phone = Text(max_length=50, allow_none=True, example="01632 960111")


class ReferrerSchema(ReferrerFields, StrictSchema):
    """Who referred, as sent."""


class ChildFields:
    """What is known of the child: any one of it will do."""

    agency_child_reference = Text(
        max_length=100, allow_none=True, description="Your own number for the child."
    )
    local_id = Text(
        max_length=100,
        allow_none=True,
        description="The authority's number for the child; only the authority sends and sees it.",
    )
    nhs_number = NhsNumber(max_length=20, allow_none=True, example="9990000018")
    upn = Upn(max_length=20, allow_none=True, description="The unique pupil number.")
    given_name = Text(max_length=100, allow_none=True, example="Ava")
    family_name = Text(max_length=100, allow_none=True, example="Marsh")
    also_known_as = Text(max_length=200, allow_none=True)
    date_of_birth = LocalDate(allow_none=True, example="2009-05-14")
    expected_date_of_birth = LocalDate(allow_none=True, description="Of an unborn child.")
    estimated_age = Whole(
        minimum=0, maximum=25, allow_none=True, description="In years, where no date is known."
    )
    sex = Code(Sex, allow_none=True, description="`U` is unknown or unborn.")
    ethnicity = Code(Ethnicity, allow_none=True)
    address = Text(max_length=500, multiline=True, allow_none=True)
    postcode = Postcode(max_length=20, allow_none=True, example="TS18 1AU")


class ChildSchema(ChildFields, StrictSchema):
    """The child, as sent."""


class ParentCarerFields:
    """A parent or carer."""

    name = Text(max_length=200, allow_none=True, example="Jordan Marsh")
    relationship = Text(max_length=100, allow_none=True, example="mother")
    date_of_birth = LocalDate(allow_none=True)
    phone = Text(max_length=50, allow_none=True)


class ParentCarerSchema(ParentCarerFields, StrictSchema):
    """A parent or carer, as sent."""


class DomesticIncidentFields:
    """How a domestic incident was graded."""

    victim_risk_level = Code(RiskLevel, allow_none=True)
    child_risk_level = Code(
        RiskLevel, allow_none=True, description="The children's risk, screened for itself."
    )
    children_present = Flag(allow_none=True)


class DomesticIncidentSchema(DomesticIncidentFields, StrictSchema):
    """A domestic incident, as sent."""


class FamilyAgreementFields:
    """Whether the family agreed; it never blocks a record."""

    status = Code(AgreementStatus, allow_none=True)
    given_by = Text(max_length=200, allow_none=True)
    reason = Text(max_length=1_000, multiline=True, allow_none=True)
    family_informed = Flag(allow_none=True)
    safe_to_contact = Flag(allow_none=True)


class FamilyAgreementSchema(FamilyAgreementFields, StrictSchema):
    """A family's agreement, as sent."""


class ContactFields:
    """The plain fields of a contact that are sent and shown again."""

    received_at = Instant(
        allow_none=True, description="When the contact was received; default now."
    )
    referrer_type = Text(
        max_length=100,
        required=True,
        description="A code of `/v1/reference/referrer-types`, or an alias that the authority "
        "keeps for your own wording.",
        example="police",
    )
    referrer_detail = Text(
        max_length=200, allow_none=True, description="Required when `referrer_type` is `other`."
    )
    individual_kind = Code(
        IndividualKind, allow_none=True, description="Who an individual is to the child."
    )
    original_referrer_type = Text(
        max_length=100,
        allow_none=True,
        description="In a record of the emergency duty team: who referred to it.",
    )
    incident_reference = Text(
        max_length=100, allow_none=True, description="The same for siblings in one incident."
    )
    relates_to = Text(
        max_length=100, allow_none=True, description="The reference or id of an earlier record."
    )
    presenting_need = Code(
        PresentingNeed, allow_none=True, description="The primary need, as the census codes it."
    )
    concerns = ListOf(
        Code(Concern), max_items=17, allow_none=True, description="What the sender worries about."
    )
    has_active_caf = Flag(
        allow_none=True, description="Whether the child has an active CAF, if you know."
    )
    immediate_concern = Flag(
        allow_none=True, description="Not an emergency route: it is answered with a warning."
    )
    narrative = Text(
        max_length=10_000, multiline=True, allow_none=True, description="What happened, in words."
    )


class ContactSchema(ContactFields, DraftSchema):
    """A contact or referral as sent."""

    agency = Text(
        max_length=64,
        allow_none=True,
        description="The code of the agency. A sender may leave it out; the authority names it.",
        example="cleveland-police",
    )
    agency_reference = Text(
        max_length=100,
        required=True,
        description="Your own reference: unique for your agency within the authority.",
        example="CLE-2014-000123",
    )
    referrer = Part(ReferrerSchema, allow_none=True, description="Who referred.")
    child = Part(ChildSchema, required=True)
    parents_carers = ListOf(
        Part(ParentCarerSchema),
        max_items=20,
        allow_none=True,
        description="The child's parents and carers.",
    )
    domestic_incident = Part(
        DomesticIncidentSchema, allow_none=True, description="How a domestic incident was graded."
    )
    family_agreement = Part(
        FamilyAgreementSchema,
        allow_none=True,
        description="Whether the family agreed; it never blocks a record.",
    )

    received_on = LocalDate(
        allow_none=True,
        description="In place of `received_at` where only the day is known. The authority only.",
    )
    closed_on = LocalDate(allow_none=True, description="History; the authority only.")
    referred_on = LocalDate(allow_none=True, description="History; the authority only.")
    nfa_on = LocalDate(allow_none=True, description="History; the authority only.")
    assessment_started_on = LocalDate(allow_none=True, description="History; the authority only.")
    assessment_type = Code(
        AssessmentType, allow_none=True, description="History; the authority only."
    )
    reason = Code(Reason, allow_none=True, description="History; the authority only.")


class ContactPatchSchema(ContactSchema):
    """A merge patch of a contact: what is left out stays, null clears.

    The fixed fields are read all the same, so that whoever sends one is told that it is fixed.
    """

    fixed = frozenset(
        {"agency", "agency_reference", "submitted_as", "received_on", *HISTORY_FIELDS}
    )

    submitted_as = fields.Raw(
        allow_none=True, metadata={"description": "Fixed once a record was sent."}
    )

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Keep the fixed fields out of the document."""
        super().on_bind_field(field_name, field_obj)
        if field_name in self.fixed:
            field_obj.metadata = {**field_obj.metadata, "x-fixed": True}


class InformationSchema(StrictSchema):
    """Information that is added to a contact."""

    information = Text(max_length=10_000, multiline=True, required=True)
    immediate_concern = Flag(
        load_default=False,
        description="Not an emergency route: call 999 where a child is in danger.",
    )


class ChildSearchSchema(StrictSchema):
    """How a child is looked for: an identifier, or a name with date of birth or postcode."""

    nhs_number = NhsNumber(max_length=20, example="9990000018")
    local_id = Text(max_length=100)
    upn = Upn(max_length=20)
    agency_child_reference = Text(max_length=100)
    name = Text(max_length=200, description="The given name and the family name.")
    given_name = Text(max_length=100, description="With `family_name`, in place of `name`.")
    family_name = Text(max_length=100)
    date_of_birth = LocalDate()
    postcode = Postcode(max_length=20)

    @validates_schema
    def _is_enough(self, data: Mapping[str, Any], **_: object) -> None:
        if data.keys() & {"nhs_number", "local_id", "upn", "agency_child_reference"}:
            return
        has_name = "name" in data or data.keys() >= {"given_name", "family_name"}
        if not (has_name and data.keys() & {"date_of_birth", "postcode"}):
            detail = (
                "Give an identifier (nhs_number, local_id, upn or agency_child_reference), or "
                "given_name and family_name with date_of_birth or postcode."
            )
            raise coded(code="not_enough", detail=detail)
