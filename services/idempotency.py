"""`Idempotency-Key`: a request that came before is recognised, not done again (api.md)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.database import transaction_time
from domain.access import Caller
from domain.errors import IdempotencyKeyReusedError
from models import IdempotencyKey

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentRequest:
    """A request that named a key: what it asks for, and a digest of its body.

    `endpoint` is the method and the path.
    """

    key: str
    endpoint: str
    body_digest: bytes


def claim(
    session: Session, caller: Caller, request: IdempotentRequest, *, contact_id: str
) -> str | None:
    """Claim a key for a request about a contact or CAF; None when it is the first to use it.

    Otherwise the id of what the first request made or changed. A request that uses the key at the
    same time is waited for. Raises `IdempotencyKeyReusedError` for another body.
    """
    now = transaction_time(session)
    values = claim_columns(caller, request, contact_id=contact_id) | {"created_at": now}
    renewed = {name: values[name] for name in ("body_digest", "status", "contact_id", "created_at")}
    claimed = session.execute(
        insert(IdempotencyKey)
        .values(values)
        .on_conflict_do_update(
            index_elements=["authority_code", "key_id", "endpoint", "idempotency_key"],
            set_=renewed,
            where=IdempotencyKey.created_at < now - KEPT_FOR,
        )
        .returning(IdempotencyKey.contact_id)
    ).one_or_none()
    if claimed is not None:
        return None
    first = session.scalars(select(IdempotencyKey).where(*_is(caller, request))).one()
    if first.body_digest != request.body_digest:
        raise IdempotencyKeyReusedError
    return first.contact_id


def claim_columns(caller: Caller, request: IdempotentRequest, *, contact_id: str) -> dict[str, Any]:
    """The columns of a claimed key, but for when it was claimed."""
    return {
        "authority_code": caller.authority,
        "key_id": caller.principal.key_id,
        "endpoint": request.endpoint,
        "idempotency_key": request.key,
        "agency_code": caller.agency,
        "body_digest": request.body_digest,
        "status": 201,
        "contact_id": contact_id,
    }


def point_to(
    session: Session, caller: Caller, request: IdempotentRequest, *, contact_id: str
) -> None:
    """Let a claimed key name the record that was there before under the agency's reference."""
    session.execute(
        update(IdempotencyKey).where(*_is(caller, request)).values(contact_id=contact_id)
    )


def remove_expired(session: Session) -> int:
    """Delete the keys in the session's scope that are past their time; how many there were."""
    expired = IdempotencyKey.created_at < transaction_time(session) - KEPT_FOR
    removed = delete(IdempotencyKey).where(expired).returning(IdempotencyKey.key_id)
    return len(session.scalars(removed).all())


def _is(caller: Caller, request: IdempotentRequest) -> tuple[ColumnElement[bool], ...]:
    return (
        IdempotencyKey.authority_code == caller.authority,
        IdempotencyKey.key_id == caller.principal.key_id,
        IdempotencyKey.endpoint == request.endpoint,
        IdempotencyKey.idempotency_key == request.key,
    )
