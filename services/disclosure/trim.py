"""A safe choice made smaller: show again what need not be hidden."""

from collections.abc import Sequence

from services.disclosure.choice import Choice
from services.disclosure.effort import OutOfEffortError


def trimmed(choice: Choice, hidden: int, *, order: Sequence[int]) -> int:
    """A safe choice within the safe choice `hidden`; the candidates first in `order` go first.

    All are tried together, then the halves of what can't be shown together, down to single ones.
    Out of effort, what has been reached by then.
    """
    pending = [[index for index in order if not choice.must >> index & 1]]
    while pending:
        together = pending.pop()
        bits = hidden & sum(1 << index for index in together)
        if not bits:
            continue
        try:
            smaller = choice.settle(hidden & ~bits)
        except OutOfEffortError:
            return hidden
        if smaller is not None:
            hidden = smaller
        elif len(together) > 1:
            half = len(together) // 2
            pending += [together[half:], together[:half]]
    return hidden
