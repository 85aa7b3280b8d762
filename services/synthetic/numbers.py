"""The running numbers of synthetic records: each names one child, one record or one incident."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count

from domain.identifiers import (
    NO_CHECK_DIGIT,
    UPN_LETTERS,
    nhs_number_check_digit,
    upn_check_letter,
)

A_MILLION = 1_000_000
A_THOUSAND = 1_000
UPN_BODIES = 9 * A_MILLION
# Shares no factor with the range, so that it meets each number once, in no visible order.
STEP = 612_391
MODULUS = 11


class Numbers:
    """Numbers that are given once each, for up to `records` records.

    `first` is how many records were numbered before these, with the same `nhs_start`; no number
    that was theirs is given again. `series` stands in the references of incidents, so that those
    of another series differ.
    """

    def __init__(
        self,
        *,
        nhs_start: Callable[[], int],
        first: int = 0,
        records: int = A_MILLION,
        series: str = "",
    ) -> None:
        self._series = series
        self._sent: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(first + 1))
        self._incidents = count(first + 1)
        self.children = count(first + 1)
        self.nhs_numbers = nhs_numbers(start=nhs_start, steps=range(first, first + records))
        self.upn_bodies = upn_bodies(first=first)

    def agency_reference(self, prefix: str, *, year: int) -> str:
        """The next reference of the agency whose references begin so: "CLE-2014-000123"."""
        # Filled, not formatted to a width: that takes twice as long, in every record.
        return f"{prefix}-{year}-{str(next(self._sent[prefix])).zfill(6)}"

    def incident_reference(self, kind: str) -> str:
        """The next reference of an incident of a kind: "OCC-00012", in a series "OCC-7-00012"."""
        return f"{kind}-{self._series}{str(next(self._incidents)).zfill(5)}"


def nhs_numbers(*, start: Callable[[], int], steps: range) -> Iterator[str]:
    """Yield valid NHS numbers of the 999 range, which is kept for tests.

    Each of a million steps, from 0 on, stands for at most one number, and no two for the same.
    The start (below a million) is asked for with the first number, as it is perhaps drawn.
    """
    start_at = start()
    high, low = _check_digits()
    for step in range(steps.start, min(steps.stop, A_MILLION)):
        body = (start_at + step * STEP) % A_MILLION
        check = (high[body // A_THOUSAND] + low[body % A_THOUSAND]) % MODULUS
        if check != NO_CHECK_DIGIT:
            yield f"999{str(body).zfill(6)}{check}"


def upn_bodies(*, first: int = 0) -> Iterator[str]:
    """Yield pupil numbers without check letter and year, ten digits, nine million before any again.

    They start with 999, which is no education authority's number, so that none is a real child's.
    """
    for number in count(first):
        yield f"999{A_MILLION + number % UPN_BODIES}"


def upn(body: str, *, year: int) -> str:
    """The pupil number of a body that `upn_bodies` gave and a year of two digits."""
    parts = (f"{body[:7]}00000", f"0000000{year:02}000", f"000000000{body[7:]}")
    letter = UPN_LETTERS[sum(map(_letter_value, parts)) % len(UPN_LETTERS)]
    return f"{letter}{body[:7]}{year:02}{body[7:]}"


@cache
def _letter_value(last_twelve: str) -> int:
    """The check letter as a sum modulo 23, so that of a whole is made from those of its parts."""
    return UPN_LETTERS.index(upn_check_letter(last_twelve))


@cache
def _check_digits() -> tuple[list[int], list[int]]:
    """Check digits of 999000000 to 999999000, and of the last three digits alone.

    A check digit is a sum modulo 11, so that of a whole number is made from those of its parts.
    """
    return (
        [_check_digit(f"999{digits:03}000") for digits in range(A_THOUSAND)],
        [_check_digit(f"000000{digits:03}") for digits in range(A_THOUSAND)],
    )


def _check_digit(first_nine: str) -> int:
    digit = nhs_number_check_digit(first_nine)
    return NO_CHECK_DIGIT if digit is None else digit
