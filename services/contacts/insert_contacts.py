"""Store new contacts with all their rows: one call of the database, of which the rest hangs.

The function `insert_contacts` (migrations) takes the rows as JSON; a contact whose reference was
used before is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.database import Database, Scope
from domain.access import Caller
from domain.working_days import london_date, start_of_london_day
from services.contacts.new_contact import NewContact, shared_columns
from services.contacts.terms import AuthorityTerms
from services.idempotency import IdempotentRequest, claim_columns
from services.writing import Row, as_json

# Later than this after arrival by our clock, or earlier than arrival, the database's clock is read
# first: a record is never received later than it is recorded.
LONGEST = timedelta(seconds=2)

_INSERT = text(
    "SELECT CAST(added AS text[])"
    " FROM insert_contacts(CAST(:rows AS jsonb) || CAST(:circumstances AS jsonb))"
)
_INSERT_AT_ONCE = (
    "SELECT CASE WHEN added IS NOT NULL THEN recorded_at END FROM insert_contacts(%(sent)s)"
)
_STAMPS = frozenset({"created_at", "updated_at", "recorded_at"})


@dataclass(frozen=True, slots=True)
class Assumption:
    """On what a record was judged without asking the database: the terms, and the time it is."""

    terms: AuthorityTerms
    arrived_at: datetime


def insert_contacts(session: Session, rows: str, *, recorded_at: datetime) -> frozenset[str]:
    """Insert what `rows_of` gave as recorded at an instant; the ids of what has a new reference."""
    values = {"rows": rows, "circumstances": as_json({"recorded_at": recorded_at})}
    return frozenset(session.scalars(_INSERT, values).one() or ())


def rows_of(caller: Caller, contacts: Sequence[NewContact]) -> str:
    """All rows of some contacts as one text, which `insert_contacts` takes."""
    return as_json(_sent(caller, contacts))


def insert_at_once(
    database: Database,
    caller: Caller,
    contact: NewContact,
    *,
    assumption: Assumption,
    request: IdempotentRequest | None,
) -> datetime | None:
    """Insert one contact in a transaction of its own, in one round trip; when it was recorded.

    None, and nothing is written, where the assumption no longer holds, a CAF is recorded of the
    child, the reference was used before, or the idempotency key was.
    """
    assumed = _assumed(caller, assumption.terms) | _soon_after(assumption.arrived_at)
    sent = _sent(caller, [contact]) | {"assumed": assumed}
    if request is not None:
        contact_id = contact.contact_id
        sent["idempotency_key"] = [claim_columns(caller, request, contact_id=contact_id)]
    recorded_at: datetime | None = database.at_once(
        Scope.of(caller.authority, caller.agency), _INSERT_AT_ONCE, {"sent": as_json(sent)}
    )
    return recorded_at.astimezone(UTC) if recorded_at else None


def _sent(caller: Caller, contacts: Sequence[NewContact]) -> dict[str, Any]:
    sent: dict[str, Any] = {"shared": shared_columns(caller)}
    for contact in contacts:
        for table, rows in contact.rows.items():
            if rows:
                sent.setdefault(table, []).extend(_lean(row) for row in rows)
    return sent


def _lean(row: Row) -> Row:
    """A row without what is NULL, and without the times, which are the same in all."""
    return {
        column: value
        for column, value in row.items()
        if value is not None and column not in _STAMPS
    }


def _assumed(caller: Caller, terms: AuthorityTerms) -> dict[str, Any]:
    return {"authority": caller.authority, "row_count": terms.row_count}


def _soon_after(arrived_at: datetime) -> dict[str, datetime]:
    tomorrow = london_date(arrived_at) + timedelta(days=1)
    until = min(arrived_at + LONGEST, start_of_london_day(tomorrow))
    return {"from": arrived_at, "until": until}
