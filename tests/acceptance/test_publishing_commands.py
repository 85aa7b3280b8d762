"""The commands that publish and list, and what is published by itself when it is due."""

import json
import re
from datetime import UTC, datetime
from threading import Event

import pytest
from sqlalchemy.exc import OperationalError

from cli.publishing_pass import PublishingPass
from core.logging import configure_logging
from domain.access import Role
from domain.errors import ForbiddenError
from tests.support.clocked import SetClock, clocked_app
from tests.support.hub import Hub
from tests.support.publications import (
    PUBLICATIONS,
    a_small_quarter,
    client_in,
    partnership_of,
    path_of,
    published,
)

# Ten working days after 31 March 2014 is 14 April.
LAST_DAY = datetime(2014, 4, 14, 22, 59, 59, tzinfo=UTC)
DAY_AFTER = datetime(2014, 4, 14, 23, 0, 0, tzinfo=UTC)


@pytest.fixture
def flask(app):
    """Run a command; what it printed must have come with the status that is expected."""

    def run(*arguments, status=0):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == status, result.output
        return result

    return run


def lines_of(result, word):
    """The cells of each line in which a word stands."""
    found = [line for line in result.stdout.splitlines() if word in line]
    return [re.split(r" {2,}", line) for line in found]


def test_a_report_is_published_by_hand_and_listed(flask, hub):
    a_small_quarter(hub)
    arguments = ("--area", hub.authority, "--report", "table-1", "--period", "2013-14-Q4")
    said = flask("publish", *arguments).stdout
    name = f"Authority {hub.authority}"
    assert re.fullmatch(
        rf"table-1 of 2013-14 Q4, {name}, is published: 5 figures are hidden, and \d+ to protect "
        r"them\.\n",
        said,
    )
    again = flask("publish", *arguments).stdout
    assert again.startswith(f"table-1 of 2013-14 Q4, {name}, is published already, as at ")
    ((_, area, report, period, _, _, by),) = lines_of(
        flask("publications", "--area", hub.authority), hub.authority
    )
    assert (area, report, period) == (hub.authority, "table-1", "2013-14-Q4")
    (record,) = hub.client(Role.REPORT).get(PUBLICATIONS).get_json()["items"]
    assert record["published_by"] == by != ""
    assert lines_of(flask("publications"), hub.authority)


def test_the_instant_can_be_given(flask, hub):
    arguments = ("--area", hub.authority, "--report", "inputs", "--period", "2013-14-Q4")
    flask("publish", *arguments, "--as-at", "2024-04-20T09:00:00+01:00")
    (record,) = hub.client(Role.REPORT).get(PUBLICATIONS).get_json()["items"]
    assert record["as_at"] == "2024-04-20T08:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--report", "table-1", "--period", "2098-99-Q4"), 1),
        (("--report", "inputs", "--period", "2013-14"), 1),
        (("--report", "table-1", "--period", "2013-15"), 2),
        (("--report", "table-2", "--period", "2013-14"), 2),
        (("--report", "table-1", "--period", "2013-14", "--as-at", "2014-04-20"), 2),
        (("--report", "table-1", "--period", "2013-14", "--as-at", "2999-01-01T00:00:00Z"), 1),
    ],
)
def test_what_cannot_be_published_is_one_sentence(flask, hub, arguments, status):
    result = flask("publish", "--area", hub.authority, *arguments, status=status)
    *usage, last = result.stderr.splitlines()
    assert last.startswith("Error: ")
    assert last.endswith(".") or "is not one of" in last
    assert all(line.startswith(("Usage:", "Try ")) or not line for line in usage)


def test_an_unknown_area_is_one_sentence(flask):
    arguments = ("--report", "table-1", "--period", "2013-14-Q4")
    said = flask("publish", "--area", "nowhere", *arguments, status=1).stderr
    assert said.startswith("Error: ")
    assert said.count("\n") == 1


def test_an_authority_says_whether_it_publishes_by_itself(flask, hub):
    def said():
        ((*_, publishing),) = lines_of(flask("authorities", "list"), f"{hub.authority}  ")
        return publishing

    assert said() == "by-hand"
    told = flask("authorities", "publishing", hub.authority, "by-itself").stdout
    assert told == f"{hub.authority} publishes by-itself.\n"
    assert said() == "by-itself"
    flask("authorities", "publishing", hub.authority, "by-hand")
    assert said() == "by-hand"
    flask("authorities", "publishing", hub.authority, status=2)
    flask("authorities", "publishing", "E09999998", "by-itself", status=1)


@pytest.fixture
def clock():
    return SetClock(LAST_DAY)


@pytest.fixture
def at_its_time(app_settings, clock):
    """The application on a clock that stands at the last moment before a quarter is due."""
    with clocked_app(app_settings, clock) as made:
        yield made


def by_itself(app, *hubs, **options):
    """A pass over some authorities alone."""
    codes = [hub.authority for hub in hubs]
    return PublishingPass(app.extensions["database"], authorities=codes, **options)


def set_automatic(app, *hubs):
    for hub in hubs:
        arguments = ("authorities", "publishing", hub.authority, "by-itself")
        assert app.test_cli_runner().invoke(args=arguments).exit_code == 0


