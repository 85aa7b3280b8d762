"""The compiled schemas: they give what the schemas give, and read good bodies by themselves."""

import copy
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.periods import parse_period
from domain.referrer_types import STANDARD_CODES
from schemas.base import Draft, DraftSchema, StrictSchema
from schemas.compiled import compile_schema
from schemas.contacts import ContactSchema
from schemas.decisions import DecisionSchema
from schemas.fields import Code, Flag, Instant, ListOf, LocalDate, Part, Text, Whole
from schemas.identifiers import NhsNumber
from services.synthetic import SyntheticRecord, TableRow, make_records
from tests.factories.contacts import a_contact

CONTACT = {
    "agency": "cleveland-police",
    "agency_reference": "CLE-2014-000123",
    "received_at": "2014-01-06T09:12:00.5+01:00",
    "received_on": "2014-01-06",
    "referrer_type": "police",
    "referrer_detail": "Neighbourhood team",
    "individual_kind": "family",
    "original_referrer_type": "hospital",
    "incident_reference": "OCC-00001",
    "relates_to": "CLE-2014-000001",
    "presenting_need": "N1",
    "concerns": ["neglect", "domestic_abuse"],
    "has_active_caf": False,
    "immediate_concern": True,
    "narrative": "Seen by officers.\n\tThe child \u2013 Zo\u00eb \u2013 was upstairs.",
    "referrer": {
        "name": "PC Alex Reed",
        "role": "Response officer",
        "email": "alex.reed@example.org",
        "phone": "01632 960111",
    },
    "child": {
        "agency_child_reference": "CLE-C000001",
        "local_id": "12345",
        "nhs_number": "999 000 0018",
        "upn": "h801200001001",
        "given_name": " Ava ",
        "family_name": "Marsh",
        "also_known_as": "",
        "date_of_birth": "2012-02-29",
        "expected_date_of_birth": "2014-05-14",
        "estimated_age": 4,
        "sex": "F",
        "ethnicity": "WBRI",
        "address": "1 High Street\nStockton",
        "postcode": "ts181au",
    },
    "parents_carers": [
        {
            "name": "Jordan Marsh",
            "relationship": "mother",
            "date_of_birth": "1985-01-31",
            "phone": "01632 960112",
        },
        {"name": None},
        {},
    ],
    "domestic_incident": {
        "victim_risk_level": "high",
        "child_risk_level": "medium",
        "children_present": True,
    },
    "family_agreement": {
        "status": "given",
        "given_by": "Mother",
        "reason": "She asked for it.",
        "family_informed": True,
        "safe_to_contact": True,
    },
    "closed_on": "2014-01-07",
    "referred_on": "2014-01-07",
    "nfa_on": "2014-01-07",
    "assessment_started_on": "2014-01-07",
    "assessment_type": "single",
    "reason": "advice_given",
}
DECISION = {
    "decision": "start_assessment",
    "decided_at": "2014-01-06t09:12:00z",
    "assessment_type": "initial",
    "reason": "other",
    "priority": "amber",
    "strategy_discussion_at": "2014-01-06T09:12:00.123456789Z",
    "transferred_at": "2014-01-06T23:12:00-05:30",
    "transferred_to": "Hartlepool",
    "team": "Assessment 1",
    "decided_by": "Sam Field",
    "rationale": "Because.\nAnd so.",
    "retracts": "01941F29-7c00-7aaa-8aaa-aaaaaaaaaaaa",
    "duplicate_of": "01941f29-7c00-7aaa-8aaa-aaaaaaaaaaab",
}
LIMITS = (20, 50, 64, 100, 200, 254, 500, 1_000, 10_000)
ODD_VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 4, 25, 26, 5.0, 0.5, 10**40, float("nan"), float("inf")),
    *("", " ", "\u00a0", "\u2003\u3000", "\ufeff", "true", "1", "null", "F", "f", "N1", "neglect"),
    *("a\x00b", "\x00", "a\nb", "a\tb", "a\rb", "\na\n", "a\x1fb", "\x1f", "a\x7fb", "a\x85b"),
    *(
        "a\u2028b",
        "a\u2029b",
        "\ud800",
        "a\udfffb",
        "a\u00a0b",
        "a\u200bb",
        "\U0001f600",
        "e\u0301",
    ),
    *("e\u0301", "\u0660", "\u0130", "\u00df" * 100, "\ufb01" * 100, "\ue000", "\u0378"),
    *("x" * limit for limit in LIMITS),
    *("x" * (limit + 1) for limit in LIMITS),
    *(f" {'x' * limit}\n" for limit in LIMITS),
    *("2012-02-29", "2013-02-29", "2000-02-29", "1900-02-29", "0001-01-01", "9999-12-31"),
    *("0000-01-01", "2014-1-6", "20140106", "2014-W01-1", "2014-01-06 ", "\u0662014-01-06"),
    *("2014-01-06T09:12:00Z", "2014-01-06t09:12:00z", "2014-01-06 09:12:00Z"),
    *("2014-01-06T09:12:00", "2014-01-06T09:12Z", "2014-01-06T24:00:00Z"),
    *("2016-12-31T23:59:60Z", "2014-01-06T09:12:00.1Z", "2014-01-06T09:12:00.123456789Z"),
    *("2014-01-06T09:12:00.1234567890Z", "2014-01-06T09:12:00.Z", "2014-01-06T09:12:00,5Z"),
    *("2014-01-06T09:12:00+00:00", "2014-01-06T09:12:00-00:00", "2014-01-06T09:12:00+23:59"),
    *("2014-01-06T09:12:00+24:00", "2014-01-06T09:12:00+0100", "2014-01-06T09:12:00+01:60"),
    *("0001-01-01T00:00:00+01:00", "0001-01-02T00:00:00Z", "0001-01-02T00:00:01Z"),
    *("9999-12-30T00:00:00Z", "9999-12-29T23:59:59.999999999Z", "9999-12-31T23:59:59-01:00"),
    *("9990000018", "999-000-0018", "9990000019", "99900000180", " 9990000018 "),
    *("H801200001001", "h801200001001", "A801200001001", "H80120000100\u0131"),
    *("TS18 1AU", "ts181au", "TS18  1AU", "ZZ99 3VZ", "TS18 1A\u017f", "TS18\u00a01AU"),
    *("01941f29-7c00-7aaa-8aaa-aaaaaaaaaaaa", "01941f297c007aaa8aaaaaaaaaaaaaaa"),
    *([], {}, [None], [[]], [{}], ["neglect"], ["neglect", None], ["neglect", 1], {"name": "x"}),
    *(["neglect"] * 17, ["neglect"] * 18, [{}] * 20, [{}] * 21, [{"name": ["x"]}], ["x"] * 5_000),
    *({"name": None}, {"nane": "x"}, {"given_name": "Ava"}, {"": 1}, {"_schema": 1}),
]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=6,
)


