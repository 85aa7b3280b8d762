"""Contacts of a quarter that came to an outcome, and the feedback that an agency reads of them."""

from typing import Any

from werkzeug.test import TestResponse

from domain.vocabulary import Outcome
from tests.support.hub import Client, Hub

QUARTER = "period=2013-14-Q4"
ADVICE = "advice_given"
CLOSED, NFA, ASSESSED, OPEN = (each.value for each in Outcome)
_ACCEPT = {"decision": "accept_as_referral"}
_WAYS: dict[str, list[dict[str, Any]]] = {
    CLOSED: [{"decision": "close_and_log"}],
    NFA: [_ACCEPT, {"decision": "no_further_action"}],
    ASSESSED: [_ACCEPT, {"decision": "start_assessment", "assessment_type": "single"}],
    OPEN: [],
}


def send(
    hub: Hub,
    client: Client,
    outcome: str,
    reason: str | None = None,
    number: int = 1,
    received_at: str = "2014-02-03T10:00:00Z",
) -> list[dict[str, Any]]:
    """Contacts of an agency that came to an outcome, for a reason if one is given."""
    records = [client.submit(received_at=received_at) for _ in range(number)]
    for record in records:
        decisions = [dict(each) for each in _WAYS[outcome]]
        if reason is not None:
            decisions[-1]["reason"] = reason
        if decisions:
            answer = hub.decider.post(f"contacts/{record['id']}/decisions", decisions)
            assert answer.status_code == 201, answer.text
    return records


def read(
    hub: Hub, client: Client, period: str = QUARTER, *, area: str | None = None, **options: Any
) -> TestResponse:
    """The answer to an agency that asks for its feedback."""
    query = f"area={area or hub.authority}&{period}"
    return client.get(f"/v1/reports/feedback?{query}", **options)


def feedback(
    hub: Hub, client: Client, period: str = QUARTER, *, area: str | None = None
) -> dict[str, Any]:
    """An agency's feedback."""
    answer = read(hub, client, period, area=area)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found
