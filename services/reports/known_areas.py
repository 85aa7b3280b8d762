"""The areas that a process has read last, with their referrer types, and how to tell they hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from domain.access import Principal
from services.reference.referrer_types import ReferrerTypeInUse, referrer_types_of
from services.reports.areas import ENGLAND, READS_REPORTS, Area, find_area, require_readable

# Reference data is only ever added to: as many rows are the same rows. The same number as
# `count_now` gives (services/ledger/now.py).
_ROW_COUNT = text(
    "SELECT (SELECT count(*) FROM referrer_type_setting WHERE authority_code = ANY (:authorities))"
    " + (SELECT count(*) FROM partnership_member)"
)


@dataclass(frozen=True, slots=True)
class KnownArea:
    """An area, the referrer types in use there, and of how many rows that was made."""

    area: Area
    types: Sequence[ReferrerTypeInUse]
    row_count: int


class RememberedAreas:
    """The areas that were read last. What they promise must be checked."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, frozenset[str]], KnownArea] = {}

    def of(self, principal: Principal, code: str) -> KnownArea | None:
        """An area, None where it was never read; raises as `find_area` does."""
        known = self._known.get(_key(principal, code))
        if known is not None:
            require_readable(principal, known.area)
        return known

    def read(self, session: Session, principal: Principal, code: str) -> KnownArea:
        """Read an area and remember it; raises as `find_area` does."""
        area = find_area(session, principal, code)
        row_count = session.scalars(_ROW_COUNT, {"authorities": list(area.authorities)}).one()
        types = referrer_types_of(session, area.authorities, own_labels=area.is_one_authority)
        known = self._known[_key(principal, code)] = KnownArea(area, types, row_count)
        return known


def _key(principal: Principal, code: str) -> tuple[str, frozenset[str]]:
    """England is another area for each set of authorities that may be read."""
    readable = principal.authorities_with(READS_REPORTS) if code == ENGLAND else frozenset()
    return code, readable
