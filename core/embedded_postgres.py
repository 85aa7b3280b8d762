"""A PostgreSQL server of our own: started, watched and stopped by the process that uses it."""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  (psycopg2 names it so)

from core.child_process import ends_with_parent, stop_process
from core.connection_file import ConnectionDetails, read_connection, write_connection
from core.database_roles import APPLICATION, OWNER, quote_identifier, role_statements
from core.embedded_postgres_error import EmbeddedPostgresError
from core.postgres_binaries import find_binaries, reachable_binaries
from core.postgres_cluster import (
    SUPERUSER,
    cluster_version,
    existing_cluster,
    initialise,
    make_cluster,
    stop_orphan,
    superuser_password,
)
from core.server_account import ServerAccount, choose_account

DATABASE = "frontdoor"

_ADDRESS = "127.0.0.1"
# Below the kernel's range for outgoing connections, which may hold a port just when we want it.
_PORTS = range(20_000, 32_000)
_RECOVERY_SECONDS = 600
_RETRY_SECONDS = 60
_STOP_SECONDS = 60
_PASSING_TROUBLES = (
    'lock file "postmaster.pid" already exists',
    "pre-existing shared memory block",
    "could not bind",
)
# Failing statements and the values in them would put children's names into the server's log.
_OPTIONS = {
    "listen_addresses": _ADDRESS,
    "unix_socket_directories": "",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
_THROW_AWAY_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One server on one data folder, at 127.0.0.1 on a port that changes with each start.

    Start it from a thread that lives as long as the process: the server stops when that thread
    ends, however it ends. `durable=False` is for tests: a power cut may then lose everything.
    """

    def __init__(self, data_directory: Path, *, durable: bool = True) -> None:
        """Name the folder, which `start` makes when it is missing."""
        self.data_directory = data_directory.resolve()
        self.is_new = False
        self._options = _OPTIONS | ({} if durable else _THROW_AWAY_OPTIONS)
        self._durable = durable
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._password = ""
        self._connection: ConnectionDetails | None = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    @property
    def connection(self) -> ConnectionDetails:
        """How to reach the server; an error before it was started."""
        if self._connection is None:
            message = "The embedded PostgreSQL has not been started."
            raise EmbeddedPostgresError(message)
        return self._connection

    @property
    def log_file(self) -> Path:
        """Where the server's own messages go."""
        return self.data_directory / "postgres.log"

    @property
    def process_id(self) -> int | None:
        """The server's process, None when it does not run."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def superuser_url(self, database: str = DATABASE) -> str:
        """Return a SQLAlchemy URL for the superuser, who passes by every policy."""
        return self._url(SUPERUSER, self._password, database)

    def lock(self) -> None:
        """Claim the data folder for this process until `stop`; a second claim is an error."""
        if self._lock is not None:
            return
        descriptor = _open_lock(self.data_directory)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            message = f"Front Door is already running from {self.data_directory}."
            raise EmbeddedPostgresError(message) from error
        self._lock = descriptor

    def start(self) -> None:
        """Start the server, waiting through crash recovery, and write the connection file.

        The first start makes the data, the database and the roles; `is_new` then is true. A server
        that runs already is left as it is.
        """
        if self.process_id is not None:
            return
        with ExitStack() as undo:
            self.lock()
            undo.callback(self.stop)
            self._launch()
            self._connection = self._prepare_database()
            write_connection(self.data_directory, self._connection)
            undo.pop_all()

    def stop(self) -> None:
        """Stop the server, ending its connections, and let go of the data folder."""
        if self._process is not None:
            stop_process(self._process, politely=signal.SIGINT, seconds=_STOP_SECONDS)
            self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _launch(self) -> None:
        cluster = existing_cluster(self.data_directory)
        account = choose_account(cluster)
        cluster = cluster or make_cluster(self.data_directory, account)
        stop_orphan(cluster)
        found = find_binaries(major=cluster_version(cluster))
        binaries = reachable_binaries(found, account=account, copies=cluster)
        self.is_new = cluster_version(cluster) is None
        if self.is_new:
            initialise(cluster, binaries=binaries, account=account, durable=self._durable)
        self._password = superuser_password(cluster)
        self._run_until_it_answers(binaries / "postgres", cluster / "data", account)

    def _run_until_it_answers(self, program: Path, data: Path, account: ServerAccount) -> None:
        """Run the server; troubles that pass by themselves after a kill are tried again."""
        deadline = time.monotonic() + _RETRY_SECONDS
        while True:
            start_of_log = self.log_file.stat().st_size if self.log_file.exists() else 0
            self._port = _free_port()
            self._process = self._run(program, data, account)
            if self._answers():
                return
            said = self.log_file.read_bytes()[start_of_log:].decode(errors="replace")
            passing = any(trouble in said for trouble in _PASSING_TROUBLES)
            if not passing or time.monotonic() > deadline:
                message = f"The embedded PostgreSQL did not start: {said.strip()}"
                raise EmbeddedPostgresError(message)
            time.sleep(0.1)

    def _run(self, program: Path, data: Path, account: ServerAccount) -> subprocess.Popen[bytes]:
        options = [f"--{name}={value}" for name, value in self._options.items()]
        descriptor = os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            return subprocess.Popen(
                [program, "-D", data, f"--port={self._port}", *options],
                user=account.user,
                group=account.group,
                extra_groups=account.extra_groups,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGINT),  # noqa: PLW1509  (see the class)
            )
        finally:
            os.close(descriptor)

    def _answers(self) -> bool:
        """Wait until the server takes connections; False when it ended instead."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while self.process_id is not None:
            try:
                self._connect("postgres").close()
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline:
                    message = f"The embedded PostgreSQL takes no connections: {error}"
                    raise EmbeddedPostgresError(message) from error
                time.sleep(0.02)
            else:
                return True
        return False

    def _connect(self, database: str) -> Connection:
        return psycopg2.connect(
            host=_ADDRESS,
            port=self._port,
            user=SUPERUSER,
            password=self._password,
            dbname=database,
            connect_timeout=5,
            sslmode="disable",
            gssencmode="disable",
        )

    def _prepare_database(self) -> ConnectionDetails:
        """Make what is missing of database and roles; the two passwords are new at each start."""
        owner_password, application_password = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._create_database()
        with closing(self._connect(DATABASE)) as session, session, session.cursor() as cursor:
            for statement in role_statements(
                database=DATABASE,
                owner_password=owner_password,
                application_password=application_password,
            ):
                cursor.execute(statement)
        before = read_connection(self.data_directory)
        return ConnectionDetails(
            application_url=self._url(APPLICATION, application_password, DATABASE),
            owner_url=self._url(OWNER, owner_password, DATABASE),
            content_digest_key=before.content_digest_key if before else secrets.token_urlsafe(48),
        )

    def _create_database(self) -> None:
        with closing(self._connect("postgres")) as session:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {quote_identifier(DATABASE)}")

    def _url(self, user: str, password: str, database: str) -> str:
        return f"postgresql+psycopg2://{user}:{password}@{_ADDRESS}:{self._port}/{database}"


def _open_lock(data_directory: Path) -> int:
    try:
        data_directory.mkdir(mode=0o711, parents=True, exist_ok=True)
        return os.open(data_directory / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"The data folder {data_directory} cannot be used: {error.strerror}."
        raise EmbeddedPostgresError(message) from error


def _free_port() -> int:
    for port in secrets.SystemRandom().sample(_PORTS, k=100):
        with socket.socket() as probe:
            try:
                probe.bind((_ADDRESS, port))
            except OSError:
                continue
        return port
    message = f"No free port between {_PORTS.start} and {_PORTS.stop} for the embedded PostgreSQL."
    raise EmbeddedPostgresError(message)
