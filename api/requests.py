"""What every request gets: an id, a place in a trace, one log line, and careful headers."""

import random
import re
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID

from flask import Flask, Response, request
from flask.globals import request_ctx

from core.logging import Facts, log_error, log_info

_KEY = "front_door.trace"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(
    r"00-(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})"
)
_AUTHORITY = re.compile(r"[EWSN][0-9]{8}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_OWN_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# What an answer has unless its view says otherwise.
_EVERY_GUARD = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
)
_GUARDS = (
    *_EVERY_GUARD,
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
_PAGE_GUARDS = (*_EVERY_GUARD, ("Content-Security-Policy", _OWN_CONTENT))


# Not from the system's source of chance: a name need not be secret, and to ask for it lets other
# threads run, which costs more than the rest.
def _hexadecimal(bits: int) -> str:
    return f"{random.getrandbits(bits) or 1:0{bits // 4}x}"


def _uuid() -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


@dataclass(slots=True)
class Trace:
    """A request's names, and what the log line will say of its caller."""

    request_id: str
    trace_id: str
    flags: str
    span_id: str = field(default_factory=lambda: _hexadecimal(64))
    started: float = field(default_factory=time.perf_counter)
    caller: dict[str, Facts] = field(default_factory=dict)

    @property
    def traceparent(self) -> str:
        """The W3C header by which others continue the trace from here."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def register_requests(app: Flask) -> None:
    """Number, time, log and guard every request. Call before any other registration."""
    app.before_request(_begin)
    # Flask runs the last registered first: registered first, this sees the finished answer.
    app.after_request(_finish)


def trace() -> Trace:
    """The current request's trace."""
    # In the environ, not in flask.g: g outlives a request where an outer context is pushed.
    environ = request.environ
    found: Trace | None = environ.get(_KEY)
    if found is None:
        found = environ[_KEY] = _new_trace()
    return found


def request_id() -> str:
    """The current request's id, as sent or made: in answers, problems and the log."""
    return trace().request_id


def note_caller(*, key_id: str, agency: str | None) -> None:
    """Tell the log line whose key it was, and the code of its agency."""
    trace().caller = {"key_id": key_id, "agency": agency}


def _new_trace() -> Trace:
    environ = request.environ
    sent_id = environ.get("HTTP_X_REQUEST_ID", "")
    parent = _TRACEPARENT.fullmatch(environ.get("HTTP_TRACEPARENT", "").strip())
    return Trace(
        request_id=sent_id if _REQUEST_ID.fullmatch(sent_id) else _uuid(),
        trace_id=parent["trace"] if parent else _hexadecimal(128),
        flags=parent["flags"] if parent else "00",
    )


def _begin() -> None:
    trace()


def _finish(response: Response) -> Response:
    current = trace()
    guards = _PAGE_GUARDS if response.mimetype == "text/html" else _GUARDS
    present = {name.lower() for name, _ in response.headers}
    response.headers.extend(
        [
            ("X-Request-ID", current.request_id),
            ("traceparent", current.traceparent),
            *(guard for guard in guards if guard[0].lower() not in present),
        ]
    )
    failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    (log_error if failed else log_info)("request", **_line(current, status=response.status_code))
    return response


def _line(current: Trace, *, status: int) -> dict[str, Facts]:
    asked = request_ctx.request
    authority = str((asked.view_args or {}).get("authority", ""))
    return {
        "request_id": current.request_id,
        "trace_id": current.trace_id,
        "span_id": current.span_id,
        "method": asked.method if asked.method in _METHODS else "other",
        # The rule, never the path: what stands in a path or query may be somebody's name.
        "route": asked.url_rule.rule if asked.url_rule else None,
        "status": status,
        "duration_ms": round((time.perf_counter() - current.started) * 1000, 1),
        "authority": authority if _AUTHORITY.fullmatch(authority) else None,
        **current.caller,
    }
