"""Keyset pages: opaque cursors, the next page's URL, and the RFC 8288 `Link`."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import current_app, request
from marshmallow import ValidationError

from domain.errors import Finding, UnprocessableError
from schemas.fields import Instant
from schemas.findings import findings_of
from services.contacts.list_contacts import Page, Position

PageAnswer = tuple[dict[str, Any], int, dict[str, str]]


class Order(StrEnum):
    """What a list is ordered by: its cursors are of no use to the other."""

    NEWEST = "newest"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page starts: in which order, after a position, or (changed) at an instant."""

    order: Order
    after: Position | None = None
    since: datetime | None = None


def start_of(*, cursor: str | None, updated_since: str | None) -> Start:
    """Where the page that a request asks for starts. Raises `UnprocessableError`."""
    if cursor is not None:
        after = _read(cursor) or _refuse("cursor")
        is_wanted = updated_since is None or after.order is Order.CHANGED
        return after if is_wanted else _refuse("cursor")
    if updated_since is None:
        return Start(Order.NEWEST)
    start = _read(updated_since)
    if start is None:
        return Start(Order.CHANGED, since=_instant(updated_since))
    return start if start.order is Order.CHANGED else _refuse("updated_since")


def page_answer(page: Page, start: Start) -> PageAnswer:
    """The body and headers of a page; the feed of changes always gives a cursor to resume from."""
    body: dict[str, Any] = {"items": page.items, "next": None}
    headers = {}
    cursor = _write(start.order, page.end) if page.end else None
    if page.has_more and cursor:
        body["next"] = _url({"cursor": cursor})
        headers["Link"] = f'<{body["next"]}>; rel="next"'
    if start.order is Order.CHANGED:
        asked = request.args.get("cursor") or request.args.get("updated_since")
        body["cursor"] = cursor or asked
    return body, 200, headers


def _write(order: Order, position: Position) -> str:
    text = json.dumps([order, position.instant.isoformat(), position.contact_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> Start | None:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        read = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        order, instant, contact_id = read
        position = Position(datetime.fromisoformat(instant), str(UUID(contact_id)))
        start = Start(Order(order), position)
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, AttributeError):
        return None
    return start if position.instant.tzinfo else None


def _instant(text: str) -> datetime:
    field = Instant()
    try:
        return field.deserialize(text)
    except ValidationError as error:
        found = findings_of({"updated_since": error.messages}, parameters=True)
        raise UnprocessableError(found) from None


def _refuse(parameter: str) -> Start:
    detail = "This is no cursor of this list: take the one that the last page gave."
    raise UnprocessableError([Finding("not_a_cursor", detail, parameter=parameter)])


def _url(changed: Mapping[str, str]) -> str:
    base = current_app.extensions["settings"].public_url or ""
    kept = {name: value for name, value in request.args.items() if name != "updated_since"}
    return f"{base}{request.path}?{urlencode({**kept, **changed})}"
