"""Whether a contact's child had an active CAF on the day of receipt, by the CAF records.

The child's CAFs are those of the same authority under the same NHS number or the same local number,
whichever agency sent them. One function of the database reads them, for every agency; what follows
of them is kept apart from what the sender said, and only who decides reads it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from domain.caf import is_active_on
from services.writing import Row, as_json

# An array of many parameters would take the database longer to parse than the rest altogether.
_CAFS = text(
    "SELECT nhs_number, local_id, commenced_on, closed_on FROM cafs_of_children(:authority,"
    " ARRAY(SELECT jsonb_array_elements_text(CAST(:nhs_numbers AS jsonb))),"
    " ARRAY(SELECT jsonb_array_elements_text(CAST(:local_ids AS jsonb))))"
)


class Numbers(NamedTuple):
    """The numbers by which children are known, each once."""

    nhs_numbers: Sequence[str]
    local_ids: Sequence[str]

    @classmethod
    def of(cls, children: Iterable[Row]) -> "Numbers":
        """The numbers of children, who are given by columns of an identity or fields of a body."""
        nhs_numbers, local_ids = set(), set()
        for child in children:
            nhs_numbers.add(child.get("nhs_number"))
            local_ids.add(child.get("local_id"))
        return cls(sorted(filter(None, nhs_numbers)), sorted(filter(None, local_ids)))

    @property
    def are_unknown(self) -> bool:
        """Whether there is none."""
        return not (self.nhs_numbers or self.local_ids)


class CafDays(NamedTuple):
    """The London days between which a CAF is active, both included; None is not closed."""

    commenced_on: date
    closed_on: date | None


class CafsOfChildren:
    """The CAFs that are recorded of some children, by their numbers."""

    def __init__(
        self,
        by_nhs_number: Mapping[str, Sequence[CafDays]],
        by_local_id: Mapping[str, Sequence[CafDays]],
    ) -> None:
        self._by_nhs_number = by_nhs_number
        self._by_local_id = by_local_id

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._by_nhs_number or self._by_local_id)

    def any_active_on(self, day: date, *, child: Row) -> bool | None:
        """Whether a child had an active CAF on a London day, None where it is recorded with none.

        A child without a number is never linked to a CAF. The rule is `domain.caf.is_active_on`.
        """
        cafs = (
            *self._by_nhs_number.get(child.get("nhs_number") or "", ()),
            *self._by_local_id.get(child.get("local_id") or "", ()),
        )
        if not cafs:
            return None
        return any(is_active_on(day, **each._asdict()) for each in cafs)


_NONE = CafsOfChildren({}, {})


def cafs_of_children(session: Session, authority: str, children: Iterable[Row]) -> CafsOfChildren:
    """Read the CAFs of some children in one statement; of children without a number in none."""
    numbers = Numbers.of(children)
    if numbers.are_unknown:
        return _NONE
    by_nhs_number, by_local_id = defaultdict(list), defaultdict(list)
    found = session.execute(_CAFS, {"authority": authority, **_lists(numbers)})
    for nhs_number, local_id, commenced_on, closed_on in found:
        days = CafDays(commenced_on, closed_on)
        if nhs_number:
            by_nhs_number[nhs_number].append(days)
        if local_id:
            by_local_id[local_id].append(days)
    return CafsOfChildren(by_nhs_number, by_local_id)


def _lists(numbers: Numbers) -> dict[str, str]:
    return {name: as_json(each) for name, each in numbers._asdict().items()}
