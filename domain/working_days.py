"""London days, England's working days, and the clocks that run on them.

Source: definitions.md, section 5. Instants are aware datetimes; days are London days.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

London = ZoneInfo("Europe/London")

FIRST_DAY = date(2012, 1, 1)
SATURDAY = 5
CUT_OFF = time(17, 0)
DECISION_WORKING_DAYS = 1
INFORMATION_GATHERING_WORKING_DAYS = 5


class CalendarRangeError(ValueError):
    """A day for which the bank holidays are not known."""


def london_date(instant: datetime) -> date:
    """Return the London day of an aware instant; a naive one is a ValueError."""
    return _london(instant).date()


def start_of_london_day(day: date) -> datetime:
    """Return 00:00:00 London time of the day, as an aware UTC instant."""
    return datetime.combine(day, time.min, London).astimezone(UTC)


def end_of_london_day(day: date) -> datetime:
    """Return 23:59:59 London time of the day, as an aware UTC instant."""
    return datetime.combine(day, time(23, 59, 59), London).astimezone(UTC)


@cache
def last_day() -> date:
    """Return the last day for which bank holidays are known: a 31 December."""
    return date(max(_bank_holidays()).year, 12, 31)


@lru_cache(maxsize=1_024)
def is_working_day(day: date) -> bool:
    """Say whether the day is Monday to Friday and no bank holiday in England.

    Outside 1 January 2012 to `last_day()`: CalendarRangeError.
    """
    _require_known(day)
    return _is_working(day)


def add_working_days(day: date, n: int) -> date:
    """Return the nth working day after the day, or the day itself when n is 0.

    A negative n is a ValueError; a day or an answer outside the calendar, CalendarRangeError.
    """
    if n < 0:
        message = "working days can only be added: n must be 0 or more"
        raise ValueError(message)
    _require_known(day)
    if n == 0:
        return day
    index = bisect_right(_working_days(), day) + n - 1
    if index >= len(_working_days()):
        raise CalendarRangeError(_range_message())
    return _working_days()[index]


def working_days_between(start: date, end: date) -> int:
    """Count the working days after start, up to and including end; 0 when end is before start.

    Either day outside the calendar: CalendarRangeError.
    """
    _require_known(start)
    _require_known(end)
    return max(0, bisect_right(_working_days(), end) - bisect_right(_working_days(), start))


def day_zero(*, received_on: date, received_at: datetime | None, cut_off: time = CUT_OFF) -> date:
    """Return the working day on which a contact counts as received.

    `received_on` is the London day of receipt and `received_at` its aware instant, or None when
    no time is known, which counts as within the day. Strictly after `cut_off` (London time), at
    a weekend or on a bank holiday, it is the next working day (definitions.md, section 5).
    An instant of another London day is a ValueError; a day outside the calendar,
    CalendarRangeError.
    """
    if is_working_day(received_on) and not _is_late(received_on, received_at, cut_off):
        return received_on
    return add_working_days(received_on, 1)


def due_on(day_zero: date, *, working_days: int) -> date:
    """Return the last day in time: that many working days after day 0.

    A decision has DECISION_WORKING_DAYS, gathering information
    INFORMATION_GATHERING_WORKING_DAYS (definitions.md, section 5). Errors as
    `add_working_days`.
    """
    return add_working_days(day_zero, working_days)


@lru_cache(maxsize=1_024)
def _london(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        message = "an instant must carry its offset from UTC"
        raise ValueError(message)
    return instant.astimezone(London)


def _is_late(received_on: date, received_at: datetime | None, cut_off: time) -> bool:
    if received_at is None:
        return False
    local = _london(received_at)
    if local.date() != received_on:
        message = "received_at must lie within the London day received_on"
        raise ValueError(message)
    return local.time() > cut_off


def _is_working(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _bank_holidays()


def _require_known(day: date) -> None:
    if not FIRST_DAY <= day <= last_day():
        raise CalendarRangeError(_range_message())


def _range_message() -> str:
    return f"bank holidays are known from {FIRST_DAY} to {last_day()} only"


@cache
def _bank_holidays() -> frozenset[date]:
    # The cached list: the answer must not depend on the network or on the day it is asked.
    calendar = BankHolidays(use_cached_holidays=True)
    events = calendar.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return frozenset(event["date"] for event in events)


@cache
def _working_days() -> tuple[date, ...]:
    span = (last_day() - FIRST_DAY).days + 1
    days = (FIRST_DAY + timedelta(days=n) for n in range(span))
    return tuple(day for day in days if _is_working(day))
