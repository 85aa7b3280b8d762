"""Batches of an import are loaded ahead, and never committed ahead of the one before them."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from services.imports.run_import import ROWS_IN_A_BATCH
from tests.factories.contacts import a_contact
from tests.support.durable import wait_until
from tests.support.imports import as_ndjson, send, written

BATCHES = 4
HELD = text("LOCK TABLE import_result IN SHARE MODE")
WAITING = text(
    "SELECT pid FROM pg_locks WHERE relation = 'import_result'::regclass AND NOT granted"
)
LOADED = text(
    "SELECT count(DISTINCT pid) FROM pg_locks"
    " WHERE relation = 'contact_identity'::regclass AND mode = 'RowExclusiveLock'"
)
CANCELLED = text("SELECT pg_cancel_backend(:process)")


def test_where_the_report_of_a_batch_fails_no_later_batch_is_written(hub, superuser):
    body = as_ndjson([a_contact() for _ in range(BATCHES * ROWS_IN_A_BATCH)])
    with ThreadPoolExecutor(1) as sender:
        with superuser.begin() as holding:
            holding.execute(HELD)
            answer = sender.submit(send, hub.police, body)
            wait_until(lambda: holding.scalars(WAITING).all() and holding.scalar(LOADED) == 2)
            (waiting,) = holding.scalars(WAITING).all()
            holding.execute(CANCELLED, {"process": waiting})
        assert answer.result().status_code == 503
    (run,) = hub.police.get("imports").json["items"]
    assert (run["state"], run["received"], run["last_line"]) == ("failed", 0, 0)
    assert written(hub)["contact"] == 0