def listed(client):
    return [
        (each["area"]["code"], each["report"], each["period"]["code"])
        for each in client.get(PUBLICATIONS).get_json()["items"][::-1]
    ]


def test_what_is_due_is_published_once_from_the_day_after_its_position(at_its_time, clock):
    hub = Hub(at_its_time)
    a_small_quarter(hub)
    loop = by_itself(at_its_time, hub)
    clock.now = DAY_AFTER
    assert loop.run(Event()) == 0  # nobody has set it
    set_automatic(at_its_time, hub)
    clock.now = LAST_DAY
    assert loop.run(Event()) == 0
    clock.now = DAY_AFTER
    assert loop.run(Event()) == 3
    assert loop.run(Event()) == 0
    assert listed(hub.reporter) == [
        (hub.authority, "table-1", "2013-14-Q4"),
        (hub.authority, "inputs", "2013-14-Q4"),
        (hub.authority, "table-1", "2013-14"),
    ]
    (record, *_) = hub.reporter.get(PUBLICATIONS).get_json()["items"]
    assert record["published_by"] == "By itself"
    partner = hub.client(Role.PARTNER)
    assert partner.get(path_of(hub.authority)).get_json()["disclosure_control"] == "applied"


def test_what_was_published_by_hand_is_not_due(at_its_time, clock):
    hub = Hub(at_its_time)
    set_automatic(at_its_time, hub)
    clock.now = DAY_AFTER
    published(hub.client(Role.ADMIN), hub.authority)
    assert by_itself(at_its_time, hub).run(Event()) == 2


def test_a_partnership_publishes_by_itself_where_all_its_authorities_do(at_its_time, clock):
    hubs = Hub(at_its_time), Hub(at_its_time)
    one, two = (hub.authority for hub in hubs)
    code = partnership_of(*hubs)
    loop = by_itself(at_its_time, *hubs)
    clock.now = datetime(2014, 7, 15, tzinfo=UTC)  # the quarter to June
    set_automatic(at_its_time, hubs[0])
    assert loop.run(Event()) == 2
    set_automatic(at_its_time, hubs[1])
    assert loop.run(Event()) == 4
    reader = client_in(hubs, {one: [Role.REPORT], two: [Role.REPORT]})
    assert set(listed(reader)) == {
        (area, report, "2014-15-Q1")
        for area in (one, two, code)
        for report in ("table-1", "inputs")
    }


def test_the_longest_lag_of_what_belongs_together_counts(at_its_time, clock):
    hubs = Hub(at_its_time), Hub(at_its_time)
    partnership_of(*hubs)
    slow = ("authorities", "add", hubs[1].authority, f"Authority {hubs[1].authority}")
    lag = ("--telephone", "01632 960000", "--reporting-lag", "11")
    clock.move(seconds=1)
    assert at_its_time.test_cli_runner().invoke(args=(*slow, *lag)).exit_code == 0
    set_automatic(at_its_time, hubs[0])
    clock.now = DAY_AFTER
    loop = by_itself(at_its_time, hubs[0])
    assert loop.run(Event()) == 0
    clock.move(days=1)
    assert loop.run(Event()) == 3


@pytest.fixture
def log(tmp_path):
    """The file that log lines of this test go to."""
    path = tmp_path / "log"
    with path.open("w") as stream:
        configure_logging(stream=stream)
        yield path
    configure_logging()


def test_a_failure_is_logged_and_tried_again_after_an_hour(at_its_time, clock, log, monkeypatch):
    hub = Hub(at_its_time)
    set_automatic(at_its_time, hub)
    clock.now = DAY_AFTER
    seconds = [0.0]
    loop = by_itself(at_its_time, hub, seconds=lambda: seconds[0])

    def refuse(_database, due):
        message = "secret"
        if due.report == "inputs":
            raise OperationalError(message, None, Exception(message))
        raise ForbiddenError(message)

    with monkeypatch.context() as patched:
        patched.setattr("cli.publishing_pass.publish_due", refuse)
        assert loop.run(Event()) == 0
        assert loop.run(Event()) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    failed = [line for line in lines if line["event"] == "publication_failed"]
    assert {(line["report"], line["period"], line["error_type"]) for line in failed} == {
        ("table-1", "2013-14-Q4", "ForbiddenError"),
        ("inputs", "2013-14-Q4", "OperationalError"),
        ("table-1", "2013-14", "ForbiddenError"),
    }
    assert len(failed) == 3
    assert "secret" not in log.read_text()

    seconds[0] = 3_599.0
    assert loop.run(Event()) == 0
    seconds[0] = 3_600.0
    assert loop.run(Event()) == 3


def test_days_without_a_calendar_are_logged_and_do_not_stop_the_loop(at_its_time, clock, log):
    hub = Hub(at_its_time)
    set_automatic(at_its_time, hub)
    clock.now = datetime(2090, 4, 20, tzinfo=UTC)
    assert by_itself(at_its_time, hub).run(Event()) == 0
    (line,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert (line["event"], line["error_type"]) == (
        "due_publications_unknown",
        "CalendarRangeError",
    )


def test_the_pass_stops_between_two_reports(at_its_time, clock):
    hub = Hub(at_its_time)
    set_automatic(at_its_time, hub)
    clock.now = DAY_AFTER
    stop = Event()
    stop.set()
    assert by_itself(at_its_time, hub).run(stop) == 0
