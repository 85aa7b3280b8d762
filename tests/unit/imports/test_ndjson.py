"""NDJSON: forgiving about the form of the lines, strict about what stands in each."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.imports.encodings import EncodingError
from schemas.imports.lines import LONGEST_LINE
from schemas.imports.ndjson import read_ndjson
from schemas.imports.sent_row import SentRow
from schemas.strict_json import StrictJsonError, parse_json
from tests.support.sent_parts import split_anywhere

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5)
records = st.dictionaries(names, names | st.integers() | st.none() | st.booleans(), max_size=4)
bad_lines = st.sampled_from([b"{", b"[1]", b"1", b"caf\xe9", b'{"a":1,"a":2}', b'"\\u0000"', b"}"])
lines = st.one_of(
    records.map(lambda record: json.dumps(record, ensure_ascii=False).encode()),
    bad_lines,
    st.sampled_from([b"", b" ", b"\t"]),
)


def read(*parts):
    return list(read_ndjson(parts))


def codes(row):
    return [finding.code for finding in row.findings]


@given(st.data(), st.lists(lines, max_size=8), st.sampled_from([b"\n", b"\r\n"]), st.booleans())
def test_however_the_body_is_split_its_rows_are_the_same(data, drawn, end, has_mark):
    body = (b"\xef\xbb\xbf" if has_mark else b"") + end.join(drawn)
    assert read(*data.draw(split_anywhere(body))) == read(body)


@given(st.lists(lines, max_size=8), st.sampled_from([b"\n", b"\r\n"]), st.booleans())
def test_every_line_that_is_not_blank_is_a_row_with_its_number(drawn, end, ends_with_one):
    rows = read(end.join(drawn) + (end if ends_with_one else b""))
    expected = [(number, line) for number, line in enumerate(drawn, 1) if line.strip()]
    assert [row.line for row in rows] == [number for number, _ in expected]
    for row, (_, line) in zip(rows, expected, strict=True):
        assert row.value == object_in(line)
        assert bool(row.findings) == (row.value is None)


def object_in(line):
    try:
        value = parse_json(line)
    except StrictJsonError:
        return None
    return value if isinstance(value, dict) else None


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    assert read(b"\xef", b"\xbb\xbf", b'{"a": 1}') == [SentRow(1, {"a": 1})]
    assert read(b"\xef\xbb\xbf\n{}") == [SentRow(2, {})]


@pytest.mark.parametrize(
    ("line", "code", "detail"),
    [
        (b'{"a": x}', "not_json", "Not JSON from line 2, column 7."),
        (b'["a"]', "wrong_type", "This must be a JSON object."),
        (b"null", "wrong_type", "This must be a JSON object."),
        (b'{"a": 1, "a": 2}', "duplicate_name", "The name a stands twice in one object."),
    ],
)
def test_a_line_that_cannot_be_read_is_a_row_with_a_finding(line, code, detail):
    good, bad, next_good = read(b'{"b": 1}\n' + line + b'\n{"b": 2}')
    assert (good.value, next_good) == ({"b": 1}, SentRow(3, {"b": 2}))
    assert (bad.line, bad.value) == (2, None)
    (found,) = bad.findings
    assert (found.code, found.detail, found.pointer) == (code, detail, "")


def test_a_line_that_is_too_long_spoils_only_itself():
    line = b'{"a": "%s"}' % (b"x" * LONGEST_LINE)
    parts = [line[start : start + 50_000] for start in range(0, len(line), 50_000)]
    bad, good = read(*parts, b'\n{"b": 1}')
    assert (bad.line, codes(bad)) == (1, ["too_long"])
    assert good == SentRow(2, {"b": 1})


def test_a_line_of_the_greatest_length_is_read():
    line = b'{"a": "%s"}' % (b"x" * (LONGEST_LINE - 9))
    assert len(line) == LONGEST_LINE
    (row,) = read(line + b"\n")
    assert row.findings == ()


def test_what_follows_a_mebibyte_of_spaces_is_not_lost_in_silence():
    (row,) = read(b" " * (LONGEST_LINE + 1) + b'{"a": 1}')
    assert codes(row) == ["too_long"]


@pytest.mark.parametrize(
    "body", [b'[\n{"a": 1},\n{"a": 2}\n]', b'[{"a": 1}]', b'{\n  "a": 1\n}', b'{"a": 1,\n "b": 2}']
)
def test_one_document_in_place_of_lines_is_recognised_in_its_first_line(body):
    first = read(body)[0]
    assert (first.line, codes(first)) == (1, ["not_ndjson"])
    assert "one JSON object a line" in first.findings[0].detail


def test_a_bracket_later_on_is_only_a_line_that_is_wrong():
    rows = read(b'{"a": 1}\n[1]\n{')
    assert [codes(row) for row in rows] == [[], ["wrong_type"], ["not_json"]]


def test_a_byte_of_another_encoding_spoils_only_its_line_and_is_named():
    good, bad, next_good = read('{"a": "é"}\n'.encode(), b'{"a": "caf\xe9"}\n', b'{"a": 2}')
    assert (good.value, next_good.value) == ({"a": "é"}, {"a": 2})
    assert codes(bad) == ["not_utf8"]
    assert "Windows-1252 (byte 0xE9 in line 2)" in bad.findings[0].detail


def test_a_byte_that_windows_1252_does_not_have_is_only_not_utf8():
    (row,) = read(b'{"a": "\x81"}')
    (finding,) = row.findings
    assert finding.code == "not_utf8"
    assert "byte 0x81 in line 1" in finding.detail
    assert "Windows" not in finding.detail


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        *(("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")),
        *(("utf-32", "UTF-32"), ("utf-32-le", "UTF-32"), ("utf-32-be", "UTF-32")),
    ],
)
@given(data=st.data())
def test_a_wider_encoding_is_named_before_any_row(data, encoding, name):
    body = '{"a": "é"}\n'.encode(encoding)
    parts = data.draw(split_anywhere(body))
    with pytest.raises(EncodingError) as caught:
        read_ndjson(parts)
    (finding,) = caught.value.findings
    assert finding.code == "not_utf8"
    assert name in finding.detail
    assert "UTF-8" in finding.detail


def test_an_empty_body_has_no_rows():
    assert read() == read(b"") == read(b"\n\r\n  \n") == []


def test_only_one_line_at_a_time_is_taken():
    taken = []

    def parts():
        for number in range(1, 100):
            taken.append(number)
            yield b'{"a": %d}\n' % number

    next(read_ndjson(parts()))
    assert len(taken) < 3
