"""What an import inserts many at a time is, column by column, what a single submission inserts."""

import pytest
from sqlalchemy import text

from tests.factories.contacts import a_contact
from tests.support.hub import POLICE
from tests.support.imports import as_ndjson, send

TABLES = (
    "contact",
    "contact_identity",
    "contact_version",
    "outcome_ledger",
    "decision",
    "decision_identity",
)
MADE_FOR_EACH = {
    "contact_id",
    "decision_id",
    "agency_reference",
    "created_at",
    "updated_at",
    "recorded_at",
}
HISTORY = {"agency": POLICE, "received_on": "2014-01-06", "closed_on": "2014-02-03"}


def rows_of(session, table, reference):
    found = session.execute(
        text(
            f"SELECT * FROM {table} WHERE contact_id ="  # noqa: S608
            " (SELECT contact_id FROM contact WHERE agency_reference = :reference)"
        ),
        {"reference": reference},
    )
    return [
        {name: value for name, value in row.items() if name not in MADE_FOR_EACH}
        for row in found.mappings()
    ]


def plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.parametrize(
    "body",
    [
        a_contact(received_at="2014-01-06T09:12:00Z", agency=POLICE),
        a_contact(received_at="2014-01-06T09:12:00Z", agency=POLICE, concerns=[], referrer=None),
        {key: value for key, value in a_contact(**HISTORY).items() if key != "received_at"},
    ],
    ids=["everything", "no concerns, no referrer", "history"],
)
def test_the_same_rows_are_inserted_as_by_a_single_submission(hub, body):
    single, imported = ({**body, "agency_reference": reference} for reference in ("S-1", "I-1"))
    assert hub.decider.post("contacts", single).status_code == 201
    answer = send(hub.decider, as_ndjson([imported]))
    assert answer.get_json()["created"] == 1, answer.text
    with hub.transaction() as session:
        for table in TABLES:
            one, other = (
                [
                    {name: plain(value) for name, value in row.items()}
                    for row in rows_of(session, table, reference)
                ]
                for reference in ("S-1", "I-1")
            )
            assert one == other, table
        assert rows_of(session, "outcome_ledger", "I-1")
        assert bool(rows_of(session, "decision_identity", "I-1")) == ("closed_on" in body)
