"""The texts for people say what is true: settings, commands, links, and nothing of this machine."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from api import create_app
from core.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
# Never connected to.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1/none", "CONTENT_DIGEST_KEY": "x" * 32}

SETTING = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? *\| .+ \|$", re.MULTILINE)
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
MENTION = re.compile(r"`flask ([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MACHINE = re.compile(r"(?<![\w.$}-])/(?:home|root|workspace|work|Users)/[\w.-]+")
REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--trusted-host|--find-links"
    r"|https?://[^\s/]*(?:pypi|pythonhosted|artifactory|nexus|devpi)",
    re.IGNORECASE,
)


class Asked(dict):
    """An environment that remembers which variables were read."""

    def __init__(self, *args):
        super().__init__(*args)
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


@pytest.fixture(scope="module")
def commands() -> click.Group:
    return create_app(Settings.from_env(NOWHERE)).cli


def settings_in_readme():
    return dict(SETTING.findall(README))


def test_every_setting_is_in_the_readme_and_no_other():
    environment = Asked(NOWHERE)
    Settings.from_env(environment)
    assert settings_in_readme().keys() == environment.names


@pytest.mark.parametrize(
    ("name", "default"), [pair for pair in settings_in_readme().items() if pair[1]]
)
def test_the_readmes_default_is_what_counts_without_the_variable(name, default):
    assert Settings.from_env(NOWHERE | {name: default}) == Settings.from_env(NOWHERE)


def test_a_setting_without_a_default_in_the_readme_may_be_left_out():
    optional = {name for name, default in settings_in_readme().items() if not default}
    assert optional - NOWHERE.keys() == {
        "OWNER_DATABASE_URL",
        "REPORTS_DATABASE_URL",
        "PUBLIC_URL",
    }
    Settings.from_env(NOWHERE)


def pasted_commands() -> Iterator[list[str]]:
    """The words of each `flask` command in a block of shell, up to a pipe."""
    for page in PAGES:
        for block in SHELL.findall(page.read_text()):
            for line in block.splitlines():
                _, is_command, rest = line.partition(".venv/bin/flask ")
                if is_command:
                    yield shlex.split(rest.partition(" |")[0], comments=True)


@pytest.mark.parametrize("words", list(pasted_commands()), ids=" ".join)
def test_a_command_to_paste_is_one_that_the_application_takes(commands, words):
    command, rest = commands, words
    while isinstance(command, click.Group):
        command, rest = command.commands[rest[0]], rest[1:]
    context = command.make_context(" ".join(words), list(rest))
    assert context.command is command


@pytest.mark.parametrize(
    "words", sorted({words for page in PAGES for words in MENTION.findall(page.read_text())})
)
def test_a_command_that_is_named_exists(commands, words):
    command = commands
    for word in words.split():
        if not isinstance(command, click.Group):
            break
        assert word in command.commands
        command = command.commands[word]


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in LINK.findall(page.read_text()):
            if "://" not in target:
                yield page, target


@pytest.mark.parametrize(
    ("page", "target"), [pytest.param(*each, id=f"{each[0].name} {each[1]}") for each in links()]
)
def test_a_link_leads_somewhere(page, target):
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    assert file.exists()
    if anchor:
        assert anchor in [_slug(heading) for heading in HEADING.findall(file.read_text())]


def _slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_decision_is_numbered_in_order_and_has_the_three_parts():
    decisions = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
    for number, decision in enumerate(decisions, start=1):
        text = decision.read_text()
        assert decision.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project by its path; environments, caches and data are none of it."""
    for path in PROJECT.rglob("*"):
        parts = path.relative_to(PROJECT).parts
        is_kept = parts[0] in {".ci", ".gitignore", ".editorconfig"} or parts[0][0] != "."
        if is_kept and parts[0] != "var" and "__pycache__" not in parts and path.is_file():
            try:
                yield "/".join(parts), path.read_text()
            except UnicodeDecodeError:
                continue


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["paths", "registries"])
def test_no_text_names_this_machine_or_a_registry(pattern):
    found = [
        (name, pattern.findall(text))
        for name, text in texts()
        if name != "tests/contract/test_readme.py" and pattern.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE, "see /home/somebody/frontdoor"),
        (MACHINE, '"/root/.cache"'),
        (REGISTRY, "--index-url https://somewhere/simple"),
        (REGISTRY, "https://files.pythonhosted.org/packages/"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern, text):
    assert pattern.search(text)
