"""Other people's servers with our configurations: nginx and PgBouncer, on free loopback ports."""

import http.client
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.child_process import ends_with_parent, stop_process
from core.server_account import ServerAccount, choose_account

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations"
ADDRESS = "127.0.0.1"


class ServerError(Exception):
    """The server ended or takes no connections; the message is what it said."""


@dataclass(frozen=True)
class Folder:
    """A folder for one server, that its account owns."""

    path: Path
    account: ServerAccount

    def write(self, name: str, text: str) -> Path:
        """Write a file that the server's account alone may read."""
        path = self.path / name
        path.write_text(text)
        path.chmod(0o600)
        self.account.own(path)
        return path


@contextmanager
def server_folder() -> Iterator[Folder]:
    """A folder that the account of a server can reach, gone at the end of the block."""
    account = choose_account(None)
    path = Path(tempfile.mkdtemp(prefix="frontdoor-"))
    account.own(path)
    try:
        yield Folder(path, account)
    finally:
        shutil.rmtree(path)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def shipped(name: str, replacements: Mapping[str, str]) -> str:
    """A configuration that we ship, with what belongs to a place replaced; each must be there."""
    text = (OPERATIONS / name).read_text()
    for old, new in replacements.items():
        if old not in text:
            message = f"{name} no longer has {old!r}"
            raise ServerError(message)
        text = text.replace(old, new)
    return text


@contextmanager
def running(command: Sequence[str | Path], *, folder: Folder, port: int) -> Iterator[None]:
    """Run a server in the foreground; it takes connections on `port` when the block begins."""
    said = folder.path / "said.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            command,
            user=folder.account.user,
            group=folder.account.group,
            extra_groups=folder.account.extra_groups,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509  (no other threads here)
        )
    try:
        _wait_for_port(process, port, said)
        yield
    finally:
        stop_process(process, politely=signal.SIGTERM, seconds=10)


def _wait_for_port(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection((ADDRESS, port), timeout=5).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(said.read_text()) from None
            time.sleep(0.02)
        else:
            return


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its two ports, what it logs, and how to trust it."""

    port: int
    plain_port: int
    log: Path
    certificate: Path

    def connect(self) -> http.client.HTTPSConnection:
        """A connection over TLS."""
        return http.client.HTTPSConnection(ADDRESS, self.port, timeout=60, context=self.trust())

    def trust(self) -> ssl.SSLContext:
        """What checks the server's certificate."""
        return ssl.create_default_context(cafile=self.certificate)


@contextmanager
def nginx_in_front_of(upstream: str, *, program: Path, openssl: Path) -> Iterator[Nginx]:
    """Run nginx with the shipped configuration in front of `upstream`, an address with a port."""
    with server_folder() as folder:
        certificate, key = _certificate(folder, openssl)
        made = Nginx(free_port(), free_port(), folder.path / "frontdoor.log", certificate)
        site = shipped(
            "nginx.conf",
            {
                "listen 80;": f"listen {ADDRESS}:{made.plain_port};",
                "listen 443 ssl;": f"listen {ADDRESS}:{made.port} ssl;",
                "server 127.0.0.1:8000;": f"server {upstream};",
                "/etc/ssl/front-door.example.org.pem": str(certificate),
                "/etc/ssl/private/front-door.example.org.key": str(key),
                "/var/log/nginx/": f"{folder.path}/",
            },
        )
        main = folder.write("nginx.conf", _around(folder.write("site.conf", site), folder.path))
        command = [program, "-c", main, "-e", folder.path / "error.log"]
        with running(command, folder=folder, port=made.port):
            yield made


def _certificate(folder: Folder, openssl: Path) -> tuple[Path, Path]:
    """Make a certificate of our own for the loopback address."""
    certificate, key = folder.write("tls.pem", ""), folder.write("tls.key", "")
    request = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        f" -subj /CN=front-door.example.org -addext subjectAltName=IP:{ADDRESS}"
    )
    subprocess.run(
        [openssl, *request.split(), "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate, key


def _around(site: Path, folder: Path) -> str:
    """What Debian's /etc/nginx/nginx.conf is to the site: everything inside one folder."""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log crit;"
        f" events {{ worker_connections 512; }} http {{ {temporary} include {site}; }}"
    )


@contextmanager
def pgbouncer_in_front_of(url: str, *, program: Path, pool_size: int) -> Iterator[str]:
    """Run PgBouncer with the shipped configuration in front of a database; gives the URL to use.

    `url` is the application's; `pool_size` is how many connections reach the database.
    """
    scheme, _, rest = url.partition("://")
    credentials, _, place = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    address, _, database = place.partition("/")
    host, _, port = address.partition(":")
    with server_folder() as folder:
        listen_port = free_port()
        users = folder.write("users.txt", f'"{user}" "{password}"\n')
        settings = shipped(
            "pgbouncer.ini",
            {
                "host=127.0.0.1 port=5432": f"host={host} port={port}",
                "listen_port = 6432": f"listen_port = {listen_port}",
                "/etc/pgbouncer/frontdoor-users.txt": str(users),
                "/var/run/postgresql/": f"{folder.path}/",
                "/var/log/postgresql/": f"{folder.path}/",
                "default_pool_size = 20": f"default_pool_size = {pool_size}",
            },
        )
        command = [program, "--quiet", folder.write("pgbouncer.ini", settings)]
        with running(command, folder=folder, port=listen_port):
            yield f"{scheme}://{credentials}@{ADDRESS}:{listen_port}/{database}"
