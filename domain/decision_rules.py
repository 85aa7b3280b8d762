"""What a new decision must say, and whether it may be taken (definitions.md, section 2).

A proposal is the parsed body of one decision: a dict with the contract's field names, instants
aware. Pointers are relative to that body, after the prefix that is passed in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from domain.classification import describe
from domain.decisions import Decision, allowed_on, is_allowed, standing, state_of
from domain.errors import (
    DecisionNotAllowedError,
    Finding,
    UnprocessableError,
    all_findings,
)
from domain.receipt import CLOCK_TOLERANCE
from domain.vocabulary import DecisionKind, Reason, VoidReason
from domain.working_days import london_date

Proposal = Mapping[str, Any]

ENDINGS = (DecisionKind.CLOSE_AND_LOG, DecisionKind.NO_FURTHER_ACTION)
REASON_MISSING = "Give the reason of closing or of no further action."

_SPECIAL_FIELDS: Mapping[str, tuple[DecisionKind, ...]] = {
    "priority": (DecisionKind.GATHER_INFORMATION,),
    "strategy_discussion_at": (DecisionKind.SECTION_47_THRESHOLD_MET,),
    "transferred_at": (DecisionKind.ACCEPT_AS_REFERRAL,),
    "assessment_type": (DecisionKind.START_ASSESSMENT,),
    "retracts": (DecisionKind.RETRACT,),
    "duplicate_of": (DecisionKind.VOID,),
    "transferred_to": (DecisionKind.CLOSE_AND_LOG, DecisionKind.NO_FURTHER_ACTION),
    "reason": (
        DecisionKind.CLOSE_AND_LOG,
        DecisionKind.NO_FURTHER_ACTION,
        DecisionKind.REOPEN,
        DecisionKind.VOID,
    ),
}
_REQUIRED_FIELDS: Mapping[DecisionKind, str] = {
    DecisionKind.START_ASSESSMENT: "assessment_type",
    DecisionKind.REOPEN: "reason",
    DecisionKind.RETRACT: "retracts",
    DecisionKind.VOID: "reason",
}
_REASON_CODES: Mapping[DecisionKind, type[Reason] | type[VoidReason]] = {
    DecisionKind.CLOSE_AND_LOG: Reason,
    DecisionKind.NO_FURTHER_ACTION: Reason,
    DecisionKind.VOID: VoidReason,
}
_COMPANIONS: Mapping[str, str] = {
    Reason.TRANSFERRED_OUT: "transferred_to",
    VoidReason.DUPLICATE: "duplicate_of",
}


def take_decisions(
    existing: Sequence[Decision],
    proposals: Sequence[Proposal],
    *,
    findings: Sequence[Finding] = (),
    received_on: date,
    now: datetime,
    new_id: Callable[[], str],
    is_list: bool,
) -> list[Decision]:
    """The decisions that the proposals become, taken in order after the existing ones.

    All or none: raises `UnprocessableError` with everything that is wrong in any of them, or else
    `DecisionNotAllowedError` for the first that meets a state in which it may not be taken.
    `is_list` says whether the body was a list, so that pointers name the place in it; `findings`
    are what was wrong with its form, so that everything is reported together.
    """
    if not proposals:
        raise UnprocessableError([Finding("too_short", "Give at least one decision.", "")])
    errors: list[Finding] = []
    refusals: list[DecisionNotAllowedError] = []
    decisions = list(existing)
    for index, proposal in enumerate(proposals):
        if "decision" not in proposal:
            continue
        prefix = f"/{index}" if is_list else ""
        stands = standing(decisions)
        follows = stands[-1].decided_on if stands else None
        errors += _form_errors(proposal, prefix)
        errors += _time_errors(proposal, prefix, received_on=received_on, follows=follows, now=now)
        decision = _decision(proposal, id_=new_id(), now=now)
        refusal = _refusal(decision, decisions, prefix)
        if refusal is None:
            decisions.append(decision)
        else:
            refusals.append(refusal)
    if findings or errors:
        raise UnprocessableError(all_findings(findings, errors))
    if refusals:
        raise refusals[0]
    return decisions[len(existing) :]


def missing_reasons(decisions: Sequence[Decision]) -> Iterator[Finding]:
    """A warning for each of a record's standing decisions that ended it and gave no reason."""
    for index, decision in enumerate(decisions):
        if decision.kind in ENDINGS and decision.reason is None:
            yield Finding("reason_missing", REASON_MISSING, f"/decisions/{index}/reason")


