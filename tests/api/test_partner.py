"""A partner reads what is published, by area and period alone, and never an exact figure."""

import csv
import io
import json

import pytest

from domain.access import Role
from tests.support.hub import Hub
from tests.support.problems import findings, problem
from tests.support.publications import (
    a_small_quarter,
    client_in,
    partnership_of,
    path_of,
    published,
)
from tests.support.routes import REPORT_QUERIES

REPORTS = ("table-1", "inputs")
HIDDEN = {"number": None, "percent": None, "symbol": "c"}


class World:
    """An authority with a small quarter, of which both reports are published, and its clients."""

    def __init__(self, app):
        self.hub = Hub(app)
        a_small_quarter(self.hub)
        self.admin = self.hub.client(Role.ADMIN)
        self.partner = self.hub.client(Role.PARTNER)
        self.exact_before = self.exact()
        self.records = {
            report: published(self.admin, self.hub.authority, report) for report in REPORTS
        }

    @property
    def area(self):
        return self.hub.authority

    def exact(self, report="table-1"):
        return self.hub.reporter.get(path_of(self.area, report))

    def read(self, report="table-1", query="", **options):
        return self.partner.get(path_of(self.area, report, query=query), **options)


@pytest.fixture(scope="module")
def world(app):
    return World(app)


def cells(answer):
    """The cells of a Table 1 by row and column, totals included."""
    rows = [(row["label"], row["cells"]) for row in answer["rows"]]
    return {
        (label, column): cell
        for label, found in [*rows, ("Total", answer["totals"])]
        for column, cell in found.items()
    }


def test_a_partner_reads_the_published_table_with_its_small_numbers_hidden(world):
    answer = world.read()
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    exact = cells(world.exact().get_json())
    assert body["disclosure_control"] == "applied"
    assert body["settled"] is True
    assert (body["as_at"], body["position_on"]) == (
        world.records["table-1"]["as_at"],
        world.records["table-1"]["position_on"],
    )
    shown = cells(body)
    assert shown.keys() == exact.keys()
    for place, cell in shown.items():
        true = exact[place]["number"]
        if 1 <= true <= 5:
            assert cell == HIDDEN, place
        elif true == 0:
            assert cell["number"] == 0, place
        else:
            assert cell["number"] in {None, true}, place
        is_hidden = cell["number"] is None or cell["percent"] is None
        assert ("symbol" in cell) == is_hidden, place
        if cell["percent"] is not None:
            assert cell["percent"] == exact[place]["percent"], place
    assert sum(cell["number"] is None for cell in shown.values()) == sum(
        world.records["table-1"]["hidden"].values()
    ) - (body["awaiting_decision"] is None)
    assert '"c" stands for a number of 1 to 5' in body["notes"][0]


def test_a_partner_reads_the_published_inputs(world):
    body = world.read("inputs").get_json()
    exact = world.exact("inputs").get_json()
    assert body["disclosure_control"] == "applied"
    assert [each["code"] for each in body["periods"]] == [each["code"] for each in exact["periods"]]
    assert [each["code"] for each in body["measures"]] == [
        each["code"] for each in exact["measures"]
    ]
    hidden = 0
    for measure, true in zip(body["measures"], exact["measures"], strict=True):
        rows = [measure["values"], *(each["values"] for each in measure["breakdown"] or ())]
        true_rows = [true["values"], *(each["values"] for each in true["breakdown"] or ())]
        for values, true_values in zip(rows, true_rows, strict=True):
            for value, true_value in zip(values, true_values, strict=True):
                assert value["number"] in {None, true_value["number"]}
                assert value["percent"] in {None, true_value["percent"]}
                if value["number"] is None:
                    hidden += 1
                    assert true_value["number"] > 0
                    assert value["symbol"] == "c"
                    assert (value["percent"], value["direction"]) == (None, None)
                else:
                    assert not 1 <= true_value["number"] <= 5
    assert hidden


