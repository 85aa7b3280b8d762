"""From a schema's messages to findings: coded, placed by pointer, never repeating a value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from domain.errors import Finding

_SAFE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class CodedMessage:
    """What a field or schema says is wrong: a stable snake_case code, and words for a person."""

    code: str
    detail: str


def coded(*, code: str, detail: str, field: str = SCHEMA) -> ValidationError:
    """The error that a field, a validator or (with `field`) a schema's own check raises."""
    return ValidationError([CodedMessage(code, detail)], field_name=field)


def is_safe_name(name: str) -> bool:
    """Whether a submitted field name may be repeated: a letter or `_`, then `A-Za-z0-9_.-`.

    A name that a sender made up may be a person's or a number of theirs; such is never repeated.
    """
    return _SAFE_NAME.fullmatch(name) is not None


def pointer_to(*steps: str | int) -> str:
    """An RFC 6901 pointer of field names and list indexes; `""` is the whole body."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def findings_of(messages: object, *, at: str = "", parameters: bool = False) -> list[Finding]:
    """The findings in a marshmallow `ValidationError`'s messages, in their order.

    `at` is the pointer of what was loaded. With `parameters`, the names are those of query
    parameters. A message without a code becomes `malformed`, its own words unsaid, because they
    may repeat what was submitted.
    """
    return [
        Finding(message.code, message.detail, **_place(pointer, parameters=parameters))
        for pointer, message in _placed(messages, at)
    ]


def _place(pointer: str, *, parameters: bool) -> dict[str, str]:
    return {"parameter": pointer.removeprefix("/")} if parameters else {"pointer": pointer}


def _placed(messages: object, at: str) -> Iterator[tuple[str, CodedMessage]]:
    if isinstance(messages, dict):
        for step, found in messages.items():
            yield from _placed(found, _step(at, step))
    elif isinstance(messages, list):
        for found in messages:
            yield from _placed(found, at)
    elif isinstance(messages, CodedMessage):
        yield at, messages
    else:
        yield at, CodedMessage("malformed", "This value is not in a form that is accepted.")


def _step(at: str, step: str | int) -> str:
    if step == SCHEMA or (isinstance(step, str) and not is_safe_name(step)):
        return at
    return at + pointer_to(step)
