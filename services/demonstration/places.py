"""Who takes part in the demonstration: authorities, agencies, wordings and keys.

The agencies' codes, names and kinds are made up after the referrer types that they send for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access import Role
from domain.vocabulary import AgencyKind

HARTLEPOOL = "E06000001"
MIDDLESBROUGH = "E06000002"
REDCAR_AND_CLEVELAND = "E06000003"
STOCKTON_ON_TEES = "E06000004"
ALL_FOUR = (HARTLEPOOL, MIDDLESBROUGH, REDCAR_AND_CLEVELAND, STOCKTON_ON_TEES)

# Telephone numbers of the range that Ofcom keeps for drama.
AUTHORITIES: Mapping[str, tuple[str, str]] = {
    HARTLEPOOL: ("Hartlepool", "01632 960101"),
    MIDDLESBROUGH: ("Middlesbrough", "01632 960102"),
    REDCAR_AND_CLEVELAND: ("Redcar and Cleveland", "01632 960103"),
    STOCKTON_ON_TEES: ("Stockton-on-Tees", "01632 960104"),
}
PARTNERSHIP = "tees-mash"
PARTNERSHIP_NAME = "Tees MASH"
MEMBERS = (HARTLEPOOL, STOCKTON_ON_TEES)

POLICE = "cleveland-police"
HEALTH = "north-tees-health"
SCHOOLS = "stockton-schools"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationAgency:
    """An agency, the authorities that it sends to, and the referrer types that it sends for.

    `prefix` begins its references.
    """

    code: str
    name: str
    kind: AgencyKind
    prefix: str
    sends_for: tuple[str, ...]
    authorities: tuple[str, ...] = (STOCKTON_ON_TEES,)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationKey:
    """A key of the demonstration: one role, in some authorities, perhaps for an agency."""

    role: Role
    authorities: tuple[str, ...] = (STOCKTON_ON_TEES,)
    agency: str | None = None


AGENCIES = (
    DemonstrationAgency(
        code=POLICE,
        name="Cleveland Police",
        kind=AgencyKind.POLICE,
        prefix="CLE",
        sends_for=("police",),
        authorities=ALL_FOUR,
    ),
    DemonstrationAgency(
        code=HEALTH,
        name="North Tees and Hartlepool hospitals and community health",
        kind=AgencyKind.HEALTH,
        prefix="NTH",
        sends_for=(
            "health_a_and_e",
            "health_child_protection_nurse",
            "health_community_district_nurse",
            "health_health_visitor",
            "health_midwife",
            "health_other",
            "health_school_nurse",
        ),
        authorities=MEMBERS,
    ),
    DemonstrationAgency(
        code="tees-mental-health",
        name="Tees mental health services",
        kind=AgencyKind.HEALTH,
        prefix="TMH",
        sends_for=("health_camhs", "health_community_mental_health"),
        authorities=MEMBERS,
    ),
    DemonstrationAgency(
        code="stockton-general-practice",
        name="General practice in Stockton-on-Tees",
        kind=AgencyKind.HEALTH,
        prefix="SGP",
        sends_for=("health_general_practitioner",),
    ),
    DemonstrationAgency(
        code=SCHOOLS,
        name="Schools in Stockton-on-Tees",
        kind=AgencyKind.EDUCATION,
        prefix="SCH",
        sends_for=("education_head_teacher", "education_teacher", "education_other"),
    ),
    DemonstrationAgency(
        code="stockton-council",
        name="Council teams of Stockton-on-Tees",
        kind=AgencyKind.COUNCIL,
        prefix="SBC",
        sends_for=(
            "assessment_teams",
            "cesc_others",
            "education_sen_department",
            "family_support",
            "field_work",
            "lac_services",
            "other",
        ),
    ),
    DemonstrationAgency(
        code="tees-emergency-duty-team",
        name="Emergency duty team of the Tees authorities",
        kind=AgencyKind.COUNCIL,
        prefix="EDT",
        sends_for=("emergency_duty_team",),
        authorities=ALL_FOUR,
    ),
    DemonstrationAgency(
        code="stockton-contact-centre",
        name="Customer contact centre of Stockton-on-Tees",
        kind=AgencyKind.PUBLIC,
        prefix="SCC",
        sends_for=("individuals",),
    ),
    DemonstrationAgency(
        code="stockton-housing",
        name="Housing services of Stockton-on-Tees",
        kind=AgencyKind.HOUSING,
        prefix="HOU",
        sends_for=("housing",),
    ),
    DemonstrationAgency(
        code="tees-family-court",
        name="Family court and court advisory service for Tees",
        kind=AgencyKind.JUSTICE,
        prefix="TFC",
        sends_for=("courts",),
        authorities=ALL_FOUR,
    ),
    DemonstrationAgency(
        code="tees-probation",
        name="Probation service for Tees",
        kind=AgencyKind.JUSTICE,
        prefix="TPS",
        sends_for=("probation",),
        authorities=ALL_FOUR,
    ),
    DemonstrationAgency(
        code="tees-voluntary-sector",
        name="Voluntary organisations in Tees",
        kind=AgencyKind.VOLUNTARY,
        prefix="TVS",
        sends_for=("other_agency",),
        authorities=MEMBERS,
    ),
)

ALIASES: Mapping[str, str] = {
    "School - Headteacher": "education_head_teacher",
    "Head": "education_head_teacher",
    "HT": "education_head_teacher",
    "Teacher": "education_teacher",
    "SENCO": "education_sen_department",
    "GP": "health_general_practitioner",
    "HV": "health_health_visitor",
    "A&E": "health_a_and_e",
    "Midwife": "health_midwife",
    "CAMHS": "health_camhs",
    "EDT": "emergency_duty_team",
}

ADMINISTRATOR = "tees-mash-admin"
KEYS: Mapping[str, DemonstrationKey] = {
    "stockton-decide": DemonstrationKey(role=Role.DECIDE),
    "stockton-report": DemonstrationKey(role=Role.REPORT),
    "stockton-partner": DemonstrationKey(role=Role.PARTNER),
    "stockton-admin": DemonstrationKey(role=Role.ADMIN),
    "cleveland-police-submit": DemonstrationKey(
        role=Role.SUBMIT, authorities=ALL_FOUR, agency=POLICE
    ),
    "north-tees-health-submit": DemonstrationKey(
        role=Role.SUBMIT, authorities=MEMBERS, agency=HEALTH
    ),
    "stockton-schools-submit": DemonstrationKey(role=Role.SUBMIT, agency=SCHOOLS),
    "hartlepool-decide": DemonstrationKey(role=Role.DECIDE, authorities=(HARTLEPOOL,)),
    "hartlepool-report": DemonstrationKey(role=Role.REPORT, authorities=(HARTLEPOOL,)),
    ADMINISTRATOR: DemonstrationKey(role=Role.ADMIN, authorities=MEMBERS),
    "tees-mash-partner": DemonstrationKey(role=Role.PARTNER, authorities=MEMBERS),
}
