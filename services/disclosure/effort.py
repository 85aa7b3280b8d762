"""How much work a choice may take: a count that is the same every time, and seconds as a guard."""

from collections.abc import Callable


class OutOfEffortError(Exception):
    """The work allowed is done, or the solver gave up."""


class Effort:
    """Work allowed, in solutions of programs, and in seconds by `clock`.

    The count decides in all ordinary cases, so that the same tables give the same choice on any
    machine; the seconds only keep a process from being held up. Nothing is allowed at first.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.spent = 0
        self._clock = clock
        self._last, self._end = 0, clock()

    def allow(self, *, solutions: int, seconds: float) -> None:
        """Allow so much from now on; what was left is lost."""
        self._last, self._end = self.spent + solutions, self._clock() + seconds

    def spend(self) -> float:
        """Count one solution, and give the seconds left for it.

        An `OutOfEffortError` where none is left.
        """
        left = self._end - self._clock()
        if self.spent >= self._last or left <= 0:
            message = "no more work is allowed"
            raise OutOfEffortError(message)
        self.spent += 1
        return left
