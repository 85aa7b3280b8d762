"""How much of a file has been read: a bar on a terminal, else a line every so often."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_LABEL = "Importing"
_EVERY_SECONDS = 10.0


@contextmanager
def reading_progress(size: int | None) -> Iterator[Callable[[int], None]]:
    """Show on standard error how far the reading of so many bytes is.

    Gives what has to hear of each part's length. `size` is None where nobody knows it: then there
    is no bar.
    """
    if size and sys.stderr.isatty():
        with click.progressbar(length=size, label=_LABEL, file=sys.stderr) as bar:
            yield bar.update
    else:
        yield progress_lines(size)


def progress_lines(
    size: int | None,
    *,
    every: float = _EVERY_SECONDS,
    seconds: Callable[[], float] = time.monotonic,
) -> Callable[[int], None]:
    """What hears of each part's length, and writes a line when `every` seconds have gone by."""
    read = 0
    next_at = seconds() + every

    def told(length: int) -> None:
        nonlocal read, next_at
        read += length
        if seconds() >= next_at:
            share = f" of {size:,} ({read / size:.0%})" if size else ""
            click.echo(f"{_LABEL}: {read:,}{share} bytes read", err=True)
            next_at = seconds() + every

    return told
