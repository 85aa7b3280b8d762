"""What an older system kept of a contact: days of the flow, in place of decisions."""

from datetime import date
from functools import cache

from domain.vocabulary import Outcome
from services.synthetic.calendar import working_day
from services.synthetic.chance import Chance
from services.synthetic.decisions import ASSESSMENTS, TO_ASSESSMENT, TO_NO_FURTHER_ACTION
from services.synthetic.payloads import Incident
from services.synthetic.profiles import Profile

History = dict[str, str]

# Working days from receipt to the first decision; the later ones after information was gathered.
TO_CLOSING = (*(0,) * 5, *(1,) * 11, *(2,) * 4, *(3,) * 3, 4, 5, 6)
TO_ACCEPTING = (*(0,) * 6, *(1,) * 14, *(2,) * 3, *(3,) * 2, 4)
LONGEST = max(TO_CLOSING) + max(*TO_ASSESSMENT, *TO_NO_FURTHER_ACTION)


class OlderSystem:
    """Keeps the days of contacts; every draw moves `chance` on."""

    def __init__(self, *, chance: Chance) -> None:
        self._chance = chance
        self._random = chance.random

    def history(self, incident: Incident, profile: Profile) -> History:
        """The history fields of the contract (London days) that lead to the incident's outcome."""
        random, days, outcome = self._random, _days(incident.received_on), incident.outcome
        if outcome is Outcome.CLOSED_AND_LOGGED:
            return {
                "closed_on": days[TO_CLOSING[int(random() * len(TO_CLOSING))]],
                "reason": self._chance.one_of(profile.closing_reasons),
            }
        referred = TO_ACCEPTING[int(random() * len(TO_ACCEPTING))]
        history = {"referred_on": days[referred]}
        if outcome is Outcome.NO_FURTHER_ACTION:
            history["nfa_on"] = days[referred + self._chance.one_of(TO_NO_FURTHER_ACTION)]
            history["reason"] = self._chance.one_of(profile.nfa_reasons)
        elif outcome is Outcome.TO_ASSESSMENT:
            history["assessment_started_on"] = days[referred + self._chance.one_of(TO_ASSESSMENT)]
            history["assessment_type"] = self._chance.one_of(ASSESSMENTS)
        return history


@cache
def _days(received_on: date) -> tuple[str, ...]:
    """The working days on which something may be decided, as the contract writes them."""
    return tuple(working_day(received_on, n).isoformat() for n in range(LONGEST + 1))
