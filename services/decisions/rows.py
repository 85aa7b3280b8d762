"""Decisions as rows of `decision` and `decision_identity`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.decisions import Decision
from services.writing import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision with the words that stand apart from it.

    `content_digest` recognises a decision that came by an import when it is sent again.
    """

    decision: Decision
    decided_by: str | None = None
    rationale: str | None = None
    reopening_reason: str | None = None
    content_digest: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where and when decisions are recorded: by which key, after how many earlier ones."""

    place: Mapping[str, Any]
    key_id: str
    recorded_at: datetime
    recorded_before: int


def decision_rows(
    decisions: Sequence[RecordedDecision], recording: Recording
) -> list[tuple[Row, Row]]:
    """New rows for decisions, in the order of recording: what was decided, and who and why.

    The recording's `place` names the authority, agency, contact and version.
    """
    place = {name: value for name, value in recording.place.items() if name != "version"}
    return [
        (
            {
                **recording.place,
                **decision_columns(each.decision),
                "sequence": sequence,
                "key_id": recording.key_id,
                "recorded_at": recording.recorded_at,
                "content_digest": each.content_digest,
            },
            {
                **place,
                "decision_id": each.decision.id,
                "decided_by": each.decided_by,
                "rationale": each.rationale,
                "reopening_reason": each.reopening_reason,
            },
        )
        for sequence, each in enumerate(decisions, start=recording.recorded_before + 1)
    ]


def decision_columns(decision: Decision) -> dict[str, Any]:
    """The columns of `decision` that hold what was decided."""
    return {
        "decision_id": decision.id,
        "decision": decision.kind,
        "decided_at": decision.decided_at,
        "decided_on": decision.decided_on,
        "assessment_type": decision.assessment_type,
        "reason": decision.reason,
        "priority": decision.priority,
        "strategy_discussion_at": decision.strategy_discussion_at,
        "transferred_at": decision.transferred_at,
        "transferred_to": decision.transferred_to,
        "team": decision.team,
        "retracts": decision.retracts,
        "duplicate_of": decision.duplicate_of,
    }
