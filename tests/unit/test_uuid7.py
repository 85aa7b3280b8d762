"""Identifiers, made one by one and many at once."""

from uuid import RFC_4122, UUID

from core.uuid7 import uuid7, uuid7s


def test_identifiers_that_are_made_at_once_are_as_good_as_single_ones() -> None:
    many = uuid7s(1_000)

    assert len(set(many)) == len(many) == 1_000
    for each in (uuid7(), *many):
        parsed = UUID(each)
        assert (str(parsed), parsed.version, parsed.variant) == (each, 7, RFC_4122)


def test_none_are_made_where_none_are_asked_for() -> None:
    assert uuid7s(0) == []
