"""How long a thread may compute while others of its process wait for their turn."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SHORT_SECONDS = 0.001
_lock = threading.Lock()
_usual_seconds = sys.getswitchinterval()
_wanting = 0


@contextmanager
def short_turns() -> Iterator[None]:
    """Let threads take turns five times as often as usual until the block ends, wherever it ends.

    Who computes for long keeps everybody waiting at each answer of the database for a whole turn.
    Not for always: threads that compute but briefly lose more by being interrupted.
    """
    _want(1)
    try:
        yield
    finally:
        _want(-1)


def _want(more: int) -> None:
    global _wanting  # noqa: PLW0603 - the interpreter has one switch interval
    with _lock:
        _wanting += more
        sys.setswitchinterval(_SHORT_SECONDS if _wanting else _usual_seconds)
