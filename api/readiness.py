"""What has to be well for the service to do its work."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from core.checks import CheckFailedError
from core.database import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def readiness_checks(database: Database) -> Mapping[str, Callable[[], None]]:
    """The checks by name; each raises when it fails."""
    return {
        "database": partial(_check_database, database),
        "migrations": partial(_check_migrations, database),
    }


# Without a scope, which an older migration may know otherwise.
def _check_database(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("SELECT 1"))


def _check_migrations(database: Database) -> None:
    with database.engine.begin() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found != _head():
        message = "the database's migrations are not those of this version"
        raise CheckFailedError(message)


@cache
def _head() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()
