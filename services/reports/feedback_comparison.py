"""All agencies of one kind beside one of them, so that nothing of another can be worked out.

docs/disclosure-control.md, "Feedback", says what is promised.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from domain.disclosure.feedback import (
    PLACES,
    Numbers,
    Place,
    dearest_first,
    feedback_system,
    numbers_of,
)
from domain.disclosure.figures import Key
from domain.measures.columns import column_of
from domain.periods import Period, quarter_of
from domain.vocabulary import AgencyKind
from domain.working_days import CalendarRangeError, start_of_london_day
from models import AgencySetting
from services.disclosure.protect import CannotProtectError
from services.disclosure.repeatable import protect_repeatably
from services.ledger.breakdown import Facts, counted_by_facts
from services.reference.current import agency_settings
from services.reference.measure_settings import reporting_lag_of
from services.settled import settled_before

FEWEST_OTHERS = 3
Printed = Mapping[Place, int | None]
_DAY = timedelta(days=1)
_CHOICES_KEPT = 1_000


class NotComparedError(Exception):
    """All agencies of the kind may not be shown; the message says why, to the agency."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """An agency's figures, and all of its kind, as they stood at the end of `position_on`.

    `all_of_kind` has None where `c` stands.
    """

    kind: AgencyKind
    position_on: date
    own: Numbers
    all_of_kind: Printed


def compare(
    session: Session, *, authorities: Sequence[str], agency: str, period: Period
) -> Comparison:
    """All agencies of the caller's kind beside the caller, for one whole quarter that is over.

    As known at the end of the position's day, settings included: the same whenever it is asked.
    Several authorities are the sum of what each of them shows by itself, figure by figure, so
    that they tell nothing more. In the application's own role, of the primary: a replica that is
    behind would show figures that move afterwards. Raises `NotComparedError`.
    """
    quarter = quarter_of(period.start)
    if (period.start, period.end) != (quarter.start, quarter.end):
        raise NotComparedError(NOT_A_QUARTER)
    settled = settled_before(session)
    parts = [
        _in_authority(session, authority, agency=agency, quarter=quarter, settled=settled)
        for authority in authorities
    ]
    kinds = {part.kind for part in parts}
    if len(kinds) > 1:
        raise NotComparedError(SEVERAL_KINDS)
    return Comparison(
        kind=kinds.pop(),
        position_on=max(part.position_on for part in parts),
        own={place: sum(part.own[place] for part in parts) for place in PLACES},
        all_of_kind={place: _sum([part.all_of_kind[place] for part in parts]) for place in PLACES},
    )


def _in_authority(
    session: Session, authority: str, *, agency: str, quarter: Period, settled: datetime
) -> Comparison:
    position_on = _position_of(session, authority, quarter)
    as_at = start_of_london_day(position_on + _DAY)
    if as_at >= settled:
        raise NotComparedError(TOO_EARLY.format(day=position_on + _DAY))
    kinds = _kinds(session, authority, as_at)
    own_kind = kinds.get(agency)
    if own_kind is None:
        raise NotComparedError(TOO_FEW)
    counts = counted_by_facts(
        session,
        authorities=[authority],
        received=quarter,
        asked={"agency_code", "outcome", "reason"},
        as_at=as_at,
        position_on=position_on,
    )
    others = [
        each
        for each in counts
        if each.agency_code != agency and kinds.get(each.agency_code) is own_kind
    ]
    if _agencies_in(others) < FEWEST_OTHERS:
        raise NotComparedError(TOO_FEW)
    own = own_numbers(counts, agency)
    printed = _printed(tuple(_numbers(others).items()))
    return Comparison(
        kind=own_kind,
        position_on=position_on,
        own=own,
        all_of_kind={place: _sum([own[place], printed[place]]) for place in PLACES},
    )


def own_numbers(counts: Sequence[Facts], agency: str) -> Numbers:
    """The figures of one agency."""
    return _numbers([each for each in counts if each.agency_code == agency])


def _numbers(counts: Sequence[Facts]) -> Numbers:
    return numbers_of((each.outcome, each.reason, each.n) for each in counts)


def _position_of(session: Session, authority: str, quarter: Period) -> date:
    # The lag that was set when the quarter ended: one that is set later must not move it.
    ended = start_of_london_day(quarter.end + _DAY)
    lag = reporting_lag_of(session, [authority], as_at=ended)
    try:
        return column_of(quarter, reporting_lag=lag).position_on
    except CalendarRangeError:
        raise NotComparedError(NO_CALENDAR) from None


def _kinds(session: Session, authority: str, as_at: datetime) -> dict[str, AgencyKind]:
    rows = agency_settings(as_at=as_at).where(AgencySetting.authority_code == authority)
    return {row.agency_code: AgencyKind(row.kind) for row in session.scalars(rows)}


def _agencies_in(counts: Sequence[Facts]) -> int:
    contacts: Counter[str] = Counter()
    for each in counts:
        contacts[each.agency_code] += each.n
    return sum(number > 0 for number in contacts.values())


@lru_cache(maxsize=_CHOICES_KEPT)
def _printed(others: tuple[tuple[Place, int], ...]) -> Mapping[Key, int | None]:
    """What may be told of the others' figures; what an agency knows of its own adds nothing."""
    numbers = dict(others)
    try:
        return protect_repeatably(feedback_system(numbers), order=dearest_first(numbers))
    except CannotProtectError:
        raise NotComparedError(GIVES_AWAY) from None


def _sum(numbers: Sequence[int | None]) -> int | None:
    shown = [number for number in numbers if number is not None]
    return sum(shown) if len(shown) == len(numbers) else None


_NOT_SHOWN = "All agencies of your kind are not shown"
NOT_A_QUARTER = (
    f"{_NOT_SHOWN} for this period: they are for whole quarters (such as 2013-14-Q4). Two periods "
    "that overlap would tell single records apart."
)
TOO_EARLY = (
    f"{_NOT_SHOWN} for this quarter yet: they are from {{day}} on, when its reporting lag is over."
)
TOO_FEW = (
    f"{_NOT_SHOWN} for this quarter: that takes at least {FEWEST_OTHERS} other agencies of your "
    "kind that sent contacts in it, in each authority of the area."
)
NO_CALENDAR = (
    f"{_NOT_SHOWN} for this quarter: the bank holidays by which its reporting lag is counted are "
    "not known."
)
SEVERAL_KINDS = (
    f"{_NOT_SHOWN} for this area: your agency is of different kinds in its authorities. Ask for "
    "each authority by itself."
)
GIVES_AWAY = f"{_NOT_SHOWN} for this quarter: they would tell what other agencies sent."
