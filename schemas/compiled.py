"""A quick way to read a body that is plainly valid; any other body is left to the schema.

What a value must be is said once, by its field's own `read`. Compiled here is only the walk over
the body, so that most bodies are read without marshmallow's general one.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, missing
from marshmallow.fields import Field

from schemas.base import Draft, DraftSchema
from schemas.fields import (
    Code,
    Flag,
    Identifier,
    Instant,
    ListOf,
    LocalDate,
    Part,
    PlainField,
    Text,
    Whole,
)
from schemas.identifiers import NhsNumber, Postcode, Upn

# By exact type: a kind of field that is made from one of these may load in a way of its own.
_PLAIN_FIELDS = frozenset(
    {Code, Flag, Identifier, Instant, LocalDate, NhsNumber, Postcode, Text, Upn, Whole}
)

_Read = Callable[[Any], Any]


class CannotCompileError(TypeError):
    """A schema or field has a rule that only marshmallow can apply."""

    def __init__(self, what: Schema | Field[Any]) -> None:
        super().__init__(f"{what!r} can be read by marshmallow only")


class _NotPlainError(Exception):
    """This body is for the schema to read."""


def compile_schema(schema: DraftSchema) -> Callable[[object], Draft]:
    """A function that gives for a body of any JSON type what `schema.load` gives, but sooner.

    It reads a valid body by itself. At the first thing that is wrong it leaves the whole body to
    the schema, whose findings are exact. The names in `data` come in the order in which they were
    sent. Raises `CannotCompileError` where the schema has hooks, options or kinds of field that
    are not known here.
    """
    _require(type(schema).load is DraftSchema.load, schema)
    read = _object_reader(schema)
    accepts_list = schema.accepts_list

    def load(body: object) -> Draft:
        try:
            if accepts_list and isinstance(body, list):
                return Draft([read(each) for each in body], ())
            return Draft(read(body), ())
        # An unknown name or code is a KeyError, what cannot be looked up as a code a TypeError.
        except (KeyError, TypeError, ValidationError, _NotPlainError):
            return schema.load(body)

    return load


def _object_reader(schema: Schema) -> _Read:
    _require_plain_schema(schema)
    fields = schema.load_fields
    readers = {name: _reader(field) for name, field in fields.items()}
    nullable = frozenset(name for name, field in fields.items() if field.allow_none)
    required = frozenset(name for name, field in fields.items() if field.required)
    defaults = {
        name: field.load_default
        for name, field in fields.items()
        if field.load_default is not missing
    }

    def read(body: object) -> dict[str, Any]:
        if not isinstance(body, dict) or (required and not body.keys() >= required):
            raise _NotPlainError
        # With all names in their places at once, nothing is moved as the values come in.
        data = defaults | body if defaults else body.copy()
        for name, value in body.items():
            if value is not None:
                data[name] = readers[name](value)
            elif name not in nullable:
                raise _NotPlainError
        return data

    return read


def _reader(field: Field[Any]) -> _Read:
    _require_plain_options(field)
    if type(field) is Code:
        return field.members.__getitem__
    if isinstance(field, PlainField) and type(field) in _PLAIN_FIELDS:
        return field.read
    if type(field) is ListOf:
        return _list_reader(field)
    if type(field) is Part:
        _require(type(field.schema).load is Schema.load, field.schema)
        return _object_reader(field.schema)
    raise CannotCompileError(field)


def _list_reader(field: ListOf) -> _Read:
    # No reader takes null, so that a list with nulls is the schema's even where it may hold them.
    read_item = _reader(field.inner)
    max_items = field.max_items

    def read(value: object) -> list[Any]:
        if not isinstance(value, list) or len(value) > max_items:
            raise _NotPlainError
        return [read_item(each) for each in value]

    return read


def _require_plain_schema(schema: Schema) -> None:
    _require(not type(schema).resolve_hooks(), schema)
    _require(schema.dict_class is dict and schema.unknown == RAISE, schema)
    _require(not (schema.many or schema.partial), schema)


def _require_plain_options(field: Field[Any]) -> None:
    _require(field.data_key is None and field.attribute is None, field)
    _require("." not in (field.name or ""), field)
    _require(not (field.validators or field.pre_load or field.post_load), field)
    _require(not callable(field.load_default), field)
    if isinstance(field, Part):
        _require(field.unknown is None, field)


def _require(condition: bool, what: Schema | Field[Any]) -> None:  # noqa: FBT001
    if not condition:
        raise CannotCompileError(what)
