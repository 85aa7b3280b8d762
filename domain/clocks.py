"""The three clocks of a contact (definitions.md, section 5), in London days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

from domain.decisions import Decision, standing
from domain.vocabulary import DecisionKind
from domain.working_days import (
    DECISION_WORKING_DAYS,
    INFORMATION_GATHERING_WORKING_DAYS,
    CalendarRangeError,
    day_zero,
    due_on,
    london_date,
)

_STOPS_GATHERING = (
    DecisionKind.CLOSE_AND_LOG,
    DecisionKind.ACCEPT_AS_REFERRAL,
    DecisionKind.VOID,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: the London day by whose end it is due, and the day on which it was stopped.

    `due_on` is None where no clock runs or the calendar of working days does not reach.
    """

    due_on: date | None = None
    stopped_on: date | None = None

    def in_time(self, today: date) -> bool | None:
        """Whether it was kept: None while it runs and is not overdue on the London day `today`."""
        if self.due_on is None:
            return None
        if self.stopped_on is not None:
            return self.stopped_on <= self.due_on
        return None if today <= self.due_on else False


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of one contact."""

    decision: Clock
    information_gathering: Clock
    section_47: Clock


def clocks(
    *,
    received_on: date,
    received_at: datetime | None,
    cut_off: time,
    decisions: Sequence[Decision],
) -> Clocks:
    """The clocks of a contact as its standing decisions leave them.

    `received_at` is None when only the day is known; `cut_off` is the authority's London time
    after which a receipt counts as received on the next working day.
    """
    stands = standing(decisions)
    decision_due, gathering_due = due_days(
        received_on=received_on, received_at=received_at, cut_off=cut_off
    )
    return Clocks(
        decision=Clock(decision_due, stands[0].decided_on if stands else None),
        information_gathering=Clock(gathering_due, _gathering_stopped(stands)),
        section_47=_section_47(stands),
    )


def due_days(
    *, received_on: date, received_at: datetime | None, cut_off: time
) -> tuple[date | None, date | None]:
    """The days by whose end a decision is due, and the gathering of information.

    As `clocks` takes them; both None where the calendar of working days does not reach.
    """
    try:
        return _due_after(
            day_zero(received_on=received_on, received_at=received_at, cut_off=cut_off)
        )
    except CalendarRangeError:
        return None, None


@cache
def _due_after(start: date) -> tuple[date, date]:
    return (
        due_on(start, working_days=DECISION_WORKING_DAYS),
        due_on(start, working_days=INFORMATION_GATHERING_WORKING_DAYS),
    )


def _gathering_stopped(stands: Sequence[Decision]) -> date | None:
    return next((moved_on(each) for each in stands if each.kind in _STOPS_GATHERING), None)


def moved_on(decision: Decision) -> date:
    """The London day on which a decision took effect: that of the transfer where there was one."""
    if decision.transferred_at is not None:
        return london_date(decision.transferred_at)
    return decision.decided_on


def _section_47(stands: Sequence[Decision]) -> Clock:
    threshold = next(
        (each for each in stands if each.kind is DecisionKind.SECTION_47_THRESHOLD_MET), None
    )
    if threshold is None:
        return Clock()
    moves = [
        moved_on(each)
        for each in stands
        if each.kind in (DecisionKind.ACCEPT_AS_REFERRAL, DecisionKind.START_ASSESSMENT)
    ]
    return Clock(threshold.decided_on, min(moves, default=None))
