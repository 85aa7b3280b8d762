"""Issue, list and revoke keys (api.md, "Authentication"). A key is shown once."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Role
from domain.errors import NotFoundError
from models import ApiKey, ApiKeyRole

_KEY_ID_BYTES = 6
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new key; `key` is the only time that it is shown."""

    key_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A key as an administrator sees it; instants are aware, UTC."""

    key_id: str
    name: str
    agency: str | None
    roles: Mapping[str, Sequence[Role]]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def issue_key(
    session: Session,
    *,
    name: str,
    environment: str,
    agency: str | None,
    roles: Mapping[str, Sequence[Role]],
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Make a key with roles by authority code; only its digest is kept.

    The form is `fd_<environment>_<key id>_<secret>`.
    """
    key_id = secrets.token_hex(_KEY_ID_BYTES)
    key = f"fd_{environment}_{key_id}_{secrets.token_hex(_SECRET_BYTES)}"
    session.add(
        ApiKey(
            key_id=key_id,
            agency_code=agency,
            name=name,
            digest=key_digest(key),
            created_at=transaction_time(session),
            expires_at=expires_at,
        )
    )
    session.flush()
    session.add_all(
        ApiKeyRole(authority_code=authority, key_id=key_id, role=role)
        for authority, held in roles.items()
        for role in held
    )
    session.flush()
    return IssuedKey(key_id=key_id, key=key)


def list_keys(session: Session) -> list[ListedKey]:
    """Every key that the session's scope shows, oldest first."""
    roles: dict[str, dict[str, list[Role]]] = {}
    for row in session.scalars(select(ApiKeyRole).order_by(ApiKeyRole.authority_code)):
        roles.setdefault(row.key_id, {}).setdefault(row.authority_code, []).append(Role(row.role))
    return [
        ListedKey(
            key_id=key.key_id,
            name=key.name,
            agency=key.agency_code,
            roles=roles.get(key.key_id, {}),
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
        )
        for key in session.scalars(select(ApiKey).order_by(ApiKey.created_at))
    ]


def revoke_key(session: Session, *, key_id: str) -> None:
    """Revoke a key from now on. Raises `NotFoundError`."""
    key = session.get(ApiKey, key_id)
    if key is None:
        message = "There is no key of this id."
        raise NotFoundError(message)
    key.revoked_at = key.revoked_at or transaction_time(session)
    session.flush()


def key_digest(key: str) -> bytes:
    """SHA-256 of a key: its secret has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).digest()
