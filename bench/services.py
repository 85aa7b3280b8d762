"""The services that are measured: each a real server of two workers on a free port."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.errors import MeasureError
from bench.place import Place, plain_url
from bench.scale import WORKERS
from cli.alembic_command import PROJECT
from core.child_process import ends_with_parent, stop_process

_HOST = "127.0.0.1"
_READY_SECONDS = 60
_PEERS = PROJECT / "bench" / "peers"
_FASTAPI = PROJECT / ".venv-bench-fastapi" / "bin" / "python"
_DJANGO = PROJECT / ".venv-bench-django" / "bin" / "python"
_GUNICORN = (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its base URL, and the process above its workers."""

    port: int
    process: int

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{_HOST}:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        """A connection to it."""
        return http.client.HTTPConnection(_HOST, self.port, timeout=600)


@contextmanager
def front_door(place: Place) -> Iterator[Service]:
    """Front Door under gunicorn, with its settings as shipped."""
    with _running(place, "front-door", _GUNICORN, folder=PROJECT) as service:
        yield service


@contextmanager
def bare_flask(place: Place) -> Iterator[Service]:
    """A Flask application that does nothing, under the same gunicorn with the same settings."""
    command = (*_GUNICORN, "bench.peers.bare_flask:app")
    with _running(place, "bare-flask", command, folder=PROJECT) as service:
        yield service


@contextmanager
def fastapi_peer(place: Place) -> Iterator[Service]:
    """The FastAPI peer under uvicorn, with uvloop and httptools."""
    command = (str(_FASTAPI), "-m", "uvicorn", "app:app", "--loop", "uvloop", "--http", "httptools")
    options = ("--workers", str(WORKERS))
    url = place.server.connection.application_url.replace("+psycopg2", "+asyncpg")
    with _running(
        place,
        "fastapi-peer",
        (*command, *options),
        folder=_PEERS / "fastapi",
        more={"PEER_DATABASE_URL": url},
        port_option="--port",
    ) as service:
        yield service


@contextmanager
def django_peer(place: Place) -> Iterator[Service]:
    """The Django REST Framework peer under gunicorn, 2 workers of 8 threads."""
    command = (str(_DJANGO), "-m", "gunicorn", "--config", "gunicorn.conf.py")
    url = plain_url(place.server.connection.application_url)
    with _running(
        place,
        "django-peer",
        command,
        folder=_PEERS / "django",
        more={"PEER_DATABASE_URL": url},
    ) as service:
        yield service


@contextmanager
def _running(
    place: Place,
    name: str,
    command: Sequence[str],
    *,
    folder: Path,
    more: Mapping[str, str] | None = None,
    port_option: str | None = None,
) -> Iterator[Service]:
    """Run a service until the block ends; what it says goes into a file of the place's folder."""
    port = _free_port()
    log = place.folder / f"{name}.log"
    environment = {
        **os.environ,
        **place.environment,
        "HOST": _HOST,
        "PORT": str(port),
        "WEB_WORKERS": str(WORKERS),
        "PYTHONPATH": str(PROJECT),
        **(more or {}),
    }
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, *((port_option, str(port)) if port_option else ())],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a log line a request
            stderr=errors,
            preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509  (no other threads here)
        )
    try:
        _wait_until_ready(process, port, log)
        yield Service(port, process.pid)
    finally:
        stop_process(process, politely=signal.SIGTERM, seconds=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_ready(port):
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"{log.stem} does not start: {log.read_text()[-2000:]}"
            raise MeasureError(message)
        time.sleep(0.1)


def _is_ready(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection(_HOST, port, timeout=5)) as connection:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
