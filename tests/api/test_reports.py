"""GET /v1/reports/table-1: who may ask, for what, in which format, and what has not changed."""

import csv
import io

import pytest

from domain.access import Role
from tests.support.hub import Hub
from tests.support.problems import findings, problem

PERIOD = "period=2013-14-Q4"


def table(client, authority, query=PERIOD, **headers):
    return client.get(f"/v1/reports/table-1?area={authority}&{query}", headers=headers)


@pytest.fixture
def decided(hub):
    """Five contacts of the quarter: each outcome once, and one voided."""
    ways = {
        "police": [{"decision": "close_and_log"}],
        "probation": [{"decision": "accept_as_referral"}, {"decision": "no_further_action"}],
        "housing": [
            {"decision": "accept_as_referral"},
            {"decision": "start_assessment", "assessment_type": "initial"},
        ],
        "courts": [],
        "other_agency": [{"decision": "void", "reason": "test"}],
    }
    for referrer_type, decisions in ways.items():
        record = hub.police.submit(referrer_type=referrer_type)
        if decisions:
            hub.decider.post(f"contacts/{record['id']}/decisions", decisions)
    return hub


def test_the_table_counts_the_contacts_of_the_period_by_type_and_outcome(decided):
    hub = decided
    hub.police.submit(received_at="2013-12-31T23:59:59Z")
    hub.police.submit(received_at="2014-03-31T23:00:00Z")
    answer = table(hub.reporter, hub.authority)
    assert answer.status_code == 200
    body = answer.get_json()
    outcomes = ["closed_and_logged", "no_further_action", "to_assessment", "yet_to_proceed"]
    assert [each["code"] for each in body["columns"]] == [*outcomes, "total"]
    assert {name: body[name] for name in body.keys() - {"columns", "rows", "notes"}} == {
        "title": "Breakdown of cases and referrers",
        "area": {"code": hub.authority, "name": f"Authority {hub.authority}"},
        "period": {"label": "2013-14 Q4", "from": "2014-01-01", "to": "2014-03-31"},
        "as_at": None,
        "position_on": None,
        "settled": True,
        "ruleset_version": "1",
        "disclosure_control": "none",
        "totals": {
            **{code: {"number": 1, "percent": 100.0} for code in outcomes},
            "total": {"number": 4, "percent": 100.0},
        },
        "awaiting_decision": 1,
    }
    assert len(body["rows"]) == 27
    numbers = {
        row["referrer_type"]: {code: cell["number"] for code, cell in row["cells"].items()}
        for row in body["rows"]
    }
    none = dict.fromkeys([*outcomes, "total"], 0)
    counted = dict(zip(("police", "probation", "housing", "courts"), outcomes, strict=True))
    for referrer_type, cells in numbers.items():
        outcome = counted.get(referrer_type)
        assert cells == (none | {outcome: 1, "total": 1} if outcome else none), referrer_type
    police = next(row for row in body["rows"] if row["referrer_type"] == "police")
    assert police["cells"]["total"] == {"number": 1, "percent": 25.0}
    assert police["cells"]["closed_and_logged"] == {"number": 1, "percent": 100.0}
    assert any("Prison Service" in note for note in body["notes"])


def test_the_same_figures_come_as_csv_by_accept_or_by_query(decided):
    hub = decided
    by_accept = table(hub.reporter, hub.authority, Accept="text/csv")
    by_query = table(hub.reporter, hub.authority, f"{PERIOD}&format=csv")
    assert by_accept.data == by_query.data
    assert by_accept.content_type == by_query.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(by_accept.text)))
    body = table(hub.reporter, hub.authority).get_json()
    assert [row["referred_by"] for row in rows] == [
        *(each["label"] for each in body["rows"]),
        "Total",
    ]
    names = ["closed_and_logged", "nfa", "to_assessment", "yet_to_proceed", "total"]
    for row, cells in zip(
        rows, [*(each["cells"] for each in body["rows"]), body["totals"]], strict=True
    ):
        assert [(int(row[name]), float(row[f"{name}_pct"])) for name in names] == [
            (cell["number"], cell["percent"]) for cell in cells.values()
        ]


def test_a_format_named_in_the_query_goes_before_accept(hub):
    answer = table(
        hub.reporter, hub.authority, f"{PERIOD}&format=json", Accept="text/csv, */*;q=0.1"
    )
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_unchanged_figures_are_not_sent_again_and_changed_ones_are(decided, accept):
    hub = decided
    first = table(hub.reporter, hub.authority, Accept=accept)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Accept, Authorization"
    same = table(
        hub.reporter, hub.authority, **{"Accept": accept, "If-None-Match": f'W/{tag}, "x"'}
    )
    assert (same.status_code, same.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert same.headers[name] == first.headers[name]
    assert table(hub.decider, hub.authority, Accept=accept).headers["ETag"] == tag
    hub.police.submit()
    changed = table(hub.reporter, hub.authority, **{"Accept": accept, "If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_each_format_has_an_entity_tag_of_its_own(hub):
    tags = {
        table(hub.reporter, hub.authority, f"{PERIOD}&format={name}").headers["ETag"]
        for name in ("json", "csv")
    }
    assert len(tags) == 2


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", {("period", "required")}),
        ("period=2013-14-Q5", {("period", "not_a_period")}),
        ("period=2013-15", {("period", "not_a_period")}),
        ("period=2013-14-Q4&from=2014-01-01", {("period", "given_twice")}),
        ("from=2014-01-01", {("to", "required")}),
        ("to=2014-01-01", {("from", "required")}),
        ("from=2014-01-02&to=2014-01-01", {("to", "not_a_period")}),
        ("from=1.1.2014&to=2014-02-30", {("from", "not_a_date"), ("to", "not_a_date")}),
        ("period=2013-14&period=2014-15", {("period", "repeated_parameter")}),
        ("period=2013-14&colour=red", {("colour", "unknown_parameter")}),
        ("period=2013-14&format=pdf", {("format", "not_one_of")}),
    ],
)
def test_a_query_that_is_wrong_is_refused_with_every_reason(hub, query, errors):
    assert findings(table(hub.reporter, hub.authority, query)) == errors


def test_the_area_is_required(hub):
    answer = hub.reporter.get(f"/v1/reports/table-1?{PERIOD}")
    assert findings(answer) == {("area", "required")}


def test_who_may_not_read_tables_is_told_so_or_that_there_is_no_such_area(hub, app):
    problem(table(hub.reporter, hub.authority, Authorization=""), "unauthenticated")
    for client in (hub.police, hub.client(Role.ADMIN)):
        problem(table(client, hub.authority), "forbidden")
    problem(table(hub.client(Role.PARTNER), hub.authority), "not-found")
    other = Hub(app)
    bodies = [
        problem(table(hub.reporter, area, **{"X-Request-ID": "same"}), "not-found")
        for area in (other.authority, "E06999999", "no-mash")
    ]
    assert bodies[0] == bodies[1] == bodies[2]


def test_a_format_that_is_not_given_is_not_acceptable(hub):
    problem(table(hub.reporter, hub.authority, Accept="application/pdf"), "not-acceptable")


def test_england_is_every_authority_that_the_caller_may_read(decided):
    answer = table(decided.reporter, "E92000001")
    assert answer.get_json()["area"] == {"code": "E92000001", "name": "England"}
    assert answer.get_json()["totals"]["total"]["number"] == 4
