"""Log lines: JSON, one a line, with keys from one list and never a personal value.

A line says what happened, to which request and where in the code; never which values were in it.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, TextIO

import orjson
import structlog

ALLOWED_KEYS = frozenset(
    {
        "time", "level", "event", "request_id", "trace_id", "span_id", "method", "route", "status",
        "duration_ms", "key_id", "agency", "authority", "error_type", "sqlstate", "constraint",
        "frames", "check", "logger", "entries", "area", "report", "period",
    }
)  # fmt: skip

Facts = str | int | float | list[str] | None

_logger = structlog.get_logger()


def configure_logging(*, level: str = "info", stream: TextIO | None = None) -> None:
    """Send all log lines of the process to `stream` (default: standard output).

    `level` is the lowest of ours that is written. Other libraries' lines are written from warning
    up, as their template without its arguments, which may hold values.
    """
    out = stream or sys.stdout
    structlog.configure(
        processors=[_as_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    # Bound once: the library's proxy binds anew for every line, which costs as much as the line.
    global _logger  # noqa: PLW0603 - a process has one log
    _logger = structlog.get_logger().bind()
    handler = logging.StreamHandler(out)
    handler.setFormatter(TemplateFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def log_info(event: str, **facts: Facts) -> None:
    """Write one line at level info; facts that are None, or of keys not allowed, are left out."""
    _logger.info(event, **facts)


def log_error(event: str, **facts: Facts) -> None:
    """Write one line at level error, as `log_info` does."""
    _logger.error(event, **facts)


def _as_json(_logger: object, level: str, line: Mapping[str, Any]) -> str:
    now = datetime.now(UTC).replace(tzinfo=None)
    begin = {"time": f"{now.isoformat()}Z", "level": level, "event": line["event"]}
    kept = {key: line[key] for key in line if key in ALLOWED_KEYS and line[key] is not None}
    return orjson.dumps(begin | kept).decode()


def error_facts(error: BaseException) -> dict[str, Facts]:
    """What a log line may say of an error: its types, and where it was raised; no message.

    `frames` are `file:line function`, outermost first; `error_type` ends with the causes' types.
    """
    return {
        "error_type": " from ".join(_type_names(error)),
        "frames": [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    }


def _type_names(error: BaseException) -> list[str]:
    names = []
    cause: BaseException | None = error
    while cause is not None:
        names.append(type(cause).__qualname__)
        cause = cause.__cause__
    return names


def _short(filename: str) -> str:
    return "/".join(PurePath(filename).parts[-2:])


class TemplateFormatter(logging.Formatter):
    """Formats a line of another library: its template, never its arguments or an error's text."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object, with the keys of our own lines."""
        line: dict[str, Facts] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__qualname__,
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= error_facts(record.exc_info[1])
        return json.dumps(line)