def _form_errors(proposal: Proposal, prefix: str) -> Iterator[Finding]:
    kind, reason = proposal["decision"], proposal.get("reason")
    for field, kinds in _SPECIAL_FIELDS.items():
        if proposal.get(field) is not None and kind not in kinds:
            detail = f"This belongs to {' and '.join(kinds)} only."
            yield Finding("not_applicable", detail, f"{prefix}/{field}")
    required = _REQUIRED_FIELDS.get(kind)
    if required and proposal.get(required) is None:
        yield Finding("required", f"{kind} needs this.", f"{prefix}/{required}")
    codes = _REASON_CODES.get(kind)
    if codes and reason is not None and reason not in set(codes):
        detail = f"Give one of: {', '.join(codes)}."
        yield Finding("not_one_of", detail, f"{prefix}/reason")
    companion = _COMPANIONS.get(reason or "") if codes else None
    if companion and proposal.get(companion) is None:
        yield Finding("required", f"The reason {reason} needs this.", f"{prefix}/{companion}")


def _time_errors(
    proposal: Proposal, prefix: str, *, received_on: date, follows: date | None, now: datetime
) -> Iterator[Finding]:
    for field in ("decided_at", "transferred_at"):
        instant = proposal.get(field)
        if instant is None:
            continue
        pointer, day = f"{prefix}/{field}", london_date(instant)
        if instant > now + CLOCK_TOLERANCE:
            detail = "This is more than five minutes ahead of our clock."
            yield Finding("in_the_future", detail, pointer)
        elif day < received_on:
            yield Finding("before_receipt", "This is before the day of receipt.", pointer)
        elif follows and day < follows:
            detail = "This is before the day of the decision that it follows."
            yield Finding("before_previous_decision", detail, pointer)


def _decision(proposal: Proposal, *, id_: str, now: datetime) -> Decision:
    kind = proposal["decision"]
    decided_at = proposal.get("decided_at") or now
    is_acceptance = kind is DecisionKind.ACCEPT_AS_REFERRAL
    return Decision(
        id=id_,
        kind=kind,
        decided_at=decided_at,
        decided_on=min(london_date(decided_at), london_date(now)),
        assessment_type=proposal.get("assessment_type"),
        reason=proposal.get("reason") if kind in _REASON_CODES else None,
        priority=proposal.get("priority"),
        strategy_discussion_at=proposal.get("strategy_discussion_at"),
        transferred_at=proposal.get("transferred_at") or (decided_at if is_acceptance else None),
        transferred_to=proposal.get("transferred_to"),
        team=proposal.get("team"),
        retracts=proposal.get("retracts"),
        duplicate_of=proposal.get("duplicate_of"),
    )


def _refusal(
    decision: Decision, decisions: Sequence[Decision], prefix: str
) -> DecisionNotAllowedError | None:
    state = state_of(decisions)
    if not is_allowed(state, decision.kind):
        detail = f"{describe(state)} {decision.kind} needs {allowed_on(decision.kind)}."
        return DecisionNotAllowedError(detail, pointer=f"{prefix}/decision")
    if decision.kind is DecisionKind.RETRACT and not _retracts_latest(decision, decisions):
        detail = f"{describe(state)} Only the latest decision that stands can be retracted."
        return DecisionNotAllowedError(detail, pointer=f"{prefix}/retracts")
    return None


def _retracts_latest(decision: Decision, decisions: Sequence[Decision]) -> bool:
    stands = standing(decisions)
    return bool(stands) and stands[-1].id == decision.retracts
