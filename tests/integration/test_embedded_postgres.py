"""The embedded server: durable through kills, alone on its folder, and modest about permissions."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from core.connection_file import read_connection
from core.database_roles import role_script
from core.embedded_postgres import EmbeddedPostgres
from core.embedded_postgres_error import EmbeddedPostgresError
from core.postgres_binaries import find_binaries, reachable_binaries
from core.postgres_cluster import existing_cluster, remove_cluster
from core.server_account import choose_account
from tests.support.processes import descendants, wait_until_gone

PROJECT = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
SUPERVISOR = """
import pathlib, sys, time
from core.embedded_postgres import EmbeddedPostgres
with EmbeddedPostgres(pathlib.Path(sys.argv[1])) as server:
    print(server.process_id, flush=True)
    time.sleep(600)
"""


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that the server's account can get at."""
    path = Path(tempfile.mkdtemp(prefix="frontdoor-"))
    path.chmod(0o711)
    yield path
    remove_cluster(path)
    shutil.rmtree(path)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder for one test."""
    with data_folder() as path:
        yield path


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedPostgres]:
    """A server for the tests that only look at it."""
    with data_folder() as path, EmbeddedPostgres(path) as server:
        yield server


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    """Run one statement and commit it; the rows, if it has any."""
    session = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        with session, session.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


def supervisor(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A process of its own that runs a server, and the server's process id."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def test_data_stands_after_a_stop_and_a_start(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    with server:
        assert server.is_new
        query(server.connection.owner_url, "CREATE TABLE kept AS SELECT 42 AS answer")
        digest_key = server.connection.content_digest_key
        process = server.process_id
    assert process is not None
    wait_until_gone([process])
    with server:
        assert not server.is_new
        assert query(server.connection.owner_url, "SELECT answer FROM kept") == [(42,)]
        assert server.connection.content_digest_key == digest_key
        assert read_connection(folder) == server.connection


def test_committed_rows_stand_after_a_kill_of_all_processes(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    query(server.connection.owner_url, "CREATE TABLE kept (number serial)")
    for _ in range(50):
        query(server.connection.owner_url, "INSERT INTO kept DEFAULT VALUES")
    postmaster = server.process_id
    assert postmaster is not None
    for process in [postmaster, *descendants(postmaster)]:
        os.kill(process, signal.SIGKILL)
    server.stop()
    with server:
        assert query(server.connection.owner_url, "SELECT count(*) FROM kept") == [(50,)]


def test_committed_rows_stand_after_a_kill_of_the_postmaster_alone(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    query(server.connection.owner_url, "CREATE TABLE kept AS SELECT generate_series(1, 500)")
    assert server.process_id is not None
    os.kill(server.process_id, signal.SIGKILL)
    server.stop()
    with server:
        assert query(server.connection.owner_url, "SELECT count(*) FROM kept") == [(500,)]


def test_the_server_goes_when_its_supervisor_is_killed(folder: Path) -> None:
    process, server = supervisor(folder)
    with process:
        process.kill()
    wait_until_gone([server])


def test_a_start_right_after_a_kill_of_the_supervisor_succeeds(folder: Path) -> None:
    process, _ = supervisor(folder)
    with process:
        process.kill()
    with EmbeddedPostgres(folder) as server:
        assert query(server.connection.application_url, "SELECT 1") == [(1,)]


def test_a_server_left_over_from_an_earlier_run_is_stopped(folder: Path) -> None:
    first = EmbeddedPostgres(folder)
    first.start()
    left_over = first.process_id
    assert left_over is not None
    (folder / "supervisor.lock").unlink()  # as if its supervisor were gone
    with EmbeddedPostgres(folder) as second:
        assert query(second.connection.application_url, "SELECT 1") == [(1,)]
        assert first.process_id is None
        first.stop()


def test_an_interrupted_first_start_is_begun_again(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(folder)], stdout=subprocess.PIPE, cwd=PROJECT
    )
    with process:
        while not list(folder.glob("postgres/initialising-*/data/base")):
            time.sleep(0.005)
        process.kill()
    assert not (folder / "postgres" / "data").exists()
    with EmbeddedPostgres(folder) as server:
        assert server.is_new
        assert [path.name for path in (folder / "postgres").glob("initialising-*")] == []


def test_a_second_server_on_the_same_folder_is_refused(folder: Path) -> None:
    with EmbeddedPostgres(folder) as first:
        with pytest.raises(EmbeddedPostgresError, match=f"already running from {folder}"):
            EmbeddedPostgres(folder).start()
        assert query(first.connection.application_url, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("user", ["postgres", "frontdoor_owner", "frontdoor_app"])
def test_a_wrong_password_is_refused(running: EmbeddedPostgres, user: str) -> None:
    address = running.connection.application_url.partition("@")[2]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        query(f"postgresql://{user}:guess@{address}", "SELECT 1")


def test_roles_have_their_rights_and_no_more(running: EmbeddedPostgres) -> None:
    roles = query(
        running.superuser_url(),
        "SELECT rolname, rolcanlogin, rolinherit FROM pg_roles WHERE rolname ~ '^frontdoor_'"
        " AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
        " ORDER BY 1",
    )
    assert roles == [
        ("frontdoor_app", True, False),
        ("frontdoor_owner", True, True),
        ("frontdoor_reports", False, True),
    ]
    application = running.connection.application_url
    assert query(application, "SET LOCAL ROLE frontdoor_reports; SELECT current_user::text") == [
        ("frontdoor_reports",)
    ]
    assert query(
        application, "SELECT pg_has_role('frontdoor_app', 'frontdoor_reports', 'USAGE')"
    ) == [(False,)]
    assert query(application, "SHOW timezone") == [("UTC",)]
    assert query(application, "SHOW idle_in_transaction_session_timeout") == [("1min",)]
    for refused in ("CREATE TABLE mine ()", "CREATE TEMP TABLE mine ()", "CREATE SCHEMA mine"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(application, refused)


def test_the_printed_script_makes_the_same_roles_and_may_run_again(folder: Path) -> None:
    script = role_script(database="odd \"name'", owner_password="o'o\\", application_password="a")
    psql = find_binaries(major=None) / "psql"
    with EmbeddedPostgres(folder, durable=False) as server:
        for _ in range(2):
            finished = subprocess.run(
                [psql, "-qX", server.superuser_url("postgres").replace("+psycopg2", "")],
                input=script,
                capture_output=True,
                text=True,
                check=False,
            )
            assert (finished.returncode, finished.stderr) == (0, "")
        address = server.superuser_url("x").rpartition("@")[2].removesuffix("/x")
        owner = f"postgresql://frontdoor_owner:o%27o%5C@{address}/odd%20%22name%27"
        assert query(owner, "CREATE TABLE mine AS SELECT 1 AS one; SELECT one FROM mine") == [(1,)]


def test_the_server_keeps_to_the_local_machine_and_to_durable_settings(
    running: EmbeddedPostgres,
) -> None:
    settings = query(
        running.superuser_url(),
        "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes',"
        " 'listen_addresses', 'data_checksums', 'unix_socket_directories', 'server_encoding',"
        " 'max_connections') ORDER BY name",
    )
    assert settings == [
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", "127.0.0.1"),
        ("max_connections", "100"),
        ("server_encoding", "UTF8"),
        ("unix_socket_directories", ""),
    ]
    assert query(running.superuser_url(), "SELECT upper('zoë ñ')") == [("ZOË Ñ",)]


def test_values_of_failing_statements_stay_out_of_the_log(running: EmbeddedPostgres) -> None:
    url = running.connection.owner_url
    query(url, "CREATE TABLE named (name text PRIMARY KEY)")
    query(url, "INSERT INTO named VALUES ('Robin Example')")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        query(url, "INSERT INTO named VALUES ('Robin Example')")
    log = running.log_file.read_text()
    assert "duplicate key value" in log
    assert "Robin" not in log


def test_files_with_secrets_are_for_their_owner_alone(running: EmbeddedPostgres) -> None:
    cluster = existing_cluster(running.data_directory)
    assert cluster is not None
    private = [
        running.data_directory / "connection.json",
        cluster / "superuser-password",
        running.log_file,
    ]
    assert [stat.S_IMODE(path.stat().st_mode) for path in private] == [0o600] * 3
    assert stat.S_IMODE(cluster.stat().st_mode) == 0o700


@pytest.mark.parametrize("depth", ["", "below"])
def test_permissions_of_folders_that_it_did_not_make_never_change(
    tmp_path: Path, depth: str
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data_directory = closed / depth
    before = [path.stat().st_mode for path in (tmp_path.parent, tmp_path, closed)]
    try:
        for _ in range(2):
            with EmbeddedPostgres(data_directory, durable=False) as server:
                assert query(server.connection.application_url, "SELECT 1") == [(1,)]
                cluster = existing_cluster(data_directory)
                assert cluster is not None
                assert cluster.is_relative_to("/var/lib/frontdoor" if AS_ROOT else closed)
        assert [path.stat().st_mode for path in (tmp_path.parent, tmp_path, closed)] == before
    finally:
        remove_cluster(data_directory)


def test_programs_that_the_account_cannot_reach_are_copied(folder: Path, tmp_path: Path) -> None:
    installed = find_binaries(major=None)
    package = installed.parent.parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for tree in package.parent.glob(f"{package.name}*"):
        shutil.copytree(tree, closed / tree.name)
    account = choose_account(None)
    unreachable = closed / installed.relative_to(package.parent)
    binaries = reachable_binaries(unreachable, account=account, copies=folder)
    assert account.can_run(binaries / "initdb", "--version")
    assert binaries.is_relative_to(folder if AS_ROOT else closed)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_cluster_that_is_gone_is_said_and_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "cluster-location").write_text("/var/lib/frontdoor/gone\n")
    with pytest.raises(EmbeddedPostgresError, match="/var/lib/frontdoor/gone, which is gone"):
        EmbeddedPostgres(tmp_path).start()


def test_a_data_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match="cannot be used: Not a directory"):
        EmbeddedPostgres(tmp_path / "file" / "var").start()
