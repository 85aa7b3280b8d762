"""Check digits and letters, postcodes, and names as they are compared."""

import re
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.identifiers import (
    UPN_LETTERS,
    is_nhs_number,
    is_postcode,
    is_upn,
    nhs_number_check_digit,
    normal_name,
    normal_nhs_number,
    normal_postcode,
    upn_check_letter,
)

DIGITS = "0123456789"
nine_digits = st.text(DIGITS, min_size=6, max_size=6).map("999{}".format)
upn_bodies = st.builds(
    "{}{}".format,
    st.text(DIGITS, min_size=11, max_size=11),
    st.sampled_from(DIGITS + UPN_LETTERS),
)


@pytest.mark.parametrize(
    ("first_nine", "check"),
    [("999000001", 8), ("999000005", 0), ("943476591", 9), ("999000000", None)],
)
def test_the_check_digit_of_an_nhs_number(first_nine: str, check: int | None) -> None:
    assert nhs_number_check_digit(first_nine) == check


@given(first_nine=nine_digits)
def test_exactly_one_tenth_digit_makes_an_nhs_number_or_none_does(first_nine: str) -> None:
    check = nhs_number_check_digit(first_nine)
    right = [digit for digit in DIGITS if is_nhs_number(first_nine + digit)]
    assert right == ([] if check is None else [str(check)])


@given(first_nine=nine_digits, place=st.integers(0, 9), digit=st.sampled_from(DIGITS))
def test_one_wrong_digit_in_an_nhs_number_is_noticed(
    first_nine: str, place: int, digit: str
) -> None:
    check = nhs_number_check_digit(first_nine)
    assume(check is not None)
    number = f"{first_nine}{check}"
    assert is_nhs_number(number[:place] + digit + number[place + 1 :]) == (digit == number[place])


@given(first_nine=nine_digits, place=st.integers(0, 8))
def test_two_digits_changed_about_in_an_nhs_number_are_noticed(first_nine: str, place: int) -> None:
    check = nhs_number_check_digit(first_nine)
    assume(check is not None)
    number = f"{first_nine}{check}"
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert is_nhs_number(swapped) == (swapped == number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "999000001",
        "99900000180",
        "999 000 0018",
        "999000001X",
        "9990000018\n",
        "\u0669\u0669\u06690000018",
        "99900000\u00b98",
        "-990000018",
    ],
)
def test_anything_but_ten_digits_is_no_nhs_number(text: str) -> None:
    assert not is_nhs_number(text)


@pytest.mark.parametrize("text", ["999 000 0018", "999-000-0018", " 9990000018\n", "9990000018"])
def test_spaces_and_hyphens_leave_an_nhs_number(text: str) -> None:
    assert normal_nhs_number(text) == "9990000018"


@given(
    text=st.text(st.sampled_from([*"09-\u0669\u00b9Xx", " ", "\n", "\u00a0", "\u2003", "\u200b"]))
)
def test_a_text_loses_its_spaces_and_hyphens_and_nothing_else(text: str) -> None:
    assert normal_nhs_number(text) == re.sub(r"[\s-]", "", text)


def test_no_space_is_a_letter_or_digit() -> None:
    assert not any(
        character.isspace() and character.isalnum() for character in map(chr, range(sys.maxunicode))
    )


def test_normalising_an_nhs_number_keeps_what_is_wrong_with_it() -> None:
    assert normal_nhs_number("999 O00 001/8") == "999O00001/8"


@pytest.mark.parametrize("text", ["", "99900000", "9990000018", "99900000X"])
def test_a_check_digit_is_made_from_nine_digits_only(text: str) -> None:
    with pytest.raises(ValueError, match="nine digits"):
        nhs_number_check_digit(text)


@pytest.mark.parametrize(
    ("last_twelve", "letter"),
    [
        ("801200005001", "B"),  # 93 = 4 x 23 + 1
        ("207000016049", "P"),  # 266 = 11 x 23 + 13
        ("000000000000", "A"),
        ("00000000000A", "A"),  # A counts 0
        ("00000000000B", "P"),  # B counts 1, times 13
        ("00000000000Z", "L"),  # Z counts 22: 286 = 12 x 23 + 10
    ],
)
def test_the_check_letter_of_a_pupil_number(last_twelve: str, letter: str) -> None:
    assert upn_check_letter(last_twelve) == letter


@given(body=upn_bodies)
def test_exactly_one_letter_makes_a_pupil_number(body: str) -> None:
    right = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_upn(letter + body)]
    assert right == [upn_check_letter(body)]


