"""GET /v1/reference/…: the code lists, and an authority's own words."""

from datetime import date

import pytest

from domain.access import Role
from domain.referrer_types import ReferrerGroup
from domain.vocabulary import AgencyKind
from services.reference.register import (
    ReferrerTypeDetails,
    register_alias,
    register_partnership,
    register_referrer_type,
)
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.problems import findings, problem

LISTS = [
    "outcomes",
    "decisions",
    "reasons",
    "presenting-needs",
    "concerns",
    "ethnicities",
    "caf-agency-kinds",
]
EVERY_LIST = [*LISTS, "referrer-types", "agencies", "areas"]


def items(client, path):
    answer = client.get(f"/v1/reference/{path}")
    assert answer.status_code == 200, answer.text
    assert set(answer.get_json()) == {"items"}
    return answer.get_json()["items"]


@pytest.mark.parametrize(
    ("name", "first", "n"),
    [
        (
            "outcomes",
            {"code": "closed_and_logged", "label": "Contact (Closed & Logged as Enquiry)"},
            4,
        ),
        ("decisions", {"code": "gather_information", "label": "Gather information"}, 9),
        ("reasons", {"code": "information_only", "label": "Information only"}, 11),
        ("presenting-needs", {"code": "N1", "label": "Abuse or neglect"}, 10),
        ("concerns", {"code": "domestic_abuse", "label": "Domestic abuse"}, 17),
        ("ethnicities", {"code": "WBRI", "label": "White British"}, 20),
        (
            "caf-agency-kinds",
            {"code": "cesc_childrens_centres", "label": "CESC - Children Centre Services"},
            14,
        ),
    ],
)
def test_a_code_list_is_given_whole_with_labels(hub, name, first, n):
    found = items(hub.police, name)
    assert found[0] == first
    assert len({each["code"] for each in found}) == len(found) == n
    assert all(each["label"] for each in found)


def test_the_referrer_types_come_in_published_order(hub):
    found = items(hub.police, "referrer-types")
    assert [each["position"] for each in found] == list(range(1, 28))
    assert [each["label"] for each in found] == sorted(each["label"] for each in found)
    assert found[25] == {
        "code": "police",
        "label": "Police",
        "group": "justice",
        "position": 26,
        "census_source": "6",
        "valid_from": None,
        "valid_to": None,
        "aliases": [],
    }


def test_an_authority_has_its_own_labels_types_and_aliases(hub):
    day = date(2014, 4, 1)
    with hub.transaction() as session:
        for code, label, valid_from in (("police", "The Police", None), ("hub", "Hub", day)):
            details = ReferrerTypeDetails(
                label=label, group=ReferrerGroup.COUNCIL, valid_from=valid_from
            )
            register_referrer_type(session, authority=hub.authority, code=code, details=details)
        for alias in ("Constabulary", "Old Bill"):
            register_alias(session, authority=hub.authority, alias=alias, referrer_type="police")
    with hub.transaction() as session:
        register_alias(session, authority=hub.authority, alias="Old Bill", referrer_type=None)
    found = items(hub.police, f"referrer-types?authority={hub.authority}")
    assert (found[25]["label"], found[25]["group"]) == ("The Police", "council")
    assert (found[25]["census_source"], found[25]["aliases"]) == ("6", ["constabulary"])
    assert found[27] == {
        "code": "hub",
        "label": "Hub",
        "group": "council",
        "position": 28,
        "census_source": None,
        "valid_from": "2014-04-01",
        "valid_to": None,
        "aliases": [],
    }
    assert items(hub.police, "referrer-types")[25]["label"] == "Police"


def test_another_authoritys_words_are_not_shown(hub, app):
    other = Hub(app)
    for name in ("referrer-types", "agencies"):
        problem(hub.police.get(f"/v1/reference/{name}?authority={other.authority}"), "not-found")
        problem(hub.police.get(f"/v1/reference/{name}?authority=E06999999"), "not-found")
    assert {each["authority"] for each in items(hub.police, "agencies")} == {hub.authority}


def test_the_agencies_of_the_callers_authorities_are_listed(hub):
    hub.add_agency(POLICE, name="Cleveland Police", kind=AgencyKind.POLICE)
    expected = [
        {
            "authority": hub.authority,
            "code": POLICE,
            "label": "Cleveland Police",
            "kind": "police",
        },
        {"authority": hub.authority, "code": HEALTH, "label": HEALTH, "kind": "health"},
    ]
    assert items(hub.police, "agencies") == expected
    assert items(hub.police, f"agencies?authority={hub.authority}") == expected


def test_areas_are_authorities_partnerships_and_england(hub):
    code = f"mash-{hub.authority.lower()}"
    with hub.transaction() as session:
        register_partnership(session, code=code, name="The MASH", authorities=(hub.authority,))
    found = {each["code"]: each for each in items(hub.police, "areas")}
    assert found[hub.authority] == {
        "code": hub.authority,
        "label": f"Authority {hub.authority}",
        "authorities": [hub.authority],
    }
    assert found[code] == {"code": code, "label": "The MASH", "authorities": [hub.authority]}
    assert found["E92000001"]["label"] == "England"
    assert hub.authority in found["E92000001"]["authorities"]


@pytest.mark.parametrize("name", EVERY_LIST)
def test_any_key_reads_reference_data_and_nobody_without_one(hub, name):
    for role in Role:
        agency = POLICE if role is Role.SUBMIT else None
        assert hub.client(role, agency=agency).get(f"/v1/reference/{name}").status_code == 200
    answer = hub.police.get(f"/v1/reference/{name}", headers={"Authorization": ""})
    problem(answer, "unauthenticated")
    answer = hub.police.get(f"/v1/reference/{name}", headers={"Accept": "text/csv"})
    problem(answer, "not-acceptable")
    answer = hub.police.get(f"/v1/reference/{name}?colour=red")
    assert findings(answer) == {("colour", "unknown_parameter")}
