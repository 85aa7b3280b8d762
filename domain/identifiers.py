"""Identifiers of a child: NHS number, unique pupil number, postcode and name.

Sources: the NHS Data Dictionary (NHS number: ten digits, modulus 11); the Department for
Education's guide to unique pupil numbers (check letter: weights 2 to 13, modulus 23); the
Royal Mail's form of postcodes.
"""

import re
import unicodedata
from itertools import accumulate

NO_CHECK_DIGIT = 10
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

_NHS_NUMBER_BODY = re.compile(r"[0-9]{9}")
_UPN = re.compile(rf"[{UPN_LETTERS}][0-9]{{11}}[0-9{UPN_LETTERS}]")
_UPN_BODY = re.compile(rf"[0-9]{{11}}[0-9{UPN_LETTERS}]")
# ZZ99 postcodes are the health service's own for children with no fixed or no known address;
# they break the rule on letters that all others follow.
_NORMAL_POSTCODE = re.compile(
    r"[A-PR-UWYZ][A-HK-Y]?[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2}|ZZ99 [0-9][A-Z]{2}", re.ASCII
)
_POSTCODE = re.compile(_NORMAL_POSTCODE.pattern.replace(" ", " ?"), re.ASCII | re.IGNORECASE)

# Letters that Unicode doesn't take apart into a plain letter and an accent.
_PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "ð": "d",
        "đ": "d",
        "ħ": "h",
        "\u0131": "i",
        "ł": "l",
        "ø": "o",
        "œ": "oe",
        "þ": "th",
    }
)
_NHS_DIGITS = 10
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['`\u00b4\u02b9-\u02bd\u2018\u2019\u201b\u2032\uff07]")


def nhs_number_check_digit(first_nine: str) -> int | None:
    """Return the check digit of nine digits, or None when no NHS number starts with them.

    Modulus 11, weights 10 to 2. Anything but nine digits is a ValueError.
    """
    if _NHS_NUMBER_BODY.fullmatch(first_nine) is None:
        message = "the check digit of an NHS number is made from nine digits"
        raise ValueError(message)
    weighted = sum(
        int(digit) * weight for digit, weight in zip(first_nine, range(10, 1, -1), strict=True)
    )
    check = -weighted % 11
    return None if check == NO_CHECK_DIGIT else check


def normal_nhs_number(text: str) -> str:
    """Return the text without spaces and hyphens; whether it is an NHS number isn't asked."""
    return text if text.isalnum() else "".join(text.replace("-", "").split())


def is_nhs_number(text: str) -> bool:
    """Say whether the text is ten digits, nothing between them, with the right check digit."""
    if not (len(text) == _NHS_DIGITS and text.isdecimal() and text.isascii()):
        return False
    # With the check digit, whose weight is 1, the sum is a multiple of 11; 10 fits no digit. A sum
    # of the sums so far counts the first digit ten times, the last once. The weights add up to 55,
    # so that characters' codes, each 48 above its digit, serve as digits.
    return sum(accumulate(text.encode())) % 11 == 0


def upn_check_letter(last_twelve: str) -> str:
    """Return the check letter for the twelve characters that follow it.

    Modulus 23, weights 2 to 13. They are digits, but for the last of a temporary number, which
    is a letter and counts as its place in `UPN_LETTERS` (A is 0). Else ValueError.
    """
    if _UPN_BODY.fullmatch(last_twelve) is None:
        message = "the check letter of a pupil number is made from the twelve characters after it"
        raise ValueError(message)
    weighted = sum(
        _upn_value(character) * weight for weight, character in enumerate(last_twelve, start=2)
    )
    return UPN_LETTERS[weighted % len(UPN_LETTERS)]


def is_upn(text: str) -> bool:
    """Say whether the text is a unique pupil number, permanent or temporary, in capitals."""
    return _UPN.fullmatch(text) is not None and upn_check_letter(text[1:]) == text[0]


def is_postcode(text: str) -> bool:
    """Say whether the text has the form of a UK postcode, in either case, at most one space.

    The health service's ZZ99 postcodes (no fixed abode, not known) count. Whether the postcode
    is in use isn't asked.
    """
    return _POSTCODE.fullmatch(text) is not None


def normal_postcode(text: str) -> str:
    """Return a postcode in capitals with its one space; ValueError when it isn't one."""
    if _NORMAL_POSTCODE.fullmatch(text):
        return text
    if _POSTCODE.fullmatch(text) is None:
        message = "a UK postcode is written like TS18 1AU"
        raise ValueError(message)
    compact = text.replace(" ", "").upper()
    return f"{compact[:-3]} {compact[-3:]}"


def normal_name(text: str) -> str:
    """Return a name in the form in which two spellings of it are compared, not shown.

    Lower case; accents and apostrophes gone; any other run of spaces and punctuation is one
    space: "  O\u2019Neill-Łuć " gives "oneill luc". Empty when nothing of a name is left.
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII_IN_NAMES).split())
    plain = _without_accents(_without_accents(text).casefold()).casefold()
    kept = "".join(
        character if _belongs_to_word(character) else " "
        for character in plain.translate(_PLAIN_LETTERS)
    )
    return " ".join(kept.split())


def _upn_value(character: str) -> int:
    return int(character) if character.isdecimal() else UPN_LETTERS.index(character)


def _without_accents(text: str) -> str:
    # Apostrophes go first: the acute accent typed as one would come apart into a space.
    separate = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    return _ACCENTS.sub("", separate)


def _belongs_to_word(character: str) -> bool:
    # Letters, digits, and the vowel signs without which names of many scripts would be others.
    return unicodedata.category(character)[0] in "LMN"


def _in_name(character: str) -> str:
    if character.isalnum():
        return character.lower()
    return "" if _APOSTROPHES.match(character) else " "


_ASCII_IN_NAMES = {code: _in_name(chr(code)) for code in range(128)}
