"""Decisions as rows of `decision` and `decision_identity`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from domain.decisions import Decision
from models import DecisionIdentity, DecisionTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision with the words that stand apart from it."""

    decision: Decision
    decided_by: str | None = None
    rationale: str | None = None
    reopening_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where and when decisions are recorded: by which key, after how many earlier ones."""

    place: Mapping[str, Any]
    key_id: str
    recorded_at: datetime
    recorded_before: int


def decision_rows(
    decisions: Sequence[RecordedDecision], recording: Recording
) -> list[tuple[DecisionTaken, DecisionIdentity]]:
    """New rows for decisions, in the order of recording.

    The recording's `place` names the authority, agency, contact and version.
    """
    return [
        (
            DecisionTaken(
                **recording.place,
                **_columns(each.decision),
                sequence=sequence,
                key_id=recording.key_id,
                recorded_at=recording.recorded_at,
            ),
            DecisionIdentity(
                **_without_version(recording.place),
                decision_id=each.decision.id,
                decided_by=each.decided_by,
                rationale=each.rationale,
                reopening_reason=each.reopening_reason,
            ),
        )
        for sequence, each in enumerate(decisions, start=recording.recorded_before + 1)
    ]


def _without_version(place: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in place.items() if name != "version"}


def _columns(decision: Decision) -> dict[str, Any]:
    columns = asdict(decision)
    return columns | {"decision_id": columns.pop("id"), "decision": columns.pop("kind")}
