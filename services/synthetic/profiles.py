"""How each referrer type makes contacts: when, about whom, in what words, and how they close."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, auto

from domain.referrer_types import EMERGENCY_DUTY_TEAM, INDIVIDUALS, OTHER, POLICE
from services.synthetic import health_stories, stories
from services.synthetic.chance import weighted
from services.synthetic.stories import Story

EMERGENCY_CALLERS = weighted(police=3, health_a_and_e=2, individuals=2)
OTHER_DETAILS = (
    "Prison Service",
    "LADO",
    "First Contact Team",
    "Prevention",
    "Schools and Complex Needs Service",
)


class Hours(IntEnum):
    """When a referrer type sends, in London time."""

    SCHOOL = auto()
    OFFICE = auto()
    ROUND_THE_CLOCK = auto()
    OUT_OF_HOURS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is usual for a referrer type.

    `ages` are whole years, both ends included; shares are 0 to 1; pools (`roles`, `stories`,
    the reasons) are drawn from evenly. The council's own teams send contacts only: what they
    refer, the first contact team accepts like any other.
    """

    hours: Hours = Hours.OFFICE
    ages: tuple[int, int] = (0, 17)
    unborn_share: float = 0.0
    referral_share: float = 0.0
    roles: tuple[str, ...]
    stories: tuple[Story, ...]
    closing_reasons: tuple[str, ...] = weighted(
        threshold_not_met=4,
        information_only=3,
        advice_given=3,
        signposted_to_early_help=2,
        early_help_accepted=1,
        already_open_case=1,
    )
    nfa_reasons: tuple[str, ...] = weighted(
        threshold_not_met=5,
        advice_given=3,
        signposted_to_early_help=3,
        early_help_accepted=2,
        referred_to_other_agency=2,
        information_only=1,
    )

    def stories_at(self, age: int) -> tuple[Story, ...]:
        """Return the stories told of a child of this age in whole years; never empty."""
        return tuple(story for story in self.stories if story.from_age <= age)


_EDUCATION = Profile(
    hours=Hours.SCHOOL,
    ages=(4, 16),
    referral_share=0.6,
    roles=("Designated safeguarding lead", "Head of year", "Pastoral manager"),
    stories=stories.SCHOOL,
)
_HEALTH = Profile(
    referral_share=0.6,
    roles=("Safeguarding nurse", "Practitioner", "Team leader"),
    stories=health_stories.CLINIC,
)
_COUNCIL = Profile(
    roles=("Social worker", "Senior social worker", "Team manager"),
    stories=stories.COUNCIL,
)
_CHECKS = weighted(statutory_check=8, information_only=2)

PROFILES: Mapping[str, Profile] = {
    "assessment_teams": _COUNCIL,
    "cesc_others": replace(_COUNCIL, roles=("Children's centre worker", "Youth worker")),
    "courts": Profile(
        referral_share=0.1,
        roles=("Family court adviser", "Court officer"),
        stories=stories.STATUTORY,
        closing_reasons=weighted(statutory_check=9, information_only=1),
    ),
    "education_head_teacher": replace(_EDUCATION, roles=("Head teacher", "Deputy head teacher")),
    "education_other": replace(
        _EDUCATION, roles=("Education welfare officer", "Attendance officer")
    ),
    "education_sen_department": replace(
        _EDUCATION,
        referral_share=0.2,
        roles=("SEN officer", "Educational psychologist"),
        stories=stories.SPECIAL_NEEDS,
        closing_reasons=_CHECKS,
    ),
    "education_teacher": replace(_EDUCATION, roles=("Teacher", "Form tutor", "Nursery teacher")),
    EMERGENCY_DUTY_TEAM: replace(
        _COUNCIL,
        hours=Hours.OUT_OF_HOURS,
        roles=("Emergency duty social worker",),
        stories=stories.INCIDENTS + stories.WORRIES,
    ),
    "family_support": replace(_COUNCIL, roles=("Family support worker",)),
    "field_work": _COUNCIL,
    "health_a_and_e": replace(
        _HEALTH,
        hours=Hours.ROUND_THE_CLOCK,
        roles=("Staff nurse", "Senior registrar", "Paediatric liaison nurse"),
        stories=health_stories.ATTENDANCES,
    ),
    "health_camhs": replace(_HEALTH, ages=(6, 17), roles=("CAMHS practitioner",)),
    "health_child_protection_nurse": replace(_HEALTH, roles=("Named nurse",)),
    "health_community_district_nurse": replace(_HEALTH, roles=("District nurse",)),
    "health_community_mental_health": replace(
        _HEALTH, roles=("Community psychiatric nurse", "Care coordinator")
    ),
    "health_general_practitioner": replace(_HEALTH, roles=("General practitioner",)),
    "health_health_visitor": replace(
        _HEALTH, ages=(0, 4), roles=("Health visitor",), stories=health_stories.INFANTS
    ),
    "health_midwife": replace(
        _HEALTH,
        ages=(0, 0),
        unborn_share=0.8,
        roles=("Community midwife", "Safeguarding midwife"),
        stories=health_stories.PREGNANCIES,
    ),
    "health_other": _HEALTH,
    "health_school_nurse": replace(_HEALTH, ages=(5, 16), roles=("School nurse",)),
    "housing": replace(
        _COUNCIL,
        roles=("Housing officer", "Homelessness officer"),
        stories=stories.HOME,
    ),
    INDIVIDUALS: Profile(
        hours=Hours.ROUND_THE_CLOCK,
        roles=("Caller",),
        stories=stories.WORRIES,
        closing_reasons=weighted(
            threshold_not_met=5,
            advice_given=4,
            signposted_to_early_help=2,
            information_only=2,
            unable_to_identify=1,
        ),
    ),
    "lac_services": replace(
        _COUNCIL,
        ages=(5, 17),
        stories=stories.LOOKED_AFTER,
        closing_reasons=weighted(information_only=6, already_open_case=3),
    ),
    OTHER: Profile(referral_share=0.3, roles=("Officer", "Duty officer"), stories=stories.OTHERS),
    "other_agency": Profile(
        referral_share=0.4,
        roles=("Project worker", "Adviser", "Family worker"),
        stories=stories.COUNCIL + stories.WORRIES,
    ),
    POLICE: Profile(
        hours=Hours.ROUND_THE_CLOCK,
        referral_share=0.2,
        roles=("Police constable", "Detective constable", "Vulnerability unit officer"),
        stories=stories.INCIDENTS,
        closing_reasons=weighted(information_only=5, threshold_not_met=4, advice_given=1),
    ),
    "probation": Profile(
        referral_share=0.3,
        roles=("Offender manager", "Probation officer"),
        stories=stories.PROBATION,
        closing_reasons=weighted(information_only=4, statutory_check=3, threshold_not_met=2),
    ),
}
