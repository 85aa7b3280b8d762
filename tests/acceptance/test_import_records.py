"""`flask import-records` as its users run it: files, pipes, refusals, interruptions, kills."""

import csv
import fcntl
import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from core.child_process import ends_with_parent
from domain.access import Role
from services.demonstration.set_up import set_up_agencies
from services.ledger.verify import contact_count, verify_ledger
from tests.conftest import PROJECT
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.sent_parts import as_csv, flat
from tests.support.settings import environment_for

BATCH = 1_000
COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi"]


@pytest.fixture(scope="module")
def environment(server):
    return {**os.environ, **environment_for(server)}


@pytest.fixture(scope="module")
def program(environment):
    """Run a command as a program of its own; it must end with the status that is expected."""

    def run(*arguments, status=0, **options):
        said = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        assert said.returncode == status, said.stderr
        return said

    return run


@pytest.fixture
def flask(app):
    """Run a command within this process, which is quicker; as `program` in all else."""

    def run(*arguments, status=0):
        said = app.test_cli_runner().invoke(args=[str(each) for each in arguments])
        assert said.exit_code == status, said.output
        return said

    return run


@pytest.fixture
def place(app):
    """An authority that knows the agencies of the demonstration."""
    hub = Hub(app)
    with hub.transaction() as session:
        set_up_agencies(session, authority=hub.authority)
    return hub


@pytest.fixture
def load(flask, place):
    """Import into the authority, within this process."""

    def run(file, *arguments, status=0):
        at = ("--authority", place.authority)
        return flask("import-records", file, *at, *arguments, status=status)

    return run


