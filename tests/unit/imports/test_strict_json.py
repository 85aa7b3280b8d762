"""The quick way of reading JSON gives what the strict parser gives, value or refusal."""

import json

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas import strict_json
from schemas.strict_json import StrictJsonError, parse_json, parse_slowly
from tests.factories.contacts import a_contact


def mostly(good, *rare):
    """Mostly one of `good`, at times one of `rare`."""
    return st.integers(0, 29).flatmap(lambda n: st.sampled_from(good if n else rare))


spaces = mostly(["", "", "", " ", "\n", "\t", "\r\n"], "\x0b")
characters = mostly(
    [
        *("a", "é", "😀", ":", " :", "{", "[", ",", " ", "\x7f", "\u2028"),
        *(r"\"", r"\\", r"\/", r"\n", r"\":", r"\u0041", r"\u003a", r"\ud83d\ude00", r"\\u0000"),
    ],
    *('":', "\x00", "\n", "\\", r"\x", r"\u0000", r"\ud800", r"\ude00"),
)
strings = st.lists(characters, max_size=4).map(lambda drawn: f'"{"".join(drawn)}"')
names = st.sampled_from(['"a"', '"b"', '"child"', '""', '"Jane Doe"', r'"\u0061"']) | strings
numbers = mostly(
    ["0", "-0", "-0.0", "1.0", "1E2", "0.1", "1" * 40, "0." + "1" * 38],
    *("1e400", "01", "1.", "-", "+1", "NaN", "Infinity", "-Infinity", "1" * 41, "0." + "1" * 39),
)
whole_numbers = st.integers(-(2**66), 2**66) | st.sampled_from(
    [2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1]
)
scalars = st.one_of(
    strings,
    numbers,
    whole_numbers.map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(json.dumps),
    mostly(["null", "true", "false"], "nul", "True", ""),
)


def spaced(tokens):
    return st.tuples(spaces, tokens, spaces).map("".join)


def bracketed(opening, items, closing):
    return st.lists(items, max_size=4).map(lambda drawn: opening + ",".join(drawn) + closing)


def containers(inner):
    members = st.tuples(spaced(names), spaced(inner)).map(":".join)
    return bracketed("[", spaced(inner), "]") | bracketed("{", members, "}")


def nested(text, depth):
    return '{"a":[' * depth + text + "]}" * depth


texts = spaced(st.recursive(scalars, containers, max_leaves=12))
deep_texts = st.builds(nested, texts, mostly([0], 24, 25, 26, 130, 600))
bodies = st.builds(
    lambda mark, text, rest: mark + text.encode() + rest,
    mostly([b""], b"\xef\xbb\xbf", b"\xff\xfe"),
    deep_texts,
    mostly([b"", b"", b"\r\n"], b"x", b"\xe9", b"\xed\xa0\x80", b"{}"),
)


def outcome(parse, body):
    """The value as Python writes it, so that True is not 1; or the finding."""
    try:
        return repr(parse(body))
    except StrictJsonError as error:
        return error.finding


@given(bodies)
@example(b'{"a":1,"a":2}')
@example(b'{"a" :1,"a":"\\":"}')
@example(b'{"a": {"b": 1}, "a": ":"}')
@example(b'{"a\\u0000":1}')
@example(b'{"a":"\\u0000"}')
@example(b'{"a":"\\\\u0000"}')
@example(b'{"a":"\\\\\\u0000"}')
@example(b'{"a":"\\u0001\\u001f"}')
@example(b'{"a":"\\u0001","a":1}')
@example(b'{"a": "\\u0000"}')
@example(b'{"a": "\\ud800"}')
@example(b"18446744073709551616")
@example(b"[" * 51 + b"]" * 51)
@example(b"[" * 300 + b"]" * 300)
def test_both_ways_agree_on_any_text(body):
    assert outcome(parse_json, body) == outcome(parse_slowly, body)


@given(st.binary(max_size=40))
def test_both_ways_agree_on_any_bytes(body):
    assert outcome(parse_json, body) == outcome(parse_slowly, body)


def refuse_to_parse(*_args, **_options):
    message = "read the slow way"
    raise AssertionError(message)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" , ", " : ")])
def test_a_record_as_libraries_write_it_is_read_the_quick_way(monkeypatch, separators):
    record = a_contact(narrative='At 09:12: "seen"\nby officers', immediate_concern=False)
    text = json.dumps(record, ensure_ascii=False, separators=separators).encode()
    monkeypatch.setattr(strict_json, "parse_slowly", refuse_to_parse)
    assert parse_json(text) == record


@given(
    st.recursive(
        st.text(st.sampled_from(["a", "é", '"', "\\", "/", "u", "0", "\x00", "\x01", "\n", "\x7f"]))
        | st.integers(-(2**63), 2**64 - 1)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("a\x00\\u"), inner),
        max_leaves=5,
    )
)
def test_both_ways_agree_on_what_the_quick_one_would_write(value):
    body = orjson.dumps(value)
    assert outcome(parse_json, body) == outcome(parse_slowly, body)


def test_lines_are_counted_from_where_the_text_begins():
    with pytest.raises(StrictJsonError) as caught:
        parse_json(b'{"a": 1,\n "b": x}', first_line=41)
    assert caught.value.finding.detail == "Not JSON from line 42, column 7."
