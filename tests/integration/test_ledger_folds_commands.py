"""`flask ledger fold`, once and for ever, and what `flask ledger verify` says of sums."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from core.child_process import ends_with_parent
from core.embedded_postgres import DATABASE
from core.throw_away_postgres import throw_away_server
from tests.conftest import PROJECT, migrate
from tests.support.hub import Hub
from tests.support.settings import environment_for

LINES = 200


@pytest.fixture
def flask(app):
    """Run a command; what it printed must have come with the status that is expected."""

    def run(*arguments, status=0):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == status, result.output
        return result

    return run


@pytest.fixture
def change(server):
    """Change the authority's rows as nobody but the superuser can."""
    engine = create_engine(server.superuser_url())

    def run(statement, hub):
        with engine.begin() as connection:
            of_hub = text(f"{statement} WHERE authority_code = :code")
            connection.execute(of_hub, {"code": hub.authority})

    yield run
    engine.dispose()


AGED = "UPDATE outcome_ledger SET recorded_at = recorded_at - interval '1 minute'"


def test_folding_says_how_many_entries_were_folded(flask, change, app):
    hubs = [Hub(app), Hub(app)]
    for hub in hubs:
        hub.decider.decide(hub.police.submit(), "close_and_log", reason="advice_given")
        change(AGED, hub)
    at = [argument for hub in hubs for argument in ("--authority", hub.authority)]
    assert flask("ledger", "fold", *at[:2]).stdout == "3 entries were folded.\n"
    assert flask("ledger", "fold", *at).stdout == "3 entries were folded.\n"
    assert flask("ledger", "fold", *at).stdout == "0 entries were folded.\n"
    assert flask("ledger", "verify", *at).stdout == (
        "The ledger agrees with the records of 2 contacts.\n"
    )


def test_all_authorities_are_folded_by_default(flask, change, app):
    hubs = [Hub(app), Hub(app)]
    for hub in hubs:
        hub.police.submit()
        change(AGED, hub)
    flask("ledger", "fold")
    at = [argument for hub in hubs for argument in ("--authority", hub.authority)]
    assert flask("ledger", "fold", *at).stdout == "0 entries were folded.\n"


def test_sums_that_do_not_add_up_are_named(flask, change, hub):
    hub.police.submit(received_at="2014-01-06T09:12:00Z")
    change(AGED, hub)
    flask("ledger", "fold", "--authority", hub.authority)
    change("UPDATE ledger_balance SET referral_to_assessment = 1", hub)
    said = flask("ledger", "verify", "--authority", hub.authority, status=1)
    assert said.stdout == "The ledger agrees with the records of 1 contacts.\n"
    assert said.stderr.splitlines() == [
        f"{hub.authority} 2014-01 police: the balance does not add up",
        "Error: The ledger disagrees with 1 of its sums.",
    ]


def test_an_unknown_authority_is_one_sentence(flask):
    said = flask("ledger", "fold", "--authority", "S12999998", status=1)
    assert said.stderr == "Error: There is no authority S12999998: add it first.\n"


@contextmanager
def folding_for_ever(server):
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "ledger", "fold", "--every", "1"],
        cwd=PROJECT,
        env={**os.environ, **environment_for(server)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509  (no other threads here)
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process, event):
    """The next line of the log that tells of an event."""
    for _ in range(LINES):
        line = process.stdout.readline()
        assert line, f"the loop ended with status {process.wait()}"
        said = json.loads(line)
        if said["event"] == event:
            return said
    pytest.fail(f"{event} was not logged")


def test_the_loop_outlives_a_database_that_is_away_and_ends_when_told_to():
    with throw_away_server() as server:
        migrate(server.connection.owner_url)
        engine = create_engine(server.superuser_url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as superuser, folding_for_ever(server) as loop:
            assert wait_for(loop, "cafs_linked")["entries"] == 0
            assert wait_for(loop, "ledger_folded")["level"] == "info"
            superuser.execute(text(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS false"))
            ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            superuser.execute(text(ending), {"name": DATABASE})
            for _ in range(2):
                failed = wait_for(loop, "fold_failed")
                assert failed["error_type"].startswith("OperationalError")
            superuser.execute(text(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS true"))
            wait_for(loop, "ledger_folded")
            loop.send_signal(signal.SIGTERM)
            assert loop.wait(timeout=60) == 0
        engine.dispose()
