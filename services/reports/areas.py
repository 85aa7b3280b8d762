"""The areas that a report can be about: an authority, a partnership, or England."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import EVERY_AGENCY, Scope
from domain.access import Principal, Role
from domain.errors import ForbiddenError, NotFoundError
from models import Authority, Partnership, PartnershipMember
from services.reference.current import partnership_members

ENGLAND = "E92000001"
READS_REPORTS = (Role.REPORT, Role.DECIDE)


@dataclass(frozen=True, slots=True)
class Area:
    """An area by its code and name, and the authorities that make it up."""

    code: str
    name: str
    authorities: tuple[str, ...]

    @property
    def is_one_authority(self) -> bool:
        """Whether the area is an authority, whose own labels then count."""
        return self.authorities == (self.code,)


class ReadsNoTablesError(ForbiddenError):
    """The caller reads no exact tables of an area; None where the area is England."""

    def __init__(self, area: Area | None = None) -> None:
        super().__init__(READS_NO_TABLES)
        self.area = area


def reading_scope(principal: Principal) -> Scope:
    """The scope in which a caller's reports are read: its authorities, and every agency's records.

    Which of them an area holds, and whether the caller may read it, is for `find_area`.
    """
    return Scope(tuple(sorted(principal.roles)), EVERY_AGENCY)


def find_area(
    session: Session, principal: Principal, code: str, *, as_at: datetime | None = None
) -> Area:
    """The area, if the caller may read reports of each of its authorities.

    A partnership is of those that it had at the instant `as_at` (aware), else of those that it has
    now; who reads it must be allowed to read both. England is all the authorities that the caller
    may read. Raises `NotFoundError` for an area that does not exist or is none of the caller's,
    `ReadsNoTablesError` where its role reads no tables.
    """
    if code == ENGLAND:
        readable = tuple(sorted(principal.authorities_with(READS_REPORTS)))
        if not readable:
            raise ReadsNoTablesError
        return Area(ENGLAND, "England", readable)
    area = _authority(session, code) or _partnership(session, code)
    if area is None:
        raise NotFoundError(NO_SUCH_AREA)
    require_readable(principal, area)
    if as_at is None or area.is_one_authority:
        return area
    then = replace(area, authorities=_members(session, code, as_at=as_at))
    require_readable(principal, then)
    return then


def area_of_authority(session: Session, code: str) -> Area:
    """The area that an authority is; raises `NotFoundError` where there is none of this code."""
    area = _authority(session, code)
    if area is None:
        raise NotFoundError(NO_SUCH_AREA)
    return area


def area_named(session: Session, code: str) -> Area:
    """The authority or partnership of this code as it is now, whoever asks.

    Raises `NotFoundError` where there is none.
    """
    area = area_of(session, code)
    if area is None:
        raise NotFoundError(NO_SUCH_AREA)
    return area


def area_of(session: Session, code: str, *, as_at: datetime | None = None) -> Area | None:
    """An authority or a partnership by its code, whoever asks; None where there is none.

    A partnership is of the authorities that it had at the instant `as_at` (aware), else of those
    that it has now; it may have had none.
    """
    area = _authority(session, code) or _partnership(session, code)
    if area is None or as_at is None or area.is_one_authority:
        return area
    return replace(area, authorities=_members(session, code, as_at=as_at))


def require_readable(principal: Principal, area: Area) -> None:
    """Raise as `find_area` does unless the caller may read reports of each authority of an area."""
    if not all(principal.roles_in(each) for each in area.authorities):
        raise NotFoundError(NO_SUCH_AREA)
    if not principal.authorities_with(READS_REPORTS).issuperset(area.authorities):
        raise ReadsNoTablesError(area)


def list_areas(session: Session) -> list[Area]:
    """Every authority and partnership, and England, by name."""
    authorities = [
        Area(row.authority_code, row.name, (row.authority_code,))
        for row in session.scalars(select(Authority).order_by(Authority.name))
    ]
    members = session.scalars(partnership_members()).all()
    partnerships = [
        Area(row.partnership_code, row.name, _members_of(row.partnership_code, members))
        for row in session.scalars(select(Partnership).order_by(Partnership.name))
    ]
    england = Area(ENGLAND, "England", tuple(sorted(each.code for each in authorities)))
    return [*authorities, *partnerships, england]


def _authority(session: Session, code: str) -> Area | None:
    row = session.get(Authority, code)
    return Area(row.authority_code, row.name, (row.authority_code,)) if row else None


def _partnership(session: Session, code: str) -> Area | None:
    row = session.get(Partnership, code)
    if row is None:
        return None
    return Area(row.partnership_code, row.name, _members(session, code))


def _members(session: Session, code: str, *, as_at: datetime | None = None) -> tuple[str, ...]:
    recorded = partnership_members(as_at=as_at).where(PartnershipMember.partnership_code == code)
    return _members_of(code, session.scalars(recorded).all())


def _members_of(code: str, members: Sequence[PartnershipMember]) -> tuple[str, ...]:
    return tuple(
        sorted(
            each.authority_code
            for each in members
            if each.partnership_code == code and each.is_member
        )
    )


READS_NO_TABLES = (
    "Your key does not read exact tables of this area. A partner reads Table 1 and Inputs of an "
    "authority or a partnership, as they were published, by area and period."
)
NO_SUCH_AREA = "There is no such area, or it is not yours to read."
