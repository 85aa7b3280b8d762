"""Check a key: who holds it, and what it may do where."""

import hmac
import re
from collections import defaultdict

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Principal, Role
from models import ApiKey, ApiKeyRole
from services.keys.issue_key import key_digest

_KEY_AND_ROLES = (
    select(ApiKey, ApiKeyRole)
    .outerjoin(ApiKeyRole, ApiKeyRole.key_id == ApiKey.key_id)
    .where(ApiKey.key_id == bindparam("key_id"))
)
_FORM = re.compile(r"fd_[a-z0-9]+_([0-9a-f]{12})_[0-9a-f]{64}")


def key_id_of(key: str) -> str | None:
    """The readable id in a key's prefix, None when this is no key at all."""
    match = _FORM.fullmatch(key)
    return match.group(1) if match else None


def check_key(session: Session, key: str) -> Principal | None:
    """The holder of a key, None when it is unknown, wrong, revoked or expired.

    The session's scope must show the key's id.
    """
    rows = session.execute(_KEY_AND_ROLES, {"key_id": key_id_of(key)}).all()
    row = rows[0].ApiKey if rows else None
    if row is None or not hmac.compare_digest(row.digest, key_digest(key)):
        return None
    now = transaction_time(session)
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    roles = defaultdict(set)
    for held in (each.ApiKeyRole for each in rows if each.ApiKeyRole):
        roles[held.authority_code].add(Role(held.role))
    return Principal(
        key_id=row.key_id,
        name=row.name,
        agency=row.agency_code,
        roles={authority: frozenset(held) for authority, held in roles.items()},
        expires_at=row.expires_at,
    )
