"""The 27 referrer types of Table 1 and their census sources (definitions.md, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.vocabulary import IndividualKind

OTHER = "other"
INDIVIDUALS = "individuals"
POLICE = "police"
EMERGENCY_DUTY_TEAM = "emergency_duty_team"

EARLY_HELP_SOURCE_FROM = date(2022, 4, 1)


class ReferrerGroup(StrEnum):
    """The broad kind of a referrer type."""

    EDUCATION = "education"
    HEALTH = "health"
    COUNCIL = "council"
    JUSTICE = "justice"
    PUBLIC = "public"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReferrerType:
    """One row of Table 1.

    `census_source` is the children in need census' code of the referral source, or None where
    it hangs on the detail of the record.
    """

    code: str
    label: str
    group: ReferrerGroup
    census_source: str | None


REFERRER_TYPES: tuple[ReferrerType, ...] = (
    ReferrerType("assessment_teams", "Assessment Teams", ReferrerGroup.COUNCIL, "5A"),
    ReferrerType("cesc_others", "CESC Others", ReferrerGroup.COUNCIL, "5B"),
    ReferrerType("courts", "Courts", ReferrerGroup.JUSTICE, "7"),
    ReferrerType(
        "education_head_teacher", "Education - Head Teacher", ReferrerGroup.EDUCATION, "2A"
    ),
    ReferrerType("education_other", "Education - Other", ReferrerGroup.EDUCATION, "2B"),
    ReferrerType(
        "education_sen_department",
        "Education - Special Educational Needs Department",
        ReferrerGroup.EDUCATION,
        "2B",
    ),
    ReferrerType("education_teacher", "Education - Teacher", ReferrerGroup.EDUCATION, "2A"),
    ReferrerType(EMERGENCY_DUTY_TEAM, "Emergency Duty Team", ReferrerGroup.COUNCIL, "5A"),
    ReferrerType("family_support", "Family Support", ReferrerGroup.COUNCIL, None),
    ReferrerType("field_work", "Field Work", ReferrerGroup.COUNCIL, "5A"),
    ReferrerType("health_a_and_e", "Health - A & E", ReferrerGroup.HEALTH, "3E"),
    ReferrerType("health_camhs", "Health - CAMHS", ReferrerGroup.HEALTH, "3F"),
    ReferrerType(
        "health_child_protection_nurse",
        "Health - Child Protection Nurse",
        ReferrerGroup.HEALTH,
        "3F",
    ),
    ReferrerType(
        "health_community_district_nurse",
        "Health - Community / District Nurse",
        ReferrerGroup.HEALTH,
        "3D",
    ),
    ReferrerType(
        "health_community_mental_health",
        "Health - Community Mental Health",
        ReferrerGroup.HEALTH,
        "3F",
    ),
    ReferrerType(
        "health_general_practitioner", "Health - General Practitioner", ReferrerGroup.HEALTH, "3A"
    ),
    ReferrerType("health_health_visitor", "Health - Health Visitor", ReferrerGroup.HEALTH, "3B"),
    ReferrerType("health_midwife", "Health - Midwife", ReferrerGroup.HEALTH, "3D"),
    ReferrerType("health_other", "Health - Other", ReferrerGroup.HEALTH, "3F"),
    ReferrerType("health_school_nurse", "Health - School Nurse", ReferrerGroup.HEALTH, "3C"),
    ReferrerType("housing", "Housing", ReferrerGroup.COUNCIL, "4"),
    ReferrerType(INDIVIDUALS, "Individuals", ReferrerGroup.PUBLIC, None),
    ReferrerType("lac_services", "LAC Services", ReferrerGroup.COUNCIL, "5A"),
    ReferrerType(OTHER, "Other (see note)", ReferrerGroup.OTHER, None),
    ReferrerType("other_agency", "Other Agency", ReferrerGroup.OTHER, "8"),
    ReferrerType(POLICE, "Police", ReferrerGroup.JUSTICE, "6"),
    ReferrerType("probation", "Probation", ReferrerGroup.JUSTICE, "7"),
)

STANDARD_CODES: tuple[str, ...] = tuple(each.code for each in REFERRER_TYPES)

_INDIVIDUAL_SOURCES: Mapping[str | None, str] = {
    IndividualKind.FAMILY: "1A",
    IndividualKind.ACQUAINTANCE: "1B",
    IndividualKind.SELF: "1C",
    IndividualKind.OTHER_INDIVIDUAL: "1D",
    IndividualKind.ANONYMOUS: "9",
}

_OTHER_SOURCES: tuple[tuple[str, str], ...] = (
    ("prison", "7"),
    ("lado", "5A"),
    ("designated officer", "5A"),
    ("first contact", "5A"),
    ("prevention", "5D"),
)

_DEFAULT_SOURCES: Mapping[str, str | None] = {
    each.code: each.census_source for each in REFERRER_TYPES
}


def census_source(
    *,
    referrer_type: str,
    individual_kind: str | None,
    referrer_detail: str | None,
    on: date,
    own_source: str | None = None,
) -> str:
    """The children in need census' referral source of a record received `on` a London day.

    Returns a code such as "6" or "3B" (definitions.md, section 3). `own_source` is what the
    authority has set for the type; a type that it added is "8" (other) without. Before
    1 April 2022 the census had no early help source (5D), so it is 5B.
    """
    if referrer_type == INDIVIDUALS:
        return _INDIVIDUAL_SOURCES.get(individual_kind, "10")
    if referrer_type == OTHER:
        detail = (referrer_detail or "").casefold()
        source = next((code for word, code in _OTHER_SOURCES if word in detail), "8")
    else:
        source = own_source or _DEFAULT_SOURCES.get(referrer_type, "8") or "5D"
    return "5B" if source == "5D" and on < EARLY_HELP_SOURCE_FROM else source
