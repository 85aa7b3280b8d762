"""Choose what to hide the same way for ever, where the choice is made anew at each reading.

`protect` searches for the cheapest choice. Of several that cost the same it takes the one that the
solver meets first, so two versions of the solver may differ, and two different choices for the same
figures can give away together what each of them hides. Here each step asks only whether a choice
keeps the promise, which is so or not, whoever works it out.
"""

import math
import sys
import time
from collections.abc import Sequence

from domain.disclosure.figures import Key, System
from domain.disclosure.proof import unproven
from services.disclosure.choice import Choice
from services.disclosure.effort import Effort, OutOfEffortError
from services.disclosure.protect import CannotProtectError
from services.disclosure.trim import trimmed


def protect_repeatably(system: System, *, order: Sequence[Key]) -> dict[Key, int | None]:
    """Print a whole small system by itself: None where `c` stands.

    Everything but zeros is hidden first, then shown again as far as the promise allows, what is
    first in `order` (every key of the system) first. Takes as long as it takes: for some dozens
    of figures. Raises `CannotProtectError` where the promise can't be proven.
    """
    effort = Effort(clock=time.monotonic)
    effort.allow(solutions=sys.maxsize, seconds=math.inf)
    choice = Choice([system], new=system.values, published={}, effort=effort)
    display = _shown_again(choice, order)
    if display is None:
        message = "what this reader knows already gives away figures of these tables"
        raise CannotProtectError(message)
    return display


def _shown_again(choice: Choice, order: Sequence[Key]) -> dict[Key, int | None] | None:
    place = {key: index for index, key in enumerate(choice.candidates)}
    try:
        hidden = choice.settle(choice.every)
        if hidden is None:
            return None
        hidden = trimmed(choice, hidden, order=[place[key] for key in order if key in place])
        evidence = choice.evidence(hidden)
    except OutOfEffortError as error:
        message = "the solver gave up"
        raise CannotProtectError(message) from error
    display = choice.display(hidden)
    (reader,), (found,) = choice.readers, evidence
    return None if unproven(reader.system, display, found) else display
