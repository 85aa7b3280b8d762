"""JSON in which a decimal number keeps its digits."""

from decimal import Decimal

import orjson


def exact_json(value: object) -> bytes:
    """A value as JSON: instants in UTC, `Decimal` with the digits that it has.

    Raises TypeError for what JSON can't say.
    """
    return orjson.dumps(value, default=_as_written, option=orjson.OPT_UTC_Z)


def _as_written(value: object) -> orjson.Fragment:
    """A number as its digits: nothing in a figure passes through a float."""
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    message = f"a {type(value).__name__} cannot be written as JSON"
    raise TypeError(message)
