"""Decisions: which are allowed when, and what they make of a contact (definitions.md, section 2).

Decisions are only ever added. One *stands* unless it was retracted; a retraction itself never
stands. The state of a contact is the fold of the decisions that stand, in the order of recording.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from domain.classification import State
from domain.vocabulary import AssessmentType, DecisionKind, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision about one contact, without the names and the rationale.

    `decided_on` is a London day; `decided_at` is None for a decision that was loaded with a date
    only. `reason` is a code of `Reason` or `VoidReason`. `transferred_at` is when a referral went
    to its team. `retracts` and `duplicate_of` are ids.
    """

    id: str
    kind: DecisionKind
    decided_on: date
    decided_at: datetime | None = None
    assessment_type: AssessmentType | None = None
    reason: str | None = None
    priority: Priority | None = None
    strategy_discussion_at: datetime | None = None
    transferred_at: datetime | None = None
    transferred_to: str | None = None
    team: str | None = None
    retracts: str | None = None
    duplicate_of: str | None = None


def standing(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that stand, in order: neither retracted nor retractions."""
    if not decisions:
        return []
    retracted = {each.retracts for each in decisions}
    return [
        each
        for each in decisions
        if each.kind is not DecisionKind.RETRACT and each.id not in retracted
    ]


_EFFECTS: Mapping[DecisionKind, Mapping[str, bool]] = {
    DecisionKind.GATHER_INFORMATION: {},
    DecisionKind.SECTION_47_THRESHOLD_MET: {"has_section_47": True},
    DecisionKind.CLOSE_AND_LOG: {"is_closed": True},
    DecisionKind.ACCEPT_AS_REFERRAL: {"is_referral": True},
    DecisionKind.NO_FURTHER_ACTION: {"has_nfa": True},
    DecisionKind.START_ASSESSMENT: {"has_assessment": True},
    DecisionKind.REOPEN: {"is_closed": False, "has_nfa": False},
    DecisionKind.VOID: {"is_void": True},
}


@cache
def apply(state: State, kind: DecisionKind) -> State:
    """The state after a decision that stands. Raises `ContradictoryStateError` if it cannot be."""
    return replace(state, **_EFFECTS[kind])


def state_of(decisions: Sequence[Decision]) -> State:
    """The state that the decisions which stand have made, starting from a received contact."""
    state = State()
    for each in standing(decisions):
        state = apply(state, each.kind)
    return state


def _is_undecided(state: State) -> bool:
    return state.is_open and not state.is_referral


def _is_open_referral(state: State) -> bool:
    return state.is_open and state.is_referral


_ALLOWED: Mapping[DecisionKind, tuple[Callable[[State], bool], str]] = {
    DecisionKind.GATHER_INFORMATION: (_is_undecided, "an open contact that is not a referral"),
    DecisionKind.SECTION_47_THRESHOLD_MET: (lambda state: state.is_open, "an open contact"),
    DecisionKind.CLOSE_AND_LOG: (
        lambda state: _is_undecided(state) and not state.has_section_47,
        "an open contact that is not a referral, with no section 47 threshold standing",
    ),
    DecisionKind.ACCEPT_AS_REFERRAL: (_is_undecided, "an open contact that is not a referral"),
    DecisionKind.NO_FURTHER_ACTION: (
        lambda state: _is_open_referral(state) and not state.has_section_47,
        "an open referral with no section 47 threshold standing",
    ),
    DecisionKind.START_ASSESSMENT: (_is_open_referral, "an open referral"),
    DecisionKind.REOPEN: (
        lambda state: (
            (state.is_closed or state.has_nfa) and not (state.has_assessment or state.is_void)
        ),
        "a contact that is closed and logged or has no further action",
    ),
    DecisionKind.RETRACT: (lambda state: not state.is_void, "a contact that is not voided"),
    DecisionKind.VOID: (lambda _: True, "any contact"),
}


def is_allowed(state: State, kind: DecisionKind) -> bool:
    """Whether a decision of this kind may be taken on a contact in this state."""
    return _ALLOWED[kind][0](state)


def allowed_on(kind: DecisionKind) -> str:
    """What a decision of this kind may be taken on, as words for a refusal."""
    return _ALLOWED[kind][1]
