"""The keyed digest by which a repeated record is recognised (api.md, "Safe retries")."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from services.contacts.fields import as_json

_NOT_CONTENT = ("agency", "agency_reference")


def content_digest(record: Mapping[str, Any], *, kind: str, key: bytes) -> bytes:
    """The digest of a record's kind and parsed content, before defaults and aliases.

    Nulls and what is empty are dropped, so that a record is the same through JSON and CSV. The
    agency and its reference are left out: they say which record it is, not what it holds.
    """
    content = {name: value for name, value in record.items() if name not in _NOT_CONTENT}
    canonical = json.dumps(
        [kind, _without_nulls(as_json(content))], sort_keys=True, separators=(",", ":")
    )
    return hmac.digest(key, canonical.encode(), hashlib.sha256)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: _without_nulls(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, {}, [])}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value
