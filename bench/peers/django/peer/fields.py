"""Strict fields: JSON types as they are, trimmed text, checked numbers."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from domain.identifiers import (
    is_nhs_number,
    is_postcode,
    is_upn,
    normal_nhs_number,
    normal_postcode,
)

_LINE = RegexValidator(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", inverse_match=True)
_LINES = RegexValidator(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", inverse_match=True)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Text(serializers.CharField):
    """Trimmed text; empty is null unless the field is required."""

    def __init__(self, *, longest: int, multiline: bool = False, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("allow_null", not options["required"])
        super().__init__(max_length=longest, allow_blank=options["allow_null"], **options)
        self.validators.append(_LINES if multiline else _LINE)

    def to_internal_value(self, data: object) -> str:
        """A JSON string, trimmed."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: object = serializers.empty) -> str | None:
        """The text, or None for an empty one."""
        return super().run_validation(data) or None


class _Checked(Text):
    def __init__(self) -> None:
        super().__init__(longest=20)

    def run_validation(self, data: object = serializers.empty) -> str | None:
        text = super().run_validation(data)
        return self.checked(text) if text else None

    def checked(self, text: str) -> str:
        raise NotImplementedError


class NhsNumber(_Checked):
    """An NHS number, kept as ten digits."""

    def checked(self, text: str) -> str:
        """The ten digits."""
        number = normal_nhs_number(text)
        if not is_nhs_number(number):
            self.fail("invalid")
        return number


class Upn(_Checked):
    """A unique pupil number, kept in capitals."""

    def checked(self, text: str) -> str:
        """The number in capitals."""
        if not is_upn(text.upper()):
            self.fail("invalid")
        return text.upper()


class Postcode(_Checked):
    """A postcode, kept in capitals with one space."""

    def checked(self, text: str) -> str:
        """The postcode in its usual form."""
        if not is_postcode(text):
            self.fail("invalid")
        return normal_postcode(text)


class Day(serializers.DateField):
    """`YYYY-MM-DD` and no other form."""

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True)

    def to_internal_value(self, value: object) -> date:
        """The day."""
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DD")


class Instant(serializers.DateTimeField):
    """An RFC 3339 instant, as aware UTC."""

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True)

    def to_internal_value(self, value: object) -> datetime:
        """The instant."""
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            self.fail("invalid", format="RFC 3339")
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid", format="RFC 3339")


class Flag(serializers.BooleanField):
    """JSON true or false."""

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True)

    def to_internal_value(self, data: object) -> bool:
        """The value itself."""
        if not isinstance(data, bool):
            self.fail("invalid", input="what was sent")
        return data


class Whole(serializers.IntegerField):
    """A JSON whole number."""

    def to_internal_value(self, data: object) -> int:
        """The number itself."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class Code(serializers.ChoiceField):
    """One code of a closed list."""

    def __init__(self, codes: Any, **options: Any) -> None:
        super().__init__(
            [(each.value, each.value) for each in codes],
            **{"required": False, "allow_null": True, **options},
        )

    def to_internal_value(self, data: object) -> str:
        """The code."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input="what was sent")
        return super().to_internal_value(data)


class Strict(serializers.Serializer):
    """Unknown fields are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """The parsed fields."""
        if isinstance(data, Mapping) and (unknown := data.keys() - self.fields.keys()):
            raise serializers.ValidationError({"unknown": [f"{len(unknown)} fields are unknown."]})
        return super().to_internal_value(data)
