"""The keyed digest by which a repeated record is recognised (api.md, "Safe retries")."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

_NOT_CONTENT = ("agency", "agency_reference")
_holds_nothing = re.compile(rb":(?:null|\{\}|\[\])").search


def content_digest(record: Mapping[str, Any], *, kind: str, key: bytes) -> bytes:
    """The digest of a record's kind and parsed content, before defaults and aliases.

    Nulls and what is empty are dropped, so that a record is the same through JSON and CSV. The
    agency and its reference are left out: they say which record it is, not what it holds.
    """
    content = dict(record)
    for name in _NOT_CONTENT:
        content.pop(name, None)
    canonical = _canonical(kind, content)
    # Most records hold nothing to drop, and what holds no such text is what would be left.
    if _holds_nothing(canonical):
        canonical = _canonical(kind, _without_nulls(content))
    return hashlib.blake2b(canonical, key=_short(key), digest_size=32).digest()


@cache
def _short(key: bytes) -> bytes:
    """BLAKE2 is keyed by itself, and takes a key of up to 64 bytes."""
    return hashlib.sha512(key).digest()


def _canonical(kind: str, content: Mapping[str, Any]) -> bytes:
    return orjson.dumps([kind, content], option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {}
        for name, each in value.items():
            inner = _without_nulls(each) if isinstance(each, dict | list) else each
            if inner is not None and inner not in ({}, []):
                kept[name] = inner
        return kept
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value
