"""The direction of travel: whether a figure is better than the one it is compared with.

Source: definitions.md, section 4. It is computed from what is printed: the numbers, and the
percentages as rounded to one decimal place. So a reader can work out every arrow from the page,
figures that are printed alike are the same at any tolerance, and an arrow tells nothing that its
two figures don't. A difference of exactly the tolerance is within it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.measures.columns import (
    counted_period,
    is_quarter,
    quarter_before,
    same_quarter_a_year_before,
)
from domain.measures.measure import Basis, Measure, Polarity
from domain.periods import Period
from domain.tabulation import percentage


class Direction(StrEnum):
    """`UP` is better performance, whichever way the number went."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and for a proportion what it is a share of; neither is negative."""

    number: int
    denominator: int | None = None

    @property
    def percent(self) -> Decimal | None:
        """The percentage to one decimal place, rounded half up, 0.0 of none; None for a count."""
        if self.denominator is None:
            return None
        return percentage(self.number, self.denominator)


def compared_period(measure: Measure, period: Period) -> Period | None:
    """Return the quarter that a quarter's figure is compared with; None for a whole year.

    It is the quarter before; for a year-to-date count, which starts again in April, the same
    quarter of the year before.
    """
    if not is_quarter(period):
        return None
    if measure.basis is Basis.YEAR_TO_DATE and not measure.is_proportion:
        return same_quarter_a_year_before(period)
    return quarter_before(period)


def direction_in(
    measure: Measure, period: Period, figures: Mapping[Period, Figure]
) -> Direction | None:
    """Return the direction of a measure in a quarter or a whole year, among known figures.

    `figures` are those of the measure, by `counted_period`; those that are not known are left out.
    So the year before as a whole is what a fourth quarter's year to date is compared with.
    """
    compared = compared_period(measure, period)
    figure = figures.get(counted_period(measure.basis, period))
    if compared is None or figure is None:
        return None
    earlier = figures.get(counted_period(measure.basis, compared))
    return direction(measure, figure=figure, earlier=earlier)


def direction(measure: Measure, *, figure: Figure, earlier: Figure | None) -> Direction | None:
    """Return the direction from an earlier figure of a measure to this one.

    None when there is nothing to compare (no earlier figure, or a share of nothing) or no
    polarity. A figure whose denominator the measure lacks, or the other way round, is a
    ValueError.
    """
    for each in (figure, earlier):
        _require_fit(measure, each)
    if earlier is None or measure.polarity is Polarity.NONE or 0 in _denominators(figure, earlier):
        return None
    change = _value(figure) - _value(earlier)
    if abs(change) <= _allowance(measure, earlier):
        return Direction.SAME
    is_better = (change > 0) is (measure.polarity is Polarity.HIGHER)
    return Direction.UP if is_better else Direction.DOWN


def _value(figure: Figure) -> Decimal:
    """What is compared: the printed percentage of a proportion, the number of a count."""
    return Decimal(figure.number) if figure.percent is None else figure.percent


def _allowance(measure: Measure, earlier: Figure) -> Decimal:
    """How far a figure may be from the earlier one and still be the same."""
    if measure.is_proportion:
        return measure.tolerance
    return measure.tolerance * earlier.number / 100


def _denominators(*figures: Figure) -> tuple[int | None, ...]:
    return tuple(figure.denominator for figure in figures)


def _require_fit(measure: Measure, figure: Figure | None) -> None:
    if figure is not None and (figure.denominator is None) is measure.is_proportion:
        has = "a" if measure.is_proportion else "no"
        message = f"{measure.code} has {has} denominator"
        raise ValueError(message)
