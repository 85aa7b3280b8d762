"""POST /contacts: a child may be known by any one thing; only nothing at all is refused."""

import pytest

from tests.factories.contacts import a_contact
from tests.support.problems import findings, places

UPN = "H801200001001"


@pytest.mark.parametrize(
    "child",
    [
        {"agency_child_reference": "N-1"},
        {"nhs_number": "999 000 0018"},
        {"upn": UPN.lower()},
        {"given_name": "Ava"},
        {"family_name": "Marsh"},
        {"also_known_as": "Avie"},
        {"date_of_birth": "2009-05-14"},
        {"expected_date_of_birth": "2014-05-14"},
        {"estimated_age": 0},
        {"address": "4 Sample Street\nStockton"},
        {"postcode": "ts181au"},
    ],
)
def test_a_child_known_by_any_one_thing_is_never_refused(hub, child):
    body = {"agency_reference": "R-1", "referrer_type": "police", "child": child}
    answer = hub.police.post("contacts", body)
    assert answer.status_code == 201
    record = answer.get_json()
    kept = {name: value for name, value in record["child"].items() if value is not None}
    assert kept.keys() == child.keys()
    assert ("/narrative", "narrative_missing") in places(record["warnings"])


def test_the_forms_of_identifiers_are_made_one(hub):
    record = hub.police.submit(
        child={"nhs_number": "999-000-0018", "upn": UPN.lower(), "postcode": "ts181au"}
    )
    child = record["child"]
    assert (child["nhs_number"], child["upn"], child["postcode"]) == ("9990000018", UPN, "TS18 1AU")


def test_a_child_known_by_the_narrative_alone_is_accepted_with_what_is_missing(hub):
    record = hub.police.submit(child={}, narrative="A boy of about six, alone at the station.")
    assert places(record["warnings"]) == {
        ("/child/nhs_number", "identifier_missing"),
        ("/child/given_name", "name_missing"),
        ("/child/date_of_birth", "date_of_birth_missing"),
        ("/child/address", "address_missing"),
    }


@pytest.mark.parametrize("child", [{}, {"sex": "F", "ethnicity": "WBRI"}, {"given_name": " "}])
def test_a_child_of_whom_nothing_is_known_is_refused(hub, child):
    answer = hub.police.post("contacts", a_contact(child=child, narrative=None))
    assert findings(answer) == {("/child", "child_unknown")}


def test_a_child_whose_only_detail_is_wrong_is_not_called_unknown(hub):
    body = a_contact(child={"date_of_birth": "14/05/2009", "sex": "F"}, narrative=None)
    answer = hub.police.post("contacts", body)
    assert findings(answer) == {("/child/date_of_birth", "not_a_date")}


def test_an_unborn_child_has_an_expected_date_of_birth(hub):
    child = {"family_name": "Marsh", "expected_date_of_birth": "2014-05-14", "sex": "U"}
    record = hub.police.submit(child=child)
    assert places(record["warnings"]) == {
        ("/child/nhs_number", "identifier_missing"),
        ("/child/address", "address_missing"),
    }
    both = a_contact(child={**child, "date_of_birth": "2014-05-14"})
    assert findings(hub.police.post("contacts", both)) == {
        ("/child/expected_date_of_birth", "given_twice")
    }
    born_later = a_contact(child={**child, "date_of_birth": "2999-05-14"})
    assert ("/child/date_of_birth", "in_the_future") in findings(
        hub.police.post("contacts", born_later)
    )
