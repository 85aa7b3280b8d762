"""CAF records of synthetic children: some of them active when a contact is received, some not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from domain.caf import CafAgencyKind
from domain.periods import Period
from services.synthetic.chance import Chance
from services.synthetic.payloads import Body
from services.synthetic.people import ADULT_AGE, Population

STAGE = 2
STILL_OPEN_SHARE = 0.4
# How often a CAF starts or ends on the very day that decides whether it was active.
EDGE_SHARE = 0.1
DAYS_OPEN = (30, 300)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CafRecord:
    """A CAF of a child, with the fields of the contract; `child` is as in a contact's body."""

    agency_reference: str
    child: Body
    agency_kind: CafAgencyKind
    stage: int
    commenced_on: date
    closed_on: date | None


class _Due(NamedTuple):
    """A CAF that commences in a period, and whose child isn't chosen yet."""

    period: Period
    agency_kind: CafAgencyKind


class _Given(NamedTuple):
    agency_kind: CafAgencyKind
    child: Body
    commenced_on: date
    closed_on: date | None


class CafsToGive:
    """The CAFs of some periods, given to children one by one; every draw moves `chance` on.

    Children are as in a contact's body and have a date of birth.
    """

    def __init__(self, *, chance: Chance, population: Population, prefix: str) -> None:
        self._chance = chance
        self._population = population
        self._prefix = prefix
        self._due: list[_Due] = []
        self._given: list[_Given] = []

    def add(self, period: Period, numbers: Mapping[CafAgencyKind, int]) -> None:
        """Have so many CAFs of each kind commence in a period, after those that were added."""
        self._due += [_Due(period, kind) for kind, n in numbers.items() for _ in range(n)]
        self._chance.shuffle(self._due)

    def give_active(self, child: Body, *, on: date) -> None:
        """Give a child a CAF that is active on a day.

        A ValueError when none is left that could have commenced by then.
        """
        taken = self._take(_born_on(child), on, edge=on)
        if taken is None:
            message = f"no CAF is left that could be active on {on}"
            raise ValueError(message)
        kind, commenced_on = taken
        closed_on = self._end(on)
        if self._chance.happens(EDGE_SHARE):
            closed_on = on
        self._given.append(_Given(kind, child, commenced_on, closed_on))

    def give_ended(self, child: Body, *, before: date) -> None:
        """Give a child a CAF that was closed before a day, if there is one."""
        eve = before - A_DAY
        taken = self._take(_born_on(child), eve, edge=eve)
        if taken is not None:
            kind, commenced_on = taken
            closed_on = self._day(commenced_on, eve, edge=eve)
            self._given.append(_Given(kind, child, commenced_on, closed_on))

    def give_later(self, child: Body, *, after: date) -> None:
        """Give a child a CAF that commences after a day, if there is one."""
        first = after + A_DAY
        taken = self._take(first, date.max, edge=first)
        if taken is not None:
            kind, commenced_on = taken
            self._given.append(_Given(kind, child, commenced_on, self._end(commenced_on)))

    def records(self) -> Iterator[CafRecord]:
        """Yield all records by day of commencing; what was left over is other children's."""
        while self._due:
            self._give_to_another_child(self._due.pop())
        in_order = sorted(self._given, key=attrgetter("commenced_on"))
        for number, given in enumerate(in_order, start=1):
            # The reference of the agency that made contact is nothing to the one that leads a CAF.
            child = {k: v for k, v in given.child.items() if k != "agency_child_reference"}
            yield CafRecord(
                agency_reference=f"{self._prefix}{number:05}",
                child=child,
                agency_kind=given.agency_kind,
                stage=STAGE,
                commenced_on=given.commenced_on,
                closed_on=given.closed_on,
            )

    def _give_to_another_child(self, due: _Due) -> None:
        commenced_on = self._day(due.period.start, due.period.end)
        (child,) = self._population.family(
            on=commenced_on.toordinal(), first_age=self._chance.whole(0, ADULT_AGE - 1), size=1
        )
        closed_on = self._end(commenced_on)
        self._given.append(_Given(due.agency_kind, child.facts, commenced_on, closed_on))

    def _take(self, first: date, last: date, *, edge: date) -> tuple[CafAgencyKind, date] | None:
        """Take a CAF that can commence between two days, and draw the day."""
        for place, due in enumerate(self._due):
            start, end = max(first, due.period.start), min(last, due.period.end)
            if start <= end:
                del self._due[place]
                return due.agency_kind, self._day(start, end, edge=edge)
        return None

    def _day(self, first: date, last: date, *, edge: date | None = None) -> date:
        if edge is not None and first <= edge <= last and self._chance.happens(EDGE_SHARE):
            return edge
        return first + timedelta(days=self._chance.whole(0, (last - first).days))

    def _end(self, after: date) -> date | None:
        """Draw when a CAF ends that is open on a day, if it does."""
        if self._chance.happens(STILL_OPEN_SHARE):
            return None
        return after + timedelta(days=self._chance.whole(*DAYS_OPEN))


def _born_on(child: Body) -> date:
    return date.fromisoformat(str(child["date_of_birth"]))
