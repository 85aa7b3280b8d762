"""CSV: a row says what the JSON of the same record says, and each is judged by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.imports.columns import COLUMNS
from schemas.imports.csv_rows import read_csv
from schemas.imports.csv_text import LONGEST_RECORD
from schemas.imports.sent_row import SentRow
from tests.factories.contacts import a_contact
from tests.support.sent_parts import as_csv, split_anywhere

HEADER = b"agency_reference,referrer_type,child.given_name,narrative\n"

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda text: not text.isspace()
)
quoted = st.sampled_from(['"', '""', "a,b", "line\nline", "line\r\nline", "\n,", "a\rb"])
cells = texts | st.lists(quoted | texts, min_size=1, max_size=3).map("".join)
flags = st.booleans()


def some(**fields):
    """Any of the fields, at least one."""
    return st.fixed_dictionaries({}, optional=fields).filter(bool)


records = st.fixed_dictionaries(
    {"agency_reference": cells, "referrer_type": cells},
    optional={
        "kind": st.sampled_from(["contact", "referral"]),
        "narrative": cells,
        "immediate_concern": flags,
        "concerns": st.lists(st.sampled_from(["neglect", "other"]), min_size=1, max_size=3),
        "child": some(given_name=cells, family_name=cells, estimated_age=st.integers(-5, 10**9)),
        "referrer": some(name=cells),
        "domestic_incident": some(children_present=flags),
        "parents_carers": st.lists(some(name=cells, phone=cells), min_size=1, max_size=3),
    },
)
batches = st.lists(records, max_size=5)
line_ends = st.sampled_from(["\n", "\r\n"])


def read(*parts):
    return list(read_csv(parts))


def read_rows(*rows):
    return read(HEADER, *(row + b"\n" for row in rows))


def codes(row):
    return [finding.code for finding in row.findings]


columns = [
    *("kind", "agency_reference", "referrer_type", "narrative", "immediate_concern", "concerns"),
    *("child.given_name", "child.family_name", "child.estimated_age", "referrer.name", "reason"),
    *("domestic_incident.children_present", "parents_carers.2.phone", "parents_carers.0.name"),
    *("parents_carers.1.phone", "parents_carers.1.name", "parents_carers.0.phone"),
    *("parents_carers.2.name", "parents_carers.7.name", "transferred_to"),
]


@given(batches, line_ends, st.permutations(columns), st.booleans())
def test_a_row_says_what_the_json_of_its_record_says(batch, end, header, has_mark):
    body = as_csv(batch, columns=header, ends=end)
    rows = read(b"\xef\xbb\xbf" + body if has_mark else body)
    assert [row.value for row in rows] == batch
    assert repr([row.value.get("immediate_concern") for row in rows]) == repr(
        [record.get("immediate_concern") for record in batch]
    )


@given(batches, line_ends)
def test_a_row_has_the_number_of_the_line_on_which_it_begins(batch, end):
    bodies = [as_csv(batch[:n], columns=columns, ends=end) for n in range(len(batch) + 1)]
    begins = [body.count(b"\n") + 1 for body in bodies[:-1]]
    assert [row.line for row in read(bodies[-1])] == begins


broken = st.sampled_from(
    [b'a,b,"c', b'a,"b"c,d', b"a,b,c\xe9,d", b"a,b", b"a,b,c,d,e", b'"', b"a\rb", b"", b",,,"]
)
good = st.sampled_from([b"a,b,c,d", b'a,b,c,"d\ne"', b'"a",b,"c ""c""",', "a,é,c,d".encode()])


@given(st.data(), st.lists(broken | good, max_size=8), st.sampled_from([b"\n", b"\r\n"]))
def test_however_the_body_is_split_its_rows_are_the_same(data, rows, end):
    body = HEADER + end.join(rows)
    assert read(*data.draw(split_anywhere(body))) == read(body)


@given(st.lists(broken | good, max_size=8))
def test_every_row_that_is_read_is_whole_and_every_other_has_a_finding(rows):
    for row in read_rows(*rows):
        assert (row.value is None) == bool(row.findings)


@pytest.mark.parametrize("cell", ["TRUE", "True", "true", " true "])
def test_a_flag_is_read_in_any_case(cell):
    body = f"agency_reference,decision,has_active_caf\n1,,{cell}".encode()
    (row,) = read(body)
    assert row.value["has_active_caf"] is True


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("has_active_caf", "yes", "yes"),
        ("has_active_caf", "1", "1"),
        ("child.estimated_age", " 7 ", 7),
        ("child.estimated_age", "7.0", "7.0"),
        ("child.estimated_age", "\u0667", "\u0667"),
        ("child.estimated_age", "1" * 30, "1" * 30),
        ("child.nhs_number", "9990000018", "9990000018"),
        ("concerns", " neglect ;other;; ", ["neglect", "other"]),
        ("agency", "true", "true"),
    ],
)
def test_a_cell_is_read_by_its_column_and_else_left_to_the_schema(column, cell, value):
    (row,) = read(f"agency_reference,decision,{column}\n1,,{cell}".encode())
    assert row.value == {"agency_reference": "1", **placed(column, value)}


def placed(column, value):
    outer, _, inner = column.partition(".")
    return {outer: {inner: value} if inner else value}


def test_blank_cells_are_absent():
    (row,) = read_rows(b"1, ,,\xe2\x80\x83")
    assert row.value == {"agency_reference": "1"}


