"""Inputs: every measure in every column, at its own position, with its direction."""

import csv
from datetime import date

import pytest

from domain.measures.measure import MeasureSetting, Polarity
from services.reference.measure_settings import set_measure
from tests.support.problems import findings

QUARTERS = ("2013-14-Q1", "2013-14-Q2", "2013-14-Q3", "2013-14-Q4")


def inputs(hub, period="2013-14-Q4", **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    answer = hub.reporter.get(f"/v1/reports/inputs?area={hub.authority}&period={period}{more}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def measure(report, code):
    return next(each for each in report["measures"] if each["code"] == code)


def values(report, code, *, by=None, row=None):
    found = measure(report, code)
    if row is not None:
        found = next(each for each in found["breakdown"] if (each["by"], each["code"]) == (by, row))
    return {
        each["period"]: (each["number"], each["denominator"], each["percent"])
        for each in found["values"]
    }


def directions(report, code):
    return [each["direction"] for each in measure(report, code)["values"]]


def submit(hub, day, *decisions, **facts):
    """A contact received on a day, and decided about a day later each."""
    record = hub.police.submit(received_at=f"{day}T10:00:00+00:00", **facts)
    for number, fields in enumerate(decisions, start=1):
        at = date.fromisoformat(day).replace(day=date.fromisoformat(day).day + number)
        answer = hub.decider.decide(record, decided_at=f"{at}T10:00:00+00:00", **fields)
        assert answer.status_code == 201, answer.text
    return record


ACCEPT = {"decision": "accept_as_referral"}
ASSESS = {"decision": "start_assessment", "assessment_type": "single"}


def close(reason="other"):
    return {"decision": "close_and_log", "reason": reason}


def no_further_action(reason="other"):
    return {"decision": "no_further_action", "reason": reason}


def test_the_columns_are_the_year_before_and_the_quarters_up_to_the_one_asked_for(hub):
    report = inputs(hub, "2013-14-Q2")
    assert [each["code"] for each in report["periods"]] == ["2012-13", "2013-14-Q1", "2013-14-Q2"]
    assert report["periods"][0] == {
        "code": "2012-13",
        "label": "2012/13 whole year",
        "from": "2012-04-01",
        "to": "2013-03-31",
        "position_on": "2013-04-15",
    }
    assert (report["title"], report["year"], report["positions"]) == (
        "Inputs",
        "2013-14",
        "period_end",
    )
    assert len(report["measures"]) == 10
    for each in report["measures"]:
        assert [value["period"] for value in each["values"]] == [
            "2012-13",
            "2013-14-Q1",
            "2013-14-Q2",
        ]


def test_each_measure_counts_what_its_definition_says(hub):
    submit(hub, "2013-05-01", close("early_help_accepted"), has_active_caf=True)
    submit(hub, "2013-05-01", close(), has_active_caf=False, referrer_type="housing")
    submit(hub, "2013-05-01", ACCEPT, no_further_action(), presenting_need="N1")
    submit(hub, "2013-05-01", ACCEPT, ASSESS, presenting_need="N4")
    submit(hub, "2013-05-01", {"decision": "void", "reason": "test"})
    submit(hub, "2013-08-01")
    report = inputs(hub)
    quarter = "2013-14-Q1"
    expected = {
        "contacts": (4, None, None),
        "contacts_closed_and_logged": (2, 4, 50.0),
        "closed_and_logged_with_active_caf": (1, 2, 50.0),
        "referrals": (2, None, None),
        "referrals_nfa": (1, 2, 50.0),
        "contacts_to_assessment": (1, None, None),
        "closed_or_nfa": (3, 4, 75.0),
        "to_early_help": (1, 4, 25.0),
        "caf2_commenced": (0, None, None),
        "referral_reasons": (2, None, None),
    }
    assert {code: values(report, code)[quarter] for code in expected} == expected
    assert values(report, "contacts")["2013-14-Q2"] == (1, None, None)
    part = {
        ("referrer_type", "police"): (2, 3, 66.7),
        ("referrer_type", "housing"): (1, 1, 100.0),
        ("referrer_type", "courts"): (0, 0, 0.0),
        ("agency", "cleveland-police"): (3, 4, 75.0),
        ("reason", "other"): (2, 4, 50.0),
        ("reason", "early_help_accepted"): (1, 4, 25.0),
    }
    for (by, row), figure in part.items():
        assert values(report, "closed_or_nfa", by=by, row=row)[quarter] == figure
    needs = {
        row: values(report, "referral_reasons", by="presenting_need", row=row)[quarter][0]
        for row in ("N1", "N4", "N2", "not_given")
    }
    assert needs == {"N1": 1, "N4": 1, "N2": 0, "not_given": 0}


def test_a_column_stands_at_its_own_position_or_all_stand_now(hub):
    record = submit(hub, "2013-05-01")
    later = hub.decider.decide(record, decided_at="2013-12-02T10:00:00+00:00", **close())
    assert later.status_code == 201, later.text
    closed = "contacts_closed_and_logged"
    assert values(inputs(hub), closed)["2013-14-Q1"] == (0, 1, 0.0)
    report = inputs(hub, positions="now")
    assert values(report, closed)["2013-14-Q1"] == (1, 1, 100.0)
    assert {each["position_on"] for each in report["periods"]} == {None}


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((4, 2, 2, 3), [None, None, "up", "same", "down"]),
        ((1, 0, 1, 0), [None, None, None, None, None]),
    ],
)
def test_fewer_contacts_are_better_and_none_at_all_compare_with_nothing(hub, numbers, expected):
    for number, day in zip(
        numbers, ("2013-04-01", "2013-07-01", "2013-10-01", "2014-01-01"), strict=True
    ):
        for _ in range(number):
            submit(hub, day)
    assert directions(inputs(hub), "contacts") == expected


