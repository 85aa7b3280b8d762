"""Other processes, as a test sees them."""

import time
from pathlib import Path


def descendants(ancestor: int) -> list[int]:
    """Return the process ids of all children of a process, and of theirs."""
    children = [process for process, parent in _parents().items() if parent == ancestor]
    return [found for child in children for found in (child, *descendants(child))]


def wait_until_gone(processes: list[int]) -> None:
    """Wait for the end of every process. Raises `TimeoutError` after a minute."""
    deadline = time.monotonic() + 60
    while alive := set(processes) & _parents().keys():
        if time.monotonic() > deadline:
            message = f"Still running: {sorted(alive)}"
            raise TimeoutError(message)
        time.sleep(0.02)


def _parents() -> dict[int, int]:
    """The parent of every process that lives; one that waits to be buried does not."""
    states = {path.parent.name: _state(path) for path in Path("/proc").glob("[0-9]*/stat")}
    return {int(process): int(state[1]) for process, state in states.items() if state[0] != "Z"}


def _state(path: Path) -> list[str]:
    try:
        return path.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["Z"]
