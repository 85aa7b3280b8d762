"""Strict JSON (RFC 8259): no name twice, no NaN, no NUL, no half pair, no bottomless nesting."""

import json
import math
from collections import Counter
from collections.abc import Iterable
from types import NoneType
from typing import Any, NoReturn

import orjson

from domain.errors import Finding
from schemas.findings import is_safe_name, pointer_to

_DEEPEST = 50
_LONGEST_NUMBER = 40
_PLAIN = frozenset({str, int, bool, NoneType})


class StrictJsonError(Exception):
    """The text cannot be read; `finding` says where and why, and never what it held."""

    def __init__(self, *, code: str, detail: str, pointer: str = "") -> None:
        super().__init__(code)
        self.finding = Finding(code, detail, pointer=pointer)


def parse_json(text: bytes, *, first_line: int = 1) -> object:
    """UTF-8 JSON as Python's objects. Lines are counted from `first_line` in what is refused.

    Raises StrictJsonError.
    """
    # orjson takes a name twice, `\u0000` and deep nesting, and makes floats of long numbers: its
    # value counts only where none of these can be, and whatever it refuses is read again.
    try:
        value = orjson.loads(text)
        written = orjson.dumps(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return parse_slowly(text, first_line=first_line)
    if _lost_nothing(value, written=written, text=text):
        return value
    return parse_slowly(text, first_line=first_line)


def _lost_nothing(value: object, *, written: bytes, text: bytes) -> bool:
    """Whether `value`, which is `written` when written again, is certainly all that `text` says."""
    if written == text:
        # orjson writes as escapes only what it must, control characters; one of them is refused.
        return b"\\u0000" not in text and text.count(b"{") + text.count(b"[") <= _DEEPEST
    # A name that was lost has taken its colon with it.
    return (
        b"\\u" not in text
        and written.count(b":") == text.count(b":")
        and _is_shallow_without_floats(value)
    )


def _is_shallow_without_floats(value: object) -> bool:
    containers = [value]
    for container in containers:
        if isinstance(container, dict):
            items: Iterable[object] = container.values()
        elif isinstance(container, list):
            items = container
        else:
            return False
        for item in items:
            if type(item) is not str and type(item) not in _PLAIN:
                containers.append(item)  # noqa: PERF401 - most have no such item
    return len(containers) <= _DEEPEST


def parse_slowly(text: bytes, *, first_line: int = 1) -> object:
    """What `parse_json` gives and raises, always by the one parser that knows every rule."""
    if not text.strip():
        raise StrictJsonError(code="empty_body", detail="The body is empty.")
    try:
        characters = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        detail = f"The body is not UTF-8 (byte {error.start + 1})."
        raise StrictJsonError(code="not_utf8", detail=detail) from None
    value = _decoded(characters, first_line)
    # Only an escape can write what UTF-8 and JSON refuse in the plain: few bodies need the walk.
    if "\\u" in characters or characters.count("[") + characters.count("{") > _DEEPEST:
        _walk(value)
    return value


def _decoded(text: str, first_line: int) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        line = error.lineno - 1 + first_line
        detail = f"Not JSON from line {line}, column {error.colno}."
        raise StrictJsonError(code="not_json", detail=detail) from None
    except RecursionError:
        _refuse_depth("")


def _refuse_depth(pointer: str) -> NoReturn:
    detail = f"Objects and arrays are nested more than {_DEEPEST} deep."
    raise StrictJsonError(code="too_deep", detail=detail, pointer=pointer)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
        shown = f" {twice}" if is_safe_name(twice) else ""
        detail = f"The name{shown} stands twice in one object."
        raise StrictJsonError(code="duplicate_name", detail=detail)
    return made


def _whole_number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise StrictJsonError(code="not_a_number", detail="A number has too many digits.")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits) if len(digits) <= _LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise StrictJsonError(
            code="not_a_number", detail="A number is too large or has too many digits."
        )
    return number


def _constant(_name: str) -> NoReturn:
    raise StrictJsonError(code="not_a_number", detail="NaN and Infinity are not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_whole_number,
    parse_float=_number,
    parse_constant=_constant,
)


def _walk(value: object) -> None:
    """Refuse NUL and half pairs in any text or name, and too deep nesting."""
    waiting: list[tuple[object, str, int]] = [(value, "", 0)]
    while waiting:
        inner, pointer, depth = waiting.pop()
        if isinstance(inner, str):
            _check_text(inner, pointer)
        elif isinstance(inner, dict | list):
            if depth == _DEEPEST:
                _refuse_depth(pointer)
            waiting.extend((item, place, depth + 1) for item, place in _items(inner, pointer))


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
        raise StrictJsonError(code="nul", detail="Text must not hold a NUL.", pointer=pointer)
    if any("\ud800" <= character <= "\udfff" for character in text):
        detail = "Text must not hold half of a surrogate pair."
        raise StrictJsonError(code="half_pair", detail=detail, pointer=pointer)
