"""Counting by folds and what is not folded: always the plain sum over the ledger's entries."""

from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from domain.periods import parse_period, period_between
from domain.vocabulary import Outcome
from services.ledger.verify_folds import verify_folds
from tests.support.hub import Hub
from tests.support.ledgers import Entry, cells, fold_to, summed, write_entries

FIRST, LAST = date(2024, 1, 1), date(2024, 5, 31)
DAYS = st.dates(FIRST, LAST) | st.sampled_from(
    [date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31)]
)
# A month and a week begin with the sixth: a Monday, 1 April 2024.
TURNS = [
    datetime(2024, 1, 31, 23, 59, 59, 999999, UTC),
    datetime(2024, 2, 1, tzinfo=UTC),
    datetime(2024, 2, 4, 23, 59, 59, 999999, UTC),
    datetime(2024, 2, 5, tzinfo=UTC),
    datetime(2024, 3, 31, 23, 30, tzinfo=UTC),  # 1 April in London
    datetime(2024, 4, 1, tzinfo=UTC),
]
INSTANTS = st.sampled_from(TURNS) | st.timedeltas(timedelta(0), timedelta(160)).map(
    lambda since: datetime(2024, 1, 1, tzinfo=UTC) + since
)
ENTRIES = st.builds(
    Entry,
    received_on=DAYS,
    effective_on=DAYS,
    recorded_at=INSTANTS,
    referrer_type=st.sampled_from(["police", "housing"]),
    outcome=st.sampled_from(list(Outcome)),
    is_referral=st.booleans(),
    n=st.sampled_from([1, 1, -1]),
)
PERIODS = st.one_of(
    st.sampled_from(["2023-24-Q4", "2023-24", "2024-25-Q1"]).map(parse_period),
    st.tuples(st.dates(FIRST - timedelta(9), LAST), st.dates(FIRST, LAST + timedelta(9))).map(
        lambda days: period_between(min(days), max(days))
    ),
)
ASKED = st.tuples(PERIODS, st.none() | INSTANTS, st.none() | DAYS)


class Ledger:
    """Two authorities whose entries each example writes anew, and a third that is never asked."""

    def __init__(self, app, server):
        self.hubs = [Hub(app) for _ in range(3)]
        self.contacts = [hub.police.submit()["id"] for hub in self.hubs]
        self.superuser = create_engine(server.superuser_url())

    def write(self, *groups):
        codes = [hub.authority for hub in self.hubs]
        with self.superuser.begin() as connection:
            for table in (
                "outcome_ledger",
                "ledger_fold",
                "ledger_balance",
                "ledger_fold_progress",
            ):
                removal = f"DELETE FROM {table} WHERE authority_code = ANY (:codes)"  # noqa: S608
                connection.execute(text(removal), {"codes": codes})
        for hub, contact, entries in zip(self.hubs, self.contacts, groups, strict=True):
            write_entries(hub, contact, entries)


@pytest.fixture(scope="module")
def ledger(app, server):
    made = Ledger(app, server)
    yield made
    made.superuser.dispose()


def asked_for(entries, received, as_at, position_on):
    return [
        entry
        for entry in entries
        if received.start <= entry.received_on <= received.end
        and (as_at is None or entry.recorded_at <= as_at)
        and (position_on is None or entry.effective_on <= position_on)
    ]


@settings(max_examples=150)
@given(
    groups=st.lists(st.lists(ENTRIES, max_size=25), min_size=3, max_size=3),
    folded_to=st.lists(st.none() | INSTANTS, min_size=3, max_size=3),
    at_most=st.integers(1, 7),
    asked=st.lists(ASKED, min_size=1, max_size=4),
)
def test_whatever_is_folded_the_count_is_the_sum_of_the_entries(
    ledger, groups, folded_to, at_most, asked
):
    ledger.write(*groups)
    for hub, entries, instant in zip(ledger.hubs, groups, folded_to, strict=True):
        if instant is not None:
            before = [entry for entry in entries if entry.recorded_at < instant]
            assert fold_to(hub, instant, at_most=at_most) == len(before)
        with hub.transaction() as session:
            assert list(verify_folds(session, authority=hub.authority)) == []
    for received, as_at, position_on in asked:
        known = {"as_at": as_at, "position_on": position_on}
        for number in (1, 2):
            entries = list(chain.from_iterable(groups[:number]))
            expected = summed(asked_for(entries, received, as_at, position_on))
            assert cells(ledger.hubs[:number], received, **known) == expected


