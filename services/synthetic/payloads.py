"""The JSON bodies that agencies send: one incident, told once for each child in it."""

from collections import defaultdict
from datetime import date
from functools import cache
from typing import NamedTuple

from domain.referrer_types import (
    EMERGENCY_DUTY_TEAM,
    INDIVIDUALS,
    OTHER,
    POLICE,
    REFERRER_TYPES,
    ReferrerGroup,
)
from domain.vocabulary import Concern, Outcome
from services.synthetic.chance import Chance, weighted
from services.synthetic.numbers import Numbers
from services.synthetic.people import UNBORN, Child, Population
from services.synthetic.profiles import (
    EMERGENCY_CALLERS,
    OTHER_DETAILS,
    PROFILES,
)
from services.synthetic.referrers import individual, professional
from services.synthetic.stories import Story

Body = dict[str, object]

ACTIVE_CAF_SHARE = 0.06
AGREEMENT_SHARE = 0.75
ORIGINAL_REFERRER_SHARE = 0.5
CHILD_RISK_GRADED_SHARE = 0.95
EDUCATION_TYPES = frozenset(
    each.code for each in REFERRER_TYPES if each.group is ReferrerGroup.EDUCATION
)
# Those who pass on what others told them.
ROUNDABOUT = frozenset({OTHER, EMERGENCY_DUTY_TEAM})
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


class Incident(NamedTuple):
    """What is reported at one instant (RFC 3339, and its London day) about `size` siblings."""

    received_at: str
    received_on: date
    referrer_type: str
    outcome: Outcome
    size: int


class Recurrence(NamedTuple):
    """How often the same people come again.

    The share (0 to 1) of known children where one is told of, and where siblings are, if any are of
    the right age; and how many professionals send for a referrer type in an agency, where None is
    without end.
    """

    single: float = 0.1
    siblings: float = 0.0
    professionals: int | None = None

    def share(self, size: int) -> float:
        """The share of known children where so many are told of."""
        return self.single if size == 1 else self.siblings


class Telling(NamedTuple):
    """What an agency tells of one child, in parts that are shared: change none of them.

    `facts` are a body of POST contacts, with its `kind` as in a bulk row, but for what is said of
    this child alone; siblings have the same ones. `agency_child_reference` and `upn` are None
    where the agency doesn't know or say them.
    """

    facts: Body
    agency_reference: str
    child: Child
    agency_child_reference: str | None
    upn: str | None
    narrative: str

    def body(self) -> Body:
        """The whole body, the caller's own but for its parts."""
        child = self.child.facts.copy()
        if self.upn is not None:
            child["upn"] = self.upn
        if self.agency_child_reference is not None:
            child["agency_child_reference"] = self.agency_child_reference
        return {
            **self.facts,
            "agency_reference": self.agency_reference,
            "child": child,
            "parents_carers": self.child.household.carers,
            "narrative": self.narrative,
        }


