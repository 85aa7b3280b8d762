"""What a performance measure is, and what an authority may set in it.

Source: definitions.md, section 4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

PROPORTION_TOLERANCE = Decimal("1.0")
COUNT_TOLERANCE = Decimal("5.0")
_LARGEST_TOLERANCE = 100


class MeasureError(ValueError):
    """A setting that no measure can have, or one of a measure that doesn't exist."""


class Basis(StrEnum):
    """Which days a measure's figure for a quarter is about."""

    QUARTER = "quarter"
    YEAR_TO_DATE = "year to date"
    ROLLING_YEAR = "rolling year"
    SNAPSHOT = "snapshot"


class Polarity(StrEnum):
    """Which way of a measure's number is better performance."""

    LOWER = "lower"
    HIGHER = "higher"
    NONE = "none"


class Breakdown(StrEnum):
    """What a measure is broken down by beside its total."""

    REFERRER_TYPE = "referrer_type"
    AGENCY = "agency"
    REASON = "reason"
    CAF_AGENCY_KIND = "caf_agency_kind"
    PRESENTING_NEED = "presenting_need"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: its code, its title as published, and how its figures are made and compared.

    `share_of` is the code of the measure whose number is this one's denominator; None for a count.
    `tolerance` is in percentage points for a proportion, in per cent of the earlier number for a
    count. A tolerance below 0 or above 100 is a MeasureError.
    """

    code: str
    label: str
    basis: Basis = Basis.QUARTER
    polarity: Polarity = Polarity.NONE
    share_of: str | None = None
    tolerance: Decimal
    breakdowns: tuple[Breakdown, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a tolerance that compares nothing."""
        if not (self.tolerance.is_finite() and 0 <= self.tolerance <= _LARGEST_TOLERANCE):
            message = f"The tolerance of {self.code} must be from 0 to {_LARGEST_TOLERANCE}."
            raise MeasureError(message)

    @property
    def is_proportion(self) -> bool:
        """Whether its figures have a denominator and a percentage."""
        return self.share_of is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSetting:
    """What an authority has set for a measure; None leaves the default."""

    polarity: Polarity | None = None
    tolerance: Decimal | None = None


def with_settings(
    measures: Sequence[Measure], settings: Mapping[str, MeasureSetting]
) -> tuple[Measure, ...]:
    """Return the measures, in order, as an authority has set them, by the measures' codes.

    A setting for a measure that isn't among them, or a tolerance out of range, is a MeasureError.
    """
    unknown = sorted(set(settings) - {measure.code for measure in measures})
    if unknown:
        message = f"There is no measure {', '.join(unknown)}."
        raise MeasureError(message)
    return tuple(_set(measure, settings.get(measure.code)) for measure in measures)


def _set(measure: Measure, setting: MeasureSetting | None) -> Measure:
    if setting is None:
        return measure
    return replace(
        measure,
        polarity=measure.polarity if setting.polarity is None else setting.polarity,
        tolerance=measure.tolerance if setting.tolerance is None else setting.tolerance,
    )
