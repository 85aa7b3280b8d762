"""Counts of whole months as they stand now: one call of the database, whose plan it keeps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.periods import Period
from services.ledger.cells import CELLS

# For a driver: the parameters are what `months_of` and `Seen.as_known` give, and the area.
COUNT_NOW = (
    "SELECT count_now(CAST(%(authorities)s AS text[]), %(months_start)s, %(months_end)s,"
    " %(known_snapshot)s, %(known_state)s)"
)


class Seen(NamedTuple):
    """What the database showed of itself when it counted.

    While `snapshot` is the same, nothing at all was committed; while `state` is, nothing that
    counts for the area. None where there is nothing to go by.
    """

    snapshot: str | None = None
    state: str | None = None

    def as_known(self) -> dict[str, str | None]:
        """What to give to `count_now`, so that it counts only what may have changed."""
        return {"known_snapshot": self.snapshot, "known_state": self.state}


class Count(NamedTuple):
    """How many contacts are in a cell."""

    referrer_type: str
    outcome: str
    is_referral: bool
    n: int


@dataclass(frozen=True, slots=True)
class CountedNow:
    """Counts, empty cells left out, and of how many rows the area's reference data was."""

    counts: Sequence[Count]
    row_count: int


def months_of(received: Period) -> dict[str, date] | None:
    """The first day of a period and the day after it, where it is of whole months; else None."""
    following = received.end + timedelta(days=1)
    if received.start.day > 1 or following.day > 1:
        return None
    return {"months_start": received.start, "months_end": following}


def seen_now(answer: Mapping[str, Any]) -> Seen:
    """What the database showed of itself in an answer of `count_now` (migrations)."""
    return Seen(answer["snapshot"], answer["state"])


def counted_now(answer: Mapping[str, Any]) -> CountedNow:
    """What `count_now` counted; of an answer to what was not known."""
    numbers: Counter[tuple[str, str, bool]] = Counter()
    for referrer_type, *sums in answer["folded"] or ():
        for cell, n in zip(CELLS, sums, strict=True):
            numbers[referrer_type, cell.outcome.value, cell.is_referral] += n
    for referrer_type, outcome, is_referral, n in answer["not_folded"] or ():
        numbers[referrer_type, outcome, is_referral] += n
    counts = [Count(*cell, n) for cell, n in sorted(numbers.items()) if n]
    return CountedNow(counts, answer["row_count"])
