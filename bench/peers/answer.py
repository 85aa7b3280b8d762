"""The record as it is answered to its sender."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bench.peers.columns import AGREEMENT, CHILD, DOMESTIC, PLAIN_FACTS, Record
from domain.clocks import Clock
from domain.vocabulary import LABELS, Outcome
from domain.working_days import end_of_london_day

_SHOWN = (
    "agency_reference",
    "submitted_as",
    "is_referral",
    "received_at",
    "received_on",
    "sent_received_at",
    "referrer_type",
    "referred_at",
    "referred_on",
    "is_open",
    "new_information_at",
    "warnings",
    "version",
    "created_at",
    "updated_at",
)


def record_of(contact: Mapping[str, Any], identity: Mapping[str, Any], *, today: date) -> Record:
    """The record as it is answered to its sender: JSON but for dates and instants."""
    domestic = _part(contact, DOMESTIC)
    agreement = _part({**contact, **identity}, AGREEMENT)
    outcome = contact["outcome"]
    return {
        **{name: contact[name] for name in (*PLAIN_FACTS, *_SHOWN)},
        "id": str(contact["contact_id"]),
        "authority": contact["authority_code"],
        "agency": contact["agency_code"],
        "referrer_detail": identity["referrer_detail"],
        "referrer": identity["referrer"],
        "narrative": identity["narrative"],
        "parents_carers": identity["parents_carers"],
        "child": {name: identity[name] for name in CHILD} | {"local_id": None},
        "domestic_incident": domestic,
        "family_agreement": agreement,
        "outcome": {
            "code": outcome,
            "label": LABELS[Outcome][Outcome(outcome)],
            "rule": contact["outcome_rule"],
            "ruleset_version": contact["ruleset_version"],
            "since": contact["outcome_since"],
        },
        "clocks": _clocks(contact, today),
        "decisions": [],
        "information": [],
    }


def _part(columns: Mapping[str, Any], names: Mapping[str, str]) -> Record | None:
    part = {name: columns[column] for name, column in names.items()}
    return None if all(value is None for value in part.values()) else part


def _clocks(contact: Mapping[str, Any], today: date) -> Record:
    shaped: Record = {}
    for name in ("decision", "information_gathering", "section_47"):
        clock = Clock(contact[f"{name}_due_on"], contact[f"{name}_stopped_on"])
        shaped[f"{name}_due_at"] = end_of_london_day(clock.due_on) if clock.due_on else None
        shaped[f"{name}_in_time"] = clock.in_time(today)
    return shaped
