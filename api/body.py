"""Request bodies: their form checked, read whole or refused, and parsed as strict JSON."""

from collections.abc import Iterable, Iterator
from typing import NoReturn

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.http import parse_options_header
from werkzeug.wsgi import get_input_stream

from api.errors import MalformedBodyError, TooLargeError, UnsupportedMediaTypeError
from api.routes import JSON
from domain.errors import Finding
from domain.imports import BodyEndedError, BodyTooLongError
from schemas import strict_json
from schemas.strict_json import StrictJsonError

MERGE_PATCH = "application/merge-patch+json"

_CHUNK = 65_536
# Of a body whose length is known the server reads up to 1 MiB ahead, and copies what is left of it
# for each part that is asked of it.
_CHUNK_OF_KNOWN_LENGTH = 262_144
_BROKEN_OFF = "The body ended before it was complete."


def read_json(request: Request, *, limit: int, media_types: Iterable[str] = (JSON,)) -> object:
    """The body as JSON, at most `limit` bytes long.

    Raises UnsupportedMediaTypeError, TooLargeError, or MalformedBodyError.
    """
    return parse_json(read_body(request, limit=limit, media_types=media_types))


def read_body(request: Request, *, limit: int, media_types: Iterable[str]) -> bytes:
    """The body's bytes, sent by length or in chunks, once its type and encoding are known.

    Raises UnsupportedMediaTypeError, or TooLargeError: a body is never cut.
    """
    _check_form(request, tuple(media_types))
    if (request.content_length or 0) > limit:
        raise TooLargeError(limit)
    body = _read_up_to(request, limit + 1)
    if len(body) > limit:
        raise TooLargeError(limit)
    # The server gives what came until the sender hung up, and says nothing.
    if len(body) < (request.content_length or 0):
        _refuse_broken_off()
    return body


def body_parts(
    request: Request, *, limit: int, media_types: Iterable[str]
) -> tuple[str, Iterator[bytes]]:
    """The body's media type, and its bytes as they come, never more than a part of them at once.

    Raises UnsupportedMediaTypeError and, for a body that says that it is too long, BodyTooLongError
    at once; the parts raise BodyTooLongError and BodyEndedError when they come to it.
    """
    _check_form(request, tuple(media_types))
    if (request.content_length or 0) > limit:
        raise _too_long(limit)
    media_type, _ = parse_options_header(request.headers.get("Content-Type"))
    return media_type.lower(), _parts(request, limit)


def _parts(request: Request, limit: int) -> Iterator[bytes]:
    stream = get_input_stream(request.environ)
    received = 0
    size = _CHUNK if request.content_length is None else _CHUNK_OF_KNOWN_LENGTH
    try:
        while part := stream.read(size):
            received += len(part)
            if received > limit:
                raise _too_long(limit)
            yield part
    except (OSError, ParseException):
        raise BodyEndedError(_BROKEN_OFF) from None
    if received < (request.content_length or 0):
        raise BodyEndedError(_BROKEN_OFF)


def _too_long(limit: int) -> BodyTooLongError:
    return BodyTooLongError(
        f"One import takes at most {limit:,} bytes: split it, and send the parts one by one."
    )


def _check_form(request: Request, media_types: tuple[str, ...]) -> None:
    taken = " or ".join(media_types)
    media_type, options = parse_options_header(request.headers.get("Content-Type"))
    if media_type.lower() not in media_types:
        _refuse_form(f"Content-Type must be {taken}.", taken)
    if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        _refuse_form("The charset must be utf-8.", taken)
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        _refuse_form("Send the body without Content-Encoding.", taken)


def _refuse_form(detail: str, taken: str) -> NoReturn:
    raise UnsupportedMediaTypeError(detail, headers={"Accept": taken.replace(" or ", ", ")})


def _read_up_to(request: Request, size: int) -> bytes:
    # Not request.get_data(): where a limit is configured, it cuts a chunked body in silence.
    stream = get_input_stream(request.environ)
    parts: list[bytes] = []
    left = size
    try:
        while left and (part := stream.read(min(left, _CHUNK))):
            parts.append(part)
            left -= len(part)
    # gunicorn raises its own for chunks that are none.
    except (OSError, ParseException):
        _refuse_broken_off()
    return b"".join(parts)


def _refuse_broken_off() -> NoReturn:
    finding = Finding("broken_off", _BROKEN_OFF, pointer="")
    raise MalformedBodyError(finding.detail, findings=(finding,))


def parse_json(body: bytes) -> object:
    """Strict JSON as Python's objects.

    Raises MalformedBodyError with where, and never what.
    """
    try:
        return strict_json.parse_json(body)
    except StrictJsonError as error:
        finding = error.finding
        raise MalformedBodyError(finding.detail, findings=(finding,)) from None
