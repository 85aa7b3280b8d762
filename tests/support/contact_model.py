"""A contact as the definitions say it behaves: the oracle of the walk of random decisions.

Written from definitions.md, section 2, alone; it shares nothing with the rules that it checks.
"""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
AHEAD = timedelta(minutes=5)

FLOW = {
    ("awaiting", "gather_information"): "awaiting",
    ("awaiting", "section_47_threshold_met"): "awaiting",
    ("awaiting", "close_and_log"): "closed",
    ("awaiting", "accept_as_referral"): "referral",
    ("referral", "section_47_threshold_met"): "referral",
    ("referral", "no_further_action"): "ended",
    ("referral", "start_assessment"): "assessed",
    ("closed", "reopen"): "awaiting",
    ("ended", "reopen"): "referral",
}
OUTCOME = {
    "awaiting": "yet_to_proceed",
    "closed": "closed_and_logged",
    "referral": "yet_to_proceed",
    "ended": "no_further_action",
    "assessed": "to_assessment",
}
OPEN = ("awaiting", "referral")
CLOSING = ("close_and_log", "no_further_action")
NEEDED = {"start_assessment": "assessment_type", "reopen": "reason", "retract": "retracts"}
COUNTED_BY = ("referrer_type", "presenting_need", "has_active_caf")


def london_day(instant: datetime) -> date:
    """The day of an instant in London."""
    return instant.astimezone(LONDON).date()


@dataclass
class Taken:
    """A decision that was recorded; `id` is known once it was answered."""

    kind: str
    on: date
    reason: str | None = None
    retracts: str | None = None
    id: str = ""


@dataclass
class ContactModel:
    """One contact: its facts, decisions and version."""

    received_at: datetime
    facts: dict[str, Any]
    taken: list[Taken] = field(default_factory=list)
    version: int = 1

    @property
    def received_on(self) -> date:
        """The London day of receipt."""
        return london_day(self.received_at)

    @property
    def standing(self) -> list[Taken]:
        """The decisions that were not retracted, without the retractions."""
        gone = {each.retracts for each in self.taken}
        return [each for each in self.taken if each.kind != "retract" and each.id not in gone]

    @property
    def place(self) -> str:
        """Where in the flow the contact is."""
        return _place(self.standing)

    @property
    def outcome(self) -> str | None:
        """The code of the outcome, None when voided."""
        return OUTCOME.get(self.place)

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        return self.place in OPEN

    @property
    def is_referral(self) -> bool:
        """Whether an acceptance stands."""
        return any(each.kind == "accept_as_referral" for each in self.standing)

    @property
    def since(self) -> date:
        """The day since which the outcome stands."""
        since, before = self.received_on, "yet_to_proceed"
        for count in range(1, len(self.standing) + 1):
            after = OUTCOME.get(_place(self.standing[:count]))
            if after != before:
                since, before = self.standing[count - 1].on, after
        return since

    def decide(self, proposals: list[dict[str, Any]], now: datetime) -> int:
        """Take decisions, all or none, and give the status; `decided_at` is an aware datetime."""
        after = deepcopy(self)
        statuses = [after.take_one(each, now) for each in proposals]
        worst = 422 if 422 in statuses else max(statuses)
        if worst == 201:
            self.taken = after.taken
            self.version += 1
        return worst

    def take_one(self, proposal: dict[str, Any], now: datetime) -> int:
        """Take one decision, if it may be taken, and give the status."""
        kind, at = proposal["decision"], proposal.get("decided_at", now)
        follows = self.standing[-1].on if self.standing else self.received_on
        is_early = "decided_at" in proposal and london_day(at) < max(follows, self.received_on)
        is_short = kind in NEEDED and NEEDED[kind] not in proposal
        if is_early or is_short or at > now + AHEAD:
            return 422
        if not self._allows(kind, proposal):
            return 409
        self.taken.append(
            Taken(
                kind,
                min(london_day(at), london_day(now)),
                proposal.get("reason") if kind in CLOSING else None,
                proposal.get("retracts"),
            )
        )
        return 201

    def correct(self, changes: dict[str, Any], now: datetime) -> int:
        """Correct facts or `received_at` (an aware datetime) and give the status."""
        if self.place == "voided":
            return 409
        received_at = changes.get("received_at", self.received_at)
        is_late = any(each.on < london_day(received_at) for each in self.standing)
        if is_late or received_at > now + AHEAD:
            return 422
        facts = self.facts | {name: changes[name] for name in COUNTED_BY if name in changes}
        if (facts, received_at) != (self.facts, self.received_at):
            self.version += 1
        self.facts, self.received_at = facts, received_at
        return 200

    def position(self, on: date) -> Counter[tuple[object, ...]]:
        """What the contact counts as at the end of a London day: one cell, or none."""
        if self.place == "voided" or on < self.received_on:
            return Counter()
        stood = [each for each in self.standing if each.on <= on]
        place = _place(stood)
        closings = [each.reason for each in stood if each.kind in CLOSING]
        return Counter(
            [
                (
                    OUTCOME[place],
                    place in ("referral", "ended", "assessed"),
                    closings[-1] if place in ("closed", "ended") else None,
                    *(self.facts[name] for name in COUNTED_BY),
                    self.received_on,
                )
            ]
        )

    def _allows(self, kind: str, proposal: dict[str, Any]) -> bool:
        if kind == "void":
            return True
        if kind == "retract":
            latest = self.standing[-1].id if self.standing else None
            return self.place != "voided" and latest == proposal["retracts"]
        has_section_47 = any(each.kind == "section_47_threshold_met" for each in self.standing)
        return (self.place, kind) in FLOW and not (kind in CLOSING and has_section_47)


def _place(standing: list[Taken]) -> str:
    place = "awaiting"
    for each in standing:
        place = "voided" if each.kind == "void" else FLOW[place, each.kind]
    return place