class Sender:
    """Writes what an agency sends; every draw moves `chance` on."""

    def __init__(
        self,
        *,
        chance: Chance,
        numbers: Numbers,
        population: Population,
        recurrence: Recurrence,
    ) -> None:
        self._chance = chance
        self._random = chance.random
        self._numbers = numbers
        self._population = population
        self._recurrence = recurrence
        self._professionals: defaultdict[tuple[str, str], list[Body]] = defaultdict(list)

    def tellings(
        self, incident: Incident, *, kind: str, agency: str, prefix: str
    ) -> tuple[Body, list[Telling]]:
        """Tell of each child in an incident; the facts that all of them share come first.

        `prefix` (letters, digits and hyphens) begins the agency's own references.
        """
        random, referrer_type = self._random, incident.referrer_type
        on, year = incident.received_on.toordinal(), incident.received_on.year
        children = self._children(incident, on)
        youngest = children[0].age_on(on)
        if len(children) > 1:
            youngest = min(child.age_on(on) for child in children)
        stories = _stories(referrer_type, youngest)
        story, story_facts = stories[int(random() * len(stories))]
        facts: Body = {
            "kind": kind,
            "agency": agency,
            "received_at": incident.received_at,
            **story_facts,
            "has_active_caf": random() < ACTIVE_CAF_SHARE,
        }
        if referrer_type == POLICE or len(children) > 1:
            self._add_incident(facts, referrer_type, story)
        if referrer_type in ROUNDABOUT:
            self._add_origin(facts, referrer_type)
        self._add_teller(facts, incident, children[0], on)
        known_as = None if referrer_type == INDIVIDUALS else f"{prefix}-C"
        knows_upn = referrer_type in EDUCATION_TYPES
        agency_reference = self._numbers.agency_reference
        return facts, [
            Telling(
                facts,
                agency_reference(prefix, year),
                child,
                f"{known_as}{child.number:06}" if known_as else None,
                child.upn() if knows_upn else None,
                story.narrative.replace("{child}", child.name_in_stories),
            )
            for child in children
        ]

    def _children(self, incident: Incident, on: int) -> list[Child]:
        random, profile = self._random, PROFILES[incident.referrer_type]
        share = self._recurrence.share(incident.size)
        if share and random() < share:
            ages, size = profile.ages, incident.size
            known = self._population.known_family(on=on, ages=ages, size=size)
            if known is not None:
                return known
        unborn = random() < profile.unborn_share
        first_age = UNBORN if unborn else self._chance.whole(*profile.ages)
        return self._population.family(on=on, first_age=first_age, size=incident.size)

    def _add_incident(self, facts: Body, referrer_type: str, story: Story) -> None:
        is_police = referrer_type == POLICE
        kind = "OCC" if is_police else "INC"
        facts["incident_reference"] = self._numbers.incident_reference(kind)
        if is_police and Concern.DOMESTIC_ABUSE in story.concerns:
            chance = self._chance
            victim_risk_level = chance.one_of(RISK_LEVELS)
            is_graded = chance.happens(CHILD_RISK_GRADED_SHARE)
            child_risk_level = chance.one_of(RISK_LEVELS) if is_graded else None
            facts["domestic_incident"] = _domestic_incident(victim_risk_level, child_risk_level)

    def _add_origin(self, facts: Body, referrer_type: str) -> None:
        if referrer_type == OTHER:
            facts["referrer_detail"] = self._chance.one_of(OTHER_DETAILS)
        elif self._chance.happens(ORIGINAL_REFERRER_SHARE):
            facts["original_referrer_type"] = self._chance.one_of(EMERGENCY_CALLERS)

    def _add_teller(self, facts: Body, incident: Incident, child: Child, on: int) -> None:
        referrer_type = incident.referrer_type
        if referrer_type == INDIVIDUALS:
            age = child.age_on(on) if incident.size == 1 else 0
            facts.update(individual(self._chance, child=child, age=age))
        else:
            facts["referrer"] = self._professional(referrer_type, str(facts["agency"]))
        if "referrer" in facts and self._random() < AGREEMENT_SHARE:
            facts["family_agreement"] = AGREEMENTS[int(self._random() * len(AGREEMENTS))]

    def _professional(self, referrer_type: str, agency: str) -> Body:
        known = self._professionals[referrer_type, agency]
        if len(known) == self._recurrence.professionals:
            return known[int(self._random() * len(known))]
        roles = PROFILES[referrer_type].roles
        someone = professional(self._chance, roles=roles, agency=agency)
        if self._recurrence.professionals is not None:
            known.append(someone)
        return someone


@cache
def _stories(referrer_type: str, age: int) -> tuple[tuple[Story, Body], ...]:
    """Stories told of a child of this age, each with the facts of a body that go with it."""
    return tuple(
        (
            story,
            {
                "referrer_type": referrer_type,
                "presenting_need": story.need,
                "concerns": list(story.concerns),
                "immediate_concern": False,
            },
        )
        for story in PROFILES[referrer_type].stories_at(max(age, 0))
    )


@cache
def _domestic_incident(victim_risk_level: str, child_risk_level: str | None) -> Body:
    levels = {"victim_risk_level": victim_risk_level, "child_risk_level": child_risk_level}
    return {
        "children_present": True,
        **{name: level for name, level in levels.items() if level is not None},
    }
