"""When a record counts as received: as sent, on arrival, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.contacts import a_contact
from tests.support.hub import POLICE, Hub
from tests.support.problems import findings, places


@pytest.fixture
def strict_hub(app):
    """An authority whose agencies may put a receipt at most one day before arrival."""
    return Hub(app, backdate_days=1)


def ago(**span):
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def instant(text):
    return datetime.fromisoformat(text)


def is_arrival(record):
    """Received when it came: never later than recorded, and recorded at once."""
    waited = instant(record["created_at"]) - instant(record["received_at"])
    return timedelta(0) <= waited < timedelta(seconds=2)


def test_a_record_without_a_time_is_received_on_arrival(hub):
    for absent in ({"received_at": None}, {"received_at": None, "received_on": None}):
        record = hub.police.submit(**absent)
        assert is_arrival(record)
        assert (record["sent_received_at"], record["warnings"]) == (None, [])


def test_a_time_a_little_ahead_of_our_clock_is_stored_as_arrival_with_a_warning(hub):
    sent = ago(minutes=-4)
    record = hub.police.submit(received_at=sent)
    assert is_arrival(record)
    assert instant(record["sent_received_at"]) == instant(sent)
    assert places(record["warnings"]) == {("/received_at", "received_at_ahead_of_clock")}


def test_a_time_further_ahead_is_an_error_for_everybody(hub):
    body = a_contact(agency=POLICE, received_at=ago(minutes=-6))
    for client in (hub.police, hub.decider):
        assert findings(client.post("contacts", body)) == {("/received_at", "in_the_future")}


def test_a_sender_may_put_receipt_back_within_its_limit(strict_hub):
    sent = ago(hours=23)
    record = strict_hub.police.submit(received_at=sent)
    assert instant(record["received_at"]) == instant(sent)
    assert (record["sent_received_at"], record["warnings"]) == (None, [])


def test_an_earlier_one_is_received_on_arrival_and_what_was_sent_is_kept(strict_hub):
    record = strict_hub.police.submit(received_at="2014-01-06T09:12:00Z")
    assert is_arrival(record)
    assert record["sent_received_at"] == "2014-01-06T09:12:00Z"
    assert places(record["warnings"]) == {("/received_at", "received_at_replaced")}


def test_the_authority_puts_receipt_back_without_limit(strict_hub):
    record = strict_hub.decider.submit(agency=POLICE, received_at="1999-01-06T09:12:00Z")
    assert (record["received_at"], record["sent_received_at"]) == ("1999-01-06T09:12:00Z", None)


def test_a_time_before_1900_is_an_error(hub):
    answer = hub.decider.post(
        "contacts", a_contact(agency=POLICE, received_at="1899-12-31T12:00:00Z")
    )
    assert findings(answer) == {("/received_at", "out_of_range")}


@pytest.mark.parametrize(
    "sent", ["2014-01-06", "2014-01-06T09:12:00", "2014-01-06T24:00:00Z", "noon", 1389000000]
)
def test_a_time_without_its_offset_is_refused(hub, sent):
    answer = hub.police.post("contacts", a_contact(received_at=sent))
    assert {place for place, _ in findings(answer)} == {"/received_at"}


def test_the_day_of_receipt_is_a_london_day(hub):
    record = hub.police.submit(received_at="2014-06-30T23:30:00Z")
    assert (record["received_on"], record["received_at"]) == ("2014-07-01", "2014-06-30T23:30:00Z")


def test_what_is_received_after_five_counts_for_the_clocks_on_the_next_working_day(hub):
    in_time = hub.police.submit(received_at="2014-01-10T17:00:00Z")
    late = hub.police.submit(received_at="2014-01-10T17:00:01Z")
    assert in_time["clocks"]["decision_due_at"] == "2014-01-13T23:59:59Z"
    assert late["clocks"]["decision_due_at"] == "2014-01-14T23:59:59Z"