@given(body=upn_bodies, place=st.integers(0, 10), digit=st.sampled_from(DIGITS))
def test_one_wrong_digit_in_a_pupil_number_is_noticed(body: str, place: int, digit: str) -> None:
    changed = body[:place] + digit + body[place + 1 :]
    assert is_upn(upn_check_letter(body) + changed) == (changed == body)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "B80120000500",
        "B8012000050011",
        "b801200005001",
        "A801200005001",
        "I801200005001",
        "B80120000500I",
        "B80120000500O",
        "B80120000500S",
        "B8012000050A1",
        "8012000050011",
        "B801200005001\n",
        "B80120000500\u0661",
    ],
)
def test_a_malformed_pupil_number_is_refused(text: str) -> None:
    assert not is_upn(text)


@pytest.mark.parametrize(
    "text", ["", "80120000500", "8012000050011", "80120000500S", "80120000500a"]
)
def test_a_check_letter_is_made_from_twelve_characters_only(text: str) -> None:
    with pytest.raises(ValueError, match="twelve characters"):
        upn_check_letter(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ts181au", "TS18 1AU"),
        ("TS18 1AU", "TS18 1AU"),
        ("ts1 2lq", "TS1 2LQ"),
        ("M11AA", "M1 1AA"),
        ("m60 1nw", "M60 1NW"),
        ("DN551PT", "DN55 1PT"),
        ("W1A 0AX", "W1A 0AX"),
        ("ec1a1bb", "EC1A 1BB"),
        ("zz993vz", "ZZ99 3VZ"),
    ],
)
def test_a_postcode_is_put_into_its_one_form(text: str, normal: str) -> None:
    assert is_postcode(text)
    assert normal_postcode(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TS18",
        "TS18  1AU",
        "TS 181AU",
        " TS18 1AU",
        "TS18 1AU\n",
        "TS18\t1AU",
        "TS18-1AU",
        "TS18 1A",
        "TS18 AU1",
        "TS18 1CU",  # C is no letter of the second part
        "QS18 1AU",  # Q begins no postcode
        "TJ18 1AU",
        "TSX8 1AU",
        "T\u017f18 1AU",  # the long s, an s to a careless comparison
        "TS1\u0668 1AU",
        "TS181 1AU",
    ],
)
def test_a_malformed_postcode_is_refused(text: str) -> None:
    assert not is_postcode(text)
    with pytest.raises(ValueError, match="TS18 1AU"):
        normal_postcode(text)


@given(postcode=st.from_regex(r"[TS]{2}[0-9]{1,2} ?[0-9][ABDE]{2}", fullmatch=True))
def test_a_normal_postcode_stays_as_it_is(postcode: str) -> None:
    normal = normal_postcode(postcode)
    assert normal_postcode(normal) == normal == normal_postcode(postcode.lower())
    assert normal.replace(" ", "") == postcode.replace(" ", "")


@given(
    text=st.text("AQTZzsS019C \u017f\n", min_size=5, max_size=9)
    | st.from_regex(r"([A-Za-z]{1,2}[0-9][A-Za-z0-9]?|[Zz]{2}99) ?[0-9][A-Za-z]{2}", fullmatch=True)
)
def test_every_postcode_and_nothing_else_has_a_normal_form(text: str) -> None:
    if is_postcode(text):
        compact = text.replace(" ", "").upper()
        assert normal_postcode(text) == f"{compact[:-3]} {compact[-3:]}"
    else:
        with pytest.raises(ValueError, match="TS18 1AU"):
            normal_postcode(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Smith", "smith"),
        ("  SMITH \t jones ", "smith jones"),
        ("Smith-Jones", "smith jones"),
        ("Smith\u2013Jones", "smith jones"),
        ("O'Neill", "oneill"),
        ("O\u2019Neill", "oneill"),
        ("O\u00b4Neill", "oneill"),
        ("Ren\u00e9e", "renee"),
        ("Rene\u0301e", "renee"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Søren Ægir", "soren aegir"),
        ("Đorđe", "dorde"),
        ("İpek Y\u0131ld\u0131z", "ipek yildiz"),
        ("Straße", "strasse"),
        ("Nguyễn", "nguyen"),
        ("J. R. (Junior), Esq.", "j r junior esq"),
        ("Anna 2", "anna 2"),
        ("محمد", "محمد"),
        ("किरण", "किरण"),
        (" -'. ", ""),
        ("", ""),
    ],
)
def test_a_name_is_put_into_the_form_in_which_it_is_compared(text: str, normal: str) -> None:
    assert normal_name(text) == normal


def test_names_that_differ_by_a_vowel_sign_stay_different() -> None:
    assert normal_name("किरण") != normal_name("करण")


@given(text=st.text())
def test_a_normal_name_stays_as_it_is(text: str) -> None:
    assert normal_name(normal_name(text)) == normal_name(text)


@given(text=st.text(st.characters(max_codepoint=0x24F)))
def test_upper_case_makes_no_other_name(text: str) -> None:
    assert normal_name(text.upper()) == normal_name(text)


@given(first=st.text(), second=st.text())
def test_the_space_between_two_names_is_one(first: str, second: str) -> None:
    expected = f"{normal_name(first)} {normal_name(second)}".strip()
    assert normal_name(f" {first} \t- {second}.") == expected
