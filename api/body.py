"""Request bodies: their form checked, read whole or refused, and parsed as strict JSON."""

import json
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, NoReturn

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.http import parse_options_header
from werkzeug.wsgi import get_input_stream

from api.errors import MalformedBodyError, TooLargeError, UnsupportedMediaTypeError
from api.routes import JSON
from domain.errors import Finding
from schemas.findings import is_safe_name, pointer_to

MERGE_PATCH = "application/merge-patch+json"

_DEEPEST = 50
_LONGEST_NUMBER = 40
_CHUNK = 65_536


class _RefusedJsonError(Exception):
    """The parser met something that is JSON to Python's eyes and to nobody else's."""

    def __init__(self, *, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


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
    _refuse("broken_off", "The body ended before it was complete.")


def _refuse(code: str, detail: str, pointer: str = "") -> NoReturn:
    raise MalformedBodyError(detail, findings=(Finding(code, detail, pointer=pointer),))


def parse_json(body: bytes) -> object:
    """Strict JSON (RFC 8259) as Python's objects; no name twice, no NaN, no NUL, no half pair.

    Raises MalformedBodyError with where, and never what.
    """
    if not body.strip():
        _refuse("empty_body", "The body is empty.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse("not_utf8", f"The body is not UTF-8 (byte {error.start + 1}).")
    value = _decoded(text)
    # Only an escape can write what UTF-8 and JSON refuse in the plain: few bodies need the walk.
    if "\\u" in text or text.count("[") + text.count("{") > _DEEPEST:
        _walk(value)
    return value


def _decoded(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _refuse("not_json", f"Not JSON from line {error.lineno}, column {error.colno}.")
    except _RefusedJsonError as error:
        _refuse(error.code, error.detail)
    except RecursionError:
        _refuse_depth("")


def _refuse_depth(pointer: str) -> NoReturn:
    _refuse("too_deep", f"Objects and arrays are nested more than {_DEEPEST} deep.", pointer)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
        shown = f" {twice}" if is_safe_name(twice) else ""
        raise _RefusedJsonError(
            code="duplicate_name", detail=f"The name{shown} stands twice in one object."
        )
    return made


def _whole_number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise _RefusedJsonError(code="not_a_number", detail="A number has too many digits.")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits) if len(digits) <= _LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise _RefusedJsonError(
            code="not_a_number", detail="A number is too large or has too many digits."
        )
    return number


def _constant(_name: str) -> NoReturn:
    raise _RefusedJsonError(code="not_a_number", detail="NaN and Infinity are not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_whole_number,
    parse_float=_number,
    parse_constant=_constant,
)


def _walk(body: object) -> None:
    """Refuse NUL and half pairs in any text or name, and too deep nesting."""
    waiting: list[tuple[object, str, int]] = [(body, "", 0)]
    while waiting:
        value, pointer, depth = waiting.pop()
        if isinstance(value, str):
            _check_text(value, pointer)
        elif isinstance(value, dict | list):
            if depth == _DEEPEST:
                _refuse_depth(pointer)
            waiting.extend((item, place, depth + 1) for item, place in _items(value, pointer))


def _items(value: dict[str, object] | list[object], pointer: str) -> Iterable[tuple[object, str]]:
    if isinstance(value, list):
        return [(item, pointer + pointer_to(index)) for index, item in enumerate(value)]
    for name in value:
        _check_text(name, pointer)
    return [
        (item, pointer + pointer_to(name) if is_safe_name(name) else pointer)
        for name, item in value.items()
    ]


def _check_text(text: str, pointer: str) -> None:
    if "\x00" in text:
        _refuse("nul", "Text must not hold a NUL.", pointer)
    if any("\ud800" <= character <= "\udfff" for character in text):
        _refuse("half_pair", "Text must not hold half of a surrogate pair.", pointer)
