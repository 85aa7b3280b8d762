"""The whole OpenAPI document tried out by schemathesis against the real server: nothing is found.

schemathesis lives in an environment of its own (`make tools`). What it is told to do stands in
schemathesis.toml beside this file; the seed is fixed, and the number of examples keeps a run below
two minutes.
"""

import os
import string
import subprocess
from pathlib import Path

import pytest

from domain.access import Role
from tests.conftest import PROJECT
from tests.support.cafs import a_submitted_caf
from tests.support.hub import POLICE
from tests.support.imports import an_import, created, rejected
from tests.support.live_server import live_server
from tests.support.settings import environment_for

PROGRAM = PROJECT / ".venv-schemathesis" / "bin" / "schemathesis"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
HOOKS = PROJECT / "tests" / "support" / "schemathesis_hooks.py"
ROLES = (Role.SUBMIT, Role.DECIDE, Role.REPORT, Role.ADMIN)


@pytest.fixture
def program():
    if not PROGRAM.exists():
        message = "schemathesis is missing: make tools"
        if os.environ.get("CI") or os.environ.get("FRONTDOOR_REQUIRE_TOOLS"):
            pytest.fail(message)
        pytest.skip(message)
    return PROGRAM


@pytest.fixture
def configuration(hub, tmp_path):
    """The configuration for a key with every role in an authority with a record of each kind."""
    template = string.Template(CONFIGURATION.read_text())
    made = tmp_path / CONFIGURATION.name
    made.write_text(
        template.substitute(
            authority=hub.authority,
            contact=hub.decider.submit(agency=POLICE)["id"],
            caf=a_submitted_caf(hub.decider, agency=POLICE)["id"],
            import_=an_import(hub, created(1), rejected(2)),
            hooks=HOOKS,
            key=hub.key(ROLES),
        )
    )
    return made


@pytest.fixture
def operations(app):
    """How many operations the document has."""
    paths = app.extensions["openapi_document"]()["paths"]
    return sum(len(methods.keys() - {"parameters"}) for methods in paths.values())


def test_schemathesis_finds_nothing(program, configuration, server, operations):
    with live_server(environment_for(server)) as base:
        tried = subprocess.run(
            [program, "--no-color", "--config-file", configuration, "run", f"{base}/openapi.json"],
            cwd=configuration.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    assert tried.returncode == 0, tried.stdout
    # Every phase came to its end, and every operation of the document was tried.
    for told in ("✅ Examples", "✅ Coverage", "✅ Fuzzing", "✅ Stateful"):
        assert told in tried.stdout, tried.stdout
    assert f"Tested: {operations}" in tried.stdout, tried.stdout
