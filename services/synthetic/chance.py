"""The one source of chance of the synthetic records."""

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Chance(random.Random):
    """A seeded generator of random numbers: the same seed gives the same draws."""

    def one_of(self, pool: Sequence[Item]) -> Item:
        """Draw from a pool that is not empty; an item that stands twice is twice as likely."""
        return pool[int(self.random() * len(pool))]

    def happens(self, share: float) -> bool:
        """Draw whether something happens that happens in this share (0 to 1) of all cases."""
        return self.random() < share

    def whole(self, first: int, last: int) -> int:
        """Draw a whole number, both ends included."""
        return first + int(self.random() * (last - first + 1))


def weighted(**weights: int) -> tuple[str, ...]:
    """Make a pool in which each name stands as often as its weight says."""
    return tuple(name for name, weight in weights.items() for _ in range(weight))
