"""The demonstration, loaded by a command that was killed half way and run again."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from api import create_app
from cli.demonstration import RECORDS_IN_A_TRANSACTION
from core.database import EVERY_AGENCY, EVERY_KEY, Scope
from core.embedded_postgres import EmbeddedPostgres
from core.throw_away_postgres import throw_away_server
from services.keys.issue_key import list_keys
from services.ledger.verify import contact_count
from tests.conftest import PROJECT, migrate
from tests.support.hub import Client
from tests.support.published import cells_of_csv, cells_of_json, published_table
from tests.support.settings import environment_for, settings_for

STOCKTON = "E06000004"
TABLE = f"/v1/reports/table-1?period=2013-14-Q4&area={STOCKTON}"
HIDDEN = "c"
# docs/disclosure-control.md, "What it costs".
FURTHER_HIDDEN = 14
EVERYTHING = Scope((STOCKTON,), EVERY_AGENCY, EVERY_KEY)
NAMES = {
    *("stockton-decide", "stockton-report", "stockton-partner", "stockton-admin"),
    *("cleveland-police-submit", "north-tees-health-submit", "stockton-schools-submit"),
    *("hartlepool-decide", "hartlepool-report", "tees-mash-admin", "tees-mash-partner"),
}


@dataclass(frozen=True)
class Demonstration:
    """A loaded demonstration, and how it came to be so."""

    app: Flask
    keys_file: Path
    keys_when_killed: dict[str, str]
    loaded_when_killed: int
    said: str

    @property
    def keys(self) -> dict[str, str]:
        return json.loads(self.keys_file.read_text())

    def client(self, name: str) -> Client:
        return Client(self.app, self.keys[name], STOCKTON)

    def count(self) -> int:
        return count(self.app)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("demonstration") / "var"
    variables = {"FRONTDOOR_DATA": str(folder), "ENVIRONMENT": "demo"}
    with throw_away_server() as server:
        migrate(server.connection.owner_url)
        app = create_app(settings_for(server, **variables))
        keys_file = folder / "demo-keys.json"
        loaded = kill_half_way(server, app, variables)
        keys = json.loads(keys_file.read_text())
        result = app.test_cli_runner().invoke(args=["load-demonstration"])
        assert result.exit_code == 0, result.stderr
        yield Demonstration(app, keys_file, keys, loaded, result.stderr)
        app.extensions["database"].dispose()


def kill_half_way(server: EmbeddedPostgres, app: Flask, variables: dict[str, str]) -> int:
    """Start to load, kill the command when the first records are there; how many there are."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "load-demonstration"]
    environment = os.environ | environment_for(server) | variables
    with subprocess.Popen(command, cwd=PROJECT, env=environment) as process:
        while process.poll() is None and not count(app):
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return count(app)


def count(app: Flask) -> int:
    with app.extensions["database"].transaction(EVERYTHING) as session:
        return contact_count(session, authority=STOCKTON)


def key_names(app: Flask) -> list[str]:
    with app.extensions["database"].transaction(EVERYTHING) as session:
        return [key.name for key in list_keys(session)]


def test_a_load_that_was_killed_is_completed_without_doubles(demonstration):
    assert 0 < demonstration.loaded_when_killed < 1586
    assert demonstration.loaded_when_killed % RECORDS_IN_A_TRANSACTION == 0
    missing = 1586 - demonstration.loaded_when_killed
    assert f"{missing} records were added" in demonstration.said
    assert "3 reports were published for partners." in demonstration.said
    assert demonstration.count() == 1586


def test_the_keys_of_the_killed_load_are_still_good_and_no_others_were_made(demonstration):
    assert demonstration.keys == demonstration.keys_when_killed
    assert demonstration.keys.keys() == NAMES
    assert sorted(key_names(demonstration.app)) == sorted(NAMES)


def test_only_the_owner_can_read_the_keys(demonstration):
    assert stat.S_IMODE(demonstration.keys_file.stat().st_mode) == 0o600


def test_loading_again_changes_nothing(demonstration):
    keys, table = demonstration.keys, demonstration.client("stockton-report").get(TABLE).text
    result = demonstration.app.test_cli_runner().invoke(args=["load-demonstration"])
    assert result.exit_code == 0
    assert "0 records were added" in result.stderr
    assert "0 reports were published" in result.stderr
    assert demonstration.keys == keys
    assert demonstration.client("stockton-report").get(TABLE).text == table


def test_a_key_that_is_lost_or_revoked_is_issued_again_and_the_others_stay(demonstration):
    runner, before = demonstration.app.test_cli_runner(), demonstration.keys
    runner.invoke(args=["keys", "revoke", before["stockton-partner"].split("_")[2]])
    kept = {name: key for name, key in before.items() if name != "stockton-admin"}
    demonstration.keys_file.write_text(json.dumps(kept))
    assert runner.invoke(args=["load-demonstration"]).exit_code == 0
    after = demonstration.keys
    assert after.keys() == NAMES
    assert {name for name in NAMES if after[name] != before[name]} == {
        "stockton-partner",
        "stockton-admin",
    }


def test_a_keys_file_that_cannot_be_read_is_one_sentence(demonstration):
    kept = demonstration.keys_file.read_bytes()
    try:
        demonstration.keys_file.write_text("[")
        result = demonstration.app.test_cli_runner().invoke(args=["load-demonstration"])
    finally:
        demonstration.keys_file.write_bytes(kept)
    assert result.exit_code == 1
    path = demonstration.keys_file
    assert f"Error: {path} cannot be read as the keys of the demonstration.\n" in result.stderr


