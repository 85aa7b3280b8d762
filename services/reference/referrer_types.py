"""The referrer types in use: the standard ones, with an authority's own labels and additions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.referrer_types import REFERRER_TYPES
from models import ReferrerTypeSetting
from services.reference.current import referrer_type_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerTypeInUse:
    """A referrer type and the London days between which it is used; None is without limit."""

    code: str
    label: str
    group: str
    position: int
    census_source: str | None
    valid_from: date | None = None
    valid_to: date | None = None

    def is_used(self, start: date, end: date) -> bool:
        """Whether it is in use on any day of a period, first and last day included."""
        return (self.valid_from or start) <= end and (self.valid_to or end) >= start


def referrer_types_of(
    session: Session,
    authorities: Sequence[str],
    *,
    own_labels: bool,
    as_at: datetime | None = None,
) -> list[ReferrerTypeInUse]:
    """The 27 standard types in published order, then what the authorities added.

    With `own_labels`, for one authority, its labels, sources and dates replace the standard ones;
    otherwise the standard ones stand (definitions.md, section 3). `as_at` (aware) leaves out what
    was recorded after it.
    """
    types = {
        each.code: ReferrerTypeInUse(
            code=each.code,
            label=each.label,
            group=each.group,
            position=position,
            census_source=each.census_source,
        )
        for position, each in enumerate(REFERRER_TYPES, start=1)
    }
    settings = referrer_type_settings(as_at=as_at)
    of_area = ReferrerTypeSetting.authority_code.in_(authorities)
    for row in session.scalars(settings.where(of_area)):
        if row.referrer_type not in types:
            types[row.referrer_type] = _own(row, position=len(types) + 1)
        elif own_labels:
            standard = types[row.referrer_type]
            own = _own(row, position=standard.position)
            source = own.census_source or standard.census_source
            types[row.referrer_type] = replace(own, census_source=source)
    return list(types.values())


def _own(row: ReferrerTypeSetting, *, position: int) -> ReferrerTypeInUse:
    return ReferrerTypeInUse(
        code=row.referrer_type,
        label=row.label,
        group=row.referrer_group,
        position=position,
        census_source=row.census_source,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
