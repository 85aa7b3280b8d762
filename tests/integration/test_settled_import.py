"""What is settled stays as it is for ever, while an import of all or nothing is held open."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event

import pytest
from sqlalchemy import text

from domain.imports import BodyEndedError, ImportFormat, ImportMode
from schemas.imports.formats import read_import
from schemas.imports.records import finding_in_row
from services.imports.importing import Importing
from services.imports.report import ImportRequest
from services.imports.run_import import ROWS_IN_A_BATCH, run_import
from tests.api.test_as_at import Walk, now
from tests.api.test_table_1 import table, total
from tests.factories.contacts import a_contact
from tests.support.durable import wait_until
from tests.support.imports import as_ndjson, imported, sender_of
from tests.support.ledgers import fold_now

SENT_AT_FIRST = ROWS_IN_A_BATCH + 100
RECORDS = SENT_AT_FIRST + 100
DAY = "2014-02-03T10:00:00Z"
STEPS = 12
TABLE_1 = "table-1?period=2013-14-Q4"
REPORTS = (
    TABLE_1,
    f"{TABLE_1}&format=csv",
    f"{TABLE_1}&position_on=2014-02-28",
    "inputs?period=2013-14-Q4",
    "inputs?period=2013-14-Q4&positions=now",
    "table-1/changes?period=2013-14-Q4&against=2010-01-01T00:00:00Z",
)
# How the import ends: what is sent last, whether the body then breaks off, and what is written.
ENDINGS = {
    "finished": (a_contact(received_at=DAY), False, RECORDS),
    "refused": (a_contact(referrer_type="polcie"), False, 0),
    "broken_off": (a_contact(received_at=DAY), True, 0),
}


class HeldImport:
    """An atomic import of the police that waits in the middle of its body, its transaction open."""

    def __init__(self, hub, last, *, breaks_off):
        self._hub = hub
        self._rows = [a_contact(received_at=DAY) for _ in range(RECORDS - 1)]
        self._last = last
        self._breaks_off = breaks_off
        self._is_waiting = Event()
        self._goes_on = Event()

    @contextmanager
    def open(self):
        """The import as it waits; it has ended when the block has."""
        with ThreadPoolExecutor(1) as thread:
            done = thread.submit(self._run)
            try:
                assert self._is_waiting.wait(120)
                wait_until(lambda: is_writing(self._hub))
                yield self
            finally:
                self._goes_on.set()
        assert isinstance(done.exception(), BodyEndedError if self._breaks_off else type(None))

    def _run(self):
        importing = Importing(
            database=self._hub.database,
            caller=sender_of(self._hub, self._hub.police),
            submissions=self._hub.app.extensions["submissions"],
            asked=ImportRequest(mode=ImportMode.ATOMIC, format=ImportFormat.NDJSON),
            told=partial(finding_in_row, is_csv=False),
        )
        return run_import(read_import(self._parts(), sent_as=ImportFormat.NDJSON), importing)

    def _parts(self):
        yield as_ndjson(self._rows[:SENT_AT_FIRST])
        self._is_waiting.set()
        self._goes_on.wait(120)
        yield as_ndjson([*self._rows[SENT_AT_FIRST:], self._last])
        if self._breaks_off:
            message = "The sender went away."
            raise BodyEndedError(message)


def is_writing(hub):
    locks = text("SELECT count(*) FROM pg_locks WHERE relation = 'contact'::regclass AND mode = :m")
    with hub.transaction() as session:
        return session.scalar(locks, {"m": "RowExclusiveLock"}) > 0


def told_as_at(hub, instant):
    """Every report as at an instant: its body and tag."""
    told = {}
    at = instant.isoformat().replace("+00:00", "Z")
    for report in REPORTS:
        answer = hub.reporter.get(f"/v1/reports/{report}&area={hub.authority}&as_at={at}")
        assert answer.status_code == 200, answer.text
        told[report] = (answer.data, answer.headers["ETag"])
    return told


def settled(told):
    """What the reports in JSON say of whether they are settled."""
    return {
        json.loads(body)["settled"] for report, (body, _) in told.items() if "csv" not in report
    }


def counted(told):
    """How many contacts Table 1 counted."""
    return total(json.loads(told[TABLE_1][0]))


def go_on(hub, record):
    """A submission, a decision and a report, each answered at once; the table counts both."""
    before = total(table(hub))
    hub.police.submit(received_at=DAY)
    decided = hub.decider.decide(record, "close_and_log", reason="other")
    assert decided.status_code == 201, decided.text
    answered = table(hub)
    assert total(answered) == before + 1
    assert answered["totals"]["closed_and_logged"]["number"] == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_settled_answer_never_changes_across_an_open_import(hub, ending):
    last, breaks_off, count = ENDINGS[ending]
    first = hub.police.submit(received_at=DAY)
    earlier = now(hub)
    told_before = told_as_at(hub, earlier)
    assert settled(told_before) == {True}
    with HeldImport(hub, last, breaks_off=breaks_off).open():
        within = now(hub)
        told_within = told_as_at(hub, within)
        assert (settled(told_within), counted(told_within)) == ({False}, 1)
        go_on(hub, first)
        after_that = now(hub)
        assert settled(told_as_at(hub, after_that)) == {False}
        assert told_as_at(hub, earlier) == told_before
        (running,) = hub.police.get("imports").json["items"]
        assert running["state"] == "running"
    (ended,) = hub.police.get("imports").json["items"]
    assert ended["state"] == ending
    told = {instant: told_as_at(hub, instant) for instant in (earlier, within, after_that)}
    assert told[earlier] == told_before
    assert [settled(each) for each in told.values()] == [{True}] * 3
    # The import's records bear the time of its beginning.
    assert [counted(each) for each in told.values()] == [1, 1 + count, 2 + count]
    write_more(hub)
    for instant, answers in told.items():
        assert told_as_at(hub, instant) == answers


def write_more(hub):
    """Whatever may come later: random writes about what there is, another import, a fold."""
    walk = Walk(hub, 7)
    walk.records = hub.decider.get("contacts?limit=200").json["items"]
    for _ in range(STEPS):
        walk.step()
    more = [a_contact(received_at=DAY) for _ in range(10)]
    done, _ = imported(hub.police, more, query="?mode=atomic")
    assert done["created"] == len(more)
    fold_now(hub)