def an_entry(**changes):
    return Entry(
        **{
            "received_on": date(2024, 2, 10),
            "effective_on": date(2024, 2, 10),
            "recorded_at": datetime(2024, 2, 10, 9, tzinfo=UTC),
            "referrer_type": "police",
            "outcome": Outcome.YET_TO_PROCEED,
            "is_referral": False,
            "n": 1,
            **changes,
        }
    )


IN_MAY = datetime(2024, 5, 1, tzinfo=UTC)
FEBRUARY = period_between(date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize("folded_to", [None, IN_MAY])
def test_what_is_recorded_at_the_instant_counts_and_a_moment_later_does_not(ledger, folded_to):
    at = datetime(2024, 2, 10, 9, tzinfo=UTC)
    later = an_entry(recorded_at=at + timedelta.resolution, referrer_type="housing")
    ledger.write([an_entry(), later], [], [])
    if folded_to:
        assert fold_to(ledger.hubs[0], folded_to) == 2
    found = cells(ledger.hubs[:1], FEBRUARY, as_at=at)
    assert found == {("police", "yet_to_proceed", False): 1}


@pytest.mark.parametrize("folded_to", [None, IN_MAY])
def test_what_is_effective_on_the_day_counts_and_a_day_later_does_not(ledger, folded_to):
    later = an_entry(effective_on=date(2024, 2, 11), referrer_type="housing")
    ledger.write([an_entry(), later], [], [])
    if folded_to:
        assert fold_to(ledger.hubs[0], folded_to) == 2
    found = cells(ledger.hubs[:1], FEBRUARY, position_on=date(2024, 2, 10))
    assert found == {("police", "yet_to_proceed", False): 1}


@pytest.mark.parametrize("as_at", [None, datetime(2024, 2, 7, 12, tzinfo=UTC)])
@pytest.mark.parametrize("position_on", [None, date(2024, 2, 10), date(2024, 2, 29)])
@pytest.mark.parametrize("since_monday", [timedelta(0), timedelta.resolution])
def test_an_entry_at_the_very_end_of_what_is_folded_counts_once(
    ledger, as_at, position_on, since_monday
):
    monday = datetime(2024, 2, 5, tzinfo=UTC)
    ledger.write([an_entry(recorded_at=monday)], [], [])
    expected = {("police", "yet_to_proceed", False): 1}
    assert fold_to(ledger.hubs[0], monday + since_monday) == (1 if since_monday else 0)
    known = {"as_at": as_at, "position_on": position_on}
    assert cells(ledger.hubs[:1], FEBRUARY, **known) == expected
    assert fold_to(ledger.hubs[0], IN_MAY) == (0 if since_monday else 1)
    assert cells(ledger.hubs[:1], FEBRUARY, **known) == expected


def test_an_instant_is_one_whatever_its_offset(ledger):
    ledger.write([an_entry(recorded_at=datetime(2024, 3, 31, 23, 30, tzinfo=UTC))], [], [])
    assert fold_to(ledger.hubs[0], IN_MAY) == 1
    in_paris = datetime.fromisoformat("2024-04-01T01:30:00+02:00")
    assert cells(ledger.hubs[:1], FEBRUARY, as_at=in_paris)
    assert not cells(ledger.hubs[:1], FEBRUARY, as_at=in_paris - timedelta.resolution)


def test_entries_that_cancel_each_other_leave_no_cell(ledger):
    ledger.write([an_entry(), an_entry(n=-1, recorded_at=IN_MAY)], [], [])
    assert fold_to(ledger.hubs[0], IN_MAY) == 1
    assert cells(ledger.hubs[:1], FEBRUARY) == {}
    assert fold_to(ledger.hubs[0], IN_MAY + timedelta.resolution) == 1
    assert cells(ledger.hubs[:1], FEBRUARY) == {}


def test_a_step_ends_with_all_that_was_recorded_at_its_last_instant(ledger):
    at = datetime(2024, 2, 10, 9, tzinfo=UTC)
    times = [at, at + timedelta(1), at + timedelta(1), at + timedelta(1), at + timedelta(2)]
    ledger.write([an_entry(recorded_at=each) for each in times], [], [])
    assert fold_to(ledger.hubs[0], at + timedelta(1), at_most=2) == 1
    assert fold_to(ledger.hubs[0], at + timedelta(2), at_most=1) == 3
    assert fold_to(ledger.hubs[0], IN_MAY, at_most=1) == 1
    assert cells(ledger.hubs[:1], FEBRUARY) == {("police", "yet_to_proceed", False): 5}
