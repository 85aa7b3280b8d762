"""When a record counts as received (api.md, "Contacts and referrals", `received_at`)."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.errors import Finding
from domain.working_days import london_date, start_of_london_day

CLOCK_TOLERANCE = timedelta(minutes=5)
EARLIEST_DAY = date(1900, 1, 1)


class Receipt(NamedTuple):
    """The receipt that is stored, and what was found about it.

    `received_at` is aware; when only the day is known it is the beginning of that London day and
    `is_time_known` is false. `sent_at` is what the sender said, where something else is stored.
    """

    received_at: datetime
    received_on: date
    is_time_known: bool = True
    sent_at: datetime | None = None
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


def receive(
    *,
    sent_at: datetime | None,
    sent_on: date | None,
    arrived_at: datetime,
    backdate_days: int | None,
) -> Receipt:
    """Settle the receipt of a record that arrived at `arrived_at`.

    `backdate_days` is how many days before arrival the sender may put its receipt; None is
    without limit. An earlier one, or one up to five minutes ahead of our clock, is replaced by the
    arrival, with a warning. One further ahead, or before 1900, is an error.
    """
    if sent_on is not None:
        return _received_on(sent_on, sent_at, arrived_at)
    return _at(arrived_at) if sent_at is None else _sent(sent_at, arrived_at, backdate_days)


def _sent(sent_at: datetime, arrived_at: datetime, backdate_days: int | None) -> Receipt:
    if sent_at > arrived_at + CLOCK_TOLERANCE:
        detail = "This is more than five minutes ahead of our clock."
        return _at(arrived_at, errors=(Finding("in_the_future", detail, "/received_at"),))
    if sent_at > arrived_at:
        detail = "This is ahead of our clock, so the record counts as received on arrival."
        warning = Finding("received_at_ahead_of_clock", detail, "/received_at")
        return _at(arrived_at, sent_at=sent_at, warnings=(warning,))
    if backdate_days is not None and sent_at < arrived_at - timedelta(days=backdate_days):
        detail = (
            f"Your records may be received at most {backdate_days} days before they arrive, so "
            "this one counts as received on arrival; what you sent is kept as sent_received_at."
        )
        warning = Finding("received_at_replaced", detail, "/received_at")
        return _at(arrived_at, sent_at=sent_at, warnings=(warning,))
    receipt = _at(sent_at)
    if receipt.received_on < EARLIEST_DAY:
        return _at(arrived_at, errors=(_too_early("/received_at"),))
    return receipt


def _at(
    instant: datetime,
    *,
    sent_at: datetime | None = None,
    errors: tuple[Finding, ...] = (),
    warnings: tuple[Finding, ...] = (),
) -> Receipt:
    return Receipt(
        received_at=instant,
        received_on=london_date(instant),
        sent_at=sent_at,
        errors=errors,
        warnings=warnings,
    )


def _received_on(day: date, sent_at: datetime | None, arrived_at: datetime) -> Receipt:
    errors = []
    if sent_at is not None:
        detail = "Give received_at or received_on, not both."
        errors.append(Finding("given_twice", detail, "/received_on"))
    if day > london_date(arrived_at):
        errors.append(Finding("in_the_future", "This day has not come yet.", "/received_on"))
    if day < EARLIEST_DAY:
        errors.append(_too_early("/received_on"))
    return Receipt(
        received_at=start_of_london_day(day),
        received_on=day,
        is_time_known=False,
        errors=tuple(errors),
    )


def _too_early(pointer: str) -> Finding:
    return Finding("out_of_range", "This is before 1900.", pointer)