def test_a_list_has_no_gaps_and_says_which_columns_moved():
    header = "agency_reference,decision,parents_carers.3.name,parents_carers.1.name"
    both, later = read(f"{header}\n1,,D,B\n2,,D,".encode())
    assert both.value["parents_carers"] == [{"name": "B"}, {"name": "D"}]
    assert both.moved == {
        "parents_carers.0": "parents_carers.1",
        "parents_carers.1": "parents_carers.3",
    }
    assert later.value["parents_carers"] == [{"name": "D"}]
    assert later.moved == {"parents_carers.0": "parents_carers.3"}


def test_blank_lines_and_rows_of_blank_cells_are_none():
    rows = read_rows(b"", b"1,b,c,d", b"\r", b",,,", b",,,,,", b"2,b,c,d", b"  ", b"")
    assert [(row.line, row.value["agency_reference"]) for row in rows] == [(3, "1"), (7, "2")]


@pytest.mark.parametrize("row", [b"1,b,c", b"1,b,c,d,e", b"1"])
def test_too_few_and_too_many_cells_are_told_with_both_counts(row):
    bad, good = read_rows(row, b"2,b,c,d")
    assert (bad.line, codes(bad)) == (2, ["wrong_number_of_cells"])
    assert f"{row.count(b',') + 1} cells" in bad.findings[0].detail
    assert "4 columns" in bad.findings[0].detail
    assert not good.findings


def test_cells_too_many_that_are_empty_are_fine():
    (row,) = read_rows(b"1,b,c,d,,,")
    assert row.value["narrative"] == "d"


def test_the_longest_narrative_is_read():
    narrative = 'He said "no", 😀\n' * 625
    body = as_csv([a_contact(narrative=narrative)], columns=list(COLUMNS), ends="\r\n")
    (row,) = read(body)
    assert len(row.value["narrative"]) == 10_000
    assert row.value["narrative"] == narrative


def test_a_byte_of_another_encoding_spoils_only_its_row_and_is_named():
    bad, good = read_rows(b'1,b,c,"d\ncaf\xe9"', b"2,b,c,d")
    assert (bad.line, codes(bad)) == (2, ["not_utf8"])
    assert "Windows-1252 (byte 0xE9 in line 3)" in bad.findings[0].detail
    assert (good.line, good.findings) == (4, ())


def test_a_quote_within_a_quoted_cell_spoils_only_its_row():
    bad, good = read_rows(b'1,b,"She said "no" twice",d', b"2,b,c,d")
    assert (bad.line, codes(bad)) == (2, ["not_csv"])
    assert (good.line, good.findings) == (3, ())


def test_a_line_end_of_a_lone_carriage_return_is_no_csv():
    (bad,) = read_rows(b"1,b,c,d\r2,b,c,d")
    assert codes(bad) == ["not_csv"]


def test_an_unclosed_quote_at_the_end_is_told_where_its_row_begins():
    good, bad = read_rows(b"1,b,c,d", b'2,b,"c,d', b"3,b,c,d", b"4,b,c,d")
    assert (good.line, bad.line, codes(bad)) == (2, 3, ["unclosed_quote"])
    assert "from line 3 to 5 was not read" in bad.findings[0].detail


def test_an_unclosed_quote_costs_no_row_from_the_next_quote_on():
    rows = read_rows(b'1,b,"c,d', b"2,b,c,d", b'3,b,"c",d', b"4,b,c,d")
    assert [(row.line, codes(row)) for row in rows] == [(2, ["unclosed_quote"]), (4, []), (5, [])]
    assert "from line 2 to 3 was not read" in rows[0].findings[0].detail


def test_an_unclosed_quote_costs_no_more_than_the_longest_record():
    filler = b"2,b,c,%s" % (b"d" * 10_000)
    rows = read_rows(b'1,b,"c,d', *[filler] * 20)
    assert codes(rows[0]) == ["unclosed_quote"]
    assert f"to {rows[1].line - 1} was not read" in rows[0].findings[0].detail
    assert [row.line for row in rows[1:]] == list(range(rows[1].line, 23))
    assert len(rows) > 7


def test_a_row_that_is_too_long_spoils_only_itself():
    for length in (LONGEST_RECORD, 3_000_000):
        bad, good = read_rows(b"1,b,c," + b"d" * length, b"2,b,c,d")
        assert (bad.line, codes(bad)) == (2, ["too_long"])
        assert good == SentRow(3, placed_row("2"))


def placed_row(reference):
    return {
        "agency_reference": reference,
        "referrer_type": "b",
        "child": {"given_name": "c"},
        "narrative": "d",
    }


def test_a_finding_never_repeats_what_was_sent():
    rows = read_rows(b'Ava,"Marsh"x,c,d', b"Ava,Marsh", b"Ava,Marsh\xe9,c,d", b'Ava,"Marsh')
    details = " ".join(finding.detail for row in rows for finding in row.findings)
    assert len(rows) == 4
    assert "Ava" not in details
    assert "Marsh" not in details


def test_only_a_few_lines_at_a_time_are_taken():
    taken = []

    def parts():
        yield HEADER
        for number in range(1, 100):
            taken.append(number)
            yield b"%d,b,c,d\n" % number

    next(read_csv(parts()))
    assert len(taken) < 3
