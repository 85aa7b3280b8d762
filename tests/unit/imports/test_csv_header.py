"""The header of a CSV: everything wrong with it is named at once, before any row."""

import pytest

from schemas.cafs import CafSchema
from schemas.contacts import ContactSchema
from schemas.decisions import DecisionSchema
from schemas.imports.columns import COLUMNS, column_of
from schemas.imports.csv_rows import read_csv
from schemas.imports.encodings import EncodingError
from schemas.imports.header import HeaderError

GOOD = "agency_reference,referrer_type,child.given_name"
OF_CAFS = "kind,agency_reference,agency_kind,commenced_on,child.nhs_number"


def refusal(body):
    with pytest.raises(HeaderError) as caught:
        read_csv([body.encode()])
    return [(finding.code, finding.pointer) for finding in caught.value.findings]


def details(body):
    with pytest.raises(HeaderError) as caught:
        read_csv([body.encode()])
    return " ".join(finding.detail for finding in caught.value.findings)


def test_every_field_of_what_may_be_sent_is_a_column():
    outer = {column.split(".")[0] for column in COLUMNS}
    schemas = (ContactSchema(), DecisionSchema(), CafSchema())
    assert outer == {"kind", *(name for each in schemas for name in each.load_fields)}
    assert {"child.nhs_number", "referrer.email", "concerns", "parents_carers.19.name"} <= set(
        COLUMNS
    )
    assert "parents_carers.20.name" not in COLUMNS


@pytest.mark.parametrize(
    "header",
    [
        GOOD,
        f" {GOOD.replace(',', ' , ')} ,,",
        f"\ufeff{GOOD}",
        f"\n\r\n{GOOD}",
        '"agency_reference","referrer_type",child.upn',
        "agency_reference,decision",
        "kind,agency,agency_reference,decision,decided_at,referrer_type",
        OF_CAFS,
        f"{OF_CAFS},stage,closed_on,lead_agency,agency,child.local_id",
        f"{OF_CAFS},referrer_type,received_at,decision,narrative",
    ],
)
def test_a_header_with_what_is_needed_is_taken(header):
    assert list(read_csv([header.encode()])) == []


def test_all_that_is_wrong_is_named_at_once():
    found = refusal("agency_refrence,referrer_type,child.date_of_brith,referrer_type,notes,\n1,2,3")
    assert found == [
        ("unknown_column", "/agency_refrence"),
        ("unknown_column", "/child.date_of_brith"),
        ("unknown_column", "/notes"),
        ("duplicate_column", "/referrer_type"),
        ("missing_column", "/agency_reference"),
        ("missing_column", "/child"),
    ]


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("agency_kind", ["agency_reference", "kind", "commenced_on", "child"]),
        ("kind,stage,child.upn", ["agency_reference", "agency_kind", "commenced_on"]),
        (f"{GOOD},lead_agency", ["kind", "agency_kind", "commenced_on"]),
        ("kind,agency_reference,decision,agency_kind,commenced_on", ["child"]),
    ],
)
def test_of_cafs_the_columns_that_they_need_are_named(header, missing):
    assert refusal(header) == [("missing_column", f"/{name}") for name in missing]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("child.date_of_brith", "child.date_of_birth"),
        ("date_of_birth", "child.date_of_birth"),
        ("Child.Date_of_Birth", "child.date_of_birth"),
        ("Child date of birth", "child.date_of_birth"),
        ("UPN", "child.upn"),
        ("concern", "concerns"),
        ("parent_carers.1.phone", "parents_carers.1.phone"),
        ("Agency kind", "agency_kind"),
        ("comenced_on", "commenced_on"),
    ],
)
def test_the_nearest_known_column_is_named(name, nearest):
    assert f"The nearest is {nearest}." in details(f"{GOOD},{name}")


def test_what_is_like_no_column_has_no_nearest():
    assert "nearest" not in details(f"{GOOD},shoe_size")


@pytest.mark.parametrize("name", ["Jane Doe", "999 000 0018", "é" * 5, "x" * 65])
def test_a_name_that_may_be_a_value_is_told_by_its_place(name):
    assert refusal(f"{GOOD},{name}") == [("unknown_column", "")]
    assert name not in details(f"{GOOD},{name}")
    assert "place 4" in details(f"{GOOD},{name}")


def test_a_column_without_a_name_between_others_is_wrong():
    assert refusal("agency_reference,,referrer_type,child.upn") == [("unnamed_column", "")]


def test_of_a_file_without_a_header_nothing_is_repeated():
    found = details("CLE-1,police,Ava,Marsh\nCLE-2,police,Ben,Marsh")
    assert "first line must name the columns" in found
    assert not {"CLE", "Ava", "Marsh"} & set(found.replace(".", " ").split())


def test_a_great_number_of_unknown_columns_is_counted():
    names = ",".join(f"x{number}" for number in range(5_000))
    assert "4900 more columns are unknown." in details(f"{GOOD},{names}")


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_recognised_and_nothing_else_is_said(separator, name, quote):
    header = separator.join(f"{quote}{column}{quote}" for column in GOOD.split(","))
    assert refusal(f"{header}\r\n1;2;3") == [("wrong_separator", "")]
    assert name in details(header)


@pytest.mark.parametrize("body", ["", "\n\n", " \r\n,,\r\n"])
def test_an_empty_body_is_told(body):
    assert refusal(body) == [("empty_body", "")]


@pytest.mark.parametrize(
    ("body", "code"),
    [('agency_reference,"a"b', "not_csv"), ('agency_reference,"a', "unclosed_quote")],
)
def test_a_header_that_is_no_csv_is_refused(body, code):
    assert refusal(body) == [(code, "")]


def test_a_header_in_windows_1252_is_recognised():
    with pytest.raises(EncodingError) as caught:
        read_csv([f"{GOOD},\xe9l\xe8ve\n".encode("cp1252")])
    (finding,) = caught.value.findings
    assert finding.code == "not_utf8"
    assert "Windows-1252 (byte 0xE9 in line 1)" in finding.detail


def test_a_file_in_utf_16_is_recognised_as_what_excel_saves():
    with pytest.raises(EncodingError) as caught:
        read_csv([GOOD.replace(",", "\t").encode("utf-16")])
    assert 'UTF-16, as Excel\'s "Unicode text" saves' in caught.value.findings[0].detail


@pytest.mark.parametrize(
    ("pointer", "column"),
    [
        ("", ""),
        ("/agency_reference", "agency_reference"),
        ("/child", "child"),
        ("/child/date_of_birth", "child.date_of_birth"),
        ("/child.date_of_brith", "child.date_of_brith"),
        ("/concerns/3", "concerns"),
        ("/concerns", "concerns"),
        ("/parents_carers", "parents_carers"),
        ("/parents_carers/1", "parents_carers.1"),
        ("/parents_carers/1/name", "parents_carers.1.name"),
        ("/parents_carers/10/name", "parents_carers.10.name"),
    ],
)
def test_a_pointer_is_shown_as_the_column(pointer, column):
    assert column_of(pointer) == column


def test_a_pointer_into_a_list_with_gaps_is_shown_as_the_column_that_was_sent():
    moved = {"parents_carers.0": "parents_carers.1"}
    assert column_of("/parents_carers/0/name", moved=moved) == "parents_carers.1.name"
    assert column_of("/parents_carers/2/name", moved=moved) == "parents_carers.2.name"
    assert column_of("/parents_carers", moved=moved) == "parents_carers"
