"""The migrated database has the checks of the models: alembic does not compare them by itself."""

import re

import psycopg2
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint
from sqlalchemy.engine import make_url

from models import Base
from tests.conftest import PROJECT

CHECKS = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
)
CODES = re.compile(r"'([^']*)'")


def codes(definition):
    return frozenset(CODES.findall(definition))


@pytest.fixture(scope="module")
def migrated(server):
    url = make_url(server.connection.owner_url).set(drivername="postgresql")
    with psycopg2.connect(url.render_as_string(hide_password=False)) as connection:
        cursor = connection.cursor()
        cursor.execute(CHECKS)
        found = cursor.fetchall()
    connection.close()
    return {(table, name): codes(definition) for table, name, definition in found}


@pytest.fixture(scope="module")
def modelled():
    return {
        (table.name, str(each.name)): codes(str(each.sqltext))
        for table in Base.metadata.tables.values()
        for each in table.constraints
        if isinstance(each, CheckConstraint)
    }


def test_every_check_of_the_models_is_in_the_database_with_the_same_codes(migrated, modelled):
    assert migrated == modelled


def test_a_code_that_a_model_gains_would_be_noticed(migrated, modelled):
    place = ("contact", "ck_contact_outcome_known")
    assert migrated != {**modelled, place: modelled[place] | {"another_outcome"}}


def test_the_migrations_have_one_head():
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
