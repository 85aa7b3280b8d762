"""Publishing over HTTP: what is asked for, refused, repeated and listed."""

from datetime import UTC, datetime, timedelta

import pytest

from core.database import transaction_time
from domain.access import Role
from services.publications.choose import choose
from tests.support.hub import Hub
from tests.support.problems import findings, problem
from tests.support.publications import (
    PERIOD,
    PUBLICATIONS,
    a_small_quarter,
    client_in,
    partnership_of,
    path_of,
    publish,
    published,
)
from tests.support.statements import asked_of

LATER = "2014-15-Q1"


def instant(text):
    return datetime.fromisoformat(text)


@pytest.fixture
def admin(hub):
    return hub.client(Role.ADMIN)


def listed(client, query=""):
    answer = client.get(f"{PUBLICATIONS}{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()["items"]


def test_a_report_is_published_once(hub, admin):
    a_small_quarter(hub)
    before = datetime.now(UTC)
    answer = publish(admin, hub.authority)
    assert answer.status_code == 201, answer.text
    assert "Idempotency-Replayed" not in answer.headers
    record = answer.get_json()
    assert record["area"] == {"code": hub.authority, "name": f"Authority {hub.authority}"}
    assert record["report"] == "table-1"
    assert record["period"] == {
        "code": "2013-14-Q4",
        "label": "2013-14 Q4",
        "from": "2014-01-01",
        "to": "2014-03-31",
    }
    assert record["position_on"] == "2014-04-14"
    assert record["published_by"] == f"{hub.authority}-admin"
    assert before <= instant(record["published_at"])
    assert instant(record["as_at"]) <= instant(record["published_at"])
    assert record["hidden"]["first"] == 5
    assert record["hidden"]["further"] > 0
    assert record["url"] == f"/v1/reports/table-1?area={hub.authority}&period=2013-14-Q4"
    assert hub.client(Role.PARTNER).get(record["url"]).status_code == 200

    again = publish(admin, hub.authority)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.get_json() == record
    same = publish(admin, hub.authority, as_at=record["as_at"])
    assert (same.status_code, same.get_json()) == (200, record)
    assert listed(admin) == [record]


def test_what_belongs_together_is_published_as_at_one_instant(hub, admin):
    first = published(admin, hub.authority)
    a_small_quarter(hub)
    second = published(admin, hub.authority, "inputs")
    assert second["as_at"] == first["as_at"]
    assert second["published_at"] > first["published_at"]
    partner = hub.client(Role.PARTNER)
    table = partner.get(path_of(hub.authority)).get_json()
    inputs = partner.get(path_of(hub.authority, "inputs")).get_json()
    assert table["totals"]["total"]["number"] == 0
    of_contacts = next(each for each in inputs["measures"] if each["code"] == "contacts")
    assert of_contacts["values"][-1]["number"] == 0


def test_another_instant_is_refused_and_the_right_one_is_named(hub, admin):
    record = published(admin, hub.authority)
    other = (instant(record["as_at"]) - timedelta(days=1)).isoformat()
    said = problem(publish(admin, hub.authority, as_at=other), "published-before")
    assert record["as_at"][:19] in said["detail"]
    problem(publish(admin, hub.authority, "inputs", as_at=other), "published-before")
    assert listed(admin) == [record]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {("/area", "required"), ("/report", "required"), ("/period", "required")}),
        ({"report": "table-2"}, {("/report", "not_one_of")}),
        ({"period": "2013-15"}, {("/period", "not_a_period")}),
        ({"period": "2014-01-01 to 2014-03-31"}, {("/period", "too_long")}),
        ({"as_at": "yesterday"}, {("/as_at", "not_an_instant")}),
        ({"as_at": "2014-04-20T09:00:00"}, {("/as_at", "not_an_instant")}),
        ({"reason": "It is time."}, {("/reason", "unknown_field")}),
        ({"report": "t", "period": "q"}, {("/report", "not_one_of"), ("/period", "not_a_period")}),
    ],
)
def test_a_body_is_strict_and_all_that_is_wrong_is_said(hub, admin, body, found):
    whole = {"area": hub.authority, "report": "table-1", "period": PERIOD, **body} if body else {}
    assert findings(admin.post(PUBLICATIONS, whole)) == found


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"period": "2098-99-Q4"}, "/period"),
        ({"as_at": "2014-03-31T22:59:59Z"}, "/as_at"),
        ({"report": "inputs", "period": "2013-14"}, "/period"),
        ({"as_at": "2999-01-01T00:00:00Z"}, "/as_at"),
        ({"area": "E92000001"}, "/area"),
    ],
)
def test_what_can_not_be_published_is_said_at_its_place(hub, admin, body, pointer):
    whole = {"area": hub.authority, "report": "table-1", "period": PERIOD, **body}
    found = findings(admin.post(PUBLICATIONS, whole))
    assert {place for place, _ in found} == {pointer}
    assert listed(admin) == []


def test_an_instant_that_can_still_change_is_to_be_asked_for_again(hub, admin):
    with hub.transaction() as writing:
        now = transaction_time(writing)
        as_at = (now + timedelta(milliseconds=1)).isoformat()
        answer = publish(admin, hub.authority, as_at=as_at)
        problem(answer, "busy")
        assert int(answer.headers["Retry-After"]) >= 1
    assert publish(admin, hub.authority, as_at=as_at).status_code == 201


