"""Entity tags: a record's is its version, a report's a hash of its figures (RFC 9110)."""

import re
from http import HTTPStatus

from flask import Response, request

from api.errors import PreconditionRequiredError

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
# Bounded: Python refuses to read a number of thousands of digits.
_VERSION = re.compile(r"[0-9]{1,18}")


def etag_of_version(version: int) -> str:
    """The strong entity tag of a record's version."""
    return f'"{version}"'


def expected_versions(*, is_required: bool) -> frozenset[int] | None:
    """The versions that `If-Match` names; None when any will do.

    A `W/` that a proxy has put on is ignored. Raises `PreconditionRequiredError` when it is
    required and missing.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header and is_required:
        message = "Send If-Match with the ETag of the record that you read."
        raise PreconditionRequiredError(message)
    if header in {"", "*"}:
        return None
    return frozenset(int(tag) for tag in _TAG.findall(header) if _VERSION.fullmatch(tag))


def not_modified(etag: str) -> Response | None:
    """The 304 answer when `If-None-Match` names the entity tag, else None."""
    if is_known(etag):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    return None


def is_known(etag: str) -> bool:
    """Whether `If-None-Match` names the entity tag, or any."""
    header = request.headers.get("If-None-Match", "").strip()
    return header in {etag, "*"} or etag.strip('"') in _TAG.findall(header)
