"""Records that come with history dates instead of decisions (definitions.md, section 2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.errors import Finding
from domain.vocabulary import AssessmentType, DecisionKind

FIELDS = (
    "closed_on",
    "referred_on",
    "nfa_on",
    "assessment_started_on",
    "assessment_type",
    "reason",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What an older system knew: London days of the flow, the assessment's type, the reason."""

    closed_on: date | None = None
    referred_on: date | None = None
    nfa_on: date | None = None
    assessment_started_on: date | None = None
    assessment_type: AssessmentType | None = None
    reason: str | None = None

    def dates(self) -> dict[str, date]:
        """The dates that are given, by field name, in the order of the flow."""
        every = {
            "closed_on": self.closed_on,
            "referred_on": self.referred_on,
            "assessment_started_on": self.assessment_started_on,
            "nfa_on": self.nfa_on,
        }
        return {name: day for name, day in every.items() if day is not None}


@dataclass(frozen=True, slots=True)
class DatedDecision:
    """A decision that a history date stands for; it has a London day and no time.

    `is_at_receipt`: an acceptance that happens at the instant of receipt.
    """

    kind: DecisionKind
    decided_on: date
    assessment_type: AssessmentType | None = None
    reason: str | None = None
    is_at_receipt: bool = False


def history_errors(history: History, *, received_on: date, today: date) -> list[Finding]:
    """Every contradiction in a history, as findings with pointers; empty when there is none.

    Refused: closed with any other date, no further action before the assessment, anything before
    the referral, any date before receipt or after `today` (both London days).
    """
    findings = list(_order_errors(history))
    for name, day in history.dates().items():
        if day < received_on:
            findings.append(
                Finding("before_receipt", "This is before the day of receipt.", f"/{name}")
            )
        if day > today:
            findings.append(Finding("in_the_future", "This day has not come yet.", f"/{name}"))
    return findings


def _order_errors(history: History) -> Iterator[Finding]:
    dates = history.dates()
    if history.closed_on and len(dates) > 1:
        detail = (
            "A contact that was closed and logged was not a referral: "
            "give closed_on alone, or leave it out."
        )
        yield Finding("contradicts_history", detail, "/closed_on")
    if (
        history.nfa_on
        and history.assessment_started_on
        and history.nfa_on < history.assessment_started_on
    ):
        detail = "No further action before the assessment commenced contradicts the assessment."
        yield Finding("contradicts_history", detail, "/nfa_on")
    for name in ("nfa_on", "assessment_started_on"):
        day = dates.get(name)
        if day and history.referred_on and day < history.referred_on:
            yield Finding("before_referral", "This is before referred_on.", f"/{name}")


def history_warnings(history: History, *, accepted_anyway: bool) -> list[Finding]:
    """What should be better in a history without contradictions.

    `accepted_anyway`: the record was sent as a referral by somebody whose referrals are accepted
    at once, so that a missing `referred_on` need not be assumed. A missing reason is not said here:
    it is a warning on the decision, for as long as that stands.
    """
    findings = []
    if _needs_assumed_referral(history) and not accepted_anyway:
        detail = "No referred_on was given: taken as referred on the day of receipt."
        findings.append(Finding("referred_on_assumed", detail, "/referred_on"))
    if history.nfa_on and history.assessment_started_on:
        detail = "No further action after an assessment commenced does not change the outcome."
        findings.append(Finding("nfa_after_assessment", detail, "/nfa_on"))
    if history.assessment_started_on and not history.assessment_type:
        detail = "Say whether the assessment was initial or single."
        findings.append(Finding("assessment_type_missing", detail, "/assessment_type"))
    if history.assessment_type and not history.assessment_started_on:
        detail = "No assessment_started_on was given, so the type is not kept."
        findings.append(Finding("not_used", detail, "/assessment_type"))
    if history.reason and not (history.closed_on or history.nfa_on):
        detail = "Neither closed_on nor nfa_on was given, so the reason is not kept."
        findings.append(Finding("not_used", detail, "/reason"))
    return findings


def _needs_assumed_referral(history: History) -> bool:
    return not history.referred_on and bool(history.nfa_on or history.assessment_started_on)


def decisions_of(
    history: History, *, received_on: date, accepted_anyway: bool
) -> list[DatedDecision]:
    """The decisions that a history without contradictions stands for, in the order of the flow."""
    decisions = []
    if history.closed_on:
        decisions.append(
            DatedDecision(DecisionKind.CLOSE_AND_LOG, history.closed_on, reason=history.reason)
        )
    if history.referred_on or accepted_anyway or _needs_assumed_referral(history):
        acceptance = DatedDecision(
            DecisionKind.ACCEPT_AS_REFERRAL,
            history.referred_on or received_on,
            is_at_receipt=accepted_anyway and not history.referred_on,
        )
        decisions.append(acceptance)
    if history.assessment_started_on:
        decisions.append(
            DatedDecision(
                DecisionKind.START_ASSESSMENT,
                history.assessment_started_on,
                assessment_type=history.assessment_type,
            )
        )
    if history.nfa_on:
        decisions.append(
            DatedDecision(DecisionKind.NO_FURTHER_ACTION, history.nfa_on, reason=history.reason)
        )
    return decisions
