"""The decisions that a first contact team takes so that a contact ends in a given outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.vocabulary import DecisionKind, Outcome
from services.synthetic.calendar import Diary, rfc_3339
from services.synthetic.chance import Chance, weighted
from services.synthetic.payloads import Body, Incident
from services.synthetic.profiles import Profile

TEAM = "First contact team"
OFFICERS = tuple(f"First contact officer {number}" for number in range(1, 7))
MANAGERS = ("First contact manager 1", "First contact manager 2")
ASSESSMENT_TEAMS = tuple(f"Assessment team {number}" for number in range(1, 5))
ASSESSMENTS = weighted(initial=6, single=4)
PRIORITIES = weighted(red=1, amber=3, green=4)

# Working days from when the team could first look; 0 and 1 are within the decision's clock.
FIRST_LOOK = (*(0,) * 5, *(1,) * 12, 2, 3)
AFTER_GATHERING = (*(1,) * 3, *(2,) * 4, *(3,) * 3, *(4,) * 2, 5, 7)
TO_NO_FURTHER_ACTION = (*(0,) * 4, *(1,) * 4, 2, 2, 3, 5)
TO_ASSESSMENT = (*(0,) * 5, *(1,) * 6, 2, 2, 4)

GATHERED_BEFORE_CLOSING = 0.3
GATHERED_BEFORE_ACCEPTING = 0.15
SECTION_47_SHARE = 0.15

CLOSING_WORDS: Mapping[str, str] = {
    "information_only": "Shared for information; no service was asked for.",
    "advice_given": "Advice was given to the person who made contact.",
    "early_help_accepted": "The family accepted early help.",
    "signposted_to_early_help": "The family was told about early help in the area.",
    "referred_to_other_agency": "Another service is better placed and has agreed to help.",
    "statutory_check": "The check was answered from the record; no concern of our own.",
    "threshold_not_met": "What is known does not meet the threshold for a service.",
    "already_open_case": "The family's social worker has been told.",
    "unable_to_identify": "The child could not be identified from what was given.",
}
GATHERING_WORDS = (
    "School and health visitor asked for what they know.",
    "Other agencies asked for what they hold before a decision.",
    "The family and the referrer to be spoken to first.",
)
ACCEPTING_WORDS = (
    "The information points to a child who may be in need.",
    "Several agencies share the concern; a service is asked for.",
    "The family agrees that an assessment would help.",
)
SECTION_47_WORDS = "There is reasonable cause to suspect significant harm."
ASSESSMENT_WORDS = "Allocated for assessment."

Decisions = tuple[tuple[Body, ...], ...]


@dataclass(slots=True)
class _Case:
    """A contact on its way: the last instant that something happened, and the sittings so far."""

    last_at: datetime
    sittings: list[tuple[Body, ...]] = field(default_factory=list)


class FirstContactTeam:
    """Decides contacts; every draw moves `chance` on."""

    def __init__(self, *, chance: Chance) -> None:
        self._chance = chance
        self._diary = Diary(chance=chance)

    def decide(self, incident: Incident, profile: Profile) -> Decisions:
        """Return what leads from receipt to the incident's outcome, as the contract takes it.

        Each item is the body of one POST: the decisions of one sitting, in order of time, none
        before receipt. A referral that is yet to proceed is accepted and nothing more.
        """
        outcome = incident.outcome
        case = _Case(datetime.fromisoformat(incident.received_at))
        delays = self._gather(case, outcome)
        if outcome is Outcome.CLOSED_AND_LOGGED:
            reason = self._chance.one_of(profile.closing_reasons)
            self._sit(case, delays, self._ending(DecisionKind.CLOSE_AND_LOG, reason))
        elif outcome is Outcome.TO_ASSESSMENT and self._chance.happens(SECTION_47_SHARE):
            self._sit(case, delays, *self._section_47())
        else:
            self._sit(case, delays, self._acceptance())
            self._proceed(case, outcome, profile)
        return tuple(case.sittings)

    def _gather(self, case: _Case, outcome: Outcome) -> Sequence[int]:
        closing = outcome is Outcome.CLOSED_AND_LOGGED
        share = GATHERED_BEFORE_CLOSING if closing else GATHERED_BEFORE_ACCEPTING
        if not self._chance.happens(share):
            return FIRST_LOOK
        body = self._body(DecisionKind.GATHER_INFORMATION, self._chance.one_of(GATHERING_WORDS))
        self._sit(case, FIRST_LOOK, body | {"priority": self._chance.one_of(PRIORITIES)})
        return AFTER_GATHERING

    def _proceed(self, case: _Case, outcome: Outcome, profile: Profile) -> None:
        if outcome is Outcome.NO_FURTHER_ACTION:
            reason = self._chance.one_of(profile.nfa_reasons)
            body = self._ending(DecisionKind.NO_FURTHER_ACTION, reason)
            self._sit(case, TO_NO_FURTHER_ACTION, body)
        elif outcome is Outcome.TO_ASSESSMENT:
            self._sit(case, TO_ASSESSMENT, self._assessment())

    def _sit(self, case: _Case, delays: Sequence[int], *bodies: Body) -> None:
        instants = self._diary.sitting(
            after=case.last_at,
            working_days=self._chance.one_of(delays),
            decisions=len(bodies),
        )
        case.last_at = instants[-1]
        case.sittings.append(
            tuple(
                body | {"decided_at": rfc_3339(at)}
                for body, at in zip(bodies, instants, strict=True)
            )
        )

    def _section_47(self) -> tuple[Body, ...]:
        threshold = self._body(DecisionKind.SECTION_47_THRESHOLD_MET, SECTION_47_WORDS)
        threshold["decided_by"] = self._chance.one_of(MANAGERS)
        acceptance = self._acceptance()
        if self._chance.happens(0.5):
            return threshold, acceptance, self._assessment()
        return acceptance, threshold, self._assessment()

    def _acceptance(self) -> Body:
        words = self._chance.one_of(ACCEPTING_WORDS)
        return self._body(DecisionKind.ACCEPT_AS_REFERRAL, words)

    def _ending(self, kind: DecisionKind, reason: str) -> Body:
        return self._body(kind, CLOSING_WORDS[reason]) | {"reason": reason}

    def _assessment(self) -> Body:
        team = self._chance.one_of(ASSESSMENT_TEAMS)
        return {
            "decision": DecisionKind.START_ASSESSMENT.value,
            "assessment_type": self._chance.one_of(ASSESSMENTS),
            "decided_by": f"{team} manager",
            "team": team,
            "rationale": ASSESSMENT_WORDS,
        }

    def _body(self, kind: DecisionKind, rationale: str) -> Body:
        return {
            "decision": kind.value,
            "decided_by": self._chance.one_of(OFFICERS),
            "team": TEAM,
            "rationale": rationale,
        }
