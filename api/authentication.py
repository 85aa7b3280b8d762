"""Who calls: from the key in `Authorization` to a principal; denied by default."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, current_app, request

from api.errors import UnauthenticatedError
from api.requests import note_caller
from api.routes import View, is_open, mark, view_of
from core.database import Database, Scope
from domain.access import Caller, Principal, Role
from domain.errors import ForbiddenError, NotFoundError
from services.keys.check_key import check_key, key_id_of
from services.keys.issue_key import key_digest

_PRINCIPAL = "front_door.principal"
_CALLER = "front_door.caller"
_STRONGEST_FIRST = (Role.DECIDE, Role.ADMIN, Role.REPORT, Role.SUBMIT, Role.PARTNER)
_REMEMBERED_KEYS = 10_000


class KeyMemory:
    """The keys that were checked in the last seconds, by digest.

    A revoked key is accepted for at most `seconds` more, in each process.
    """

    def __init__(self, *, database: Database, seconds: int) -> None:
        self._database = database
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, Principal]] = {}

    def principal_of(self, key: str) -> Principal | None:
        """The holder of a key, None when the key is no good."""
        key_id, digest = key_id_of(key), key_digest(key)
        if key_id is None:
            return None
        with self._lock:
            until, known = self._known.get(digest, (0.0, None))
        if known is not None and time.monotonic() < until and not _is_expired(known):
            return known
        with self._database.transaction(Scope(key=key_id)) as session:
            principal = check_key(session, key)
        self._remember(digest, principal)
        return principal

    def _remember(self, digest: bytes, principal: Principal | None) -> None:
        with self._lock:
            if principal is None:
                self._known.pop(digest, None)
                return
            if len(self._known) >= _REMEMBERED_KEYS:
                self._known.clear()
            self._known[digest] = (time.monotonic() + self._seconds, principal)


def _is_expired(known: Principal) -> bool:
    return known.expires_at is not None and known.expires_at <= datetime.now(UTC)


def requires(*roles: Role) -> Callable[[View], View]:
    """Say which roles a view is for, in the authority that its path names.

    Any one of them will do; without any, every valid key will.
    """

    def decorator(view: View) -> View:
        return mark(view, roles=frozenset(roles))

    return decorator


def register_authentication(app: Flask) -> None:
    """Ask every request for a key but those to open routes."""
    app.before_request(_authenticate)


def principal() -> Principal:
    """The holder of the request's key."""
    found: Principal = request.environ[_PRINCIPAL]
    return found


def caller() -> Caller:
    """The principal as it acts in the authority that the path names."""
    found: Caller = request.environ[_CALLER]
    return found


def _authenticate() -> None:
    view = view_of(request)
    if view is None or is_open(view):
        return
    found = _principal_of_request()
    note_caller(key_id=found.key_id, agency=found.agency)
    request.environ[_PRINCIPAL] = found
    roles: frozenset[Role] | None = getattr(view, "roles", None)
    if roles is None:
        message = "Nobody may use this."
        raise ForbiddenError(message)
    authority = (request.view_args or {}).get("authority")
    if authority is not None:
        request.environ[_CALLER] = _caller_in(found, authority, roles)


def _principal_of_request() -> Principal:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        message = "Send your key: Authorization: Bearer <key>."
        raise UnauthenticatedError(message)
    memory: KeyMemory = current_app.extensions["key_memory"]
    found = memory.principal_of(key.strip())
    if found is None:
        message = "This key is unknown, expired or revoked."
        raise UnauthenticatedError(message)
    return found


def _caller_in(found: Principal, authority: str, roles: frozenset[Role]) -> Caller:
    held = found.roles_in(authority)
    if not held:
        message = "There is no such authority, or it is none of yours."
        raise NotFoundError(message)
    role = next((each for each in _STRONGEST_FIRST if each in held & roles), None)
    if role is None or (role is Role.SUBMIT and found.agency is None):
        message = f"This needs the role {' or '.join(sorted(roles))} in the authority."
        raise ForbiddenError(message)
    return Caller(found, authority, role)
