"""List contacts: newest first by keyset pages, or as a feed of what changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Tuple, or_, tuple_
from sqlalchemy.orm import Session

from domain.access import Caller
from domain.vocabulary import SubmittedAs
from models import Contact
from services.contacts.find import contacts_of, read_contacts
from services.contacts.record import Record, records_of
from services.settled import settled_before


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ends: the instant that orders the list, and the id of the last record."""

    instant: datetime
    contact_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of records; `end` is where it ended, None when it is empty."""

    items: list[Record]
    end: Position | None
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which contacts, by the contract's filter names; `limit` of them, after a position."""

    filters: Mapping[str, Any] = field(default_factory=dict)
    limit: int
    after: Position | None = None


def newest_contacts(session: Session, caller: Caller, *, listing: Listing) -> Page:
    """A page of contacts, newest received first."""
    statement = _filtered(caller, listing).order_by(
        Contact.received_at.desc(), Contact.contact_id.desc()
    )
    if listing.after:
        statement = statement.where(
            tuple_(Contact.received_at, Contact.contact_id) < _tuple(listing.after)
        )
    return _page(session, caller, statement, listing, lambda each: each.received_at)


def changed_contacts(
    session: Session, caller: Caller, *, listing: Listing, since: datetime | None
) -> Page:
    """A page of contacts that changed at or after an instant, or after a position, oldest first.

    Only settled changes are given, so that whoever resumes from the last position misses none.
    """
    settled = settled_before(session)
    statement = (
        _filtered(caller, listing)
        .where(Contact.updated_at < settled)
        .order_by(Contact.updated_at, Contact.contact_id)
    )
    if since is not None:
        statement = statement.where(Contact.updated_at >= since)
    if listing.after:
        statement = statement.where(
            tuple_(Contact.updated_at, Contact.contact_id) > _tuple(listing.after)
        )
    return _page(session, caller, statement, listing, lambda each: each.updated_at)


_FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "received_from": lambda day: day <= Contact.received_on,
    "received_to": lambda day: Contact.received_on <= day,
    "outcome": lambda code: Contact.outcome == code,
    "referrer_type": lambda code: Contact.referrer_type == code,
    "agency": lambda code: Contact.agency_code == code,
    "agency_reference": lambda reference: Contact.agency_reference == reference,
    "incident_reference": lambda reference: Contact.incident_reference == reference,
    "submitted_as": lambda code: Contact.submitted_as == code,
    "open": Contact.is_open.is_,
    "accepted": Contact.is_referral.is_,
    "only_referrals": lambda _: or_(
        Contact.is_referral, Contact.submitted_as == SubmittedAs.REFERRAL
    ),
}


def _filtered(caller: Caller, listing: Listing) -> Select[Contact]:
    conditions = [_FILTERS[name](value) for name, value in listing.filters.items()]
    return contacts_of(caller).where(*conditions)


def _tuple(position: Position) -> Tuple:
    return tuple_(position.instant, position.contact_id)


def _page(
    session: Session,
    caller: Caller,
    statement: Select[Contact],
    listing: Listing,
    instant_of: Callable[[Contact], datetime],
) -> Page:
    contacts = read_contacts(session, statement.limit(listing.limit + 1))
    shown = contacts[: listing.limit]
    return Page(
        items=records_of(session, caller, shown),
        end=Position(instant_of(shown[-1]), shown[-1].contact_id) if shown else None,
        has_more=len(contacts) > listing.limit,
    )
