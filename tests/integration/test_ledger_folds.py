"""Folding beside writers, other folders and killed sessions: nothing lost, nothing twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from core.database import Scope
from domain.periods import period_between
from models import Contact, LedgerEntry, LedgerFoldProgress
from services.ledger.counts import counted
from services.ledger.fold import MARGIN, fold_step
from services.ledger.verify import verify_ledger
from services.ledger.verify_folds import verify_folds
from tests.support.hub import POLICE, Hub
from tests.support.ledgers import cells, fold_now, fold_one_step, kept_sums

WRITERS = 8
CONTACTS_EACH = 12
PERIOD = period_between(date(2013, 1, 1), date(2030, 12, 31))


def counted_total(session, hub):
    found = counted(session, authorities=[hub.authority], received=PERIOD)
    return sum(each.n for each in found)


def contact_total(session, hub):
    of_hub = Contact.authority_code == hub.authority
    return session.scalar(select(func.count()).where(of_hub, ~Contact.is_void))


def assert_all_agree(hub):
    with hub.transaction() as session:
        assert counted_total(session, hub) == contact_total(session, hub)
        assert list(verify_ledger(session, authority=hub.authority)) == []
        assert list(verify_folds(session, authority=hub.authority)) == []


def submit_and_decide(hub):
    for _ in range(CONTACTS_EACH):
        record = hub.police.submit()
        answer = hub.decider.decide(record, "close_and_log", reason="advice_given")
        assert answer.status_code == 201, answer.text


def test_while_writers_write_and_a_folder_folds_every_count_is_true(hub):
    done = threading.Event()
    folded, watched = [], []

    def fold():
        while not done.is_set():
            folded.append(fold_one_step(hub, at_most=7))

    def watch():
        while not done.is_set():
            with hub.transaction() as session:
                before = contact_total(session, hub)
                found = counted_total(session, hub)
                watched.append((before, found, contact_total(session, hub)))

    with ThreadPoolExecutor(WRITERS + 2) as threads:
        beside = [threads.submit(fold), threads.submit(watch)]
        writers = [threads.submit(submit_and_decide, hub) for _ in range(WRITERS)]
        try:
            for each in writers:
                each.result(timeout=120)
        finally:
            done.set()
        for each in beside:
            each.result(timeout=60)

    assert all(before <= found <= after for before, found, after in watched)
    assert len({found for _, found, _ in watched}) > 2
    assert sum(1 for entries in folded if entries) > 2
    fold_now(hub)
    assert_all_agree(hub)
    assert cells([hub], PERIOD) == {("police", "closed_and_logged", False): WRITERS * CONTACTS_EACH}


def test_folding_again_changes_nothing(hub):
    hub.decider.decide(hub.police.submit(), "close_and_log", reason="advice_given")
    assert fold_now(hub) == 3
    once = kept_sums(hub)
    assert fold_now(hub) == 0
    assert kept_sums(hub) == once
    assert len(once["ledger_balance"]) == 1


def test_the_newest_entries_are_left_for_the_next_time(hub):
    hub.police.submit()
    with hub.transaction() as session:
        assert fold_step(session, authority=hub.authority) == 0
    assert timedelta(0) < MARGIN < timedelta(minutes=1)
    assert fold_now(hub) == 1


def fold_and_be_killed(hub, superuser):
    with hub.transaction() as session:
        assert fold_step(session, authority=hub.authority, margin=timedelta(0)) == 1
        process = session.scalar(text("SELECT pg_backend_pid()"))
        with superuser.connect() as connection:
            killed = text("SELECT pg_terminate_backend(:process, 10000)")
            assert connection.scalar(killed, {"process": process})


def test_a_session_that_is_killed_while_it_folds_leaves_everything_exact(hub, superuser):
    hub.police.submit()
    assert fold_now(hub) == 1
    hub.health.submit(referrer_type="housing")
    before, kept = cells([hub], PERIOD), kept_sums(hub)
    with pytest.raises(OperationalError):
        fold_and_be_killed(hub, superuser)
    assert kept_sums(hub) == kept
    assert cells([hub], PERIOD) == before
    assert fold_now(hub) == 1
    assert cells([hub], PERIOD) == before
    assert_all_agree(hub)


def test_of_two_folders_one_folds_and_the_other_waits_for_nothing(hub):
    hub.police.submit()
    assert fold_now(hub) == 1
    hub.police.submit()
    with hub.transaction() as session:
        assert fold_step(session, authority=hub.authority, margin=timedelta(0)) == 1
        with hub.transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '1ms'"))
            assert fold_step(other, authority=hub.authority, margin=timedelta(0)) == 0
    assert fold_now(hub) == 0
    assert_all_agree(hub)


def test_two_folders_that_begin_at_once_fold_everything_once(hub):
    for _ in range(5):
        hub.police.submit()
    with ThreadPoolExecutor(2) as folders:
        folded = list(folders.map(fold_now, [hub, hub]))
    assert sum(folded) + fold_now(hub) == 5
    assert_all_agree(hub)


def test_an_entry_of_a_transaction_that_is_still_open_is_never_passed_by(hub):
    first = hub.police.submit()
    of_first = LedgerEntry.contact_id == first["id"]
    with hub.transaction() as session:
        began_at = session.info["now"]
        entry = session.scalars(select(LedgerEntry).where(of_first)).one()
        columns = {each.key: getattr(entry, each.key) for each in LedgerEntry.__table__.columns}
        columns |= {"line": 2, "recorded_at": began_at, "referrer_type": "housing"}
        session.add(LedgerEntry(**columns))
        session.flush()
        later = hub.police.submit()
        assert fold_now(hub) == 1
        with hub.transaction() as reader:
            at = LedgerFoldProgress.authority_code == hub.authority
            assert reader.scalar(select(LedgerFoldProgress.folded_to).where(at)) <= began_at
    assert later["id"] != first["id"]
    assert sum(cells([hub], PERIOD).values()) == 3
    assert fold_now(hub) == 2
    assert sum(cells([hub], PERIOD).values()) == 3
    with hub.transaction() as session:
        assert list(verify_folds(session, authority=hub.authority)) == []


def test_the_folds_of_one_authority_hold_nothing_of_another(app):
    one, other = Hub(app), Hub(app)
    one.police.submit()
    other.police.submit(referrer_type="housing")
    assert (fold_now(one), fold_now(other)) == (1, 1)
    assert cells([one], PERIOD) == {("police", "yet_to_proceed", False): 1}
    assert len(cells([one, other], PERIOD)) == 2


def test_the_role_for_reports_counts_nothing_for_an_agency(hub):
    hub.police.submit()
    for _ in range(2):
        scope = Scope((hub.authority,), POLICE)
        with hub.database.reports_transaction(scope) as session:
            assert counted(session, authorities=[hub.authority], received=PERIOD) == []
        fold_now(hub)


@pytest.mark.parametrize(
    ("change", "details"),
    [
        (
            "UPDATE ledger_fold SET contact_yet_to_proceed = contact_yet_to_proceed + 1",
            ["the folds do not add up"],
        ),
        (
            "UPDATE ledger_balance SET referral_to_assessment = 1",
            ["the balance does not add up"],
        ),
        ("DELETE FROM ledger_fold", ["the folds do not add up"]),
        ("DELETE FROM ledger_balance", ["the balance does not add up"]),
        (
            "UPDATE outcome_ledger SET outcome = 'to_assessment'",
            ["the balance does not add up", "the folds do not add up"],
        ),
        (
            "UPDATE ledger_fold SET received_month = received_month - interval '1 year'",
            ["the folds do not add up"] * 2,
        ),
    ],
)
def test_sums_that_do_not_add_up_are_found(hub, superuser, change, details):
    hub.police.submit()
    fold_now(hub)
    with superuser.begin() as connection:
        done = connection.execute(
            text(f"{change} WHERE authority_code = :code"), {"code": hub.authority}
        )
        assert done.rowcount == 1
    with hub.transaction() as session:
        found = list(verify_folds(session, authority=hub.authority))
    assert [each.detail for each in found] == details
    assert {each.referrer_type for each in found} == {"police"}


def test_emptied_sums_are_made_anew_by_folding(hub, superuser):
    hub.decider.decide(hub.police.submit(), "close_and_log", reason="advice_given")
    fold_now(hub)
    before, kept = cells([hub], PERIOD), kept_sums(hub)
    with superuser.begin() as connection:
        connection.execute(text("TRUNCATE ledger_fold, ledger_balance, ledger_fold_progress"))
    assert cells([hub], PERIOD) == before
    assert fold_now(hub) == 3
    assert cells([hub], PERIOD) == before
    assert kept_sums(hub)["ledger_balance"] == kept["ledger_balance"]
