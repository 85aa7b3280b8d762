"""The real web server: gunicorn with worker processes and threads, on a free port."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from core.child_process import ends_with_parent, stop_process

PROJECT = Path(__file__).parent.parent.parent
HOST = "127.0.0.1"
_WORKERS = {"WEB_WORKERS": "2", "WEB_THREADS": "8"}


class LiveServerError(Exception):
    """The server ended or did not become ready."""


@contextmanager
def live_server(environment: Mapping[str, str]) -> Iterator[str]:
    """Run the server on the database that the environment names; gives its base URL.

    Two workers of eight threads, unless the environment says otherwise; ready when the block
    begins, gone when it ends.
    """
    port = _free_port()
    settings = _WORKERS | dict(environment) | {"HOST": HOST, "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
        cwd=PROJECT,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a log line a request
        preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509  (no other threads here)
    )
    try:
        _wait_until_ready(process, port)
        yield f"http://{HOST}:{port}"
    finally:
        stop_process(process, politely=signal.SIGTERM, seconds=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while not _is_ready(port):
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"The server is not ready (status {process.poll()})."
            raise LiveServerError(message)
        time.sleep(0.05)


def _is_ready(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
