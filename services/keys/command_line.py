"""Who the commands are that send records: named in histories, and nobody's to be."""

import hashlib
import secrets

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller, Principal, Role
from models import ApiKey, ApiKeyRole
from services.keys.issue_key import key_digest

COMMAND_LINE = "Command line"
_KEY_ID_LENGTH = 12


def command_line_caller(session: Session, *, authority: str) -> Caller:
    """The command line, acting for an authority that is known, as who decides for it.

    Records and histories name a key, so there is one for each authority: made the first time,
    revoked from then on, and of a secret that nobody was told. The session's scope is the
    authority and every key.
    """
    key_id = _key_id(authority)
    now = transaction_time(session)
    session.execute(
        insert(ApiKey)
        .values(
            key_id=key_id,
            name=COMMAND_LINE,
            digest=key_digest(secrets.token_hex()),
            created_at=now,
            revoked_at=now,
        )
        .on_conflict_do_nothing()
    )
    session.execute(
        insert(ApiKeyRole)
        .values(authority_code=authority, key_id=key_id, role=Role.DECIDE)
        .on_conflict_do_nothing()
    )
    roles = {authority: frozenset({Role.DECIDE})}
    return Caller(Principal(key_id, COMMAND_LINE, None, roles, None), authority, Role.DECIDE)


def _key_id(authority: str) -> str:
    """The same for ever, so that two commands at once make one key."""
    return hashlib.sha256(f"{COMMAND_LINE} {authority}".encode()).hexdigest()[:_KEY_ID_LENGTH]
