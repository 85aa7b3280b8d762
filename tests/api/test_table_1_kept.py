"""Figures that a process has kept are given again only while they are true."""

import pytest
from sqlalchemy import text

from services.reports.read_table_1 import RememberedTables
from tests.api.test_table_1 import PERIOD, numbers, table, total
from tests.support.hub import Hub
from tests.support.ledgers import fold_now

# A second version of a contact's first entry, as a writer would book it.
_SAME_AGAIN = text(
    "INSERT INTO outcome_ledger (authority_code, contact_id, version, line, agency_code,"
    " received_on, effective_on, recorded_at, referrer_type, outcome, is_referral, n)"
    " SELECT authority_code, contact_id, 2, line, agency_code, received_on, effective_on,"
    " clock_timestamp(), referrer_type, outcome, is_referral, n FROM outcome_ledger"
    " WHERE authority_code = :authority AND contact_id = :contact"
)
RECEIVED = {"received_at": "2014-02-03T10:00:00+00:00"}


@pytest.fixture
def kept(monkeypatch):
    """How often figures were counted anew, as a list that grows."""
    counted_anew = []
    keep = RememberedTables.keep

    def watch(self, figures, seen):
        before = self.of(figures.area, figures.period).figures
        if figures is not before:
            counted_anew.append(figures)
        return keep(self, figures, seen)

    monkeypatch.setattr(RememberedTables, "keep", watch)
    return counted_anew


def read(hub, **headers):
    path = f"/v1/reports/table-1?area={hub.authority}&period={PERIOD}"
    return hub.reporter.get(path, headers=headers)


def settled_reading(hub):
    """Read until the area is remembered and its figures are kept."""
    return [read(hub) for _ in range(3)][-1]


def test_what_nobody_wrote_to_is_not_counted_again(hub, kept):
    hub.police.submit(**RECEIVED)
    first = settled_reading(hub)
    kept.clear()
    again = read(hub)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert kept == []


def test_what_another_authority_writes_does_not_count_here(app, hub, kept):
    other = Hub(app)
    hub.police.submit(**RECEIVED)
    first = settled_reading(hub)
    kept.clear()
    other.police.submit(**RECEIVED)
    assert read(hub).data == first.data
    assert kept == []


def test_every_write_shows_in_the_next_reading(hub):
    record = hub.police.submit(**RECEIVED)
    settled_reading(hub)
    assert hub.decider.decide(record, "close_and_log", reason="other").status_code == 201
    assert numbers(table(hub)) == {("police", "closed_and_logged"): 1}
    hub.police.submit(**RECEIVED)
    assert total(table(hub)) == 2
    etag = read(hub).headers["ETag"]
    assert read(hub, **{"If-None-Match": etag}).status_code == 304
    assert hub.decider.decide(record, "void", reason="test").status_code == 201
    changed = read(hub, **{"If-None-Match": etag})
    assert (changed.status_code, changed.get_json()["totals"]["total"]["number"]) == (200, 1)


def test_folding_changes_nothing_that_is_read(hub):
    for _ in range(3):
        hub.police.submit(**RECEIVED)
    first = settled_reading(hub)
    fold_now(hub)
    again = read(hub)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    hub.police.submit(**RECEIVED)
    assert total(table(hub)) == 4


def test_a_write_that_was_open_while_the_table_was_kept_shows_once_it_is_committed(hub):
    record = hub.police.submit(**RECEIVED)
    with hub.transaction() as session:
        session.execute(_SAME_AGAIN, {"authority": hub.authority, "contact": record["id"]})
        settled_reading(hub)
        assert total(table(hub)) == 1
    assert total(table(hub)) == 2
