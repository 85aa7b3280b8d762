"""Which areas' tables belong together: subtraction between them must give nothing away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Authority, PartnershipMember
from services.reference.current import partnership_members


@dataclass(frozen=True, slots=True)
class Family:
    """Authorities, and the partnerships between them with their members; all by code, sorted."""

    authorities: tuple[str, ...]
    partnerships: Mapping[str, tuple[str, ...]]

    @property
    def areas(self) -> tuple[str, ...]:
        """The authorities and the partnerships."""
        return (*self.authorities, *self.partnerships)


def family_of(session: Session, area: str, *, as_at: datetime | None = None) -> Family:
    """An area's family: every authority that partnerships connect with it, over any number of them.

    As it was at the instant `as_at` (aware), None for now. A partnership without members, or a code
    that is no area's, has a family without authorities.
    """
    members: dict[str, set[str]] = {}
    for row in session.scalars(partnership_members(as_at=as_at)):
        if row.is_member:
            members.setdefault(row.partnership_code, set()).add(row.authority_code)
    authorities = _connected(_of_area(session, area, members), members)
    return Family(
        tuple(sorted(authorities)),
        {code: tuple(sorted(of)) for code, of in sorted(members.items()) if of <= authorities},
    )


def kin_of(session: Session, area: str) -> tuple[str, ...]:
    """Every authority that ever was in the area's family; sorted codes."""
    members: dict[str, set[str]] = {}
    for row in session.scalars(select(PartnershipMember)):
        members.setdefault(row.partnership_code, set()).add(row.authority_code)
    return tuple(sorted(_connected(_of_area(session, area, members), members)))


def _of_area(session: Session, area: str, partnerships: Mapping[str, set[str]]) -> set[str]:
    if session.get(Authority, area) is not None:
        return {area}
    return partnerships.get(area, set())


def _connected(authorities: set[str], partnerships: Mapping[str, set[str]]) -> set[str]:
    found = set(authorities)
    while True:
        wider = found.union(*(each for each in partnerships.values() if each & found))
        if wider == found:
            return found
        found = wider