@pytest.mark.parametrize("report", REPORTS)
def test_json_and_csv_hide_the_same_cells(world, report):
    body = world.read(report).get_json()
    text = world.read(report, "&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    if report == "table-1":
        found = [row["cells"] for row in body["rows"]] + [body["totals"]]
        numbers = [cell["number"] for row in found for cell in row.values()]
        percents = [cell["percent"] for row in found for cell in row.values()]
        in_csv = [list(row.values())[1:] for row in rows]
        written = [text for row in in_csv for text in row[::2]]
        written_percents = [text for row in in_csv for text in row[1::2]]
    else:
        values = [
            value
            for measure in body["measures"]
            for part in [measure, *(measure["breakdown"] or ())]
            for value in part["values"]
        ]
        numbers, percents = ([value[name] for value in values] for name in ("number", "percent"))
        written, written_percents = ([row[name] for row in rows] for name in ("number", "percent"))
    assert [text == "c" for text in written] == [number is None for number in numbers]
    assert "c" in written
    for text, percent in zip(written_percents, percents, strict=True):
        assert text in {"", "c"} if percent is None else text == f"{percent}"


def test_who_reads_exact_tables_reads_them_as_before(world):
    exact = world.exact()
    assert exact.text == world.exact_before.text
    assert exact.get_json()["disclosure_control"] == "none"
    assert "symbol" not in exact.text
    both = world.hub.client(Role.REPORT, Role.PARTNER, Role.ADMIN)
    assert both.get(path_of(world.area)).text == exact.text


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_published_has_an_entity_tag_of_its_own(world, report, form):
    first = world.read(report, f"&format={form}")
    exact = world.hub.reporter.get(path_of(world.area, report, query=f"&format={form}"))
    assert first.headers["ETag"] != exact.headers["ETag"]
    assert first.headers["Cache-Control"] == exact.headers["Cache-Control"]
    assert first.headers["Vary"] == exact.headers["Vary"]
    known = {"If-None-Match": first.headers["ETag"]}
    again = world.read(report, f"&format={form}", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = {"If-None-Match": exact.headers["ETag"]}
    assert world.read(report, f"&format={form}", headers=other).status_code == 200


def test_each_publication_and_format_has_another_tag(world):
    tags = {
        world.read(report, f"&format={form}").headers["ETag"]
        for report in REPORTS
        for form in ("json", "csv")
    }
    assert len(tags) == 4


def test_the_format_is_chosen_by_accept_too(world):
    answer = world.read(headers={"Accept": "text/csv"})
    assert answer.text == world.read(query="&format=csv").text
    assert answer.content_type == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("report", "query"),
    [
        ("table-1", "&as_at=2014-05-01T09:00:00Z"),
        ("table-1", "&as_at=2999-01-01T00:00:00Z"),
        ("table-1", "&position_on=2014-04-14"),
        ("inputs", "&positions=period_end"),
        ("inputs", "&positions=now"),
        ("inputs", "&as_at=2014-05-01T09:00:00Z"),
    ],
)
def test_any_parameter_but_area_and_period_is_forbidden(world, report, query):
    said = problem(world.read(report, query), "forbidden")["detail"]
    assert "by area and period" in said


def test_a_free_span_of_days_is_forbidden_even_where_it_is_a_quarter(world):
    path = f"/v1/reports/table-1?area={world.area}&from=2014-01-01&to=2014-03-31"
    problem(world.partner.get(path), "forbidden")


def test_what_no_report_takes_is_refused_for_a_partner_as_for_anybody(world):
    assert findings(world.read(query="&colour=red")) == {("colour", "unknown_parameter")}
    path = path_of(world.area, period="2013-15")
    assert findings(world.partner.get(path)) == {("period", "not_a_period")}


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/reports/table-1/changes?{REPORT_QUERIES['/v1/reports/table-1/changes']}",
        "/v1/reports/timeseries?measure=contacts&from=2014-01-01&to=2014-03-31&by=month",
        "/v1/reports/delays?period=2013-14-Q4",
    ],
)
def test_the_other_reports_are_not_for_partners(world, path):
    said = problem(world.partner.get(f"{path}&area={world.area}"), "forbidden")["detail"]
    assert "Table 1 and Inputs" in said


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("period", ["2013-14-Q3", "2014-15-Q4"])
def test_what_is_not_published_is_not_found_and_says_so(world, report, period):
    answer = world.partner.get(path_of(world.area, report, period))
    said = problem(answer, "not-found")["detail"]
    assert "published" in said


def test_england_is_not_published(world):
    problem(world.partner.get(path_of("E92000001")), "forbidden")


@pytest.mark.parametrize("role", [Role.SUBMIT, Role.ADMIN])
def test_a_role_that_is_no_partners_reads_nothing(world, role):
    client = world.hub.police if role is Role.SUBMIT else world.admin
    for query in ("", "&as_at=2014-05-01T09:00:00Z"):
        problem(client.get(path_of(world.area, query=query)), "forbidden")


def test_a_partner_elsewhere_finds_nothing_here(world, app):
    other = Hub(app)
    foreign = other.client(Role.PARTNER).get(path_of(world.area))
    unknown = other.client(Role.PARTNER).get(path_of("E09999999"))
    assert problem(foreign, "not-found") | {"instance": ""} == problem(unknown, "not-found") | {
        "instance": ""
    }


def test_a_record_that_comes_late_changes_the_exact_table_and_not_the_published_one(app):
    world = World(app)
    before = {report: world.read(report).data for report in REPORTS}
    world.hub.police.submit()
    assert world.exact().text != world.exact_before.text
    assert world.exact().get_json()["totals"]["total"]["number"] == 45
    assert {report: world.read(report).data for report in REPORTS} == before


def test_nothing_hidden_stands_anywhere_in_what_is_published(world):
    """Every number of the answer is one that is shown: none is told in a note or by a label."""
    shown = {
        cell["number"]
        for cell in cells(world.read().get_json()).values()
        if cell["number"] is not None
    }
    text = json.dumps(world.read().get_json()["notes"])
    words = "".join(each if each.isdigit() else " " for each in text).split()
    said = {int(word) for word in words} - {1, 5}  # "a number of 1 to 5"
    instants = world.records["table-1"]
    dates = "".join(
        each if each.isdigit() else " "
        for each in f"{instants['as_at']} {instants['published_at']} {instants['position_on']}"
    ).split()
    assert said - {int(word) for word in dates} <= shown


def test_a_partner_in_each_authority_reads_what_the_partnership_published(app):
    hubs = Hub(app), Hub(app)
    for hub in hubs:
        a_small_quarter(hub)
    code = partnership_of(*hubs)
    one, two = (hub.authority for hub in hubs)
    admin = client_in(hubs, {one: [Role.ADMIN], two: [Role.ADMIN]})
    published(admin, code)
    partner = client_in(hubs, {one: [Role.PARTNER], two: [Role.PARTNER]})
    body = partner.get(path_of(code)).get_json()
    assert body["area"]["code"] == code
    assert body["disclosure_control"] == "applied"
    problem(partner.get(path_of(one)), "not-found")

    mixed = client_in(hubs, {one: [Role.REPORT], two: [Role.PARTNER]})
    problem(mixed.get(path_of(code)), "forbidden")
    assert mixed.get(path_of(one)).get_json()["disclosure_control"] == "none"
    problem(hubs[0].client(Role.PARTNER).get(path_of(code)), "not-found")
