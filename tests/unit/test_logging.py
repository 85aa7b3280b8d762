"""Log lines: only keys that are allowed, and no library's words about values."""

import io
import json
import logging

import pytest

from core.logging import configure_logging, error_facts, log_error, log_info


@pytest.fixture
def lines():
    stream = io.StringIO()
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    configure_logging(stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_only_allowed_keys_with_a_value_are_written(lines):
    log_info("request", status=200, agency=None, child_name="Jane Doe")
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line == {"event": "request", "level": "info", "status": 200}


def test_lines_below_the_level_are_left_out():
    stream = io.StringIO()
    configure_logging(level="error", stream=stream)
    log_info("request")
    log_error("unexpected_error")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "unexpected_error"
    ]


def test_another_librarys_line_is_its_template_alone(lines):
    logging.getLogger("driver").warning("rejected %s", "Jane Doe")
    logging.getLogger("driver").info("below the level")
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {"event": "rejected %s", "level": "warning", "logger": "driver"}


def failing():
    try:
        int("Jane Doe")
    except ValueError as error:
        raise KeyError(error) from error


def test_another_librarys_error_is_told_without_its_text(lines):
    try:
        failing()
    except KeyError as error:
        logging.getLogger("driver").exception(error)  # noqa: TRY401 (libraries do this)
    (line,) = lines()
    assert line["event"] == "KeyError"
    assert line["error_type"] == "KeyError from ValueError"
    assert line["frames"][-1].endswith(" failing")
    assert "Jane" not in json.dumps(line)


def test_an_error_that_was_never_raised_has_no_frames():
    assert error_facts(ValueError("Jane Doe")) == {"error_type": "ValueError", "frames": []}