@pytest.fixture
def watch(server):
    """Ask the server, as its superuser, for one value."""
    engine = create_engine(server.superuser_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield lambda sql, **values: connection.execute(text(sql), values).scalar_one()
    engine.dispose()


def made(run, path, *arguments):
    """A file of made-up records."""
    run("make-records", path, *arguments)
    return path


def lines_of(*records):
    return "".join(json.dumps(each) + "\n" for each in records)


def good(number, **fields):
    return a_contact(agency=POLICE, agency_reference=f"R-{number}", **fields)


BAD = good("bad", referrer_type="polcie")


def count(hub):
    with hub.transaction() as session:
        return contact_count(session, authority=hub.authority)


def disagreements(hub):
    with hub.transaction() as session:
        return list(verify_ledger(session, authority=hub.authority))


def reports(hub):
    """The imports as the interface tells them, the newest first."""
    return hub.decider.get("imports").get_json()["items"]


def import_id(said):
    return re.match(r"Import (\S+): ", said.stdout).group(1)


@pytest.mark.parametrize("ending", ["ndjson", "csv"])
def test_a_made_file_is_imported_once_however_often_it_is_sent(program, place, tmp_path, ending):
    file = made(program, tmp_path / f"records.{ending}", "--records", 1_200)
    command = ("import-records", file, "--authority", place.authority)
    said = program(*command)
    head, counts, *_ = said.stdout.splitlines()
    assert head == f"Import {import_id(said)}: finished."
    assert counts == (
        "1,200 records: 1,200 created, 0 replayed, 0 conflicting, 0 rejected. "
        f"{reports(place)[0]['with_warnings']:,} have warnings."
    )
    assert said.stderr == ""
    again = program(*command)
    assert "1,200 records: 0 created, 1,200 replayed, 0 conflicting, 0 rejected." in again.stdout
    assert count(place) == 1_200
    assert disagreements(place) == []
    newest, first = reports(place)
    assert (newest["id"], first["id"]) == (import_id(again), import_id(said))
    assert (first["state"], first["format"], first["created"]) == ("finished", ending, 1_200)
    assert (first["recorded_by"], first["agency"]) == ("Command line", None)


def test_what_is_refused_is_named_and_the_status_is_1(flask, load, place, tmp_path):
    file = made(
        flask,
        *(tmp_path / "r.csv", "--records", 400, "--errors", 0.1, "--duplicates", 0.1),
    )
    said = load(file, status=1)
    (report,) = reports(place)
    assert report["rejected"] == 40
    assert report["conflicting"] == 20
    first = place.decider.get(f"imports/{report['id']}").get_json()["errors"]
    shown = [line for line in said.stdout.splitlines() if line.startswith("  line ")]
    assert len(shown) == 20
    for error, line in zip(first, shown, strict=False):
        assert f"line {error['line']:,}" in line
        assert error["detail"] in line
        assert error["column"] in line
    url = said.stdout.splitlines()[-1].strip()
    results = place.decider.get(url.partition(":8000")[2])
    assert len(list(csv.DictReader(results.text.splitlines()))) == 440


def test_an_atomic_import_with_one_bad_record_writes_nothing(load, place, tmp_path):
    file = tmp_path / "records.ndjson"
    file.write_text(lines_of(*(good(number) for number in range(1_100)), BAD))
    said = load(file, "--atomic", status=1)
    assert f"Import {import_id(said)}: refused as a whole; nothing was written." in said.stdout
    assert "0 created, 0 replayed, 0 conflicting, 1 rejected, 1,100 unwritten." in said.stdout
    assert "line 1,101 (R-bad): /referrer_type: This is neither" in said.stdout
    assert count(place) == 0
    (report,) = reports(place)
    assert (report["mode"], report["state"]) == ("atomic", "refused")
    file.write_text(lines_of(*(good(number) for number in range(1_100))))
    assert "1,100 created" in load(file, "--atomic").stdout
    assert count(place) == 1_100


@pytest.mark.parametrize(("records", "status"), [([good(1)], 0), ([good(1), BAD], 1)])
def test_a_dry_run_says_what_would_be_and_writes_nothing(load, place, tmp_path, records, status):
    file = tmp_path / "records.ndjson"
    file.write_text(lines_of(*records))
    said = load(file, "--dry-run", status=status)
    assert "a try; nothing was written, and these counts are what would be." in said.stdout
    assert "1 created" in said.stdout
    assert count(place) == 0
    assert [each["dry_run"] for each in reports(place)] == [True]


def test_records_come_through_standard_input_if_their_format_is_said(program, place):
    decision = {
        "kind": "decision",
        "agency": POLICE,
        "agency_reference": "R-1",
        "decision": "close_and_log",
        "reason": "advice_given",
    }
    command = ("import-records", "-", "--authority", place.authority, "--format", "ndjson")
    said = program(*command, input=lines_of(good(1), decision))
    assert "2 records: 2 created" in said.stdout
    (record,) = place.decider.get("contacts").get_json()["items"]
    assert record["outcome"]["code"] == "closed_and_logged"
    (change, *_) = place.decider.get(f"contacts/{record['id']}/history").get_json()["items"]
    assert change["recorded_by"] == "Command line"


@pytest.mark.parametrize("ending", ["ndjson", "csv"])
def test_cafs_are_imported_beside_other_records(load, place, tmp_path, ending):
    record = {"kind": "caf", **a_caf(agency=HEALTH)}
    file = tmp_path / f"records.{ending}"
    bad = {**record, "agency_reference": "C-2", "stage": 3}
    if ending == "csv":
        file.write_bytes(as_csv([record, bad], columns=list(flat(record)), ends="\n"))
    else:
        file.write_text(lines_of(record, bad))
    said = load(file, status=1)
    assert "2 records: 1 created, 0 replayed, 0 conflicting, 1 rejected." in said.stdout
    assert f"(C-2): {'' if ending == 'csv' else '/'}stage: " in said.stdout
    (caf,) = place.health.get("cafs").get_json()["items"]
    assert (caf["agency_reference"], caf["warnings"]) == (record["agency_reference"], [])
    assert "1 replayed" in load(file, status=1).stdout


def test_a_file_whose_columns_are_wrong_is_named_and_leaves_no_report(load, place, tmp_path):
    file = tmp_path / "records.csv"
    file.write_text("agency_reference,referer_type,colour\n1,police,red\n")
    said = load(file, status=1)
    assert said.stdout == ""
    assert said.stderr.startswith("Error: Nothing was imported: the file cannot be read.\n  ")
    assert "no column referer_type" in said.stderr
    assert "no column colour" in said.stderr
    assert reports(place) == []


def test_an_authority_that_is_not_known_is_one_sentence(flask, tmp_path):
    file = tmp_path / "records.ndjson"
    file.write_text(lines_of(good(1)))
    said = flask("import-records", file, "--authority", "S12999997", status=1)
    assert said.stderr == "Error: There is no authority S12999997: add it first.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("-",), "Error: Say --format, or let the file's name end in .ndjson or .csv."),
        (
            ("missing.csv",),
            "Error: Invalid value for 'FILE': missing.csv: No such file or directory.",
        ),
    ],
)
def test_a_wrong_command_is_one_sentence_and_status_2(load, arguments, sentence):
    assert load(*arguments, status=2).stderr.splitlines()[-1] == sentence


