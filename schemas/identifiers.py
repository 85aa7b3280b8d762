"""Fields for a child's identifiers, checked by their own rules and kept in one form."""

from domain.identifiers import (
    is_nhs_number,
    is_upn,
    normal_nhs_number,
    normal_postcode,
)
from schemas.fields import Text
from schemas.findings import coded


class _Identifier(Text):
    """Text that `kept_form` checks and brings into the form in which it is kept."""

    def read(self, value: object) -> str | None:
        """The text in the form that is kept."""
        text = super().read(value)
        return None if text is None else self.kept_form(text)

    def kept_form(self, text: str) -> str:
        """The form that is kept. Raises marshmallow's `ValidationError`, coded."""
        raise NotImplementedError


class NhsNumber(_Identifier):
    """An NHS number, kept as ten digits; spaces and hyphens between them are taken."""

    form = "nhs-number"

    def kept_form(self, text: str) -> str:
        """The ten digits."""
        number = normal_nhs_number(text)
        if not is_nhs_number(number):
            raise coded(code="not_an_nhs_number", detail="An NHS number has ten digits that check.")
        return number


class Upn(_Identifier):
    """A unique pupil number, kept in capitals."""

    form = "upn"

    def kept_form(self, text: str) -> str:
        """The number in capitals."""
        if not is_upn(text.upper()):
            detail = "A UPN has a letter that checks the twelve characters after it."
            raise coded(code="not_a_upn", detail=detail)
        return text.upper()


class Postcode(_Identifier):
    """A postcode of the United Kingdom, kept in capitals with one space."""

    form = "postcode"

    def kept_form(self, text: str) -> str:
        """The postcode in capitals, with one space."""
        try:
            return normal_postcode(text)
        except ValueError:
            detail = "A postcode looks like TS18 1AU."
            raise coded(code="not_a_postcode", detail=detail) from None
