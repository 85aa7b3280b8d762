"""Everything that happened to a contact: what changed, from, to, when, by whom."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Caller
from models import ContactVersion, ContactVersionIdentity
from services.contacts.find import find_contact
from services.contacts.record import records_of


def contact_history(session: Session, caller: Caller, *, contact_id: str) -> list[dict[str, Any]]:
    """The versions of a contact, oldest first, each with its changes, decisions and information.

    Raises `NotFoundError`.
    """
    contact = find_contact(session, caller, contact_id)
    record = records_of(session, caller, [contact])[0]
    decisions = _by_version(record["decisions"])
    information = _by_version(record["information"])
    versions = session.execute(
        select(ContactVersion, ContactVersionIdentity.changes)
        .outerjoin(
            ContactVersionIdentity,
            (ContactVersionIdentity.authority_code == ContactVersion.authority_code)
            & (ContactVersionIdentity.contact_id == ContactVersion.contact_id)
            & (ContactVersionIdentity.version == ContactVersion.version),
        )
        .where(
            ContactVersion.authority_code == caller.authority,
            ContactVersion.contact_id == contact_id,
        )
        .order_by(ContactVersion.version)
    )
    return [
        {
            "version": version.version,
            "event": version.event,
            "recorded_at": version.recorded_at,
            "recorded_by": version.recorded_by,
            "changes": version.changes + (personal or []),
            "decisions": decisions[version.version],
            "information": information[version.version],
        }
        for version, personal in versions
    ]


def _by_version(parts: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    grouped = defaultdict(list)
    for part in parts:
        grouped[part["version"]].append(part)
    return grouped
