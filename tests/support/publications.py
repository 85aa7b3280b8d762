"""A quarter of small figures, published through the interface, and who reads what of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.test import TestResponse

from core.database import EVERY_AGENCY, EVERY_KEY, Scope
from domain.access import Role
from domain.vocabulary import Outcome
from services.keys.issue_key import issue_key
from services.reference.register import register_partnership
from tests.factories.contacts import a_contact
from tests.support.hub import POLICE, Client, Hub
from tests.support.imports import as_ndjson, send

PUBLICATIONS = "/v1/publications"
PERIOD = "2013-14-Q4"
# What became of a contact received on 6 January 2014, as an older system would tell it.
HISTORY: Mapping[Outcome, Mapping[str, str]] = {
    Outcome.CLOSED_AND_LOGGED: {"closed_on": "2014-01-07"},
    Outcome.NO_FURTHER_ACTION: {"referred_on": "2014-01-07", "nfa_on": "2014-01-08"},
    Outcome.TO_ASSESSMENT: {
        "referred_on": "2014-01-07",
        "assessment_started_on": "2014-01-08",
        "assessment_type": "single",
    },
    Outcome.YET_TO_PROCEED: {},
}
# Of 44 contacts. Numbers of 1 to 5 are three in the body and, of those yet to proceed, the total
# and those awaiting a decision.
SMALL_QUARTER: Mapping[tuple[str, Outcome], int] = {
    ("police", Outcome.CLOSED_AND_LOGGED): 12,
    ("police", Outcome.NO_FURTHER_ACTION): 3,
    ("police", Outcome.TO_ASSESSMENT): 7,
    ("housing", Outcome.CLOSED_AND_LOGGED): 2,
    ("housing", Outcome.NO_FURTHER_ACTION): 8,
    ("courts", Outcome.TO_ASSESSMENT): 8,
    ("courts", Outcome.YET_TO_PROCEED): 4,
}


def a_small_quarter(
    hub: Hub, cells: Mapping[tuple[str, Outcome], int] = SMALL_QUARTER, *, day: str = "2014-01-06"
) -> None:
    """Record so many contacts of each referrer type and outcome, all received on one day."""
    rows = [
        a_contact(agency=POLICE, referrer_type=referrer_type, received_at=None, received_on=day)
        | HISTORY[outcome]
        for (referrer_type, outcome), number in cells.items()
        for _ in range(number)
    ]
    summary = send(hub.decider, as_ndjson(rows)).get_json()
    assert summary["created"] == len(rows), summary


def publish(
    client: Client, area: str, report: str = "table-1", period: str = PERIOD, **more: Any
) -> TestResponse:
    """Ask for a publication."""
    headers = more.pop("headers", {})
    body = {"area": area, "report": report, "period": period, **more}
    return client.post(PUBLICATIONS, body, headers=headers)


def published(client: Client, area: str, report: str = "table-1", period: str = PERIOD) -> Any:
    """Publish what is not published yet; the publication."""
    answer = publish(client, area, report, period)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def path_of(area: str, report: str = "table-1", period: str = PERIOD, query: str = "") -> str:
    """The address of a report."""
    return f"/v1/reports/{report}?area={area}&period={period}{query}"


def client_in(hubs: Iterable[Hub], roles: Mapping[str, Iterable[Role]]) -> Client:
    """A client with a new key for roles in several authorities."""
    first, *_ = hubs
    scope = Scope(tuple(roles), EVERY_AGENCY, EVERY_KEY)
    with first.database.transaction(scope) as session:
        issued = issue_key(
            session,
            name="several",
            environment="test",
            agency=None,
            roles={authority: list(held) for authority, held in roles.items()},
        )
    return Client(first.app, issued.key, first.authority)


def partnership_of(*hubs: Hub) -> str:
    """A new partnership of these authorities; its code."""
    authorities = tuple(hub.authority for hub in hubs)
    code = f"mash-{'-'.join(authorities)}".lower()
    scope = Scope(authorities, EVERY_AGENCY, EVERY_KEY)
    with hubs[0].database.transaction(scope) as session:
        register_partnership(session, code=code, name=f"MASH {code}", authorities=authorities)
    return code
