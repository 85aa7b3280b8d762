"""The bytes of a file in parts: told as they are read, and ended where somebody says stop."""

import os
import select
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import IO

from domain.imports import BodyEndedError

_PART = 65_536
_LOOK_SECONDS = 0.5
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def size_of(file: IO[bytes]) -> int | None:
    """The bytes of a file; None of a pipe or a terminal, which has no size."""
    found = os.fstat(file.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def file_parts(file: IO[bytes], *, told: Callable[[int], object], stop: Event) -> Iterator[bytes]:
    """The bytes of a file as they come; `told` hears how many there are in each part.

    Raises `BodyEndedError` where `stop` is set, or the file cannot be read on.
    """
    number = file.fileno()
    try:
        while part := _next_part(number, stop):
            told(len(part))
            yield part
    except OSError as error:
        message = f"The file could not be read to its end: {error.strerror}."
        raise BodyEndedError(message) from error


def _next_part(number: int, stop: Event) -> bytes:
    is_ready = False
    while not is_ready:
        if stop.is_set():
            message = "The import was interrupted."
            raise BodyEndedError(message)
        is_ready = bool(select.select([number], [], [], _LOOK_SECONDS)[0])
    return os.read(number, _PART)


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """An event that Ctrl-C, and whatever else asks the process to end, sets within the block.

    The second time ends the process at once.
    """
    stop = Event()
    # What is to be ignored stays ignored, as under nohup.
    before = {
        number: handler
        for number in _SIGNALS
        if (handler := signal.getsignal(number)) not in {signal.SIG_IGN, None}
    }

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
