"""Delays: which contacts are open, how long, and which are past a clock.

Source: definitions.md, section 5, and the report's "tracking system to avoid delays".
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.database import Database, transaction_time
from domain.access import Principal, Role
from domain.measures.columns import quarter_before
from domain.measures.direction import Figure
from domain.periods import Period, quarter_of
from domain.working_days import london_date, working_days_between
from services.reference.referrer_types import referrer_types_of
from services.reports.areas import Area, find_area, reading_scope

MOST_RECORDS = 1_000
NO_TEAM = "none"

# A referral is with the team of its latest acceptance that stands.
_OPEN = text(
    """
    SELECT contact.authority_code, contact.contact_id, contact.received_on, contact.referrer_type,
           accepted.team, contact.decision_due_on,
           coalesce(contact.decision_stopped_on IS NULL
                    AND contact.decision_due_on < :today, false),
           coalesce(contact.information_gathering_stopped_on IS NULL
                    AND contact.information_gathering_due_on < :today, false),
           coalesce(contact.section_47_due_on
                    < coalesce(contact.section_47_stopped_on, CAST(:today AS date)), false)
    FROM contact LEFT JOIN LATERAL (
        SELECT team FROM decision
        WHERE decision.authority_code = contact.authority_code
          AND decision.contact_id = contact.contact_id
          AND decision.decision = 'accept_as_referral'
          AND NOT EXISTS (
              SELECT FROM decision AS later
              WHERE later.authority_code = decision.authority_code
                AND later.contact_id = decision.contact_id
                AND later.retracts = decision.decision_id)
        ORDER BY sequence DESC LIMIT 1
    ) AS accepted ON contact.is_referral
    WHERE contact.authority_code = ANY (CAST(:authorities AS text[])) AND contact.is_open
    """
)
# Whose day has not passed yet, and on which nothing is decided, is neither in time nor late.
_IN_TIME = text(
    """
    SELECT count(*) FILTER (WHERE decision_stopped_on <= decision_due_on), count(*)
    FROM contact
    WHERE authority_code = ANY (CAST(:authorities AS text[]))
      AND received_on BETWEEN :start AND :end AND NOT is_void
      AND (decision_stopped_on IS NOT NULL OR decision_due_on < :today)
      AND decision_due_on IS NOT NULL
    """
)


class OpenContact(NamedTuple):
    """An open contact, and the clocks that it is past; `team` None where it is with none."""

    authority: str
    contact_id: str
    received_on: date
    referrer_type: str
    team: str | None
    decision_due_on: date | None
    is_past_decision: bool
    is_past_information_gathering: bool
    is_section_47_not_moved: bool

    def working_days(self, today: date) -> int | None:
        """The working days since its day 0; None where the calendar does not reach."""
        if self.decision_due_on is None:
            return None
        # The decision is due on the first working day after day 0.
        since_due = working_days_between(self.decision_due_on, today)
        return 1 + since_due if today >= self.decision_due_on else 0


def delays(
    database: Database, principal: Principal, *, area: str, period: Period | None
) -> dict[str, Any]:
    """Read the delays of an area in the contract's shape (api.md, "Reports").

    `records`, worst first, only for who decides in every authority of the area. `decided_in_time`
    is of the contacts received in the period, by default the last quarter that has ended. Raises
    as `find_area` does.
    """
    with database.transaction(reading_scope(principal)) as session:
        found = find_area(session, principal, area)
        decides = principal.authorities_with([Role.DECIDE]).issuperset(found.authorities)
        return delays_of(session, found, period=period, with_records=decides)


def delays_of(
    session: Session, area: Area, *, period: Period | None, with_records: bool
) -> dict[str, Any]:
    """The delays of an area; in a transaction that shows every agency's records."""
    today = london_date(transaction_time(session))
    of = period or quarter_before(quarter_of(today))
    contacts = _open_contacts(session, area, today)
    labels = {
        each.code: each.label
        for each in referrer_types_of(session, area.authorities, own_labels=area.is_one_authority)
    }
    days = Counter(each.working_days(today) for each in contacts)
    report = {
        "area": {"code": area.code, "name": area.name},
        "on": today,
        "open": {
            **_totals(contacts),
            "by_working_days": [
                {"working_days": each, "number": days[each]} for each in sorted(days, key=_last)
            ],
        },
        "by_team": _apart(contacts, "team", {NO_TEAM: "With no team yet"}),
        "by_referrer_type": _apart(contacts, "referrer_type", labels),
        "decided_in_time": {
            "period": {"label": of.label, "from": of.start, "to": of.end},
            **_in_time(session, area, of, today),
        },
    }
    if not with_records:
        return report
    worst = sorted(contacts, key=lambda each: _worst_first(each, today))
    records = [_record(each, today) for each in worst[:MOST_RECORDS]]
    return {**report, "records": records}


def _open_contacts(session: Session, area: Area, today: date) -> list[OpenContact]:
    values = {"authorities": list(area.authorities), "today": today}
    rows = session.execute(_OPEN, values)
    return [OpenContact(row[0], str(row[1]), *row[2:]) for row in rows]


def _in_time(session: Session, area: Area, period: Period, today: date) -> dict[str, Any]:
    values = {
        "authorities": list(area.authorities),
        "start": period.start,
        "end": period.end,
        "today": today,
    }
    figure = Figure(*session.execute(_IN_TIME, values).one())
    return {
        "number": figure.number,
        "denominator": figure.denominator,
        "percent": figure.percent,
    }


def _totals(contacts: Sequence[OpenContact]) -> dict[str, int]:
    return {
        "total": len(contacts),
        "past_decision": sum(each.is_past_decision for each in contacts),
        "past_information_gathering": sum(each.is_past_information_gathering for each in contacts),
        "section_47_not_moved": sum(each.is_section_47_not_moved for each in contacts),
    }


def _apart(
    contacts: Iterable[OpenContact], name: str, labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    groups: defaultdict[str, list[OpenContact]] = defaultdict(list)
    for each in contacts:
        groups[getattr(each, name) or NO_TEAM].append(each)
    order = [*(code for code in labels if code in groups), *sorted(groups.keys() - labels.keys())]
    return [
        {"code": code, "label": labels.get(code, code), **_totals(groups[code])} for code in order
    ]


def _worst_first(contact: OpenContact, today: date) -> tuple[Any, ...]:
    return (
        not contact.is_section_47_not_moved,
        not contact.is_past_information_gathering,
        not contact.is_past_decision,
        -(contact.working_days(today) or 0),
        contact.received_on,
        contact.contact_id,
    )


def _record(contact: OpenContact, today: date) -> dict[str, Any]:
    return {
        "authority": contact.authority,
        "id": contact.contact_id,
        "received_on": contact.received_on,
        "referrer_type": contact.referrer_type,
        "team": contact.team,
        "working_days": contact.working_days(today),
        "past_decision": contact.is_past_decision,
        "past_information_gathering": contact.is_past_information_gathering,
        "section_47_not_moved": contact.is_section_47_not_moved,
    }


def _last(working_days: int | None) -> tuple[bool, int]:
    return working_days is None, working_days or 0
