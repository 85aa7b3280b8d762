"""The JSON bodies that agencies send: one incident, told once for each child in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from domain.referrer_types import (
    EMERGENCY_DUTY_TEAM,
    INDIVIDUALS,
    OTHER,
    POLICE,
    REFERRER_TYPES,
    ReferrerGroup,
)
from domain.vocabulary import Concern, Outcome
from services.synthetic.calendar import rfc_3339
from services.synthetic.chance import Chance, weighted
from services.synthetic.people import UNBORN, Child, Population
from services.synthetic.profiles import (
    EMERGENCY_CALLERS,
    OTHER_DETAILS,
    PROFILES,
    Profile,
)
from services.synthetic.referrers import individual, professional
from services.synthetic.stories import Story

Body = dict[str, object]

KNOWN_CHILD_SHARE = 0.1
ACTIVE_CAF_SHARE = 0.06
AGREEMENT_SHARE = 0.75
ORIGINAL_REFERRER_SHARE = 0.5
CHILD_RISK_GRADED_SHARE = 0.95
EDUCATION_TYPES = frozenset(
    each.code for each in REFERRER_TYPES if each.group is ReferrerGroup.EDUCATION
)
RISK_LEVELS = weighted(standard=5, medium=4, high=1)
_GIVEN: Body = {
    "status": "given",
    "given_by": "Mother",
    "family_informed": True,
    "safe_to_contact": True,
}
AGREEMENTS: tuple[Body, ...] = (
    *(_GIVEN,) * 6,
    *(
        {
            "status": "not_sought",
            "reason": "There was no opportunity to ask.",
            "family_informed": False,
            "safe_to_contact": True,
        },
    )
    * 2,
    {
        "status": "refused",
        "reason": "The family does not want support at present.",
        "family_informed": True,
        "safe_to_contact": True,
    },
    {
        "status": "overridden",
        "reason": "Asking could put the child at risk.",
        "family_informed": False,
        "safe_to_contact": False,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What is reported at one instant (aware UTC, and its London day) about `size` siblings."""

    received_at: datetime
    received_on: date
    referrer_type: str
    outcome: Outcome
    size: int


class Sender:
    """Writes what an agency sends; every draw moves `chance` on."""

    def __init__(self, *, chance: Chance, population: Population) -> None:
        self._chance = chance
        self._population = population
        self._incident_numbers = count(1)

    def payloads(self, incident: Incident, *, agency: str, prefix: str) -> Iterator[Body]:
        """Yield a body of POST contacts for each child, without `agency_reference` and `agency`.

        Bodies of one incident share their parts. `prefix` begins the agency's own numbers.
        """
        profile = PROFILES[incident.referrer_type]
        children = self._children(incident, profile)
        youngest = min(child.age_on(incident.received_on) for child in children)
        story = self._chance.one_of(profile.stories_at(max(youngest, 0)))
        shared = self._facts(incident, story) | self._told_by(incident, children[0], agency)
        for child in children:
            name = "the unborn child" if child.born_on is None else child.given_name
            yield shared | {
                "child": self._child(incident, child, prefix),
                "parents_carers": [dict(carer) for carer in child.household.carers],
                "narrative": story.narrative.format(child=name),
            }

    def _children(self, incident: Incident, profile: Profile) -> list[Child]:
        on = incident.received_on
        if incident.size == 1 and self._chance.happens(KNOWN_CHILD_SHARE):
            known = self._population.known_child(on=on, ages=profile.ages)
            if known is not None:
                return [known]
        unborn = self._chance.happens(profile.unborn_share)
        first_age = UNBORN if unborn else self._chance.whole(*profile.ages)
        return self._population.family(on=on, first_age=first_age, size=incident.size)

    def _facts(self, incident: Incident, story: Story) -> Body:
        chance = self._chance
        facts: Body = {
            "received_at": rfc_3339(incident.received_at),
            "referrer_type": incident.referrer_type,
            "presenting_need": story.need,
            "concerns": list(story.concerns),
            "has_active_caf": chance.happens(ACTIVE_CAF_SHARE),
            "immediate_concern": False,
        }
        is_police = incident.referrer_type == POLICE
        if is_police or incident.size > 1:
            kind = "OCC" if is_police else "INC"
            facts["incident_reference"] = f"{kind}-{next(self._incident_numbers):05}"
        if is_police and Concern.DOMESTIC_ABUSE in story.concerns:
            facts["domestic_incident"] = self._domestic_incident()
        if incident.referrer_type == OTHER:
            facts["referrer_detail"] = chance.one_of(OTHER_DETAILS)
        is_emergency_team = incident.referrer_type == EMERGENCY_DUTY_TEAM
        if is_emergency_team and chance.happens(ORIGINAL_REFERRER_SHARE):
            facts["original_referrer_type"] = chance.one_of(EMERGENCY_CALLERS)
        return facts

    def _domestic_incident(self) -> Body:
        graded: Body = {
            "victim_risk_level": self._chance.one_of(RISK_LEVELS),
            "children_present": True,
        }
        if self._chance.happens(CHILD_RISK_GRADED_SHARE):
            graded["child_risk_level"] = self._chance.one_of(RISK_LEVELS)
        return graded

    def _told_by(self, incident: Incident, child: Child, agency: str) -> Body:
        if incident.referrer_type == INDIVIDUALS:
            age = child.age_on(incident.received_on) if incident.size == 1 else 0
            told_by = individual(self._chance, child=child, age=age)
        else:
            roles = PROFILES[incident.referrer_type].roles
            told_by = {"referrer": professional(self._chance, roles=roles, agency=agency)}
        if "referrer" in told_by and self._chance.happens(AGREEMENT_SHARE):
            told_by["family_agreement"] = dict(self._chance.one_of(AGREEMENTS))
        return told_by

    def _child(self, incident: Incident, child: Child, prefix: str) -> Body:
        known: Body = {
            "given_name": child.given_name,
            "family_name": child.household.family_name,
            "sex": child.sex,
            "ethnicity": child.household.ethnicity,
            "address": child.household.address,
            "postcode": child.household.postcode,
        }
        if child.born_on is not None:
            known["date_of_birth"] = child.born_on.isoformat()
        if child.expected_on is not None:
            known["expected_date_of_birth"] = child.expected_on.isoformat()
        if child.nhs_number is not None:
            known["nhs_number"] = child.nhs_number
        if child.upn is not None and incident.referrer_type in EDUCATION_TYPES:
            known["upn"] = child.upn
        if incident.referrer_type != INDIVIDUALS:
            known["agency_child_reference"] = f"{prefix}-C{child.number:06}"
        return known
