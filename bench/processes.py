"""What processes cost: CPU time of a tree of them, and memory at its peak; from /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_RESET_PEAK = "5"
_USER, _CHILDREN_SYSTEM, _PARENT = 11, 15, 1


def descendants(ancestor: int) -> list[int]:
    """All children of a process, and theirs."""
    parents = {int(path.name): _stat(path) for path in Path("/proc").glob("[0-9]*")}
    found, waiting = [], [ancestor]
    while waiting:
        parent = str(waiting.pop())
        children = [each for each, stat in parents.items() if stat and stat[_PARENT] == parent]
        found += children
        waiting += children
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of a process, of all below it, and of those of them that have ended."""
    stats = (_stat(Path("/proc") / str(each)) for each in (root, *descendants(root)))
    ticks = sum(int(part) for stat in stats for part in stat[_USER:_CHILDREN_SYSTEM])
    return ticks / _TICKS


def resident_mib(process: int) -> float:
    """The memory of a process that is in use now."""
    return _mib(process, "VmRSS")


def peak_mib(process: int) -> float:
    """The most memory that a process used since its start or since `reset_peak`."""
    return _mib(process, "VmHWM")


def reset_peak(process: int) -> None:
    """Let the peak begin anew from what is in use now."""
    (Path("/proc") / str(process) / "clear_refs").write_text(_RESET_PEAK)


def _mib(process: int, name: str) -> float:
    lines = (Path("/proc") / str(process) / "status").read_text().splitlines()
    (value,) = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(value) / 1024


def _stat(path: Path) -> list[str]:
    """The fields of `stat` after the name of the program; none of a process that has ended."""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
