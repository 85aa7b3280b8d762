"""POST /contacts/search: the earlier contacts of one child, newest first."""

import pytest

from tests.support.hub import POLICE, Hub, as_decided
from tests.support.problems import findings, problem

AVA = {
    "nhs_number": "9990000018",
    "upn": "H801200001001",
    "local_id": "ICS-1",
    "agency_child_reference": "N-1",
    "given_name": "Zoë Ann",
    "family_name": "O'Neill-Marsh",
    "date_of_birth": "2009-05-14",
    "postcode": "TS18 1AU",
}


def found(client, **criteria):
    answer = client.post("contacts/search", criteria)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.get_json()["items"]]


def test_whole_records_of_the_child_are_found_newest_first(hub):
    days = ("2014-01-06", "2014-01-08", "2014-01-07")
    first, newest, middle = (
        hub.police.submit(received_at=f"{day}T09:00:00Z", child={"nhs_number": "9990000018"})
        for day in days
    )
    hub.police.submit(child={"given_name": "Ben"})
    answer = hub.decider.post("contacts/search", {"nhs_number": "999 000 0018"})
    assert answer.status_code == 200
    assert answer.get_json() == {"items": [*map(as_decided, (newest, middle, first))]}


@pytest.mark.parametrize(
    "criteria",
    [
        {"nhs_number": "999-000-0018"},
        {"upn": "h801200001001"},
        {"local_id": "ICS-1"},
        {"agency_child_reference": " N-1 "},
        {"name": "zoe ann oneill marsh", "date_of_birth": "2009-05-14"},
        {"given_name": "ZOE  ANN", "family_name": "O\u2019Neill Marsh", "postcode": "ts181au"},
        {"nhs_number": "9990000018", "date_of_birth": "2009-05-14"},
    ],
)
def test_a_child_is_found_by_an_identifier_or_by_name_with_birth_or_postcode(hub, criteria):
    record = hub.decider.submit(agency=POLICE, child=AVA)
    hub.decider.submit(agency=POLICE, child={"given_name": "Ben", "postcode": "TS18 1AU"})
    assert found(hub.decider, **criteria) == [record["id"]]


@pytest.mark.parametrize(
    "criteria",
    [
        {"nhs_number": "9990000026"},
        {"name": "Zoë Ann", "date_of_birth": "2009-05-14"},
        {"name": "Zoë Ann O'Neill-Marsh", "date_of_birth": "2009-05-15"},
        {"name": "Zoë Ann O'Neill-Marsh", "postcode": "TS18 1AB"},
        {"local_id": "ICS"},
    ],
)
def test_nobody_else_is_found(hub, criteria):
    hub.decider.submit(agency=POLICE, child=AVA)
    assert found(hub.decider, **criteria) == []


def test_what_was_corrected_is_found_under_what_is_known_now(hub):
    record = hub.police.submit(child={"given_name": "Eva", "family_name": "Marsh"})
    patch = {"child": {"given_name": "Ava", "date_of_birth": "2009-05-14"}}
    hub.police.patch(f"contacts/{record['id']}", patch, '"1"')
    assert found(hub.decider, name="Ava Marsh", date_of_birth="2009-05-14") == [record["id"]]
    assert found(hub.decider, name="Eva Marsh", date_of_birth="2009-05-14") == []


def test_no_search_reaches_another_authority(app, hub):
    hub.police.submit()
    assert found(Hub(app).decider, nhs_number="9990000018") == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {("", "not_enough")}),
        ({"name": "Ava Marsh"}, {("", "not_enough")}),
        ({"given_name": "Ava", "postcode": "TS18 1AU"}, {("", "not_enough")}),
        ({"date_of_birth": "2009-05-14", "postcode": "TS18 1AU"}, {("", "not_enough")}),
        ({"nhs_number": "1"}, {("/nhs_number", "not_an_nhs_number")}),
        ({"nhs_number": None}, {("/nhs_number", "null_not_allowed")}),
        (
            {"upn": "1", "postcode": "1", "surname": "Marsh"},
            {("/upn", "not_a_upn"), ("/postcode", "not_a_postcode"), ("/surname", "unknown_field")},
        ),
        ([], {("", "wrong_type")}),
    ],
)
def test_a_search_that_could_find_anybody_is_refused(hub, body, errors):
    assert findings(hub.decider.post("contacts/search", body)) == errors


def test_only_the_authority_searches(hub):
    body = {"nhs_number": "9990000018"}
    problem(hub.police.post("contacts/search", body), "forbidden")
    problem(hub.reporter.post("contacts/search", body), "forbidden")
    answer = hub.decider.post("contacts/search", body, headers={"Authorization": ""})
    problem(answer, "unauthenticated")
    problem(hub.decider.post("/v1/authorities/E06999999/contacts/search", body), "not-found")
    problem(hub.decider.request("POST", "contacts/search", data=b"x"), "unsupported-media-type")
    answer = hub.decider.post("contacts/search", body, headers={"Accept": "text/csv"})
    problem(answer, "not-acceptable")
    assert hub.decider.get("contacts/search").status_code in {404, 405}
