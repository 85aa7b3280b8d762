"""The body of a contact."""

from rest_framework import serializers

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
from peer.fields import Code, Day, Flag, Instant, NhsNumber, Postcode, Strict, Text, Upn, Whole


class ReferrerSerializer(Strict):
    """Who referred."""

    name = Text(longest=200)
    role = Text(longest=200)
    email = Text(longest=254)
    phone = Text(longest=50)


class ChildSerializer(Strict):
    """What is known of the child."""

    agency_child_reference = Text(longest=100)
    local_id = Text(longest=100)
    nhs_number = NhsNumber()
    upn = Upn()
    given_name = Text(longest=100)
    family_name = Text(longest=100)
    also_known_as = Text(longest=200)
    date_of_birth = Day()
    expected_date_of_birth = Day()
    estimated_age = Whole(min_value=0, max_value=25, required=False, allow_null=True)
    sex = Code(Sex)
    ethnicity = Code(Ethnicity)
    address = Text(longest=500, multiline=True)
    postcode = Postcode()


class ParentCarerSerializer(Strict):
    """A parent or carer."""

    name = Text(longest=200)
    relationship = Text(longest=100)
    date_of_birth = Day()
    phone = Text(longest=50)


class DomesticIncidentSerializer(Strict):
    """How a domestic incident was graded."""

    victim_risk_level = Code(RiskLevel)
    child_risk_level = Code(RiskLevel)
    children_present = Flag()


class FamilyAgreementSerializer(Strict):
    """Whether the family agreed."""

    status = Code(AgreementStatus)
    given_by = Text(longest=200)
    reason = Text(longest=1_000, multiline=True)
    family_informed = Flag()
    safe_to_contact = Flag()


class ContactSerializer(Strict):
    """A contact as sent."""

    agency = Text(longest=64)
    agency_reference = Text(longest=100, required=True)
    received_at = Instant()
    referrer_type = Text(longest=100, required=True)
    referrer_detail = Text(longest=200)
    individual_kind = Code(IndividualKind)
    original_referrer_type = Text(longest=100)
    incident_reference = Text(longest=100)
    relates_to = Text(longest=100)
    presenting_need = Code(PresentingNeed)
    concerns = serializers.ListField(
        child=Code(Concern, required=True, allow_null=False),
        max_length=17,
        required=False,
        allow_null=True,
    )
    has_active_caf = Flag()
    immediate_concern = Flag()
    narrative = Text(longest=10_000, multiline=True)
    referrer = ReferrerSerializer(required=False, allow_null=True)
    child = ChildSerializer()
    parents_carers = ParentCarerSerializer(
        many=True, max_length=20, required=False, allow_null=True
    )
    domestic_incident = DomesticIncidentSerializer(required=False, allow_null=True)
    family_agreement = FamilyAgreementSerializer(required=False, allow_null=True)
    received_on = Day()
    closed_on = Day()
    referred_on = Day()
    nfa_on = Day()
    assessment_started_on = Day()
    assessment_type = Code(AssessmentType)
    reason = Code(Reason)