def test_areas_of_others_are_not_found_and_those_of_another_role_forbidden(app, hub, admin):
    other = Hub(app)
    foreign, unknown = (
        problem(publish(admin, area), "not-found") for area in (other.authority, "E09999999")
    )
    assert foreign | {"instance": ""} == unknown | {"instance": ""}
    for role in (Role.DECIDE, Role.REPORT, Role.PARTNER):
        problem(publish(hub.client(role), hub.authority), "forbidden")
    code = partnership_of(hub, other)
    problem(publish(admin, code), "not-found")
    roles = {hub.authority: [Role.ADMIN], other.authority: [Role.REPORT]}
    problem(publish(client_in((hub, other), roles), code), "forbidden")


def test_an_idempotency_key_stands_for_one_body(hub, admin):
    headers = {"Idempotency-Key": "3f0c7a52"}
    first = publish(admin, hub.authority, headers=headers)
    assert first.status_code == 201, first.text
    again = publish(admin, hub.authority, headers=headers)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.get_json() == first.get_json()
    problem(publish(admin, hub.authority, period=LATER, headers=headers), "idempotency-key-reused")
    assert listed(admin) == [first.get_json()]
    assert publish(admin, hub.authority, period=LATER).status_code == 201


def test_an_idempotency_key_that_was_refused_may_be_used_again(hub, admin):
    headers = {"Idempotency-Key": "3f0c7a53"}
    assert publish(admin, hub.authority, "inputs", "2013-14", headers=headers).status_code == 422
    assert publish(admin, hub.authority, headers=headers).status_code == 201


def test_an_idempotency_key_stands_for_one_body_whichever_the_area(app):
    hubs = Hub(app), Hub(app)
    admin = client_in(hubs, {hub.authority: [Role.ADMIN] for hub in hubs})
    headers = {"Idempotency-Key": "3f0c7a54"}
    assert publish(admin, hubs[1].authority, headers=headers).status_code == 201
    answer = publish(admin, hubs[0].authority, headers=headers)
    problem(answer, "idempotency-key-reused")


def test_no_connection_is_held_while_it_is_chosen_what_to_hide(hub, admin, monkeypatch):
    a_small_quarter(hub)
    held = []

    def watched(*args, **options):
        held.append(hub.database.engine.pool.checkedout())
        return choose(*args, **options)

    monkeypatch.setattr("services.publications.publish.choose", watched)
    published(admin, hub.authority)
    assert held == [0]


def test_the_list_is_the_newest_first_in_pages(hub, admin):
    made = [published(admin, hub.authority, period=f"2012-13-Q{number}") for number in (3, 1, 2)]
    made.append(published(admin, hub.authority, "inputs", "2012-13-Q1"))
    assert listed(admin) == made[::-1]
    page = admin.get(f"{PUBLICATIONS}?limit=3&area={hub.authority}")
    assert page.get_json()["items"] == made[:0:-1]
    following = page.get_json()["next"]
    assert page.headers["Link"] == f'<{following}>; rel="next"'
    last = admin.get(following)
    assert last.get_json() == {"items": made[:1], "next": None}
    assert "Link" not in last.headers


def test_who_reads_or_administers_each_authority_of_an_area_sees_its_publications(app):
    hubs = Hub(app), Hub(app)
    one, two = (hub.authority for hub in hubs)
    code = partnership_of(*hubs)
    admin = client_in(hubs, {one: [Role.ADMIN], two: [Role.ADMIN]})
    of_one, of_both = published(admin, one), published(admin, code)
    assert listed(admin) == [of_both, of_one]
    assert listed(admin, f"?area={one}") == [of_one]
    for role in (Role.REPORT, Role.DECIDE, Role.ADMIN):
        assert listed(hubs[0].client(role)) == [of_one]
        assert listed(hubs[1].client(role)) == []
    both = client_in(hubs, {one: [Role.REPORT], two: [Role.DECIDE]})
    assert listed(both) == [of_both, of_one]
    for client in (hubs[0].client(Role.PARTNER), hubs[0].police):
        problem(client.get(PUBLICATIONS), "forbidden")
        problem(client.get(f"{PUBLICATIONS}?area={one}"), "forbidden")
    problem(hubs[0].client(Role.REPORT).get(f"{PUBLICATIONS}?area={two}"), "not-found")
    problem(hubs[0].client(Role.REPORT).get(f"{PUBLICATIONS}?area=nowhere"), "not-found")
    assert findings(admin.get(f"{PUBLICATIONS}?page=2")) == {("page", "unknown_parameter")}


def test_a_list_asks_the_database_as_often_for_many_publications_as_for_one(app):
    hub = Hub(app)
    admin = hub.client(Role.ADMIN)
    counts = []
    for periods in (["2012-13-Q1"], [f"2012-13-Q{number}" for number in (2, 3, 4)]):
        for period in periods:
            published(admin, hub.authority, period=period)
        with asked_of(hub.database.engine) as asked:
            listed(admin)
        counts.append(len(asked.statements))
    assert counts[0] == counts[1]


def test_a_partners_table_is_asked_for_as_often_however_much_is_published(app):
    hub = Hub(app)
    admin, partner = hub.client(Role.ADMIN), hub.client(Role.PARTNER)
    counts = []
    for periods in (["2013-14-Q4"], ["2013-14-Q3", "2013-14-Q2"]):
        for period in periods:
            published(admin, hub.authority, period=period)
        with asked_of(hub.database.engine) as asked:
            assert partner.get(path_of(hub.authority)).status_code == 200
        counts.append(len(asked.statements))
    assert counts[0] == counts[1]
