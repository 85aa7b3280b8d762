"""Where everything is measured: a database of its own on the embedded server, fsync on."""

import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  (psycopg2 names it so)

from bench.errors import MeasureError
from cli.alembic_command import PROJECT, run_alembic
from core.database import EVERY_AGENCY, EVERY_KEY, Database, Scope
from core.embedded_postgres import EmbeddedPostgres
from core.postgres_cluster import remove_cluster
from domain.access import Role
from domain.vocabulary import AgencyKind
from services.keys.issue_key import issue_key
from services.reference.register import (
    AgencyDetails,
    AuthorityDetails,
    register_agency,
    register_authority,
)

AGENCY = "bench-police"

_FOLDER = PROJECT / "var" / "bench"
# What whoever runs a database of this size would set; the same for every variant.
_SETTINGS = {
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
}
_TOLD = ("server_version", "fsync", "synchronous_commit", "full_page_writes", *_SETTINGS)


@dataclass(frozen=True, slots=True)
class Place:
    """A running, migrated database, and who may do what in it."""

    server: EmbeddedPostgres
    folder: Path
    database: Database
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def environment(self) -> dict[str, str]:
        """What leads a process of Front Door to the database, its settings else as shipped."""
        connection = self.server.connection
        return {
            "DATABASE_URL": connection.application_url,
            "OWNER_DATABASE_URL": connection.owner_url,
            "CONTENT_DIGEST_KEY": connection.content_digest_key,
            "ENVIRONMENT": "bench",
        }

    @property
    def database_process(self) -> int:
        """The process of the database server."""
        found = self.server.process_id
        if found is None:
            message = f"the database has stopped: see {self.server.log_file}"
            raise MeasureError(message)
        return found

    @contextmanager
    def superuser(self) -> Iterator[Connection]:
        """A connection that passes by every policy; each statement is a transaction."""
        with closing(psycopg2.connect(plain_url(self.server.superuser_url()))) as connection:
            connection.autocommit = True
            yield connection

    def new_authority(self) -> str:
        """A new authority."""
        code = f"E09{next(self._numbers):06d}"
        self.add_authorities([code])
        return code

    def add_authorities(self, codes: Sequence[str]) -> None:
        """Add authorities that know the agency `AGENCY`, which may back-date without limit."""
        with self.database.transaction(Scope(tuple(codes), EVERY_AGENCY)) as session:
            for code in codes:
                details = AuthorityDetails(name=code, emergency_telephone="01632 960000")
                register_authority(session, code=code, details=details)
                agency = AgencyDetails(name="Police", kind=AgencyKind.POLICE, backdate_days=None)
                register_agency(session, authority=code, code=AGENCY, details=agency)

    def key(self, authorities: Sequence[str], role: Role) -> str:
        """A new key for some authorities; one that submits does so for `AGENCY`."""
        scope = Scope(tuple(authorities), EVERY_AGENCY, EVERY_KEY)
        with self.database.transaction(scope) as session:
            return issue_key(
                session,
                name="bench",
                environment="bench",
                agency=AGENCY if role is Role.SUBMIT else None,
                roles={each: [role] for each in authorities},
            ).key

    def count(self, table: str, authority: str) -> int:
        """How many rows an authority has in a table."""
        with self.superuser() as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE authority_code = %s", (authority,))
            (number,) = cursor.fetchone() or (0,)
            return int(number)

    def settings(self) -> Mapping[str, str]:
        """The server's version and the settings that figures hang on."""
        with self.superuser() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, current_setting(name) FROM unnest(%s) AS name", (list(_TOLD),)
            )
            return dict(cursor.fetchall())


@contextmanager
def running_place() -> Iterator[Place]:
    """A new database; it is gone at the end of the block."""
    server = EmbeddedPostgres(_FOLDER)
    server.lock()
    _clear()
    try:
        _set(server)
        server.start()
        run_alembic("upgrade", "head", owner_url=server.connection.owner_url)
        database = Database(server.connection.application_url)
        place = Place(server, _FOLDER, database)
        _require_durable(place)
        yield place
        database.dispose()
    finally:
        server.stop()
        _clear()


def plain_url(url: str) -> str:
    """A SQLAlchemy URL as libpq takes it."""
    return "postgresql://" + url.partition("://")[2]


def _set(server: EmbeddedPostgres) -> None:
    """Make the server's settings ours; some take a new start, which gives new passwords too."""
    server.start()
    with closing(psycopg2.connect(plain_url(server.superuser_url()))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for name, value in _SETTINGS.items():
                cursor.execute(f"ALTER SYSTEM SET {name} = %s", (value,))
    server.stop()


def _require_durable(place: Place) -> None:
    settings = place.settings()
    off = [name for name in ("fsync", "synchronous_commit") if settings[name] != "on"]
    if off:
        message = f"figures of a database that may lose records are none: {', '.join(off)} is off"
        raise MeasureError(message)


def _clear() -> None:
    remove_cluster(_FOLDER)
    for path in _FOLDER.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "supervisor.lock":
            path.unlink()
