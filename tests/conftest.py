"""A real PostgreSQL for every test that asks, and a new authority for each: the tenant isolates.

Tests commit like the service does. What one test writes no other sees, because each works in an
authority of its own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine

from api import create_app
from core.embedded_postgres import EmbeddedPostgres
from core.settings import Settings
from core.throw_away_postgres import throw_away_server
from tests.support.hub import Hub
from tests.support.settings import settings_for

PROJECT = Path(__file__).parent.parent

settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("default")


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """A server of this run's own, migrated to the newest version."""
    with throw_away_server() as running:
        migrate(running.connection.owner_url)
        yield running


@pytest.fixture(scope="session")
def app_settings(server: EmbeddedPostgres) -> Settings:
    """The settings under which the tests' application runs."""
    return settings_for(server)


@pytest.fixture(scope="session")
def app(app_settings: Settings) -> Iterator[Flask]:
    """The whole application on that server."""
    made = create_app(app_settings)
    yield made
    made.extensions["database"].dispose()


@pytest.fixture
def hub(app: Flask) -> Hub:
    """A new authority with its agencies and keys."""
    return Hub(app)


def migrate(owner_url: str) -> None:
    """Bring a database to the newest version."""
    config = Config(PROJECT / "alembic.ini")
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.set_main_option("sqlalchemy.url", owner_url.replace("%", "%%"))
    command.upgrade(config, "head")


@pytest.fixture
def superuser(server: EmbeddedPostgres) -> Iterator[Engine]:
    """An engine that passes by every policy."""
    engine = create_engine(server.superuser_url())
    yield engine
    engine.dispose()
