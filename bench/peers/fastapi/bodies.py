"""The body of a contact, as pydantic models: strict about types, unknown fields refused."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)

from domain.identifiers import (
    is_nhs_number,
    is_postcode,
    is_upn,
    normal_nhs_number,
    normal_postcode,
)
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

_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _day(value: object) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        message = "this must be a date, as YYYY-MM-DD"
        raise ValueError(message)
    return date.fromisoformat(value)


def _instant(value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        message = "this must be an RFC 3339 instant"
        raise ValueError(message)
    return datetime.fromisoformat(value.upper()).astimezone(UTC)


def _nhs_number(text: str) -> str:
    number = normal_nhs_number(text)
    if text and not is_nhs_number(number):
        message = "an NHS number has ten digits that check"
        raise ValueError(message)
    return number


def _upn(text: str) -> str:
    if text and not is_upn(text.upper()):
        message = "a UPN has a letter that checks"
        raise ValueError(message)
    return text.upper()


def _postcode(text: str) -> str:
    if text and not is_postcode(text):
        message = "a postcode looks like TS18 1AU"
        raise ValueError(message)
    return normal_postcode(text) if text else text


def _line(longest: int) -> Any:
    constraints = StringConstraints(strip_whitespace=True, max_length=longest, pattern=_LINE)
    return Annotated[str, constraints]


def _lines(longest: int) -> Any:
    constraints = StringConstraints(strip_whitespace=True, max_length=longest, pattern=_LINES)
    return Annotated[str, constraints]


def _or_null(text: Any, *checks: AfterValidator) -> Any:
    """Text that may be null; empty is null."""
    for check in checks:
        text = Annotated[text, check]
    return Annotated[text | None, AfterValidator(lambda value: value or None)]


Line50, Line64, Line100 = (_or_null(_line(longest)) for longest in (50, 64, 100))
Line200, Line254 = (_or_null(_line(longest)) for longest in (200, 254))
Lines500, Lines1000, Lines10000 = (_or_null(_lines(longest)) for longest in (500, 1_000, 10_000))
RequiredLine100 = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_LINE),
]
NhsNumber = _or_null(_line(20), AfterValidator(_nhs_number))
Upn = _or_null(_line(20), AfterValidator(_upn))
Postcode = _or_null(_line(20), AfterValidator(_postcode))
Day = Annotated[date | None, BeforeValidator(_day)]
Instant = Annotated[datetime | None, BeforeValidator(_instant)]
Flag = StrictBool | None


class Strict(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Referrer(Strict):
    """Who referred."""

    name: Line200 = None
    role: Line200 = None
    email: Line254 = None
    phone: Line50 = None


class Child(Strict):
    """What is known of the child."""

    agency_child_reference: Line100 = None
    local_id: Line100 = None
    nhs_number: NhsNumber = None
    upn: Upn = None
    given_name: Line100 = None
    family_name: Line100 = None
    also_known_as: Line200 = None
    date_of_birth: Day = None
    expected_date_of_birth: Day = None
    estimated_age: Annotated[StrictInt, Field(ge=0, le=25)] | None = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    address: Lines500 = None
    postcode: Postcode = None


class ParentCarer(Strict):
    """A parent or carer."""

    name: Line200 = None
    relationship: Line100 = None
    date_of_birth: Day = None
    phone: Line50 = None


class DomesticIncident(Strict):
    """How a domestic incident was graded."""

    victim_risk_level: RiskLevel | None = None
    child_risk_level: RiskLevel | None = None
    children_present: Flag = None


class FamilyAgreement(Strict):
    """Whether the family agreed."""

    status: AgreementStatus | None = None
    given_by: Line200 = None
    reason: Lines1000 = None
    family_informed: Flag = None
    safe_to_contact: Flag = None


class Contact(Strict):
    """A contact as sent."""

    agency_reference: RequiredLine100
    referrer_type: RequiredLine100
    child: Child
    agency: Line64 = None
    received_at: Instant = None
    referrer_detail: Line200 = None
    individual_kind: IndividualKind | None = None
    original_referrer_type: Line100 = None
    incident_reference: Line100 = None
    relates_to: Line100 = None
    presenting_need: PresentingNeed | None = None
    concerns: Annotated[list[Concern], Field(max_length=17)] | None = None
    has_active_caf: Flag = None
    immediate_concern: Flag = None
    narrative: Lines10000 = None
    referrer: Referrer | None = None
    parents_carers: Annotated[list[ParentCarer], Field(max_length=20)] | None = None
    domestic_incident: DomesticIncident | None = None
    family_agreement: FamilyAgreement | None = None
    received_on: Day = None
    closed_on: Day = None
    referred_on: Day = None
    nfa_on: Day = None
    assessment_started_on: Day = None
    assessment_type: AssessmentType | None = None
    reason: Reason | None = None
