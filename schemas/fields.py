"""The fields of the public contract: strict about JSON types, with coded messages.

All take marshmallow's field options, and `description` and `example` for the OpenAPI document.
In a schema of query parameters (`values_are_text`), `Flag` and `Whole` read their text forms.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, cast

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import And

from schemas.findings import CodedMessage, coded
from schemas.instants import instant_text, read_instant

NULL_REFUSED = CodedMessage("null_not_allowed", "This must not be null.")
NOT_AN_OBJECT = CodedMessage("wrong_type", "This must be a JSON object.")

MESSAGES: dict[str, Any] = {
    "required": [CodedMessage("required", "This is required.")],
    "null": [NULL_REFUSED],
    "type": [NOT_AN_OBJECT],
    "invalid": [CodedMessage("malformed", "This value is not in a form that is accepted.")],
    "validator_failed": [
        CodedMessage("malformed", "This value is not in a form that is accepted.")
    ],
}

_CODES_SHOWN = 30
_DAYS_REMEMBERED = 16_384
_DOCUMENTATION = frozenset({"description", "example"})
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROL_BUT_BREAKS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_FLAGS = {"true": True, "false": False}
_DIGITS = re.compile(r"-?[0-9]{1,18}")


class _Checked:
    """What all fields share: coded messages, documentation by keyword, no validator no cost."""

    default_error_messages = MESSAGES
    validators: list[Any]

    @staticmethod
    def documented(options: Mapping[str, object], **facts: object) -> dict[str, Any]:
        """Field options with `description`, `example` and other facts moved to the metadata."""
        metadata: dict[str, object] = dict(
            cast("Mapping[str, object]", options.get("metadata", {}))
        )
        metadata |= {name: fact for name, fact in facts.items() if fact is not None}
        if "description" in options:
            metadata["description"] = options["description"]
        if "example" in options:
            metadata["examples"] = [options["example"]]
        kept = {name: options[name] for name in options if name not in _DOCUMENTATION}
        return {**kept, "metadata": metadata}

    def _validate(self, value: object) -> None:
        if self.validators:
            And(*self.validators)(value)


class PlainField(_Checked):
    """A field of one value, with a rule that needs nothing but the value."""

    def read(self, value: object) -> Any:
        """What a JSON value other than null loads as. Raises `ValidationError`, coded."""
        raise NotImplementedError

    def _deserialize(self, value: object, *_: object, **__: object) -> Any:
        return self.read(value)


def _reads_text(field: fields.Field[Any]) -> bool:
    return getattr(field.root, "values_are_text", False)


class Text(PlainField, fields.String):
    """Text, trimmed; at most `max_length` characters after that.

    `""` is null where null is allowed, an error elsewhere. Line breaks and tabs only where
    `multiline`; other control characters, NUL and lone surrogates nowhere. `form` is the `format`
    in the OpenAPI document of a kind of text that has rules of its own.
    """

    form: ClassVar[str | None] = None

    def __init__(self, *, max_length: int, multiline: bool = False, **options: object) -> None:
        super().__init__(**self.documented(options, maxLength=max_length, format=self.form))
        self.max_length = max_length
        self.multiline = multiline
        self.refused = _CONTROL_BUT_BREAKS if multiline else _CONTROL

    def read(self, value: object) -> str | None:
        """The text, trimmed; None for `""` where null is allowed."""
        if not isinstance(value, str):
            raise coded(code="wrong_type", detail="This must be a JSON string.")
        text = value.strip()
        if not text:
            self._refuse_nothing()
            return None
        if len(text) > self.max_length:
            raise coded(
                code="too_long", detail=f"This must have at most {self.max_length} characters."
            )
        # All that is refused is not printable, which is quicker to see.
        if not text.isprintable() and self._holds_refused(text):
            raise coded(code="control_character", detail="This holds a character that is not text.")
        return text

    def _holds_refused(self, text: str) -> bool:
        # Most text of many lines holds nothing else that is not printable.
        if self.multiline and text.replace("\n", "").isprintable():
            return False
        return self.refused.search(text) is not None

    def _refuse_nothing(self) -> None:
        if not self.allow_none:
            raise coded(code="too_short", detail="This must not be empty.")


class Code(PlainField, fields.Enum[StrEnum]):
    """One code of a closed list; loads the member of the `StrEnum`, dumps its code."""

    def __init__(self, codes: type[StrEnum], **options: object) -> None:
        super().__init__(codes, by_value=fields.String, **self.documented(options))
        self.members = {member.value: member for member in codes}

    def read(self, value: object) -> StrEnum:
        """The member."""
        if not isinstance(value, str):
            raise coded(code="wrong_type", detail="This must be a code: a JSON string.")
        member = self.members.get(value)
        if member is None:
            raise coded(code="not_one_of", detail=self._allowed())
        return member

    def _allowed(self) -> str:
        if len(self.members) > _CODES_SHOWN:
            return f"This must be one of the {len(self.members)} codes of its list."
        return f"This must be one of: {', '.join(self.members)}."

    def _serialize(self, value: object, *_: object, **__: object) -> str | None:
        return None if value is None else str(value)


class LocalDate(PlainField, fields.Date):
    """A London day, `YYYY-MM-DD` and no other form."""

    def __init__(self, **options: object) -> None:
        super().__init__(**self.documented(options))

    def read(self, value: object) -> date:
        """The day."""
        if not isinstance(value, str):
            raise coded(code="wrong_type", detail="This must be a date: a JSON string.")
        try:
            return _day(value)
        except ValueError:
            detail = "This must be a date that exists, as YYYY-MM-DD."
            raise coded(code="not_a_date", detail=detail) from None

    def _serialize(self, value: date | None, *_: object, **__: object) -> str | None:
        return None if value is None else value.isoformat()


# Records share their days. What is no day raises, so that nobody's bad texts are remembered.
@lru_cache(_DAYS_REMEMBERED)
def _day(text: str) -> date:
    day = date.fromisoformat(text)
    # Python reads other forms too, but writes this one.
    if day.isoformat() != text:
        raise ValueError
    return day


class Instant(PlainField, fields.DateTime):
    """An RFC 3339 instant with its offset; loads as aware UTC, dumps as `…Z`.

    Digits after the microsecond are dropped. Second 60 and hour 24 are refused.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(**self.documented(options))

    def read(self, value: object) -> datetime:
        """The instant in UTC."""
        if not isinstance(value, str):
            raise coded(code="wrong_type", detail="This must be an instant: a JSON string.")
        return read_instant(value)

    def _serialize(self, value: datetime | None, *_: object, **__: object) -> str | None:
        return None if value is None else instant_text(value)


