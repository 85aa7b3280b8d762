"""The schemas and fields that are not compiled, because only marshmallow applies their rules."""

import pytest
from marshmallow import EXCLUDE, fields, post_load, pre_load, validates, validates_schema

from schemas.base import Draft, DraftSchema, StrictSchema
from schemas.compiled import CannotCompileError, compile_schema
from schemas.contacts import ContactPatchSchema, ContactSchema
from schemas.decisions import DecisionSchema
from schemas.fields import Flag, ListOf, Part, Percentage, Text
from schemas.identifiers import Upn


class PartSchema(StrictSchema):
    name = Text(max_length=5)


class ChangedText(Text):
    def read(self, value):
        return f"{value}!"


class ChangedList(ListOf):
    def _deserialize(self, *_, **__):
        return []


class ChangedPart(Part):
    def _deserialize(self, *_, **__):
        return {}


class ValidatingSchema(DraftSchema):
    @validates_schema
    def check(self, data, **_):
        pass


class FieldValidatingSchema(DraftSchema):
    name = Text(max_length=5)

    @validates("name")
    def check(self, value, **_):
        pass


class BeforeSchema(DraftSchema):
    @pre_load
    def change(self, data, **_):
        return data


class AfterSchema(DraftSchema):
    @post_load
    def change(self, data, **_):
        return data


class LoadingSchema(DraftSchema):
    def load(self, data, **_):
        return Draft(data, ())


class OrderedSchema(DraftSchema):
    dict_class = type("Ordered", (dict,), {})


@pytest.mark.parametrize(
    "schema",
    [
        ValidatingSchema(),
        FieldValidatingSchema(),
        BeforeSchema(),
        AfterSchema(),
        LoadingSchema(),
        OrderedSchema(),
        ContactPatchSchema(),
        ContactSchema(many=True),
        ContactSchema(partial=True),
        ContactSchema(partial=("child",)),
        ContactSchema(unknown=EXCLUDE),
    ],
    ids=lambda schema: type(schema).__name__,
)
def test_a_schema_with_rules_that_only_marshmallow_applies_is_not_compiled(schema):
    with pytest.raises(CannotCompileError):
        compile_schema(schema)


@pytest.mark.parametrize(
    "field",
    [
        ChangedText(max_length=5),
        ChangedList(Flag()),
        ChangedPart(PartSchema),
        Percentage(),
        fields.Raw(),
        fields.String(),
        Upn(max_length=20, data_key="pupil"),
        Flag(attribute="other"),
        Flag(validate=bool),
        Flag(pre_load=bool),
        Flag(post_load=bool),
        Flag(load_default=bool),
        ListOf(fields.Raw()),
        ListOf(Flag(validate=bool)),
        Part(PartSchema, many=True),
        Part(PartSchema, unknown=EXCLUDE),
        Part(PartSchema(many=True)),
        Part(ValidatingSchema),
        Part(DecisionSchema),
        Part(StrictSchema.from_dict({"inner": fields.Raw()})),
    ],
    ids=lambda field: type(field).__name__,
)
def test_a_field_that_is_not_known_is_never_guessed(field):
    with pytest.raises(CannotCompileError):
        compile_schema(DraftSchema.from_dict({"field": field})())


def test_a_name_that_would_nest_is_not_compiled():
    with pytest.raises(CannotCompileError):
        compile_schema(DraftSchema.from_dict({"a.b": Flag()})())
