"""The clocks of a record over HTTP: due at the end of a London day, in time until proved late."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from domain.access import Role
from services.reference.register import AuthorityDetails, register_authority
from tests.factories.contacts import a_contact
from tests.support.clocked import SetClock, clocked_app
from tests.support.hub import POLICE, Hub
from tests.support.settings import settings_for

LONDON = ZoneInfo("Europe/London")
ORACLE = country_holidays("GB", subdiv="ENG", years=range(2012, 2030))
GROWN_UP = ("/child/date_of_birth", "adult_at_receipt")
NO_CLOCK = ("/received_at", "no_clock")


@pytest.fixture(scope="module")
def clock():
    return SetClock(datetime.fromisoformat("2027-01-04T10:00:00+00:00"))


@pytest.fixture(scope="module")
def clocked(server, clock):
    with clocked_app(settings_for(server, KEY_CACHE_SECONDS="60"), clock) as made:
        yield made


@pytest.fixture
def clocked_hub(clocked, clock):
    clock.now = datetime.fromisoformat("2027-01-04T10:00:00+00:00")
    return Hub(clocked)


def due(record):
    clocks = record["clocks"]
    return clocks["decision_due_at"], clocks["information_gathering_due_at"]


def in_time(record):
    clocks = record["clocks"]
    return [
        clocks[f"{name}_in_time"] for name in ("decision", "information_gathering", "section_47")
    ]


def is_working(day):
    return day.weekday() < 5 and day not in ORACLE


def next_working_day(day):
    day += timedelta(days=1)
    return day if is_working(day) else next_working_day(day)


def working_days_after(day, n):
    return working_days_after(next_working_day(day), n - 1) if n else day


def by_second_calendar(local):
    """Both days on which a contact received at a London time is due, as the API writes them."""
    start, end_of_day = local.date(), time(23, 59, 59)
    if not is_working(start) or local.time() > time(17):
        start = next_working_day(start)
    days = (working_days_after(start, n) for n in (1, 5))
    ends = (datetime.combine(day, end_of_day, LONDON).astimezone(UTC) for day in days)
    return tuple(each.strftime("%Y-%m-%dT%H:%M:%SZ") for each in ends)


@pytest.mark.parametrize(
    "local",
    [
        "2012-01-02 09:00:00",
        "2014-01-06 17:00:00",
        "2014-01-06 17:00:01",
        "2014-01-10 16:59:59",
        "2014-01-10 17:01:00",
        "2014-01-11 00:00:00",
        "2014-01-12 23:59:59",
        "2013-12-24 17:00:00",
        "2013-12-24 17:30:00",
        "2013-12-25 12:00:00",
        "2013-12-27 18:00:00",
        "2014-04-17 20:00:00",
        "2014-03-28 17:00:00",
        "2014-03-30 00:30:00",
        "2014-03-30 02:30:00",
        "2014-03-31 00:10:00",
        "2014-10-24 17:00:00",
        "2014-10-26 00:30:00",
        "2014-10-26 03:00:00",
        "2014-10-27 17:00:00",
        "2020-05-08 09:00:00",
        "2022-09-19 09:00:00",
        "2026-12-24 18:00:00",
    ],
)
def test_clocks_fall_due_as_by_a_second_calendar(clocked_hub, local):
    received_at = datetime.fromisoformat(local).replace(tzinfo=LONDON)
    record = clocked_hub.police.submit(received_at=received_at.isoformat())
    assert due(record) == by_second_calendar(received_at)
    assert [each for each in record["warnings"] if each["code"] == "no_clock"] == []


@pytest.mark.parametrize(
    ("received_at", "decision", "gathering"),
    [
        ("2014-01-06T09:12:00Z", "2014-01-07T23:59:59Z", "2014-01-13T23:59:59Z"),
        ("2014-06-09T09:12:00Z", "2014-06-10T22:59:59Z", "2014-06-16T22:59:59Z"),
        ("2014-03-28T09:12:00Z", "2014-03-31T22:59:59Z", "2014-04-04T22:59:59Z"),
        ("2014-10-24T09:12:00Z", "2014-10-27T23:59:59Z", "2014-10-31T23:59:59Z"),
        # 16:00 in UTC is the end of the working day in a London summer.
        ("2014-06-09T16:00:00Z", "2014-06-10T22:59:59Z", "2014-06-16T22:59:59Z"),
        ("2014-06-09T16:00:01Z", "2014-06-11T22:59:59Z", "2014-06-17T22:59:59Z"),
        ("2014-06-09T23:00:00Z", "2014-06-11T22:59:59Z", "2014-06-17T22:59:59Z"),
    ],
)
def test_clocks_are_due_at_the_end_of_a_london_day_in_winter_and_summer(
    clocked_hub, received_at, decision, gathering
):
    assert due(clocked_hub.police.submit(received_at=received_at)) == (decision, gathering)


def test_the_cut_off_is_a_setting_of_the_authority(clocked_hub):
    with clocked_hub.transaction() as session:
        session.info["now"] += timedelta(seconds=1)
        details = AuthorityDetails(
            name=f"Authority {clocked_hub.authority}",
            emergency_telephone="01632 960000",
            receipt_cut_off=time(12, 0),
        )
        register_authority(session, code=clocked_hub.authority, details=details)
    noon = clocked_hub.police.submit(received_at="2014-01-06T12:00:00Z")
    later = clocked_hub.police.submit(received_at="2014-01-06T12:00:01Z")
    assert due(noon)[0] == "2014-01-07T23:59:59Z"
    assert due(later)[0] == "2014-01-08T23:59:59Z"


@pytest.mark.parametrize(
    ("receipt", "decision"),
    [({"received_at": "2014-01-06T17:00:01Z"}, "08"), ({"received_on": "2014-01-06"}, "07")],
)
def test_where_only_the_day_is_known_the_receipt_is_within_it(clocked_hub, receipt, decision):
    sent = a_contact(agency=POLICE, **{"received_at": None, **receipt})
    record = clocked_hub.decider.post("contacts", sent).get_json()
    assert due(record)[0] == f"2014-01-{decision}T23:59:59Z"


@pytest.mark.parametrize(
    ("arrived_at", "received_at"),
    [
        ("2027-01-04T10:00:00Z", "2011-12-31T23:59:59Z"),
        ("2027-01-04T10:00:00Z", "1999-06-01T09:00:00Z"),
        ("2029-01-02T10:00:00Z", "2029-01-02T09:00:00Z"),
    ],
)
def test_where_the_working_days_are_not_known_the_record_is_taken_without_clocks(
    clocked_hub, clock, arrived_at, received_at
):
    clock.now = datetime.fromisoformat(arrived_at)
    record = clocked_hub.police.submit(received_at=received_at)
    assert set(record["clocks"].values()) == {None}
    warnings = {(each["pointer"], each["code"]) for each in record["warnings"]}
    assert warnings - {GROWN_UP} == {NO_CLOCK}
    decided = clocked_hub.decider.decide(record, "close_and_log", reason="other").get_json()
    assert set(decided["clocks"].values()) == {None}


def test_a_corrected_receipt_brings_its_clocks_and_their_warning(clocked_hub):
    record = clocked_hub.police.submit(received_at="2014-01-06T09:00:00Z")
    path = f"contacts/{record['id']}"
    early = clocked_hub.police.patch(path, {"received_at": "2011-12-30T09:00:00Z"}, '"1"')
    assert due(early.get_json()) == (None, None)
    assert [each["code"] for each in early.get_json()["warnings"]] == ["no_clock"]
    late = clocked_hub.police.patch(path, {"received_at": "2014-01-06T18:00:00Z"}, '"2"')
    assert due(late.get_json()) == ("2014-01-08T23:59:59Z", "2014-01-14T23:59:59Z")
    assert late.get_json()["warnings"] == []


def read_at(hub, clock, record, instant):
    clock.now = datetime.fromisoformat(instant)
    return hub.decider.get(f"contacts/{record['id']}").get_json()


def test_a_clock_is_unknown_until_stopped_or_overdue(clocked_hub, clock):
    clock.now = datetime.fromisoformat("2014-06-09T09:00:00Z")
    record = clocked_hub.police.submit(received_at=None)
    assert in_time(record) == [None, None, None]
    ends = {
        "2014-06-10T22:59:59Z": [None, None, None],
        "2014-06-10T23:00:00Z": [False, None, None],
        "2014-06-16T22:59:59Z": [False, None, None],
        "2014-06-16T23:00:00Z": [False, False, None],
    }
    for instant, expected in ends.items():
        assert in_time(read_at(clocked_hub, clock, record, instant)) == expected, instant


@pytest.mark.parametrize(
    ("decided_at", "kept"),
    [("2014-06-10T22:59:59Z", True), ("2014-06-10T23:00:00Z", False)],
)
@pytest.mark.parametrize("decision", ["gather_information", "section_47_threshold_met"])
def test_the_first_decision_stops_the_decision_clock(clocked_hub, decision, decided_at, kept):
    record = clocked_hub.police.submit(received_at="2014-06-09T09:00:00Z")
    decided = clocked_hub.decider.decide(record, decision, decided_at=decided_at).get_json()
    assert in_time(decided)[0] is kept
    later = clocked_hub.decider.decide(record, "accept_as_referral").get_json()
    assert in_time(later)[0] is kept


def test_a_retraction_sets_the_decision_clock_running_again(clocked_hub):
    record = clocked_hub.police.submit(received_at="2014-06-09T09:00:00Z")
    at = "2014-06-10T09:00:00Z"
    decided = clocked_hub.decider.decide(record, "gather_information", decided_at=at).get_json()
    assert in_time(decided)[0] is True
    first = decided["decisions"][0]["id"]
    retracted = clocked_hub.decider.decide(record, "retract", retracts=first).get_json()
    assert in_time(retracted)[0] is False


@pytest.mark.parametrize(
    ("decision", "fields", "kept"),
    [
        ("close_and_log", {"decided_at": "2014-06-16T22:59:59Z"}, True),
        ("close_and_log", {"decided_at": "2014-06-16T23:00:00Z"}, False),
        ("accept_as_referral", {"decided_at": "2014-06-16T09:00:00Z"}, True),
        (
            "accept_as_referral",
            {"decided_at": "2014-06-16T09:00:00Z", "transferred_at": "2014-06-17T09:00:00Z"},
            False,
        ),
        (
            "accept_as_referral",
            {"decided_at": "2014-06-17T09:00:00Z", "transferred_at": "2014-06-16T09:00:00Z"},
            True,
        ),
        ("gather_information", {"decided_at": "2014-06-10T09:00:00Z"}, False),
    ],
    ids=str,
)
def test_gathering_information_stops_at_closing_or_transfer(clocked_hub, decision, fields, kept):
    record = clocked_hub.police.submit(received_at="2014-06-09T09:00:00Z")
    decided = clocked_hub.decider.decide(record, decision, **fields).get_json()
    assert in_time(decided)[1] is kept


def threshold_met(hub, decided_at):
    record = hub.police.submit(received_at="2014-06-09T09:00:00Z")
    return hub.decider.decide(record, "section_47_threshold_met", decided_at=decided_at).get_json()


@pytest.mark.parametrize(
    ("decided_at", "due_at"),
    [
        ("2014-06-10T18:30:00Z", "2014-06-10T22:59:59Z"),
        ("2014-06-10T23:30:00Z", "2014-06-11T22:59:59Z"),
        ("2014-06-14T12:00:00Z", "2014-06-14T22:59:59Z"),
        ("2014-12-25T12:00:00Z", "2014-12-25T23:59:59Z"),
    ],
)
def test_section_47_is_due_the_same_london_day_whatever_day_that_is(
    clocked_hub, decided_at, due_at
):
    assert threshold_met(clocked_hub, decided_at)["clocks"]["section_47_due_at"] == due_at


@pytest.mark.parametrize(
    ("moves", "kept"),
    [
        ([("accept_as_referral", {"decided_at": "2014-06-10T22:59:59Z"})], True),
        ([("accept_as_referral", {"decided_at": "2014-06-10T23:00:00Z"})], False),
        (
            [
                (
                    "accept_as_referral",
                    {
                        "decided_at": "2014-06-10T12:00:00Z",
                        "transferred_at": "2014-06-11T09:00:00Z",
                    },
                )
            ],
            False,
        ),
        (
            [
                (
                    "accept_as_referral",
                    {
                        "decided_at": "2014-06-10T12:00:00Z",
                        "transferred_at": "2014-06-11T09:00:00Z",
                    },
                ),
                (
                    "start_assessment",
                    {"decided_at": "2014-06-10T20:00:00Z", "assessment_type": "single"},
                ),
            ],
            True,
        ),
    ],
    ids=str,
)
def test_section_47_is_kept_by_a_transfer_or_an_assessment_that_day(clocked_hub, moves, kept):
    record = threshold_met(clocked_hub, "2014-06-10T11:00:00Z")
    assert in_time(record)[2] is False
    for decision, fields in moves:
        answer = clocked_hub.decider.decide(record, decision, **fields)
        assert answer.status_code == 201, answer.text
    assert in_time(answer.get_json())[2] is kept


def test_senders_see_the_same_clocks_as_the_authority(clocked_hub):
    record = clocked_hub.police.submit(received_at="2014-06-09T09:00:00Z")
    seen = clocked_hub.client(Role.DECIDE).get(f"contacts/{record['id']}").get_json()
    assert seen["clocks"] == record["clocks"]
    assert date.fromisoformat(seen["received_on"]) == date(2014, 6, 9)