class Flag(PlainField, fields.Boolean):
    """JSON `true` or `false`, and nothing that might stand for them."""

    def __init__(self, **options: object) -> None:
        super().__init__(**self.documented(options))

    def read(self, value: object) -> bool:
        """The flag."""
        if isinstance(value, bool):
            return value
        flag = _FLAGS.get(value) if isinstance(value, str) and _reads_text(self) else None
        if flag is None:
            raise coded(code="wrong_type", detail="This must be true or false.")
        return flag


class Whole(PlainField, fields.Integer):
    """A whole number from `minimum` to `maximum`, both included."""

    def __init__(
        self, *, minimum: int | None = None, maximum: int | None = None, **options: object
    ) -> None:
        super().__init__(**self.documented(options, minimum=minimum, maximum=maximum))
        self.minimum = minimum
        self.maximum = maximum

    def read(self, value: object) -> int:
        """The number."""
        number = _number_in(value) if isinstance(value, str) and _reads_text(self) else value
        if not isinstance(number, int) or isinstance(number, bool):
            raise coded(code="wrong_type", detail="This must be a whole number.")
        if self.minimum is not None and number < self.minimum:
            raise coded(code="out_of_range", detail=f"This must be at least {self.minimum}.")
        if self.maximum is not None and number > self.maximum:
            raise coded(code="out_of_range", detail=f"This must be at most {self.maximum}.")
        return number


def _number_in(text: str) -> int | None:
    return int(text) if _DIGITS.fullmatch(text) else None


class Percentage(_Checked, fields.Float):
    """An exact percentage with one decimal, as a JSON number with the same digits."""

    def __init__(self, **options: object) -> None:
        super().__init__(**self.documented(options, minimum=0, maximum=100))

    def _serialize(self, value: Decimal | float | None, *_: object, **__: object) -> float | None:
        # The shortest text of the nearest float is the decimal's own: nothing is computed here.
        return None if value is None else float(value)


class Identifier(PlainField, fields.UUID):
    """The id of a record or decision: a UUID in its usual form; loads its text in small letters."""

    def __init__(self, **options: object) -> None:
        super().__init__(**self.documented(options))

    def read(self, value: object) -> str:
        """The id in small letters."""
        if not isinstance(value, str):
            raise coded(code="wrong_type", detail="This must be an id: a JSON string.")
        if not _UUID.fullmatch(value):
            raise coded(
                code="not_an_id", detail="This must be an id as an answer of this service gave it."
            )
        return value.lower()


class ListOf(_Checked, fields.List[Any]):
    """A list of at most `max_items` of one field.

    A list with a bad item gives nothing, so that no later check counts its items wrongly.
    """

    def __init__(self, item: fields.Field[Any], *, max_items: int = 100, **options: object) -> None:
        super().__init__(item, **self.documented(options, maxItems=max_items))
        self.max_items = max_items

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> list[Any]:
        if not isinstance(value, list):
            raise coded(code="wrong_type", detail="This must be a JSON array.")
        if len(value) > self.max_items:
            raise coded(code="too_long", detail=f"This must have at most {self.max_items} items.")
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError as error:
            raise ValidationError(error.messages) from None


class Part(_Checked, fields.Nested):
    """An object within the record, with a schema of its own."""

    def __init__(self, schema: type[Schema] | Schema, **options: object) -> None:
        super().__init__(schema, **self.documented(options))
