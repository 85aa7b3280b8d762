"""Rounds that run every variant once, and what they say: medians, spreads and ratios."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self

Figures = Mapping[str, float]
Samples = dict[str, list[Figures]]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some values, and the lowest and highest of them."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The spread of at least one value."""
        return cls(median(values), min(values), max(values))


def interleaved(
    variants: Mapping[str, Callable[[], Figures]], *, rounds: int, warm_up: bool = True
) -> Samples:
    """Run every variant once a round, each round beginning with another; the figures by variant.

    With `warm_up`, a first round is not counted.
    """
    names = list(variants)
    samples: Samples = {name: [] for name in names}
    for number in range(-1 if warm_up else 0, rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            figures = variants[name]()
            if number >= 0:
                samples[name].append(figures)
    return samples


def spread(samples: Samples, variant: str, figure: str) -> Spread:
    """A variant's figure over all rounds."""
    return Spread.of([each[figure] for each in samples[variant]])


def ratio(samples: Samples, figure: str, *, of: str, to: str) -> Spread:
    """One variant's figure divided by another's, round by round."""
    pairs = zip(samples[of], samples[to], strict=True)
    return Spread.of([one[figure] / other[figure] for one, other in pairs])
