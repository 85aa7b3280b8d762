"""The three clocks, against a second calendar for 2012 to 2028 and by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from domain.clocks import Clock, Clocks, clocks, moved_on
from domain.decisions import Decision
from domain.vocabulary import DecisionKind
from domain.working_days import end_of_london_day

LONDON = ZoneInfo("Europe/London")
ORACLE = country_holidays("GB", subdiv="ENG", years=range(2012, 2030))
FIRST, LAST = date(2012, 1, 1), date(2028, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
CUT_OFF = time(17, 0)
RECEIVED_ON = date(2014, 1, 6)


def is_working(day):
    return day.weekday() < 5 and day not in ORACLE


def next_working(day, n):
    for _ in range(n):
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
    return day


def due(received_on, *, at=None, cut_off=CUT_OFF):
    received_at = datetime.combine(received_on, at, LONDON).astimezone(UTC) if at else None
    found = clocks(received_on=received_on, received_at=received_at, cut_off=cut_off, decisions=())
    assert found.section_47 == Clock()
    return found.decision.due_on, found.information_gathering.due_on


def expected(received_on, *, is_late):
    counts_on = received_on
    if is_late or not is_working(received_on):
        counts_on = next_working(received_on, 1)
    return next_working(counts_on, 1), next_working(counts_on, 5)


@pytest.mark.parametrize(
    ("at", "is_late"),
    [
        (None, False),
        (time(0, 0), False),
        (time(0, 30), False),
        (time(9, 12), False),
        (time(17, 0), False),
        (time(17, 0, 0, 1), True),
        (time(17, 0, 1), True),
        (time(23, 59, 59), True),
    ],
    ids=str,
)
def test_every_day_of_2012_to_2028_falls_due_as_by_a_second_calendar(at, is_late):
    known = [day for day in EVERY_DAY if expected(day, is_late=is_late)[1] <= LAST]
    assert len(known) > 6190
    wrong = [day for day in known if due(day, at=at) != expected(day, is_late=is_late)]
    assert wrong == []


@pytest.mark.parametrize(
    ("received_on", "at", "decision", "gathering"),
    [
        (date(2014, 1, 6), time(17, 0), date(2014, 1, 7), date(2014, 1, 13)),
        (date(2014, 1, 6), time(17, 1), date(2014, 1, 8), date(2014, 1, 14)),
        (date(2014, 1, 10), time(17, 0), date(2014, 1, 13), date(2014, 1, 17)),
        (date(2014, 1, 10), time(17, 1), date(2014, 1, 14), date(2014, 1, 20)),
        (date(2014, 1, 11), time(9, 0), date(2014, 1, 14), date(2014, 1, 20)),
        (date(2013, 12, 24), time(16, 0), date(2013, 12, 27), date(2014, 1, 3)),
        (date(2013, 12, 24), time(18, 0), date(2013, 12, 30), date(2014, 1, 6)),
        (date(2013, 12, 25), time(9, 0), date(2013, 12, 30), date(2014, 1, 6)),
        (date(2014, 4, 17), time(12, 0), date(2014, 4, 22), date(2014, 4, 28)),
        # Both changes of the clocks, on a Sunday.
        (date(2014, 3, 30), time(3, 0), date(2014, 4, 1), date(2014, 4, 7)),
        (date(2014, 10, 26), time(1, 30), date(2014, 10, 28), date(2014, 11, 3)),
        # The last working hour before each change, and the first working day after it.
        (date(2014, 3, 28), time(17, 0), date(2014, 3, 31), date(2014, 4, 4)),
        (date(2014, 3, 31), time(17, 0), date(2014, 4, 1), date(2014, 4, 7)),
        (date(2014, 10, 27), time(17, 0), date(2014, 10, 28), date(2014, 11, 3)),
        (date(2014, 10, 27), time(17, 0, 1), date(2014, 10, 29), date(2014, 11, 4)),
        # The funeral of 19 September 2022 was a bank holiday.
        (date(2022, 9, 16), time(12, 0), date(2022, 9, 20), date(2022, 9, 26)),
    ],
)
def test_days_worked_out_by_hand(received_on, at, decision, gathering):
    assert due(received_on, at=at) == (decision, gathering)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2014, 1, 7), "2014-01-07T23:59:59+00:00"),
        (date(2014, 3, 29), "2014-03-29T23:59:59+00:00"),
        (date(2014, 3, 30), "2014-03-30T22:59:59+00:00"),
        (date(2014, 10, 25), "2014-10-25T22:59:59+00:00"),
        (date(2014, 10, 26), "2014-10-26T23:59:59+00:00"),
    ],
)
def test_a_day_ends_when_london_says(day, text):
    assert end_of_london_day(day) == datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "received_on",
    [date(1999, 6, 1), date(2011, 12, 31), date(2028, 12, 27), date(2029, 1, 1)],
)
def test_where_the_calendar_does_not_reach_no_clock_of_working_days_runs(received_on):
    assert due(received_on, at=time(9, 0)) == (None, None)


def test_the_cut_off_is_the_authoritys():
    noon = time(12, 0)
    assert due(RECEIVED_ON, at=noon, cut_off=noon)[0] == date(2014, 1, 7)
    assert due(RECEIVED_ON, at=time(12, 0, 1), cut_off=noon)[0] == date(2014, 1, 8)


@pytest.mark.parametrize(
    ("clock", "today", "in_time"),
    [
        (Clock(), date(2014, 1, 7), None),
        (Clock(None, date(2014, 1, 6)), date(2014, 1, 7), None),
        (Clock(date(2014, 1, 7)), date(2014, 1, 7), None),
        (Clock(date(2014, 1, 7)), date(2014, 1, 8), False),
        (Clock(date(2014, 1, 7), date(2014, 1, 7)), date(2014, 2, 1), True),
        (Clock(date(2014, 1, 7), date(2014, 1, 8)), date(2014, 2, 1), False),
    ],
)
def test_a_clock_is_in_time_when_stopped_by_the_day_and_unknown_while_it_runs(
    clock, today, in_time
):
    assert clock.in_time(today) is in_time


def decision(id_, kind, day, *, transferred_on=None, retracts=None):
    at = transferred_on and datetime(2014, 1, transferred_on, 12, 0, tzinfo=UTC)
    return Decision(
        id=id_,
        kind=DecisionKind(kind),
        decided_on=date(2014, 1, day),
        transferred_at=at,
        retracts=retracts,
    )


def stopped(*decisions):
    found = clocks(received_on=RECEIVED_ON, received_at=None, cut_off=CUT_OFF, decisions=decisions)
    days = (found.decision.stopped_on, found.information_gathering.stopped_on)
    return [day and day.day for day in days]


@pytest.mark.parametrize("kind", [each for each in DecisionKind if each != "retract"])
def test_any_decision_that_stands_stops_the_decision_clock(kind):
    assert stopped(decision("1", kind, 7))[0] == 7


def test_a_retracted_decision_stops_nothing_and_neither_does_its_retraction():
    first = decision("1", "close_and_log", 7)
    retraction = decision("2", "retract", 8, retracts="1")
    assert stopped(first, retraction) == [None, None]
    assert stopped(first, retraction, decision("3", "close_and_log", 9)) == [9, 9]


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_gathering_information_ends_with_closing_acceptance_or_voiding_only(kind):
    ends = {"close_and_log", "accept_as_referral", "void"}
    assert stopped(decision("1", kind, 7))[1] == (7 if kind in ends else None)


def test_gathering_information_ends_when_the_referral_was_transferred():
    assert stopped(
        decision("1", "gather_information", 7),
        decision("2", "accept_as_referral", 9, transferred_on=13),
    ) == [7, 13]


def section_47(*decisions):
    return clocks(
        received_on=RECEIVED_ON, received_at=None, cut_off=CUT_OFF, decisions=decisions
    ).section_47


@pytest.mark.parametrize("day", [11, 12])
def test_section_47_is_due_on_the_day_itself_weekend_or_not(day):
    assert section_47(decision("1", "section_47_threshold_met", day)) == Clock(date(2014, 1, day))


def test_section_47_stops_at_the_transfer_or_the_start_of_assessment():
    threshold = decision("1", "section_47_threshold_met", 8)
    transferred = decision("2", "accept_as_referral", 8, transferred_on=9)
    late = Clock(date(2014, 1, 8), date(2014, 1, 9))
    assert section_47(threshold, transferred) == late
    assert section_47(threshold, transferred, decision("3", "start_assessment", 8)) == Clock(
        date(2014, 1, 8), date(2014, 1, 8)
    )
    assert section_47(threshold, transferred, decision("3", "start_assessment", 10)) == late


def test_a_retracted_threshold_has_no_clock():
    threshold = decision("1", "section_47_threshold_met", 8)
    assert section_47(threshold, decision("2", "retract", 8, retracts="1")) == Clock()


def test_section_47_runs_where_the_calendar_of_working_days_does_not_reach():
    threshold = Decision(
        id="1", kind=DecisionKind.SECTION_47_THRESHOLD_MET, decided_on=date(2011, 12, 31)
    )
    found = clocks(
        received_on=date(2011, 12, 31), received_at=None, cut_off=CUT_OFF, decisions=[threshold]
    )
    assert found == Clocks(
        decision=Clock(None, date(2011, 12, 31)),
        information_gathering=Clock(None, None),
        section_47=Clock(date(2011, 12, 31), None),
    )


def test_a_transfer_after_midnight_in_london_is_of_the_next_day():
    transferred = Decision(
        id="1",
        kind=DecisionKind.ACCEPT_AS_REFERRAL,
        decided_on=date(2014, 6, 30),
        transferred_at=datetime(2014, 6, 30, 23, 0, tzinfo=UTC),
    )
    assert moved_on(transferred) == date(2014, 7, 1)
