"""Quarters of contacts, loaded fast and cell by cell, and published."""

import itertools
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.database import EVERY_AGENCY, Scope
from domain.access import Principal, Role
from domain.measures.columns import Positions, column_of
from domain.periods import parse_period
from domain.publications import PublishedReport
from domain.referrer_types import REFERRER_TYPES
from services.publications.publish import Published, Publisher, publish
from services.publications.read import PublishedAnswer, published_answer
from services.reference.register import register_partnership
from services.reports.inputs import Asked, inputs_report
from services.reports.read_table_1 import RememberedTables, table_1_figures
from tests.support.hub import POLICE, Hub
from tests.support.imports import NDJSON

Cells = Mapping[tuple[str, str], int]
CODE_OF_LABEL = {each.label: each.code for each in REFERRER_TYPES}
_NUMBERS = itertools.count(1)
AWAITING = "awaiting"


def load(
    hub: Hub,
    cells: Cells,
    *,
    period: str = "2013-14-Q4",
    agency: str = POLICE,
    days_later: int = 1,
    **facts: Any,
) -> list[dict[str, Any]]:
    """Import contacts by (referrer type, outcome), received on the period's first day.

    The outcome `awaiting` is a contact that awaits a decision. Each is decided `days_later`;
    `facts` are fields of all of them. The rows as they were sent.
    """
    start = parse_period(period).start
    day = (start + timedelta(days=days_later)).isoformat()
    reason = facts.pop("reason", "other")
    history: dict[str, dict[str, Any]] = {
        "closed_and_logged": {"closed_on": day, "reason": reason},
        "no_further_action": {"referred_on": day, "nfa_on": day, "reason": reason},
        "to_assessment": {
            "referred_on": day,
            "assessment_started_on": day,
            "assessment_type": "single",
        },
        "yet_to_proceed": {"referred_on": day},
        AWAITING: {},
    }
    rows = [
        {
            "agency": agency,
            "agency_reference": f"L-{next(_NUMBERS)}",
            "referrer_type": referrer_type,
            "received_on": start.isoformat(),
            "child": {"agency_child_reference": "C-1"},
            **({"individual_kind": "family"} if referrer_type == "individuals" else {}),
            **({"referrer_detail": "Prison"} if referrer_type == "other" else {}),
            **history[outcome],
            **facts,
        }
        for (referrer_type, outcome), number in cells.items()
        for _ in range(number)
    ]
    send(hub, rows)
    return rows


def send(hub: Hub, rows: list[dict[str, Any]]) -> None:
    """Import rows, every one of them new and good."""
    body = "".join(f"{json.dumps(row)}\n" for row in rows)
    answer = hub.decider.post("imports", data=body, headers={"Content-Type": NDJSON})
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["created"] == len(rows), answer.text


def partnership_of(*hubs: Hub) -> str:
    """A new partnership of the authorities; its code."""
    code = f"mash-{next(_NUMBERS)}"
    authorities = tuple(hub.authority for hub in hubs)
    with hubs[0].database.transaction(Scope(authorities, EVERY_AGENCY)) as session:
        register_partnership(session, code=code, name=code.title(), authorities=authorities)
    return code


def published(
    *hubs: Hub,
    area: str | None = None,
    report: str = "table-1",
    period: str = "2013-14-Q4",
    as_at: datetime | None = None,
    **more: Any,
) -> Published:
    """Publish, as who may in all of these authorities; of the first one unless told otherwise."""
    return publish(
        hubs[0].database,
        Publisher(frozenset(hub.authority for hub in hubs), "Test", None),
        area=area or hubs[0].authority,
        report=PublishedReport(report),
        period=parse_period(period),
        as_at=as_at,
        **more,
    )


def answer_of(
    *hubs: Hub, area: str | None = None, report: str = "table-1", period: str = "2013-14-Q4"
) -> dict[str, Any]:
    """What partners of all these authorities read, numbers with their digits."""
    return json.loads(
        text_of(*hubs, area=area, report=report, period=period).json, parse_float=Decimal
    )


def text_of(
    *hubs: Hub, area: str | None = None, report: str = "table-1", period: str = "2013-14-Q4"
) -> PublishedAnswer:
    """The same as it is answered."""
    return published_answer(
        hubs[0].database,
        holder(*hubs, role=Role.PARTNER),
        area=area or hubs[0].authority,
        report=PublishedReport(report),
        period=parse_period(period),
    )


def exact(
    *hubs: Hub,
    area: str | None = None,
    report: str = "table-1",
    period: str = "2013-14-Q4",
    as_at: datetime | None = None,
) -> dict[str, Any]:
    """The exact report, as known at an instant and, of Table 1, at its period's own position."""
    who = holder(*hubs, role=Role.REPORT)
    of = area or hubs[0].authority
    if report == "inputs":
        asked = Asked(of, parse_period(period), Positions.PERIOD_END, as_at)
        return inputs_report(hubs[0].database, who, asked)
    figures = table_1_figures(
        hubs[0].database,
        who,
        area=of,
        period=parse_period(period),
        remembered=RememberedTables(),
        as_at=as_at,
        position_on=column_of(parse_period(period)).position_on,
    )
    return figures.table().as_answer()


def holder(*hubs: Hub, role: Role) -> Principal:
    """The holder of a key with a role in each authority."""
    roles = {hub.authority: frozenset({role}) for hub in hubs}
    return Principal("of-nobody", "Test", None, roles, None)
