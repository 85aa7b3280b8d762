"""The loop behind `flask ledger fold --every`: fold, wait, and outlive the database's restarts."""

import signal
import time
from collections.abc import Sequence
from threading import Event
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from cli.link_cafs import link_authority
from cli.publishing_pass import PublishingPass
from cli.transaction import scope_of
from core.database import Database
from core.logging import error_facts, log_error, log_info
from services.ledger.fold import fold_step
from services.reference.authorities import authority_codes


def fold_authority(database: Database, authority: str) -> int:
    """Fold all of an authority's settled entries, a transaction a step; how many there were."""
    folded = 0
    while entries := _fold_step(database, authority):
        folded += entries
    return folded


def fold_for_ever(database: Database, *, authorities: Sequence[str], every: int) -> None:
    """Fold some authorities, or all, each so many seconds, until SIGTERM or SIGINT.

    Also links contacts that were recorded at the same time as a CAF of their child, and publishes
    what is due by itself. Writes what it did in a round to the log. After a round that failed, as
    while the database is away, the next follows after a second, then after twice as long each
    time, up to `every` seconds.
    """
    stop = _stopped_by_a_signal()
    publishing = PublishingPass(database, authorities=authorities)
    failures = 0
    while not stop.is_set():
        try:
            _round(database, authorities or _all(database), stop)
            publishing.run(stop)
        except SQLAlchemyError as error:
            log_error("fold_failed", **error_facts(error))
            stop.wait(min(every, 2 ** min(failures, 16)))
            failures += 1
        else:
            stop.wait(every)
            failures = 0


def _round(database: Database, authorities: Sequence[str], stop: Event) -> None:
    """Link each authority's contacts and fold its ledger, once.

    A failure is raised at the end, after the other authorities.
    """
    began = time.monotonic()
    folded = linked = 0
    failed: SQLAlchemyError | None = None
    for authority in authorities:
        if stop.is_set():
            break
        try:
            linked += link_authority(database, authority).changed
            folded += fold_authority(database, authority)
        except SQLAlchemyError as error:
            failed = error
    milliseconds = round((time.monotonic() - began) * 1000)
    log_info("cafs_linked", entries=linked)
    log_info("ledger_folded", entries=folded, duration_ms=milliseconds)
    if failed:
        raise failed


def _fold_step(database: Database, authority: str) -> int:
    with database.transaction(scope_of([authority])) as session:
        return fold_step(session, authority=authority)


def _all(database: Database) -> list[str]:
    with database.transaction(scope_of([])) as session:
        return authority_codes(session)


def _stopped_by_a_signal() -> Event:
    stop = Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop
