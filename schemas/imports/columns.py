"""The columns of a CSV: the contract's fields, nested ones with dots, and how a cell is read."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from marshmallow import Schema
from marshmallow.fields import Field

from schemas.cafs import CafSchema
from schemas.contacts import ContactSchema
from schemas.decisions import DecisionSchema
from schemas.fields import Flag, ListOf, Part, Whole

_FLAGS = {"true": True, "false": False}
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def _flag(cell: str) -> object:
    """True or false, in whatever case a spreadsheet writes it; else the text, for the schema."""
    return _FLAGS.get(cell.strip().lower(), cell)


def _whole(cell: str) -> object:
    digits = cell.strip()
    return int(digits) if _WHOLE.fullmatch(digits) else cell


def _items(cell: str) -> object:
    return [item for part in cell.split(";") if (item := part.strip())]


def _reader_of(field: Field[Any]) -> Callable[[str], object]:
    if isinstance(field, Flag):
        return _flag
    if isinstance(field, Whole):
        return _whole
    return _items if isinstance(field, ListOf) else str


def _columns(schema: Schema, within: str = "") -> Iterator[tuple[str, Callable[[str], object]]]:
    for name, field in schema.load_fields.items():
        column = within + (field.data_key or name)
        if isinstance(field, Part):
            yield from _columns(field.schema, f"{column}.")
        elif isinstance(field, ListOf) and isinstance(field.inner, Part):
            for index in range(field.max_items):
                yield from _columns(field.inner.schema, f"{column}.{index}.")
        else:
            yield column, _reader_of(field)


_OF_CAF = dict(_columns(CafSchema()))
_OF_OTHERS = {**dict(_columns(DecisionSchema())), **dict(_columns(ContactSchema()))}

# By the column's name, what a cell that is not empty says: a JSON value, `str` where that is the
# text as it stands.
COLUMNS: Mapping[str, Callable[[str], object]] = {"kind": str, **_OF_CAF, **_OF_OTHERS}

# The columns that hold something of a CAF alone.
ONLY_OF_CAFS = frozenset(_OF_CAF.keys() - _OF_OTHERS.keys())


def column_of(pointer: str, *, moved: Mapping[str, str] | None = None) -> str:
    """The column of a finding in a row of CSV: `/child/date_of_birth` is `child.date_of_birth`.

    `moved` is that of the SentRow. `""` is the whole row. An item of a cell has the cell's column.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if steps and COLUMNS.get(steps[0]) is _items:
        return steps[0]
    column = ".".join(steps)
    item = ".".join(steps[:2])
    return (moved or {}).get(item, item) + column.removeprefix(item)
