"""The fields of the public contract: what each takes, refuses, and writes."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.base import QuerySchema, StrictSchema
from schemas.fields import Code, Flag, Identifier, Instant, ListOf, LocalDate, Text, Whole
from schemas.findings import findings_of


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"


class RecordSchema(StrictSchema):
    text = Text(max_length=5)
    note = Text(max_length=50, multiline=True, allow_none=True)
    sex = Code(Sex)
    day = LocalDate()
    at = Instant()
    flag = Flag()
    number = Whole(minimum=1, maximum=200)
    record = Identifier()
    sexes = ListOf(Code(Sex), max_items=2)


class ParametersSchema(QuerySchema):
    flag = Flag()
    number = Whole(minimum=1)


def loaded(name, value):
    return RecordSchema().load({name: value})[name]


def code(name, value, schema=RecordSchema):
    with pytest.raises(ValidationError) as caught:
        schema().load({name: value})
    return {finding.code for finding in findings_of(caught.value.messages)}.pop()


@pytest.mark.parametrize(
    ("name", "sent", "read"),
    [
        ("text", "  abcde\n", "abcde"),
        ("note", "  ", None),
        ("note", None, None),
        ("note", " a\r\n\tb ", "a\r\n\tb"),
        ("sex", "F", Sex.FEMALE),
        ("day", "2012-02-29", date(2012, 2, 29)),
        ("flag", False, False),
        ("number", 200, 200),
        (
            "record",
            "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
            "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
        ),
        ("sexes", ["M", "M"], [Sex.MALE, Sex.MALE]),
    ],
)
def test_a_good_value_is_read(name, sent, read):
    assert loaded(name, sent) == read


@pytest.mark.parametrize(
    ("name", "sent", "expected"),
    [
        ("text", 3, "wrong_type"),
        ("text", None, "null_not_allowed"),
        ("text", "", "too_short"),
        ("text", " \t", "too_short"),
        ("text", "abcdef", "too_long"),
        ("text", "a\nb", "control_character"),
        ("text", "a\x00b", "control_character"),
        ("text", "a\x85b", "control_character"),
        ("text", "a\ud800", "control_character"),
        ("note", "a\x00", "control_character"),
        ("note", "a\x1b[0m", "control_character"),
        ("note", "\udfff", "control_character"),
        ("note", "a\nb\x00", "control_character"),
        ("sex", "f", "not_one_of"),
        ("sex", ["F"], "wrong_type"),
        ("day", "2013-02-29", "not_a_date"),
        ("day", "20130228", "not_a_date"),
        ("day", "2013-W01-1", "not_a_date"),
        ("day", "2013-02-28T00:00:00Z", "not_a_date"),
        ("day", "٢٠١٣-02-28", "not_a_date"),
        ("day", 20130228, "wrong_type"),
        ("flag", 1, "wrong_type"),
        ("flag", "true", "wrong_type"),
        ("number", True, "wrong_type"),
        ("number", 1.0, "wrong_type"),
        ("number", "7", "wrong_type"),
        ("number", 0, "out_of_range"),
        ("number", 201, "out_of_range"),
        ("record", "01941f297c007aaa8aaaaaaaaaaaaaaa", "not_an_id"),
        ("record", 3, "wrong_type"),
        ("sexes", "M", "wrong_type"),
        ("sexes", {"M": 1}, "wrong_type"),
        ("sexes", ["M", "F", "Z"], "too_long"),
        ("sexes", ["M", None], "null_not_allowed"),
    ],
)
def test_a_bad_value_is_refused_by_code(name, sent, expected):
    assert code(name, sent) == expected


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2014-01-06T09:12:00Z", datetime(2014, 1, 6, 9, 12, tzinfo=UTC)),
        ("2014-07-06t09:12:00.25+01:00", datetime(2014, 7, 6, 8, 12, 0, 250000, tzinfo=UTC)),
        ("2014-01-06T09:12:00.123456789z", datetime(2014, 1, 6, 9, 12, 0, 123456, tzinfo=UTC)),
        ("2014-01-06T23:12:00-05:30", datetime(2014, 1, 7, 4, 42, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_as_utc(sent, read):
    instant = loaded("at", sent)
    assert instant == read
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    "sent",
    [
        "2014-01-06T09:12Z",
        "2014-01-06 09:12:00Z",
        "2014-01-06T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "0001-01-01T12:00:00Z",
        "9999-12-31T12:00:00Z",
        "2014-02-30T09:12:00Z",
        "2014-01-06T09:12:00+0100",
        "2014-01-06T09:12:00+24:00",
        "0001-01-01T00:00:00+01:00",
        "2014-01-06T09:12:00 01:00",
        "2014-01-06",
        "",
        "٢٠١٤-01-06T09:12:00Z",
    ],
)
def test_what_is_no_instant_is_refused(sent):
    assert code("at", sent) == "not_an_instant"


@given(st.text(st.sampled_from("a \n\r\t\x00\x0b\x1f\x7f\x85\u00a0\u2028\u200b\ud800"), max_size=5))
def test_text_of_many_lines_refuses_the_same_characters_among_line_breaks(text):
    field = Text(max_length=50, multiline=True, allow_none=True)
    kept = text.strip()
    if field.refused.search(kept):
        with pytest.raises(ValidationError):
            field.read(text)
    else:
        assert field.read(text) == (kept or None)


@given(st.dates() | st.sampled_from([date.min, date.max, date(2012, 2, 29)]))
def test_a_day_is_read_the_second_time_as_the_first_and_in_one_form_only(day):
    for _ in range(2):
        assert loaded("day", day.isoformat()) == day
        assert code("day", f"{day:%Y%m%d}") == "not_a_date"
        assert code("day", f"{day.isoformat()} ") == "not_a_date"


def test_an_instant_without_offset_is_told_what_is_missing():
    with pytest.raises(ValidationError) as caught:
        RecordSchema().load({"at": "2014-01-06T09:12:00"})
    (finding,) = findings_of(caught.value.messages)
    assert finding.detail.startswith("The offset is missing")


@given(
    st.datetimes(timezones=st.just(UTC))
    | st.datetimes(datetime(2000, 1, 1), timezones=st.just(timezone(timedelta(hours=1))))  # noqa: DTZ001
)
def test_an_instant_that_is_written_is_read_as_the_same(instant):
    written = RecordSchema().dump({"at": instant})["at"]
    assert written.endswith("Z")
    assert ("." in written) == bool(instant.microsecond)
    assert loaded("at", written) == instant


def test_an_instant_without_zone_is_never_written():
    with pytest.raises(ValueError, match="time zone"):
        RecordSchema().dump({"at": datetime(2014, 1, 6)})  # noqa: DTZ001


def test_values_are_written_in_their_json_forms():
    record = {"sex": Sex.MALE, "day": date(2014, 1, 6), "note": None, "sexes": ["F"]}
    written = RecordSchema().dump(record)
    assert written == {"sex": "M", "day": "2014-01-06", "note": None, "sexes": ["F"]}
    assert type(written["sex"]) is str


def test_a_query_reads_flags_and_numbers_from_text():
    assert ParametersSchema().load({"flag": "false", "number": "12"}) == {
        "flag": False,
        "number": 12,
    }


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("flag", "yes"),
        ("flag", "True"),
        ("number", "1.0"),
        ("number", "\u0661"),
        ("number", "9" * 5000),
    ],
)
def test_a_query_refuses_other_text(name, sent):
    assert code(name, sent, ParametersSchema) == "wrong_type"


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()))
def test_any_value_in_any_field_is_read_or_refused_with_a_code_of_its_own(value):
    record = dict.fromkeys(RecordSchema().fields, value)
    codes = {finding.code for finding in findings_of(RecordSchema().validate(record))}
    assert "malformed" not in codes
    assert codes or value == []
