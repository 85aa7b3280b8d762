"""Load by wrk: 16 connections, 2 threads, and a check that every request was answered well."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.errors import MeasureError
from bench.scale import CONNECTIONS

_SCRIPT = Path(__file__).with_name("wrk.lua")
_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of a load: latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def require_wrk() -> None:
    """Raise `MeasureError` where wrk is not installed."""
    if shutil.which("wrk") is None:
        message = "wrk is needed to make load: apt-get install wrk"
        raise MeasureError(message)


def run_wrk(url: str, *, seconds: int, request: Mapping[str, str]) -> Load:
    """Load a URL with what `request` describes (see wrk.lua). Raises `MeasureError`.

    An answer that is an error, or none, fails the whole load.
    """
    finished = subprocess.run(
        [
            "wrk",
            f"--threads={_THREADS}",
            f"--connections={CONNECTIONS}",
            f"--duration={seconds}s",
            f"--script={_SCRIPT}",
            "--timeout=30s",
            url,
        ],
        env={**os.environ, **request},
        capture_output=True,
        text=True,
        check=False,
    )
    said = finished.stdout.strip().rpartition("\n")[2]
    if finished.returncode != 0 or not said.startswith("{"):
        message = f"wrk failed: {finished.stderr.strip() or finished.stdout.strip()}"
        raise MeasureError(message)
    told = json.loads(said)
    if told["refused"] or told["broken"] or not told["requests"]:
        message = (
            f"{url}: of {told['requests']} requests {told['refused']} were refused and "
            f"{told['broken']} not answered"
        )
        raise MeasureError(message)
    return Load(
        requests=told["requests"],
        seconds=told["microseconds"] / 1e6,
        p50=told["p50"] / 1e3,
        p99=told["p99"] / 1e3,
    )
