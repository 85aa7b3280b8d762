"""List CAFs: newest recorded first by keyset pages, or as a feed of what changed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import Session

from domain.access import Caller
from models import Caf
from services.cafs.find import cafs_of, read_cafs
from services.cafs.record import record_of
from services.contacts.list_contacts import Listing, Page, Position
from services.settled import settled_before

_FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "commenced_from": lambda day: day <= Caf.commenced_on,
    "commenced_to": lambda day: Caf.commenced_on <= day,
    "agency_kind": lambda code: Caf.agency_kind == code,
    "stage": lambda stage: Caf.stage == stage,
    "agency": lambda code: Caf.agency_code == code,
    "agency_reference": lambda reference: Caf.agency_reference == reference,
    "open": lambda is_open: Caf.closed_on.is_(None) if is_open else Caf.closed_on.is_not(None),
}


def newest_cafs(session: Session, caller: Caller, *, listing: Listing) -> Page:
    """A page of CAFs, newest recorded first."""
    statement = _filtered(caller, listing).order_by(Caf.created_at.desc(), Caf.caf_id.desc())
    if listing.after:
        after = tuple_(listing.after.instant, listing.after.contact_id)
        statement = statement.where(tuple_(Caf.created_at, Caf.caf_id) < after)
    return _page(session, caller, statement, listing, lambda each: each.created_at)


def changed_cafs(
    session: Session, caller: Caller, *, listing: Listing, since: datetime | None
) -> Page:
    """A page of CAFs that changed at or after an instant, or after a position, oldest first.

    Only settled changes are given, so that whoever resumes from the last position misses none.
    """
    statement = (
        _filtered(caller, listing)
        .where(Caf.updated_at < settled_before(session))
        .order_by(Caf.updated_at, Caf.caf_id)
    )
    if since is not None:
        statement = statement.where(Caf.updated_at >= since)
    if listing.after:
        after = tuple_(listing.after.instant, listing.after.contact_id)
        statement = statement.where(tuple_(Caf.updated_at, Caf.caf_id) > after)
    return _page(session, caller, statement, listing, lambda each: each.updated_at)


def _filtered(caller: Caller, listing: Listing) -> Select[Caf]:
    conditions = [_FILTERS[name](value) for name, value in listing.filters.items()]
    return cafs_of(caller).where(*conditions)


def _page(
    session: Session,
    caller: Caller,
    statement: Select[Caf],
    listing: Listing,
    instant_of: Callable[[Caf], datetime],
) -> Page:
    cafs = read_cafs(session, statement.limit(listing.limit + 1))
    shown = cafs[: listing.limit]
    return Page(
        items=[record_of(caller, each) for each in shown],
        end=Position(instant_of(shown[-1]), shown[-1].caf_id) if shown else None,
        has_more=len(cafs) > listing.limit,
    )
