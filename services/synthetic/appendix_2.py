"""Contacts and CAF records that add up to the published Inputs of Appendix 2, period by period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple, cast

from domain.periods import Period
from domain.vocabulary import Outcome
from domain.working_days import london_date
from services.synthetic.appendix_2_numbers import PeriodNumbers
from services.synthetic.caf_records import CafRecord, CafsToGive
from services.synthetic.chance import Chance
from services.synthetic.locality import STOCKTON_ON_TEES, Locality
from services.synthetic.numbers import A_MILLION, Numbers
from services.synthetic.older_system import History, OlderSystem
from services.synthetic.payloads import Body
from services.synthetic.people import Population
from services.synthetic.records import CONTACT, Senders, tell
from services.synthetic.shares import scaled
from services.synthetic.table import TableRow

# Of the referrals, how many had an active CAF; of all contacts, how many a CAF before or after.
ONE_REFERRAL_IN = 25
ONE_CONTACT_IN = 50


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """The records of a period: contacts in order of receipt, CAFs in order of commencing.

    A contact is a row of the bulk interface: a body of POST contacts with its `kind`, its `agency`
    and the days of the flow. Contacts share parts with each other: change none of them.
    """

    numbers: PeriodNumbers
    contacts: tuple[Body, ...]
    cafs: tuple[CafRecord, ...]


def plan_appendix_2(
    numbers: Sequence[PeriodNumbers],
    *,
    table: Sequence[TableRow],
    seed: int,
    senders: Senders,
    locality: Locality = STOCKTON_ON_TEES,
) -> tuple[PlannedPeriod, ...]:
    """Make the records of periods that follow each other; the same input makes the same records.

    Each outcome's contacts are divided among referrer types as in `table`, by largest remainder;
    a period that adds up to the table in each outcome has exactly the table's cells. What was
    decided was so by the period's end plus ten working days.

    `has_active_caf` is what the CAF records say of the child on the day of receipt: a child that
    has it has an NHS number and a CAF under the same, active on that day; every other child has no
    CAF, or one that ended before or commenced after. Periods too small to hold that are a
    ValueError; other errors are as in `services.synthetic.make_records`.
    """
    chance = Chance(f"{seed}/appendix-2")
    known = Numbers(nhs_start=partial(chance.randrange, A_MILLION), series=f"A{seed}-")
    teller = _Teller(chance, known, _of_this_plan(senders, seed), locality)
    cafs = CafsToGive(
        chance=chance,
        population=Population(chance=chance, numbers=known, locality=locality),
        prefix=f"CAF-A{seed}-",
    )
    told = []
    for each in numbers:
        contacts = teller.contacts(each, table)
        cafs.add(each.period, each.cafs)
        _link(contacts, cafs, numbers=each, chance=chance)
        told.append(contacts)
    made = list(cafs.records())
    return tuple(
        PlannedPeriod(each, tuple(contacts), _commenced_in(each.period, made))
        for each, contacts in zip(numbers, told, strict=True)
    )


def spread(table: Sequence[TableRow], numbers: Mapping[Outcome, int]) -> list[TableRow]:
    """The table with so many contacts in each outcome, its rows in the same proportions.

    By largest remainder in each outcome's column. An outcome that is wanted and that no row of the
    table has is a ValueError.
    """
    columns = {
        outcome: scaled([_only(row, outcome) for row in table], records=wanted)
        for outcome, wanted in numbers.items()
        if wanted
    }
    return [
        TableRow(
            referrer_type=row.referrer_type,
            **{outcome.value: column[place].total for outcome, column in columns.items()},
        )
        for place, row in enumerate(table)
    ]


def _only(row: TableRow, outcome: Outcome) -> TableRow:
    """A row without its numbers in other outcomes."""
    return TableRow(referrer_type=row.referrer_type, **{outcome.value: dict(row.cells())[outcome]})


def _of_this_plan(senders: Senders, seed: int) -> Senders:
    """The senders with references that no file of another seed, or of another kind, has."""
    prefixes = {agency: f"{prefix}-A{seed}" for agency, prefix in senders.prefixes.items()}
    return Senders(senders.agencies, prefixes)


class _Teller(NamedTuple):
    chance: Chance
    known: Numbers
    senders: Senders
    locality: Locality

    def contacts(self, numbers: PeriodNumbers, table: Sequence[TableRow]) -> list[Body]:
        told = tell(
            spread(table, numbers.by_outcome()),
            period=numbers.period,
            chance=self.chance,
            numbers=self.known,
            senders=self.senders,
            decide=OlderSystem(chance=self.chance).history,
            locality=self.locality,
        )
        return [_row(body, history) for body, history in told]


def _row(body: Body, history: History) -> Body:
    # What the authority itself sends as a referral is accepted, so it can't be closed so.
    kind = {"kind": CONTACT} if "closed_on" in history else {}
    return body | history | kind | {"has_active_caf": False}


def _link(
    contacts: Sequence[Body], cafs: CafsToGive, *, numbers: PeriodNumbers, chance: Chance
) -> None:
    """Give some of the contacts' children CAFs, and say of which contacts they were active."""
    linkable = _linkable(contacts)
    chance.shuffle(linkable)
    closed = [each for each in linkable if "closed_on" in each]
    referred = [each for each in linkable if "closed_on" not in each]
    if len(closed) < numbers.closed_with_active_caf:
        message = f"{numbers.period.label} has too few children for so many active CAFs"
        raise ValueError(message)
    active = closed[: numbers.closed_with_active_caf] + referred[: len(referred) // ONE_REFERRAL_IN]
    for contact in active:
        contact["has_active_caf"] = True
        cafs.give_active(_child(contact), on=_received_on(contact))
    others = [each for each in linkable if not each["has_active_caf"]]
    few = len(others) // ONE_CONTACT_IN
    for contact in others[:few]:
        cafs.give_ended(_child(contact), before=_received_on(contact))
    for contact in others[few : 2 * few]:
        cafs.give_later(_child(contact), after=_received_on(contact))


def _linkable(contacts: Sequence[Body]) -> list[Body]:
    """Contacts about a child with an NHS number that no other contact is about.

    So a CAF tells of one contact alone.
    """
    by_number: defaultdict[object, list[Body]] = defaultdict(list)
    for each in contacts:
        by_number[_child(each).get("nhs_number")].append(each)
    return [same[0] for number, same in by_number.items() if number is not None and len(same) == 1]


def _child(contact: Body) -> Body:
    return cast("Body", contact["child"])


def _received_on(contact: Body) -> date:
    return london_date(datetime.fromisoformat(str(contact["received_at"])))


def _commenced_in(period: Period, cafs: Sequence[CafRecord]) -> tuple[CafRecord, ...]:
    return tuple(each for each in cafs if period.start <= each.commenced_on <= period.end)