def shape(value: Any) -> Any:
    """A value with the types of all that is in it: True is not 1, nor is a code its text."""
    if type(value) is dict:
        return {name: shape(each) for name, each in value.items()}
    if type(value) is list:
        return [shape(each) for each in value]
    return type(value), repr(value)


def assert_same(schema: DraftSchema, body: Any) -> None:
    quick, exact = compile_schema(schema)(body), schema.load(body)
    assert shape(quick.data) == shape(exact.data)
    assert quick.findings == exact.findings
    assert type(quick) is Draft


def places(body: Any, *, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything within a body, its parts before what they hold."""
    steps = body if isinstance(body, dict) else range(len(body) if isinstance(body, list) else 0)
    for step in steps:
        yield (*at, step)
        yield from places(body[step], at=(*at, step))


def holder(body: Any, place: tuple[Any, ...]) -> Any:
    for step in place[:-1]:
        body = body[step]
    return body


def with_value(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    holder(changed, place)[place[-1]] = value
    return changed


def with_nothing_else(place: tuple[Any, ...], value: Any) -> Any:
    for step in reversed(place):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def without(body: Any, place: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(body)
    del holder(changed, place)[place[-1]]
    return changed


@st.composite
def changed_bodies(draw: st.DrawFn, body: Any) -> Any:
    """A good body in which up to four things were replaced, left out, renamed or added."""
    for _ in range(draw(st.integers(0, 4))):
        found = list(places(body))
        if not found:
            break
        place = draw(st.sampled_from(found))
        match draw(st.sampled_from(["replace", "leave out", "add"])):
            case "replace":
                body = with_value(body, place, draw(st.sampled_from(ODD_VALUES) | ANY_JSON))
            case "leave out":
                body = without(body, place)
            case "add" if isinstance(place[-1], str):
                name = draw(st.sampled_from([f"{place[-1]}s", "load", "\ud800"]) | st.text())
                body = with_value(body, (*place[:-1], name), draw(st.sampled_from(ODD_VALUES)))
            case _:
                pass
    return body


@pytest.fixture(scope="module")
def synthetic() -> list[SyntheticRecord]:
    table = [
        TableRow(
            referrer_type=code,
            closed_and_logged=4,
            no_further_action=4,
            to_assessment=4,
            yet_to_proceed=4,
        )
        for code in STANDARD_CODES
    ]
    return list(
        make_records(
            table,
            period=parse_period("2013-14-Q4"),
            seed=2014,
            agencies=dict.fromkeys(STANDARD_CODES, ("agency",)),
            reference_prefix={"agency": "AG"},
        )
    )


def read_without_schema(schema: DraftSchema, monkeypatch: pytest.MonkeyPatch, body: Any) -> Draft:
    def refuse(_: object) -> Draft:
        pytest.fail("the body was left to the schema")

    compiled = compile_schema(schema)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "load", refuse)
        return compiled(body)


def assert_read_quickly(schema: DraftSchema, monkeypatch: pytest.MonkeyPatch, body: Any) -> None:
    quick = read_without_schema(schema, monkeypatch, body)
    exact = schema.load(body)
    assert exact.findings == quick.findings == ()
    assert shape(quick.data) == shape(exact.data)


def test_the_examples_fill_every_field():
    schema = ContactSchema()
    assert schema.load(CONTACT).findings == ()
    assert CONTACT.keys() == schema.fields.keys()
    for name in ("referrer", "child", "domestic_incident", "family_agreement"):
        assert CONTACT[name].keys() == schema.fields[name].schema.fields.keys()
    carer = schema.fields["parents_carers"].inner.schema
    assert CONTACT["parents_carers"][0].keys() == carer.fields.keys()
    assert DecisionSchema().load(DECISION).findings == ()
    assert DECISION.keys() == DecisionSchema().fields.keys()


@pytest.mark.parametrize(
    "body",
    [
        CONTACT,
        a_contact(),
        dict.fromkeys(CONTACT) | {"referrer_type": "police", "agency_reference": "1", "child": {}},
        {**CONTACT, "child": dict.fromkeys(CONTACT["child"])},
        {**CONTACT, "concerns": [], "parents_carers": []},
        dict(reversed(CONTACT.items())),
    ],
    ids=["every field", "usual", "nulls", "nulls in a part", "empty lists", "other order"],
)
def test_a_good_contact_is_read_without_the_schema(body, monkeypatch):
    assert_read_quickly(ContactSchema(), monkeypatch, body)


@pytest.mark.parametrize(
    "body",
    [DECISION, {"decision": "reopen"}, [], [DECISION], [DECISION, {"decision": "void"}] * 50],
    ids=["every field", "least", "empty list", "list", "long list"],
)
def test_good_decisions_are_read_without_the_schema(body, monkeypatch):
    assert_read_quickly(DecisionSchema(), monkeypatch, body)


def test_synthetic_records_are_read_without_the_schema(synthetic, monkeypatch):
    contacts, decisions = ContactSchema(), DecisionSchema()
    for record in synthetic:
        assert_read_quickly(contacts, monkeypatch, record.payload)
        for sitting in record.decisions:
            assert_read_quickly(decisions, monkeypatch, list(sitting))


@pytest.mark.parametrize(
    ("schema", "good", "least"),
    [
        (
            ContactSchema(),
            CONTACT,
            {"agency_reference": "1", "referrer_type": "police", "child": {}},
        ),
        (DecisionSchema(), DECISION, {"decision": "void"}),
    ],
    ids=["contact", "decision"],
)
def test_any_odd_value_in_any_place_gives_what_the_schema_gives(schema, good, least):
    compiled = compile_schema(schema)
    for place in places(good):
        for value in ODD_VALUES:
            body = {**least, **with_nothing_else(place, value)}
            quick, exact = compiled(body), schema.load(body)
            assert shape(quick.data) == shape(exact.data), (place, value)
            assert quick.findings == exact.findings, (place, value)


@pytest.mark.parametrize("schema", [ContactSchema(), DecisionSchema()])
def test_a_body_that_is_no_record_gives_what_the_schema_gives(schema):
    for body in ODD_VALUES:
        assert_same(schema, body)


@settings(max_examples=250)
@given(changed_bodies(CONTACT) | changed_bodies(a_contact()) | ANY_JSON)
def test_a_changed_contact_gives_what_the_schema_gives(body):
    assert_same(ContactSchema(), body)


@settings(max_examples=150)
@given(changed_bodies(DECISION) | changed_bodies([DECISION, {"decision": "void"}]) | ANY_JSON)
def test_changed_decisions_give_what_the_schema_gives(body):
    assert_same(DecisionSchema(), body)


def test_a_name_that_is_left_out_gives_what_the_schema_gives():
    for schema, good in ((ContactSchema(), CONTACT), (DecisionSchema(), DECISION)):
        for place in places(good):
            assert_same(schema, without(good, place))


def test_a_list_is_no_record_where_none_is_taken():
    assert_same(ContactSchema(), [CONTACT])
    assert_same(ContactSchema(), [])


def test_the_body_is_not_changed():
    body = copy.deepcopy(CONTACT)
    compile_schema(ContactSchema())(body)
    assert body == CONTACT


def test_all_that_text_refuses_is_unprintable():
    refused = (Text(max_length=1).refused, Text(max_length=1, multiline=True).refused)
    for character in map(chr, range(sys.maxunicode + 1)):
        if character.isprintable():
            assert not any(pattern.search(character) for pattern in refused)


class Size(StrEnum):
    SMALL = "s"


class PartSchema(StrictSchema):
    name = Text(max_length=5, required=True)
    number = Whole(minimum=1)


class EveryKindSchema(DraftSchema):
    text = Text(max_length=5)
    number = NhsNumber(max_length=20)
    size = Code(Size)
    day = LocalDate()
    at = Instant()
    flag = Flag(load_default=False)
    note = Text(max_length=5, load_default=None)
    whole = Whole(minimum=1, maximum=3, required=True)
    free = Whole(allow_none=True)
    texts = ListOf(Text(max_length=2, allow_none=True), max_items=2)
    lists = ListOf(ListOf(Flag(), max_items=1), max_items=2)
    part = Part(PartSchema)


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(list(EveryKindSchema().fields)),
        st.sampled_from([*ODD_VALUES, {"name": "x"}, "s", [""], ["a", None], [[True]], [[1]]]),
    )
)
def test_fields_that_must_not_be_null_and_defaults_give_what_the_schema_gives(body):
    assert_same(EveryKindSchema(), body)
    assert_same(EveryKindSchema(), {"whole": 1} | body)


def test_defaults_are_given_without_the_schema(monkeypatch):
    body = {"whole": 1, "texts": [""], "lists": [[True], []], "part": {"name": "x"}}
    assert_read_quickly(EveryKindSchema(), monkeypatch, body)
    assert compile_schema(EveryKindSchema())(body).data["flag"] is False