def test_what_an_authority_has_set_counts_as_from_then(hub):
    for day in ("2013-04-01", "2013-07-01", "2013-07-02"):
        submit(hub, day)
    before = inputs(hub)
    with hub.transaction() as session:
        setting = MeasureSetting(polarity=Polarity.HIGHER)
        set_measure(session, authority=hub.authority, measure="contacts", setting=setting)
    after = inputs(hub)
    assert (measure(before, "contacts")["polarity"], directions(before, "contacts")[2]) == (
        "lower",
        "down",
    )
    assert (measure(after, "contacts")["polarity"], directions(after, "contacts")[2]) == (
        "higher",
        "up",
    )
    assert measure(after, "contacts")["tolerance"] == 5.0


@pytest.mark.parametrize("period", ["2013-14", "2013", "2013-14-Q5", "1950-51-Q1"])
def test_only_a_quarter_whose_positions_are_known_is_answered(hub, period):
    path = f"/v1/reports/inputs?area={hub.authority}&period={period}"
    assert findings(hub.reporter.get(path)) == {("period", "not_a_period")}


def test_figures_that_have_not_changed_are_answered_304(hub):
    path = f"/v1/reports/inputs?area={hub.authority}&period=2013-14-Q4"
    etag = hub.reporter.get(path).headers["ETag"]
    again = hub.reporter.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_csv_has_the_columns_of_the_published_file(hub):
    submit(hub, "2013-05-01", close())
    path = f"/v1/reports/inputs?area={hub.authority}&period=2013-14-Q1"
    answer = hub.reporter.get(path, headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    header, *rows = csv.reader(answer.text.splitlines())
    assert ",".join(header) == (
        "section,measure,title,basis,period,number,denominator,percent,direction"
    )
    told = {(row[2], row[4]): row[5:] for row in rows}
    assert told["Closed and logged contacts", "2013-14 Q1"] == ["1", "1", "100.0", ""]
    assert told["CAF2s commenced | Total", "2012-13"] == ["0", "", "", ""]
    assert told["CAF2s commenced | NEPACS", "2013-14 Q1"] == ["0", "", "", ""]
    assert hub.reporter.get(f"{path}&format=csv").data == answer.data
    assert hub.reporter.get(path).headers["ETag"] != answer.headers["ETag"]
