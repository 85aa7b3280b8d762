"""The migration of the ledger's sums, there and back."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from core.throw_away_postgres import throw_away_server
from tests.conftest import PROJECT

POLICIES = text("SELECT policyname FROM pg_policies WHERE tablename = 'outcome_ledger'")
ROLES = text(
    "SELECT roles::text FROM pg_policies"
    " WHERE tablename = 'outcome_ledger' AND policyname = 'scope'"
)
SUMS = text("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'ledger_%'")


@pytest.fixture(scope="module")
def server():
    with throw_away_server() as running:
        yield running


def config_for(server):
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.set_main_option("sqlalchemy.url", server.connection.owner_url.replace("%", "%%"))
    return config


def test_going_back_leaves_the_ledger_as_it_was(server):
    engine = create_engine(server.superuser_url())
    seen = []
    for step, revision in (
        (command.upgrade, "0002"),
        (command.upgrade, "0003"),
        (command.downgrade, "0002"),
    ):
        step(config_for(server), revision)
        with engine.connect() as connection:
            policies = sorted(connection.scalars(POLICIES))
            seen.append((policies, connection.scalar(ROLES), connection.scalar(SUMS)))
    engine.dispose()
    assert seen == [
        (["scope"], "{public}", 0),
        (["scope", "scope_of_reports"], "{frontdoor_app,frontdoor_owner}", 3),
        (["scope"], "{public}", 0),
    ]