@pytest.mark.parametrize("key", ["stockton-report", "stockton-decide"])
def test_table_1_is_the_published_one_in_every_number_and_percentage(demonstration, key):
    client = demonstration.client(key)
    published = published_table()
    assert cells_of_json(client.get(TABLE).text) == published[1:]
    assert cells_of_csv(client.get(f"{TABLE}&format=csv").text) == published


def test_a_partner_reads_the_published_table_but_for_what_is_hidden(demonstration):
    client = demonstration.client("tees-mash-partner")
    cells = cells_of_csv(client.get(f"{TABLE}&format=csv").text)
    for row, true in zip(cells, published_table(), strict=True):
        assert all(cell in {known, HIDDEN} for cell, known in zip(row, true, strict=True)), row
    numbers, known = ([row[1::2] for row in table[1:]] for table in (cells, published_table()))
    small = sum(1 <= int(number) <= 5 for row in known for number in row)
    assert sum(row.count(HIDDEN) for row in numbers) == small + FURTHER_HIDDEN == 33 + 14
    assert numbers[-1] == known[-1]
    in_json = cells_of_json(client.get(TABLE).text)
    assert in_json == [[None if cell == HIDDEN else cell for cell in row] for row in cells[1:]]


def test_the_demonstrations_publications_are_listed(demonstration):
    found = demonstration.client("tees-mash-admin").get("/v1/publications").get_json()["items"]
    assert [(each["area"]["code"], each["report"]) for each in found] == [
        ("tees-mash", "table-1"),
        (STOCKTON, "inputs"),
        (STOCKTON, "table-1"),
    ]
    assert {each["period"]["code"] for each in found} == {"2013-14-Q4"}
    assert {each["position_on"] for each in found} == {"2014-04-14"}
    assert {each["published_by"] for each in found} == {"tees-mash-admin"}
    assert len({each["as_at"] for each in found}) == 1
    assert found[-1]["hidden"] == {"first": 33, "further": FURTHER_HIDDEN}


def test_no_contact_awaits_a_decision(demonstration):
    assert demonstration.client("stockton-report").get(TABLE).get_json()["awaiting_decision"] == 0


def test_the_ledger_agrees_with_the_records(demonstration):
    result = demonstration.app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert result.exit_code == 0
    assert result.stdout == "The ledger agrees with the records of 1586 contacts.\n"


def test_england_is_what_the_caller_may_read(demonstration):
    path = TABLE.replace(STOCKTON, "E92000001")
    answer = demonstration.client("stockton-decide").get(path)
    assert answer.status_code == 200
    assert answer.get_json()["area"] == {"code": "E92000001", "name": "England"}
    assert cells_of_json(answer.text) == published_table()[1:]
    elsewhere = demonstration.client("hartlepool-report").get(path).get_json()
    assert elsewhere["totals"]["total"]["number"] == 0


@pytest.mark.parametrize(
    ("key", "area", "status"),
    [
        ("stockton-decide", "tees-mash", 404),  # it has no role in Hartlepool
        ("hartlepool-report", "tees-mash", 404),
        ("hartlepool-report", STOCKTON, 404),
        ("hartlepool-report", "E06000001", 200),
        ("north-tees-health-submit", "tees-mash", 403),  # it knows both, and reads no tables
        ("cleveland-police-submit", STOCKTON, 403),
        ("stockton-partner", STOCKTON, 200),  # what is published
        ("stockton-partner", "tees-mash", 404),
        ("tees-mash-partner", "tees-mash", 200),
        ("tees-mash-partner", "E06000001", 404),  # nothing is published
        ("stockton-admin", STOCKTON, 403),
    ],
)
def test_an_area_is_for_those_who_may_read_it(demonstration, key, area, status):
    answer = demonstration.client(key).get(TABLE.replace(STOCKTON, area))
    assert answer.status_code == status


def test_a_partnership_adds_its_authorities_up_for_who_reads_both(demonstration):
    result = demonstration.app.test_cli_runner().invoke(
        args=[
            *("keys", "issue", "--name", "tees-mash-report", "--role", "report"),
            *("--authority", "E06000001", "--authority", STOCKTON),
        ]
    )
    client = Client(demonstration.app, result.stdout.strip(), STOCKTON)
    answer = client.get(TABLE.replace(STOCKTON, "tees-mash"))
    assert answer.status_code == 200
    assert answer.get_json()["area"] == {"code": "tees-mash", "name": "Tees MASH"}
    assert cells_of_json(answer.text) == published_table()[1:]


def test_an_agency_sees_its_own_records_alone(demonstration):
    page = demonstration.client("cleveland-police-submit").get("contacts?limit=200").get_json()
    assert {item["agency"] for item in page["items"]} == {"cleveland-police"}
    assert {item["outcome"]["code"] for item in page["items"]} > {"closed_and_logged"}


def test_the_wordings_of_agencies_are_known(demonstration):
    body = {
        "agency_reference": "SCH-TRY-1",
        "referrer_type": "School - Headteacher",
        "child": {"given_name": "Robin", "estimated_age": 7},
    }
    client = demonstration.client("stockton-schools-submit")
    answer = client.post("contacts", body)
    assert answer.status_code == 201
    assert answer.get_json()["referrer_type"] == "education_head_teacher"
