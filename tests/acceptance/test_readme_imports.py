"""What the README tells of imports, pasted as it stands: commands, and what they answer."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api import create_app
from core.database import EVERY_AGENCY, EVERY_KEY, Scope
from core.throw_away_postgres import throw_away_server
from services.demonstration.places import ALL_FOUR
from services.demonstration.set_up import set_up_keys, set_up_places
from tests.conftest import PROJECT, migrate
from tests.support.live_server import live_server
from tests.support.settings import environment_for, settings_for

SECTION = re.compile(r"^## Import many records\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What is of one import alone: its id, and the address of its results.
OWN = {"id", "results"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What each block of shell wrote, in order, and what the README shows, by kind of block."""
    (section,) = SECTION.findall((PROJECT / "README.md").read_text())
    blocks = BLOCK.findall(section)
    folder = tmp_path_factory.mktemp("readme")
    with throw_away_server() as server:
        migrate(server.connection.owner_url)
        environment = environment_for(server)
        keys = demonstration_keys(settings_for(server))
        with live_server(environment) as url:
            paste = Paste(folder, url, {**os.environ, **environment, "PYTHONPATH": str(PROJECT)})
            paste.names = {
                "POLICE": keys["cleveland-police-submit"],
                "HUB": keys["stockton-decide"],
                "STOCKTON": f"{url}/v1/authorities/E06000004",
            }
            yield [paste(text) for kind, text in blocks if kind == "sh"], blocks


def demonstration_keys(settings):
    app = create_app(settings)
    with app.extensions["database"].transaction(
        Scope(ALL_FOUR, EVERY_AGENCY, EVERY_KEY)
    ) as session:
        set_up_places(session)
        keys = set_up_keys(session, environment="test", existing={})
    app.extensions["database"].dispose()
    return keys


class Paste:
    """Runs blocks of shell in one folder, one after the other; gives what each one wrote."""

    def __init__(self, folder: Path, url: str, environment) -> None:
        self.folder = folder
        self.environment = environment
        self.url = url
        self.names: dict[str, str] = {}
        self.last_import = ""

    def __call__(self, text):
        # What a reader puts in by hand, and a load that is no test of patience.
        text = re.sub(r"IMPORT=\S+", f"IMPORT={self.last_import}", text)
        text = text.replace("--records 100000", "--records 1000")
        text = text.replace(".venv/bin/flask", f"{sys.executable} -m flask --app wsgi")
        done = subprocess.run(
            ["bash", "-c", text.replace("curl ", "curl --silent --show-error ")],
            cwd=self.folder,
            env=self.environment | self.names,
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r'"id": ?"([0-9a-f-]{36})"', done.stdout)
        self.last_import = found.group(1) if found else self.last_import
        return done


def shown(blocks, kind):
    return [text for each, text in blocks if each == kind]


def test_the_first_answer_is_the_one_that_is_shown(answers):
    (first, *_), blocks = answers
    (text,) = shown(blocks, "json")
    expected, found = json.loads(text), json.loads(first.stdout)
    assert {k: v for k, v in expected.items() if k not in OWN} == {
        k: found[k] for k in expected.keys() - OWN
    }
    assert found["results"].endswith(f"/imports/{found['id']}/results")


def test_the_csv_is_imported_but_for_its_bad_row(answers):
    (_, second, *_), _ = answers
    summary = json.loads(second.stdout)
    assert (summary["created"], summary["rejected"]) == (1, 1)
    assert summary["errors"][0]["column"] == "child.date_of_birth"


def test_the_results_are_those_that_are_shown(answers):
    (_, _, third, *_), blocks = answers
    _, _, results = third.stdout.partition("\n")
    assert results == shown(blocks, "")[0]


def test_the_try_is_refused_as_a_whole_and_says_so(answers):
    (_, _, _, fourth, *_), _ = answers
    problem = json.loads(fourth.stdout)
    assert (problem["type"], problem["dry_run"]) == ("/problems/import-refused", True)
    assert (problem["replayed"], problem["rejected"]) == (1, 1)


def test_the_parts_of_a_split_file_are_replayed(answers):
    (_, _, _, _, fifth, _), _ = answers
    summary = json.loads(fifth.stdout)
    assert (summary["received"], summary["replayed"], summary["rejected"]) == (3, 2, 1)


def test_a_load_is_made_and_imported_as_shown(answers):
    (*_, last), blocks = answers
    assert last.returncode == 1
    head, counts, first, *_ = last.stdout.splitlines()
    shown_head, shown_counts, shown_first = shown(blocks, "")[1].splitlines()
    assert re.fullmatch(r"Import [0-9a-f-]{36}: finished\.", head)
    assert re.fullmatch(r"Import [0-9a-f-]{36}: finished\.", shown_head)
    assert counts.startswith("1,000 records: 999 created, 0 replayed, 0 conflicting, 1 rejected.")
    numbers = re.compile(r"[\d,]+")
    assert numbers.sub("", counts) == numbers.sub("", shown_counts)
    assert first.startswith("  line ")
    assert shown_first.startswith("  line ")
