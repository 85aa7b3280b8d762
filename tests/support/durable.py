"""A server that keeps its word, and its end without a warning."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from api import create_app
from core.embedded_postgres import EmbeddedPostgres
from core.postgres_cluster import remove_cluster
from tests.support.processes import descendants, wait_until_gone
from tests.support.settings import settings_for


@contextmanager
def durable_server() -> Iterator[EmbeddedPostgres]:
    """Run a server that writes to the disk before it answers; gone at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="frontdoor-"))
    folder.chmod(0o711)  # as root, the server's account has to get through
    try:
        with EmbeddedPostgres(folder) as server:
            yield server
    finally:
        remove_cluster(folder)
        shutil.rmtree(folder)


@contextmanager
def application(server: EmbeddedPostgres) -> Iterator[Flask]:
    """The application in this process on that server."""
    app = create_app(settings_for(server))
    yield app
    app.extensions["database"].dispose()


def kill(processes: Sequence[int]) -> None:
    """End processes without a warning, as a power cut would."""
    for process in processes:
        os.kill(process, signal.SIGKILL)
    wait_until_gone(list(processes))


def processes_of(server: EmbeddedPostgres) -> list[int]:
    """The server's process and all that it started."""
    assert server.process_id is not None
    return [server.process_id, *descendants(server.process_id)]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait at most two minutes for something to become true. Raises `TimeoutError`."""
    deadline = time.monotonic() + 120
    while not is_so():
        if time.monotonic() > deadline:
            message = "It did not come true."
            raise TimeoutError(message)
        time.sleep(0.02)
