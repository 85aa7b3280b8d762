"""Strict JSON: what is read, what is refused, and where the refusal points."""

import json
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.body import parse_json
from api.errors import MalformedBodyError


def refusal(body):
    with pytest.raises(MalformedBodyError) as caught:
        parse_json(body)
    (finding,) = caught.value.findings
    return finding


clean = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | clean,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(clean, inner, max_size=4),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_whatever_json_libraries_write_is_read_back(value, in_ascii):
    assert parse_json(json.dumps(value, ensure_ascii=in_ascii).encode()) == value


@given(st.binary())
def test_bytes_that_are_no_json_text_are_refused_as_malformed(body):
    assume(not is_json(body))
    assert refusal(body).detail


def is_json(body):
    try:
        json.loads(body.decode("utf-8-sig"))
    except ValueError:
        return False
    return True


def test_a_byte_order_mark_is_ignored():
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_a_whole_pair_of_surrogates_is_a_character():
    assert parse_json(b'"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b'{"child": {"names": ["a", "b\\u0000"]}}', "nul", "/child/names/1"),
        (b'{"child": {"name": "\\udc00"}}', "half_pair", "/child/name"),
        (b'{"child": {"a\\u0000": 1}}', "nul", "/child"),
        (b'{"Jane Doe": {"a": "\\u0000"}}', "nul", "/a"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate_name", ""),
        (b"   ", "empty_body", ""),
        (b"[1] 2", "not_json", ""),
        (b'{"a": -Infinity}', "not_a_number", ""),
        (b"1" * 5000, "not_a_number", ""),
        (b"[" * 100_000, "too_deep", ""),
        (b"\xff", "not_utf8", ""),
    ],
)
def test_what_is_not_clean_is_refused_at_its_place(body, code, pointer):
    finding = refusal(body)
    assert (finding.code, finding.pointer) == (code, pointer)


def test_a_syntax_error_is_told_by_position_alone():
    assert refusal(b'{"a": 1,\n "Jane": Doe}').detail == "Not JSON from line 2, column 10."


def test_a_name_that_stands_twice_is_told_only_where_it_is_harmless():
    assert "date_of_birth" in refusal(b'{"date_of_birth": 1, "date_of_birth": 2}').detail
    assert "Jane" not in refusal(b'{"Jane Doe": 1, "Jane Doe": 2}').detail


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_fifty_levels_are_read_and_one_more_is_not(opening):
    closing = "]" if opening == "[" else "}"
    assert parse_json((opening * 50 + "1" + closing * 50).encode())
    assert refusal((opening * 51 + "1" + closing * 51).encode()).code == "too_deep"


def test_many_shallow_objects_are_not_deep():
    body = [dict.fromkeys(string.ascii_lowercase, "{[") for _ in range(200)]
    assert parse_json(json.dumps(body).encode()) == body
