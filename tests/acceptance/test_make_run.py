"""`make run`'s supervisor as a user meets it: start, use, stop, kill, start again."""

import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.postgres_cluster import remove_cluster
from tests.support.processes import descendants, wait_until_gone

pytestmark = pytest.mark.slow_start

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS_OF_OUR_OWN = ("DATABASE_URL", "OWNER_DATABASE_URL", "REPORTS_DATABASE_URL", "HOST")


@dataclass(frozen=True)
class Answer:
    """What came back for one of the printed commands."""

    status: int
    text: str

    @property
    def body(self) -> dict:
        return json.loads(self.text)


@dataclass(frozen=True)
class Running:
    """A supervisor that has said it is ready."""

    process: subprocess.Popen
    commands: list[str]

    def everything(self):
        """The supervisor and all that it started."""
        return [self.process.pid, *descendants(self.process.pid)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("frontdoor") / "var"
    yield path
    remove_cluster(path)


@pytest.fixture(scope="module")
def port() -> int:
    """A port below those that the kernel hands out to outgoing connections."""
    for number in range(12_000 + os.getpid() % 1000, 20_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) != 0:
                return number
    pytest.fail("no free port")


def launch(folder, port, **settings):
    inherited = {k: v for k, v in os.environ.items() if k not in SETTINGS_OF_OUR_OWN}
    return subprocess.Popen(
        [sys.executable, "-m", "cli.run"],
        cwd=PROJECT,
        env=inherited | {"FRONTDOOR_DATA": str(folder), "PORT": str(port)} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if settings else None,
        text=True,
        start_new_session=True,
    )


@contextmanager
def running(folder, port):
    """A supervisor, once it has printed its four commands; killed at the end if it still runs."""
    with launch(folder, port) as process:
        try:
            commands = []
            while len(commands) < 4:
                line = process.stdout.readline()
                assert line, "the supervisor ended before it was ready"
                commands += [line.strip()] if line.startswith("curl ") else []
            yield Running(process, commands)
        finally:
            process.kill()


def paste(command) -> Answer:
    """Send what the printed command would."""
    words = iter(shlex.split(command)[1:])
    headers, body, url = {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            url = word
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.netloc, timeout=30)) as connection:
        target = f"{parts.path}?{parts.query}"
        connection.request("POST" if body else "GET", target, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode())


def refused(folder, port, **settings) -> str:
    """What the supervisor says when it does not start."""
    process = launch(folder, port, **settings)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    return said


def send(frontdoor: Running) -> str:
    """Record the contact of the first command; its reference."""
    answer = paste(frontdoor.commands[0])
    assert answer.status == 201
    return answer.body["agency_reference"]


def newest(frontdoor: Running) -> str:
    """The reference of the contact that the second command shows."""
    answer = paste(frontdoor.commands[1])
    assert answer.status == 200
    return answer.body["items"][0]["agency_reference"]


def test_the_four_printed_commands_work_as_they_stand(folder, port):
    with running(folder, port) as frontdoor:
        reference = send(frontdoor)
        assert paste(frontdoor.commands[0]).status == 200
        assert newest(frontdoor) == reference
        table = paste(frontdoor.commands[2])
        assert table.status == 200
        assert table.body["totals"]["total"]["number"] == 1586
        published = paste(frontdoor.commands[3])
        assert published.status == 200
        assert ",c," in published.text
        assert published.text.endswith(",1586,100.0\r\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_and_the_data_stands_at_the_next_start(folder, port, number):
    with running(folder, port) as frontdoor:
        reference = send(frontdoor)
        everything = frontdoor.everything()
        assert len(everything) > 4
        os.kill(frontdoor.process.pid, number)
        os.kill(frontdoor.process.pid, number)
        assert frontdoor.process.wait(timeout=60) == 0
        wait_until_gone(everything)
    with running(folder, port) as frontdoor:
        assert newest(frontdoor) == reference


def test_it_starts_again_at_once_after_a_kill_of_its_process_group(folder, port):
    with running(folder, port) as frontdoor:
        reference = send(frontdoor)
        os.killpg(frontdoor.process.pid, signal.SIGKILL)
        frontdoor.process.wait(timeout=60)
    with running(folder, port) as frontdoor:
        assert newest(frontdoor) == reference


def test_it_starts_again_at_once_after_a_kill_of_everything(folder, port):
    with running(folder, port) as frontdoor:
        reference = send(frontdoor)
        for process in frontdoor.everything():
            # Some end by themselves when another is killed.
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        frontdoor.process.wait(timeout=60)
    with running(folder, port) as frontdoor:
        assert newest(frontdoor) == reference


@pytest.mark.parametrize("program", ["gunicorn", "postgres"])
def test_when_a_part_dies_the_rest_is_stopped_and_the_status_is_1(folder, port, program):
    with running(folder, port) as frontdoor:
        everything = frontdoor.everything()
        parts = [
            process
            for process in descendants(frontdoor.process.pid)
            if program in Path(f"/proc/{process}/cmdline").read_text()
        ]
        os.kill(parts[0], signal.SIGKILL)
        assert frontdoor.process.wait(timeout=60) == 1
        wait_until_gone(everything)


def test_a_second_start_on_the_same_folder_is_one_sentence(folder, port):
    with running(folder, port):
        said = refused(folder, port, LOG_LEVEL="info")
        assert said == f"Front Door is already running from {folder}.\n"


def test_a_port_in_use_is_one_sentence(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        said = refused(folder, number, LOG_LEVEL="info")
        assert said == f"Port {number} on 127.0.0.1 is in use: set PORT to another.\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("DATABASE_URL", "mysql://somewhere/else"),
        ("OWNER_DATABASE_URL", "postgresql://owner@db/frontdoor"),
        ("HOST", "host.invalid"),
    ],
)
def test_a_wrong_setting_is_one_sentence(folder, port, name, value):
    said = refused(folder, port, **{name: value})
    assert name in said
    assert said.count("\n") == 1
