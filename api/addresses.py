"""Addresses that answers give: absolute where the service knows its own."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import current_app, request


def address_of(path: str, query: Mapping[str, str] | None = None) -> str:
    """The URL of a path here, below `PUBLIC_URL` if it is set."""
    base = current_app.extensions["settings"].public_url or ""
    return f"{base}{path}?{urlencode(query)}" if query else f"{base}{path}"


def address_of_next(cursor: object) -> str | None:
    """The URL of the list that is being read, from a cursor on; None without one."""
    if cursor is None:
        return None
    return address_of(request.path, {**request.args, "cursor": str(cursor)})