def test_the_command_line_has_one_key_which_nobody_can_use(flask, load, place, tmp_path):
    file = tmp_path / "records.ndjson"
    file.write_text(lines_of(good(1)))
    load(file)
    load(file)
    listed = flask("keys", "list", "--authority", place.authority).stdout.splitlines()
    (line,) = [each for each in listed if "Command line" in each]
    *_, name, agency, roles, created, expires, revoked = re.split(r" {2,}", line)
    assert (name, agency, roles, expires) == (
        "Command line",
        "-",
        f"{place.authority} {Role.DECIDE}",
        "-",
    )
    assert revoked == created


def _started_by_hand():
    """Whatever the tests run under: nohup and a shell's & have their children ignore signals."""
    ends = ends_with_parent(signal.SIGTERM)

    def arrange():
        ends()
        for number in (signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)

    return arrange


@contextmanager
def importing(place, environment, *arguments):
    """An import that is under way, fed through a pipe."""
    process = subprocess.Popen(
        [*COMMAND, "import-records", "-", "--authority", place.authority, *arguments],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_started_by_hand(),  # noqa: PLW1509  (no other threads here)
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


HALF = 2 * BATCH + 500
WHOLE = 3 * BATCH
WRITTEN = "SELECT coalesce(max(received), 0) FROM import_run WHERE authority_code = :code"
# A transaction that has written, and waits for whoever reads the file.
OPEN = (
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'frontdoor_app'"
    " AND state = 'idle in transaction' AND backend_xid IS NOT NULL"
)


@pytest.fixture(scope="module")
def file(program, tmp_path_factory):
    return made(program, tmp_path_factory.mktemp("made") / "r.ndjson", "--records", WHOLE)


def feed(process, file):
    """Send half of a file, until all of it is read, and keep the pipe open."""
    process.stdin.writelines(file.read_text().splitlines(keepends=True)[:HALF])
    process.stdin.flush()
    until(lambda: unread_in(process.stdin) == 0)


def unread_in(pipe):
    """How many bytes the other end has not read yet."""
    answer = fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))
    return int.from_bytes(answer, sys.byteorder)


def test_a_killed_import_keeps_whole_batches_and_is_finished_by_the_next(
    load, place, watch, environment, file
):
    with importing(place, environment, "--format", "ndjson") as process:
        feed(process, file)
        until(lambda: watch(WRITTEN, code=place.authority) == 2 * BATCH)
        process.send_signal(signal.SIGKILL)
    assert count(place) == 2 * BATCH
    (broken,) = reports(place)
    assert (broken["state"], broken["received"], broken["last_line"]) == (
        "running",
        2 * BATCH,
        2 * BATCH,
    )
    said = load(file)
    assert "3,000 records: 1,000 created, 2,000 replayed, 0 conflicting, 0 rejected." in said.stdout
    assert count(place) == WHOLE
    assert disagreements(place) == []


def test_a_killed_atomic_import_leaves_no_record(load, place, watch, environment, file):
    with importing(place, environment, "--format", "ndjson", "--atomic") as process:
        feed(process, file)
        until(lambda: watch(OPEN) == 1)
        process.send_signal(signal.SIGKILL)
    until(lambda: watch(OPEN) == 0)
    assert count(place) == 0
    assert "3,000 created" in load(file, "--atomic").stdout
    assert count(place) == WHOLE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_import_keeps_every_record_that_was_read(
    place, watch, environment, file, number
):
    with importing(place, environment, "--format", "ndjson") as process:
        feed(process, file)
        until(lambda: watch(WRITTEN, code=place.authority) == 2 * BATCH)
        process.send_signal(number)
        said = process.stdout.read()
        assert process.wait() == 1
    assert "The import was interrupted. What came before is written (last line 2,500)." in said
    assert count(place) == HALF
    (report,) = reports(place)
    assert (report["state"], report["created"], report["last_line"]) == ("broken_off", HALF, HALF)


def test_an_interrupted_atomic_import_leaves_no_record_but_a_report(
    place, watch, environment, file
):
    with importing(place, environment, "--format", "ndjson", "--atomic") as process:
        feed(process, file)
        until(lambda: watch(OPEN) == 1)
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
        assert process.wait() == 1
    assert "The import was interrupted. Nothing was written (last line 2,500)." in said
    assert count(place) == 0
    (report,) = reports(place)
    assert (report["state"], report["created"], report["unwritten"]) == ("broken_off", 0, HALF)


def test_on_a_terminal_there_is_a_bar(place, environment, file):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "import-records", str(file), "--authority", place.authority],
        cwd=PROJECT,
        env=environment | {"TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.close(theirs)
        process.stdout.read()
        shown = os.read(ours, 1_000_000).decode()
    os.close(ours)
    assert process.returncode == 0
    assert "Importing  [" in shown
    assert "100%" in shown
