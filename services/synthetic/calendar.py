"""When synthetic contacts arrive, and when a first contact team sits down to decide them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from domain.periods import Period
from domain.working_days import London, add_working_days, is_working_day
from services.synthetic.chance import Chance
from services.synthetic.profiles import Hours

# The same few days are asked for in every record.
_is_working_day = cache(is_working_day)
_add_working_days = cache(add_working_days)

MINUTES_IN_HOUR = 60
OPENING = 9 * MINUTES_IN_HOUR
CLOSING = 17 * MINUTES_IN_HOUR
# A contact that comes later than this is not decided on the same day.
LAST_INTAKE = 16 * MINUTES_IN_HOUR
READING_TIME = 15

_MINUTES_PAST = tuple(f"{minute:02}:00Z" for minute in range(MINUTES_IN_HOUR))
_DAY = tuple(range(24 * MINUTES_IN_HOUR))
_WAKING = tuple(range(8 * MINUTES_IN_HOUR, 23 * MINUTES_IN_HOUR))
_SCHOOL = tuple(range(8 * MINUTES_IN_HOUR + 30, 16 * MINUTES_IN_HOUR + 1))
_OFFICE = tuple(range(8 * MINUTES_IN_HOUR + 30, 17 * MINUTES_IN_HOUR + 31))
_OUT_OF_HOURS = tuple(range(8 * MINUTES_IN_HOUR + 30)) + tuple(range(CLOSING, 24 * MINUTES_IN_HOUR))
# Minutes of a working day and of any other day; most of what comes at any time comes by day.
_MINUTES: dict[Hours, tuple[tuple[int, ...], tuple[int, ...]]] = {
    Hours.SCHOOL: (_SCHOOL, ()),
    Hours.OFFICE: (_OFFICE, ()),
    Hours.ROUND_THE_CLOCK: (_DAY + _WAKING + _WAKING, _DAY + _WAKING + _WAKING),
    Hours.OUT_OF_HOURS: (_OUT_OF_HOURS, _DAY),
}


class Arrivals:
    """The instants of a period at which contacts may arrive.

    Working days are known for a range of years only; a period outside of it is a
    `domain.working_days.CalendarRangeError`.
    """

    def __init__(self, *, chance: Chance, period: Period) -> None:
        self._chance = chance
        span = (period.end - period.start).days + 1
        self._all_days = tuple(period.start + timedelta(days=n) for n in range(span))
        self._working_days = tuple(day for day in self._all_days if _is_working_day(day))

    def spread(self, hours: Sequence[Hours]) -> list[date]:
        """Draw a London day for each arrival, given the hours that it keeps.

        The period's first day and its last are among them where any arrival can be on those. A
        period without a day on which an arrival can be is a ValueError.
        """
        pools = {each: self._days(each) for each in set(hours)}
        random = self._chance.random
        days = [pools[each][int(random() * len(pools[each]))] for each in hours]
        forwards = range(len(days))
        for end, places in (
            (self._all_days[0], forwards),
            (self._all_days[-1], forwards[::-1]),
        ):
            place = next((each for each in places if end in self._days(hours[each])), None)
            if place is not None:
                days[place] = end
        return days

    def instant(self, hours: Hours, day: date) -> str:
        """Draw an instant, as RFC 3339 in UTC, on a London day on which these hours have any."""
        minutes = _minutes(hours, day)
        minute = minutes[int(self._chance.random() * len(minutes))]
        hour, rest = divmod(minute, MINUTES_IN_HOUR)
        return _hour_on(day, hour) + _MINUTES_PAST[rest]

    def _days(self, hours: Hours) -> tuple[date, ...]:
        days = self._all_days if _MINUTES[hours][1] else self._working_days
        if not days:
            message = (
                "the period has no working day, and something in the table comes on those only"
            )
            raise ValueError(message)
        return days


class Diary:
    """The first contact team's working days, 09:00 to 17:00 London time."""

    def __init__(self, *, chance: Chance) -> None:
        self._chance = chance

    def sitting(self, *, after: datetime, working_days: int, decisions: int) -> list[datetime]:
        """Draw the instants of up to 30 decisions taken on one day, in order, as aware UTC.

        `working_days` is counted from the working day on which the team could first look at what
        came in at `after`: the same one, or the next when it was late, or no working day.
        """
        local = after.astimezone(London)
        minute = local.hour * MINUTES_IN_HOUR + local.minute
        in_time = minute < LAST_INTAKE and _is_working_day(local.date())
        first_day = local.date() if in_time else _add_working_days(local.date(), 1)
        day = _add_working_days(first_day, working_days)
        opening = max(OPENING, minute + READING_TIME) if day == local.date() else OPENING
        minutes = sorted(self._chance.sample(range(opening, CLOSING), decisions))
        return [_instant_on(day, each) for each in minutes]


def working_day(on_or_after: date, n: int) -> date:
    """Return the nth working day after the day's own, or after the next one if it is none."""
    if n == 0 and is_working_day(on_or_after):
        return on_or_after
    return add_working_days(on_or_after, n if is_working_day(on_or_after) else n + 1)


def _instant_on(day: date, minute: int) -> datetime:
    hour, rest = divmod(minute, MINUTES_IN_HOUR)
    return datetime.combine(day, time(hour, rest), London).astimezone(UTC)


def rfc_3339(instant: datetime) -> str:
    """Write an aware UTC instant as the contract does: "2014-01-06T09:12:00Z"."""
    return f"{instant.replace(tzinfo=None).isoformat()}Z"


@cache
def _minutes(hours: Hours, day: date) -> tuple[int, ...]:
    on_working_days, on_other_days = _MINUTES[hours]
    return on_working_days if is_working_day(day) else on_other_days


# Clocks change on the hour, so that within one they run evenly.
@cache
def _hour_on(day: date, hour: int) -> str:
    return f"{datetime.combine(day, time(hour), London).astimezone(UTC):%Y-%m-%dT%H:}"
