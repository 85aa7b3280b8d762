"""Synthetic contacts and their decisions, which add up to a given Table 1 exactly."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.periods import Period
from domain.vocabulary import Outcome, SubmittedAs
from services.synthetic.calendar import Arrivals
from services.synthetic.chance import Chance
from services.synthetic.decisions import Decisions, FirstContactTeam
from services.synthetic.locality import STOCKTON_ON_TEES, Locality
from services.synthetic.payloads import Incident, Sender
from services.synthetic.people import Population
from services.synthetic.profiles import PROFILES
from services.synthetic.table import TableRow

SIZES = (*(1,) * 80, *(2,) * 14, *(3,) * 5, 4)


@dataclass(frozen=True, slots=True)
class SyntheticRecord:
    """One contact as its agency (a code) would have sent it, and what was decided about it.

    `payload` is the body of POST contacts or referrals without `agency`; each item of
    `decisions` is the list of one POST decisions, in order of time. `submitted_as` is "contact"
    or "referral". Siblings in one incident are decided together, and their records share parts:
    change none of them.
    """

    agency: str
    submitted_as: str
    payload: dict[str, object]
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class _Draft:
    referrer_type: str
    outcome: Outcome
    size: int


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
    senders = {
        row.referrer_type: tuple(agencies.get(row.referrer_type, ())) for row in table if row.total
    }
    _require_senders(senders, reference_prefix)
    chance = Chance(seed)
    incidents = _incidents(table, chance=chance, arrivals=Arrivals(chance=chance, period=period))
    return _records(
        incidents,
        chance=chance,
        senders=senders,
        prefixes=reference_prefix,
        locality=locality,
    )


def _require_senders(senders: Mapping[str, Sequence[str]], prefixes: Mapping[str, str]) -> None:
    idle = sorted(code for code, agencies in senders.items() if not agencies)
    if idle:
        message = f"no agency sends for the referrer types {', '.join(idle)}"
        raise ValueError(message)
    nameless = sorted({each for agencies in senders.values() for each in agencies} - set(prefixes))
    if nameless:
        message = f"no reference prefix is given for the agencies {', '.join(nameless)}"
        raise ValueError(message)


def _records(
    incidents: Sequence[Incident],
    *,
    chance: Chance,
    senders: Mapping[str, Sequence[str]],
    prefixes: Mapping[str, str],
    locality: Locality,
) -> Iterator[SyntheticRecord]:
    sender = Sender(chance=chance, population=Population(chance=chance, locality=locality))
    team = FirstContactTeam(chance=chance)
    sent: Counter[str] = Counter()
    for incident in incidents:
        profile = PROFILES[incident.referrer_type]
        agency = chance.one_of(senders[incident.referrer_type])
        prefix = prefixes[agency]
        is_referral = chance.happens(profile.referral_share)
        submitted_as = SubmittedAs.REFERRAL if is_referral else SubmittedAs.CONTACT
        decisions = team.decide(
            received_at=incident.received_at, outcome=incident.outcome, profile=profile
        )
        for payload in sender.payloads(incident, agency=agency, prefix=prefix):
            sent[agency] += 1
            reference = f"{prefix}-{incident.received_on.year}-{sent[agency]:06}"
            yield SyntheticRecord(
                agency,
                submitted_as.value,
                {"agency_reference": reference} | payload,
                decisions,
            )


def _incidents(table: Sequence[TableRow], *, chance: Chance, arrivals: Arrivals) -> list[Incident]:
    drafts = [draft for row in table for draft in _drafts(row, chance)]
    chance.shuffle(drafts)
    hours = [PROFILES[draft.referrer_type].hours for draft in drafts]
    incidents = [
        Incident(
            received_at=arrivals.instant(each, day),
            received_on=day,
            referrer_type=draft.referrer_type,
            outcome=draft.outcome,
            size=draft.size,
        )
        for draft, each, day in zip(drafts, hours, arrivals.spread(hours), strict=True)
    ]
    return sorted(incidents, key=lambda incident: incident.received_at)


def _drafts(row: TableRow, chance: Chance) -> Iterator[_Draft]:
    for outcome, number in row.cells():
        left = number
        while left:
            size = min(left, chance.one_of(SIZES))
            left -= size
            yield _Draft(row.referrer_type, outcome, size)
