"""When a record counts as received, and what is said about it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.receipt import Receipt, receive

ARRIVED_AT = datetime(2014, 6, 30, 22, 30, tzinfo=UTC)  # 23:30 in London
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def received(*, sent_at=None, sent_on=None, backdate_days=1):
    return receive(
        sent_at=sent_at, sent_on=sent_on, arrived_at=ARRIVED_AT, backdate_days=backdate_days
    )


def codes(findings):
    return [(each.code, each.pointer) for each in findings]


def test_a_record_without_a_time_is_received_on_arrival():
    assert received() == Receipt(received_at=ARRIVED_AT, received_on=date(2014, 6, 30))


@pytest.mark.parametrize(
    ("sent_at", "received_on"),
    [
        (ARRIVED_AT, date(2014, 6, 30)),
        (ARRIVED_AT - DAY, date(2014, 6, 29)),
        (datetime(2014, 6, 29, 23, 0, tzinfo=UTC), date(2014, 6, 30)),
        (datetime(2014, 6, 29, 22, 59, 59, tzinfo=UTC), date(2014, 6, 29)),
    ],
)
def test_a_time_within_the_days_allowed_is_kept_and_its_day_is_londons(sent_at, received_on):
    assert received(sent_at=sent_at) == Receipt(received_at=sent_at, received_on=received_on)


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), 5 * MINUTE])
def test_a_time_up_to_five_minutes_ahead_counts_as_arrival(ahead):
    receipt = received(sent_at=ARRIVED_AT + ahead)
    assert (receipt.received_at, receipt.sent_at) == (ARRIVED_AT, ARRIVED_AT + ahead)
    assert codes(receipt.warnings) == [("received_at_ahead_of_clock", "/received_at")]
    assert receipt.errors == ()


def test_a_time_further_ahead_is_an_error():
    receipt = received(sent_at=ARRIVED_AT + 5 * MINUTE + timedelta(microseconds=1))
    assert codes(receipt.errors) == [("in_the_future", "/received_at")]
    assert receipt.warnings == ()


@pytest.mark.parametrize("backdate_days", [0, 1, 30])
def test_a_time_before_the_days_allowed_counts_as_arrival_and_what_was_sent_is_kept(backdate_days):
    sent_at = ARRIVED_AT - backdate_days * DAY - timedelta(microseconds=1)
    receipt = received(sent_at=sent_at, backdate_days=backdate_days)
    assert (receipt.received_at, receipt.received_on) == (ARRIVED_AT, date(2014, 6, 30))
    assert receipt.sent_at == sent_at
    assert codes(receipt.warnings) == [("received_at_replaced", "/received_at")]


def test_without_a_limit_any_day_from_1900_is_kept():
    first = datetime(1900, 1, 1, tzinfo=UTC)
    assert received(sent_at=first, backdate_days=None).received_on == date(1900, 1, 1)
    before = received(sent_at=first - timedelta(seconds=1), backdate_days=None)
    assert codes(before.errors) == [("out_of_range", "/received_at")]


def test_where_only_the_day_is_known_the_record_stands_at_its_beginning_in_london():
    receipt = received(sent_on=date(2014, 6, 30))
    assert receipt == Receipt(
        received_at=datetime(2014, 6, 29, 23, 0, tzinfo=UTC),
        received_on=date(2014, 6, 30),
        is_time_known=False,
    )


@pytest.mark.parametrize(
    ("sent_on", "sent_at", "expected"),
    [
        (date(2014, 7, 1), None, [("in_the_future", "/received_on")]),
        (date(1899, 12, 31), None, [("out_of_range", "/received_on")]),
        (date(2014, 6, 30), ARRIVED_AT, [("given_twice", "/received_on")]),
        (
            date(2014, 7, 1),
            ARRIVED_AT,
            [("given_twice", "/received_on"), ("in_the_future", "/received_on")],
        ),
    ],
)
def test_a_day_that_cannot_be_is_an_error(sent_on, sent_at, expected):
    assert codes(received(sent_on=sent_on, sent_at=sent_at).errors) == expected
