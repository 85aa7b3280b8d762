"""The supervisor's own processes: Python programs of this project that end with it."""

import math
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Self

from cli.alembic_command import PROJECT
from core.child_process import ends_with_parent, stop_process

_STOP_SECONDS = 30
_RESTART_SECONDS = 5


@contextmanager
def child(environment: Mapping[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run Python in the project's folder; in a session of its own, so that Ctrl-C is ours alone."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509  (no other threads here)
    )
    try:
        yield process
    finally:
        stop_process(process, politely=signal.SIGTERM, seconds=_STOP_SECONDS)


class KeptRunning:
    """A child that is started anew when it has died, `seconds` after its start at the soonest.

    A context: the child starts with the block, and is stopped at its end.
    """

    def __init__(
        self, environment: Mapping[str, str], *arguments: str, seconds: float = _RESTART_SECONDS
    ) -> None:
        self._environment = environment
        self._arguments = arguments
        self._seconds = seconds
        self._running = ExitStack()
        self._started_at = -math.inf
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.keep_running()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    @property
    def process_id(self) -> int | None:
        """The child's process, None while there is none."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def keep_running(self) -> None:
        """Start the child if it does not run; to be called again and again."""
        now = time.monotonic()
        if self.process_id is None and now >= self._started_at + self._seconds:
            self._running.close()
            self._started_at = now
            self._process = self._running.enter_context(child(self._environment, *self._arguments))
