"""Strict schemas: pointers, unknown names, and drafts that keep what was valid."""

import pytest
from marshmallow import ValidationError, validates_schema

from schemas.base import DraftSchema, StrictSchema
from schemas.fields import ListOf, LocalDate, Part, Text, Whole
from schemas.findings import coded, findings_of, pointer_to


class PersonSchema(StrictSchema):
    name = Text(max_length=10, required=True)
    born_on = LocalDate()


class RecordSchema(DraftSchema):
    reference = Text(max_length=10, required=True)
    child = Part(PersonSchema, required=True)
    carers = ListOf(Part(PersonSchema), max_items=3)
    count = Whole()

    @validates_schema(skip_on_field_errors=False)
    def check(self, data, **_):
        if data.get("count") == 13:
            raise coded(code="unlucky", detail="Not this one.", field="count")


GOOD = {"reference": "r1", "child": {"name": "A"}}


def found(body, **options):
    draft = RecordSchema(**options).load(body)
    return [(finding.pointer, finding.code) for finding in draft.findings]


def test_a_good_record_has_no_findings():
    draft = RecordSchema().load(GOOD)
    assert draft.data == GOOD
    assert draft.findings == ()


def test_everything_that_is_wrong_is_found_at_its_place():
    body = {
        "child": {"born_on": "x", "colour": 1},
        "carers": [{"name": "A"}, {"name": 1}, "x"],
        "count": 13,
    }
    assert found(body) == [
        ("/reference", "required"),
        ("/child/name", "required"),
        ("/child/born_on", "not_a_date"),
        ("/child/colour", "unknown_field"),
        ("/carers/1/name", "wrong_type"),
        ("/carers/2", "wrong_type"),
        ("/count", "unlucky"),
    ]


def test_what_is_valid_is_kept_beside_what_is_wrong():
    draft = RecordSchema().load({**GOOD, "child": {"name": "A", "born_on": "x"}, "count": "x"})
    assert draft.data == {"reference": "r1", "child": {"name": "A"}}


def test_a_list_with_a_bad_item_is_left_out_whole():
    draft = RecordSchema().load({**GOOD, "carers": [{"name": 1}, {"name": "B"}]})
    assert "carers" not in draft.data


def test_a_body_that_is_no_object_is_one_finding_and_no_data():
    draft = RecordSchema().load("text")
    assert draft.data == {}
    assert [(each.pointer, each.code) for each in draft.findings] == [("", "wrong_type")]


def test_a_partial_record_lacks_nothing_but_is_still_checked():
    assert found({"child": {"born_on": None}}, partial=True) == [
        ("/child/born_on", "null_not_allowed")
    ]


@pytest.mark.parametrize(
    "name", ["Jane Doe", "a/b", "a~b", "n" * 65, "", "J\u00e9r\u00f4me", "_schema"]
)
def test_an_unknown_name_that_may_be_personal_is_not_repeated(name):
    draft = RecordSchema().load({**GOOD, "child": {"name": "A", name: 1}})
    (finding,) = draft.findings
    assert (finding.pointer, finding.code) == ("/child", "unknown_field")
    assert finding.detail == "There is no field of this name."


def test_an_unknown_name_near_a_known_one_is_told_so():
    (finding,) = RecordSchema().load({**GOOD, "referense": 1, "reference": "r"}).findings
    assert finding.detail.endswith("The nearest is reference.")


def test_made_up_names_without_number_are_counted_instead_of_listed():
    draft = RecordSchema().load(GOOD | {f"made_up_{number}": 1 for number in range(5000)})
    assert len(draft.findings) == 51
    assert draft.findings[-1].detail == "4950 more names are unknown."


def test_a_message_without_a_code_says_nothing_of_its_own():
    (finding,) = findings_of({"child": ["Not valid: Jane Doe"]})
    assert (finding.pointer, finding.code) == ("/child", "malformed")
    assert "Jane" not in finding.detail


def test_parameters_are_named_without_a_pointer():
    with pytest.raises(ValidationError) as caught:
        PersonSchema().load({"born_on": 1})
    places = [finding.parameter for finding in findings_of(caught.value.messages, parameters=True)]
    assert places == ["name", "born_on"]


def test_pointers_escape_what_rfc_6901_reserves():
    assert pointer_to("a/b", 0, "c~d") == "/a~1b/0/c~0d"
    assert pointer_to() == ""
