"""The supervisor behind `make run`: database, migrations, demonstration data, web server, folds.

It stays in the foreground. SIGINT, SIGTERM and SIGHUP stop everything in order, with status 0;
whatever kills the supervisor itself takes its children along.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from types import FrameType
from typing import NoReturn

import click

from cli.alembic_command import MigrationError, run_alembic
from cli.child import KeptRunning, child
from cli.run_welcome import welcome
from core.connection_file import ConnectionFileError
from core.embedded_postgres import EmbeddedPostgres
from core.embedded_postgres_error import EmbeddedPostgresError
from core.settings import ProcessSettings, SettingError, Settings
from services.demonstration.places import KEYS

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PORT_SECONDS = 5
_READY_SECONDS = 60
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (recognised, not bound)


class StartError(Exception):
    """Front Door cannot start or has stopped; the message is one sentence."""


def main() -> NoReturn:
    """Run until told to stop (status 0) or until something fails (status 1 and a sentence)."""
    _stop_at_the_first_signal()
    try:
        supervise(os.environ)
    except KeyboardInterrupt:
        sys.exit(0)
    except (
        SettingError,
        EmbeddedPostgresError,
        ConnectionFileError,
        MigrationError,
        StartError,
    ) as error:
        sys.exit(str(error))
    sys.exit(0)


def supervise(environ: Mapping[str, str]) -> None:
    """Start everything, print how to use it, and watch over it. Ends by an exception only."""
    settings = ProcessSettings.from_env(environ)
    _refuse_a_half_set_database(environ, settings)
    with ExitStack() as running:
        server = None if settings.has_own_database else EmbeddedPostgres(settings.data_directory)
        if server:
            running.callback(server.stop)
            server.lock()
        _wait_for_free_port(settings)
        if server:
            server.start()
        environment = {**environ, "FRONTDOOR_DATA": str(settings.data_directory)}
        _migrate(Settings.from_env(environment))
        if settings.load_demonstration:
            _load_demonstration(settings, server, environment)
        web = running.enter_context(_web_server(environment))
        _wait_until_ready(settings, web)
        folding = running.enter_context(_folding(environment, settings))
        click.echo(welcome(address=_address(settings), keys=_demonstration_keys(settings)))
        _watch(web, server, folding)


def _stop_at_the_first_signal() -> None:
    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in _SIGNALS:
        signal.signal(number, stop)


def _refuse_a_half_set_database(environ: Mapping[str, str], settings: ProcessSettings) -> None:
    for name in ("OWNER_DATABASE_URL", "REPORTS_DATABASE_URL"):
        if environ.get(name) and not settings.has_own_database:
            message = f"{name} is set and DATABASE_URL is not: set both, or neither."
            raise SettingError(message)


def _wait_for_free_port(settings: ProcessSettings) -> None:
    """Wait a moment: after a kill the earlier web server may take one to notice."""
    deadline = time.monotonic() + _PORT_SECONDS
    while not _is_port_free(settings):
        if time.monotonic() > deadline:
            message = f"Port {settings.port} on {settings.host} is in use: set PORT to another."
            raise StartError(message)
        time.sleep(0.1)


def _is_port_free(settings: ProcessSettings) -> bool:
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        message = f"HOST {settings.host} is not an address of this machine."
        raise SettingError(message) from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError as error:
            message = f"Port {settings.port} is for root alone: set PORT to another."
            raise StartError(message) from error
        except OSError:
            return False
    return True


def _migrate(settings: Settings) -> None:
    if settings.owner_database_url is None:
        click.echo("OWNER_DATABASE_URL is not set: no migrations are run.")
        return
    run_alembic("upgrade", "head", owner_url=settings.owner_database_url)


def _load_demonstration(
    settings: ProcessSettings, server: EmbeddedPostgres | None, environment: Mapping[str, str]
) -> None:
    """Load the data, unless a marker says that this embedded server has it, with every key."""
    marker = settings.data_directory / "demonstration-loaded"
    if server and server.is_new:
        marker.unlink(missing_ok=True)
    if server and marker.exists() and _demonstration_keys(settings).keys() >= KEYS.keys():
        return
    settings.data_directory.mkdir(mode=0o711, parents=True, exist_ok=True)
    click.echo("Loading the demonstration data, this first time only …")
    with child(environment, "-m", "flask", "--app", "wsgi", "load-demonstration") as loading:
        if loading.wait() != 0:
            message = "The demonstration data could not be loaded."
            raise StartError(message)
    marker.touch()


def _demonstration_keys(settings: ProcessSettings) -> dict[str, str]:
    path = settings.data_directory / "demo-keys.json"
    return dict(json.loads(path.read_bytes())) if path.exists() else {}


@contextmanager
def _web_server(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with child(environment, "-m", "gunicorn", "--config", "gunicorn.conf.py") as web:
        yield web


def _folding(environment: Mapping[str, str], settings: ProcessSettings) -> KeptRunning:
    every = str(settings.fold_every_seconds)
    return KeptRunning(
        environment, "-m", "flask", "--app", "wsgi", "ledger", "fold", "--every", every
    )


def _wait_until_ready(settings: ProcessSettings, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while (said := _readiness(settings)) is not None:
        if web.poll() is not None:
            message = "The web server could not start."
            raise StartError(message)
        if time.monotonic() > deadline:
            message = f"Front Door is not ready after {_READY_SECONDS} seconds: {said}"
            raise StartError(message)
        time.sleep(0.05)


def _readiness(settings: ProcessSettings) -> str | None:
    """Ask /readyz; None when it is ready, else what stands in the way."""
    host = _ANY_ADDRESS.get(settings.host, settings.host)
    try:
        with closing(http.client.HTTPConnection(host, settings.port, timeout=5)) as connection:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            said = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    return None if answer.status == http.client.OK else said


def _address(settings: ProcessSettings) -> str:
    host = _ANY_ADDRESS.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _watch(
    web: subprocess.Popen[bytes], server: EmbeddedPostgres | None, folding: KeptRunning
) -> NoReturn:
    while True:
        if web.poll() is not None:
            message = "The web server has stopped by itself."
            raise StartError(message)
        if server and server.process_id is None:
            message = f"The embedded PostgreSQL has stopped by itself: see {server.log_file}."
            raise StartError(message)
        folding.keep_running()
        time.sleep(0.2)


if __name__ == "__main__":
    main()
