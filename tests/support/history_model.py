"""What definitions.md, section 2, says of each combination of history dates, in its own words.

Dates are offsets in days from the day of receipt; None is a date that is not given.
"""

from dataclasses import dataclass
from itertools import product

NAMES = ("closed_on", "referred_on", "assessment_started_on", "nfa_on")
OFFSETS = (None, -1, 0, 1, 2)
HISTORIES = [dict(zip(NAMES, days, strict=True)) for days in product(OFFSETS, repeat=4)]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Why a history is refused, or else its outcome, decisions and warnings."""

    errors: set
    outcome: str | None = None
    since: int = 0
    is_referral: bool = False
    decisions: tuple = ()
    warnings: frozenset = frozenset()


def expect(offsets):
    """The row of the table that a history falls in."""
    errors = _errors(offsets)
    if errors:
        return Expected(errors=errors)
    closed, referred, assessed, nfa = (offsets[name] for name in NAMES)
    if closed is not None:
        return Expected(
            errors=set(),
            outcome="closed_and_logged",
            since=closed,
            decisions=(("close_and_log", closed),),
        )
    if referred is assessed is nfa is None:
        return Expected(errors=set(), outcome="yet_to_proceed")
    decisions = [("accept_as_referral", 0 if referred is None else referred)]
    warnings = set() if referred is not None else {("referred_on_assumed", "/referred_on")}
    outcome, since = "yet_to_proceed", 0
    if assessed is not None:
        outcome, since = "to_assessment", assessed
        decisions.append(("start_assessment", assessed))
    if nfa is not None:
        decisions.append(("no_further_action", nfa))
        if assessed is None:
            outcome, since = "no_further_action", nfa
        else:
            warnings.add(("nfa_after_assessment", "/nfa_on"))
    return Expected(
        errors=set(),
        outcome=outcome,
        since=since,
        is_referral=True,
        decisions=tuple(decisions),
        warnings=frozenset(warnings),
    )


def _errors(offsets):
    closed, referred, assessed, nfa = (offsets[name] for name in NAMES)
    errors = {(f"/{name}", "before_receipt") for name in NAMES if (offsets[name] or 0) < 0}
    if closed is not None and (referred, assessed, nfa) != (None, None, None):
        errors.add(("/closed_on", "contradicts_history"))
    if nfa is not None and assessed is not None and nfa < assessed:
        errors.add(("/nfa_on", "contradicts_history"))
    for name, day in (("nfa_on", nfa), ("assessment_started_on", assessed)):
        if day is not None and referred is not None and day < referred:
            errors.add((f"/{name}", "before_referral"))
    return errors
