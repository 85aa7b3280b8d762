"""Fields for a child's identifiers, checked by their own rules and kept in one form."""

from domain.identifiers import (
    is_nhs_number,
    is_postcode,
    is_upn,
    normal_nhs_number,
    normal_postcode,
)
from schemas.fields import Text
from schemas.findings import coded


class NhsNumber(Text):
    """An NHS number, kept as ten digits; spaces and hyphens between them are taken."""

    form = "nhs-number"

    def _deserialize(self, value: object, *args: object, **kwargs: object) -> str | None:  # type: ignore[override]
        text = super()._deserialize(value, *args, **kwargs)
        if text is None:
            return None
        number = normal_nhs_number(text)
        if not is_nhs_number(number):
            raise coded(code="not_an_nhs_number", detail="An NHS number has ten digits that check.")
        return number


class Upn(Text):
    """A unique pupil number, kept in capitals."""

    form = "upn"

    def _deserialize(self, value: object, *args: object, **kwargs: object) -> str | None:  # type: ignore[override]
        text = super()._deserialize(value, *args, **kwargs)
        if text is None:
            return None
        if not is_upn(text.upper()):
            detail = "A UPN has a letter that checks the twelve characters after it."
            raise coded(code="not_a_upn", detail=detail)
        return text.upper()


class Postcode(Text):
    """A postcode of the United Kingdom, kept in capitals with one space."""

    form = "postcode"

    def _deserialize(self, value: object, *args: object, **kwargs: object) -> str | None:  # type: ignore[override]
        text = super()._deserialize(value, *args, **kwargs)
        if text is None:
            return None
        if not is_postcode(text):
            raise coded(code="not_a_postcode", detail="A postcode looks like TS18 1AU.")
        return normal_postcode(text)
