"""The JSON bodies that agencies send: one incident, told once for each child in it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

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


# Not frozen: one is made for every record or so, and frozen they take several times as long.
@dataclass(slots=True)
class Incident:
    """What is reported at one instant (RFC 3339, and its London day) about `size` siblings."""

    received_at: str
    received_on: date
    referrer_type: str
    outcome: Outcome
    size: int


@dataclass(frozen=True, slots=True)
class Recurrence:
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

    def bodies(self, incident: Incident, *, kind: str, agency: str, prefix: str) -> Iterator[Body]:
        """Yield a body of POST contacts for each child, with its `kind` as in a bulk row.

        Bodies share parts with each other. `prefix` begins the agency's own references.
        """
        on, year = incident.received_on.toordinal(), incident.received_on.year
        children = self._children(incident, on)
        youngest = children[0].age_on(on)
        if len(children) > 1:
            youngest = min(child.age_on(on) for child in children)
        stories = _stories(incident.referrer_type, youngest)
        story, facts = stories[int(self._random() * len(stories))]
        shared = facts.copy()
        shared["kind"], shared["agency"] = kind, agency
        self._add_facts(shared, incident, story)
        self._add_teller(shared, incident, children[0], on)
        for child in children:
            body = shared if child is children[-1] else shared.copy()
            body["agency_reference"] = self._numbers.agency_reference(prefix, year=year)
            body["child"] = _child(incident, child, prefix)
            body["parents_carers"] = child.household.carers
            name = "the unborn child" if child.born_on is None else child.given_name
            body["narrative"] = story.narrative.replace("{child}", name)
            yield body

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

    def _add_facts(self, facts: Body, incident: Incident, story: Story) -> None:
        chance = self._chance
        facts["received_at"] = incident.received_at
        facts["has_active_caf"] = self._random() < ACTIVE_CAF_SHARE
        is_police = incident.referrer_type == POLICE
        if is_police or incident.size > 1:
            kind = "OCC" if is_police else "INC"
            facts["incident_reference"] = self._numbers.incident_reference(kind)
        if is_police and Concern.DOMESTIC_ABUSE in story.concerns:
            facts["domestic_incident"] = self._domestic_incident()
        if incident.referrer_type == OTHER:
            facts["referrer_detail"] = chance.one_of(OTHER_DETAILS)
        is_emergency_team = incident.referrer_type == EMERGENCY_DUTY_TEAM
        if is_emergency_team and chance.happens(ORIGINAL_REFERRER_SHARE):
            facts["original_referrer_type"] = chance.one_of(EMERGENCY_CALLERS)

    def _domestic_incident(self) -> Body:
        victim = self._chance.one_of(RISK_LEVELS)
        if self._chance.happens(CHILD_RISK_GRADED_SHARE):
            return _graded(victim, self._chance.one_of(RISK_LEVELS))
        return _graded(victim, None)

    def _add_teller(self, facts: Body, incident: Incident, child: Child, on: int) -> None:
        if incident.referrer_type == INDIVIDUALS:
            age = child.age_on(on) if incident.size == 1 else 0
            facts.update(individual(self._chance, child=child, age=age))
        else:
            agency = str(facts["agency"])
            facts["referrer"] = self._professional(incident.referrer_type, agency)
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
                "kind": None,
                "agency": None,
                "agency_reference": None,
                "received_at": None,
                "referrer_type": referrer_type,
                "presenting_need": story.need,
                "concerns": list(story.concerns),
                "has_active_caf": None,
                "immediate_concern": False,
            },
        )
        for story in PROFILES[referrer_type].stories_at(max(age, 0))
    )


@cache
def _graded(victim: str, child: str | None) -> Body:
    graded: Body = {"victim_risk_level": victim, "children_present": True}
    if child is not None:
        graded["child_risk_level"] = child
    return graded


def _child(incident: Incident, child: Child, prefix: str) -> Body:
    if incident.referrer_type == INDIVIDUALS:
        return child.facts
    known = child.facts.copy()
    upn = child.upn() if incident.referrer_type in EDUCATION_TYPES else None
    if upn is not None:
        known["upn"] = upn
    known["agency_child_reference"] = f"{prefix}-C{str(child.number).zfill(6)}"
    return known
