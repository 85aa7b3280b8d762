"""Synthetic contacts and their decisions, which add up to a given Table 1 exactly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import NamedTuple, TypeVar

from domain.periods import Period
from domain.vocabulary import Outcome, SubmittedAs
from services.synthetic.calendar import Arrivals
from services.synthetic.chance import Chance
from services.synthetic.decisions import Decisions, FirstContactTeam
from services.synthetic.locality import STOCKTON_ON_TEES, Locality
from services.synthetic.numbers import A_MILLION, Numbers
from services.synthetic.payloads import Body, Incident, Recurrence, Sender
from services.synthetic.people import Population
from services.synthetic.profiles import PROFILES, Profile
from services.synthetic.table import TableRow

SIZES = (*(1,) * 80, *(2,) * 14, *(3,) * 5, 4)
CONTACT, REFERRAL = SubmittedAs.CONTACT.value, SubmittedAs.REFERRAL.value

FEW_COME_AGAIN = Recurrence()

Decided = TypeVar("Decided")
_Draft = tuple[str, Outcome, int]


class SyntheticRecord(NamedTuple):
    """One contact as its agency (a code) would have sent it, and what was decided about it.

    `payload` is the body of POST contacts or referrals without `agency`; each item of
    `decisions` is the list of one POST decisions, in order of time. `submitted_as` is "contact"
    or "referral". Siblings in one incident are decided together, and records share parts: change
    none of them.
    """

    agency: str
    submitted_as: str
    payload: Body
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class Senders:
    """Who sends: the agencies of each referrer type, and how each agency's references begin."""

    agencies: Mapping[str, Sequence[str]]
    prefixes: Mapping[str, str]


def make_records(
    table: Sequence[TableRow],
    *,
    period: Period,
    seed: int,
    agencies: Mapping[str, Sequence[str]],
    reference_prefix: Mapping[str, str],
    locality: Locality = STOCKTON_ON_TEES,
) -> Iterator[SyntheticRecord]:
    """Make the records of a table, in order of receipt; the same input makes the same records.

    All are received within the period (London days), from its first day to its last where any
    referrer type of the table works on those. `agencies` names for each referrer type who sends
    for it, `reference_prefix` for each agency how its references begin ("CLE" for
    "CLE-2014-000123"). Decisions may fall after the period's end.
    A referrer type without an agency, an agency without a prefix, or a period on which a referrer
    type cannot send is a ValueError; a period outside the known bank holidays is a
    `domain.working_days.CalendarRangeError`.
    """
    chance = Chance(seed)
    told = tell(
        table,
        period=period,
        chance=chance,
        numbers=Numbers(nhs_start=partial(chance.randrange, A_MILLION)),
        senders=Senders(agencies, reference_prefix),
        decide=FirstContactTeam(chance=chance).decide,
        locality=locality,
    )
    return (_record(body, decisions) for body, decisions in told)


def _record(body: Body, decisions: Decisions) -> SyntheticRecord:
    submitted_as, agency = str(body.pop("kind")), str(body.pop("agency"))
    return SyntheticRecord(agency, submitted_as, body, decisions)


def tell(
    table: Sequence[TableRow],
    *,
    period: Period,
    chance: Chance,
    numbers: Numbers,
    senders: Senders,
    decide: Callable[[Incident, Profile], Decided],
    locality: Locality = STOCKTON_ON_TEES,
    recurrence: Recurrence = FEW_COME_AGAIN,
) -> Iterator[tuple[Body, Decided]]:
    """Tell of a table's contacts as `make_records` does; whoever decides is given.

    Each is a body of POST contacts with its `kind` ("contact" or "referral"), the caller's own but
    for its parts, and what was decided about it. Every draw moves `chance` on.
    """
    _require_senders(table, senders)
    arrivals = Arrivals(chance=chance, period=period)
    incidents = _incidents(table, chance=chance, arrivals=arrivals)
    population = Population(chance=chance, numbers=numbers, locality=locality)
    sender = Sender(chance=chance, numbers=numbers, population=population, recurrence=recurrence)
    return _told(incidents, chance=chance, senders=senders, sender=sender, decide=decide)


def _require_senders(table: Sequence[TableRow], senders: Senders) -> None:
    needed = {row.referrer_type for row in table if row.total}
    idle = sorted(code for code in needed if not senders.agencies.get(code))
    if idle:
        message = f"no agency sends for the referrer types {', '.join(idle)}"
        raise ValueError(message)
    sending = {agency for code in needed for agency in senders.agencies[code]}
    nameless = sorted(sending - set(senders.prefixes))
    if nameless:
        message = f"no reference prefix is given for the agencies {', '.join(nameless)}"
        raise ValueError(message)


def _told(
    incidents: Sequence[Incident],
    *,
    chance: Chance,
    senders: Senders,
    sender: Sender,
    decide: Callable[[Incident, Profile], Decided],
) -> Iterator[tuple[Body, Decided]]:
    random = chance.random
    for incident in incidents:
        profile = PROFILES[incident.referrer_type]
        agencies = senders.agencies[incident.referrer_type]
        agency = agencies[int(random() * len(agencies))]
        kind = REFERRAL if random() < profile.referral_share else CONTACT
        decided = decide(incident, profile)
        prefix = senders.prefixes[agency]
        for body in sender.bodies(incident, kind=kind, agency=agency, prefix=prefix):
            yield body, decided


def _incidents(table: Sequence[TableRow], *, chance: Chance, arrivals: Arrivals) -> list[Incident]:
    drafts = [draft for row in table for draft in _drafts(row, chance)]
    chance.shuffle(drafts)
    hours = [PROFILES[referrer_type].hours for referrer_type, _, _ in drafts]
    incidents = [
        Incident(arrivals.instant(each, day), day, referrer_type, outcome, size)
        for (referrer_type, outcome, size), each, day in zip(
            drafts, hours, arrivals.spread(hours), strict=True
        )
    ]
    return sorted(incidents, key=attrgetter("received_at"))


def _drafts(row: TableRow, chance: Chance) -> Iterator[_Draft]:
    for outcome, number in row.cells():
        left = number
        while left:
            size = min(left, SIZES[int(chance.random() * len(SIZES))])
            left -= size
            yield row.referrer_type, outcome, size
