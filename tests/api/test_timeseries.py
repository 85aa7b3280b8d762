"""Time series: zero-filled points of every measure, all in one or apart."""

import pytest

from domain.measures.inputs import INPUTS
from tests.api.test_inputs import ACCEPT, close, no_further_action, submit
from tests.support.problems import findings


def series(hub, measure, *, by="month", days=("2013-04-15", "2013-07-14"), **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    answer = hub.reporter.get(
        f"/v1/reports/timeseries?area={hub.authority}&measure={measure}&by={by}"
        f"&from={days[0]}&to={days[1]}{more}"
    )
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def numbers(found):
    return [(each["number"], each["denominator"], each["percent"]) for each in found["points"]]


def test_points_are_zero_filled_and_cut_to_the_days_asked_for(hub):
    for day in ("2013-04-14", "2013-04-15", "2013-06-30", "2013-07-14", "2013-07-15"):
        submit(hub, day)
    (found,) = series(hub, "contacts")["series"]
    assert found["group"] is None
    assert [(each["from"], each["to"], each["number"]) for each in found["points"]] == [
        ("2013-04-15", "2013-04-30", 1),
        ("2013-05-01", "2013-05-31", 0),
        ("2013-06-01", "2013-06-30", 1),
        ("2013-07-01", "2013-07-14", 1),
    ]


@pytest.mark.parametrize("by", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize("measure", [each.code for each in INPUTS])
def test_every_measure_is_given_by_every_interval(hub, measure, by):
    (found,) = series(hub, measure, by=by)["series"]
    assert len(found["points"]) == {"day": 91, "week": 13, "month": 4, "quarter": 2}[by]
    shares = next(each for each in INPUTS if each.code == measure).is_proportion
    assert set(numbers(found)) == {(0, 0, 0.0) if shares else (0, None, None)}


def test_series_are_apart_by_referrer_type_agency_or_outcome(hub):
    submit(hub, "2013-05-01", close())
    submit(hub, "2013-05-01", ACCEPT, no_further_action(), referrer_type="housing")
    by_type = {
        each["group"]["code"]: numbers(each)[1]
        for each in series(hub, "contacts_closed_and_logged", group_by="referrer_type")["series"]
    }
    assert len(by_type) == 27
    assert (by_type["police"], by_type["housing"], by_type["courts"]) == (
        (1, 1, 100.0),
        (0, 1, 0.0),
        (0, 0, 0.0),
    )
    by_agency = {
        each["group"]["code"]: numbers(each)[1][0]
        for each in series(hub, "contacts", group_by="agency")["series"]
    }
    assert by_agency == {"cleveland-police": 2, "north-tees-health": 0}
    by_outcome = {
        each["group"]["code"]: numbers(each)[1][0]
        for each in series(hub, "contacts", group_by="outcome")["series"]
    }
    assert by_outcome == {
        "closed_and_logged": 1,
        "no_further_action": 1,
        "to_assessment": 0,
        "yet_to_proceed": 0,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("measure=contacts&by=day&from=2010-01-01&to=2014-01-01", ("by", "too_many_points")),
        ("measure=contacts&by=day&from=2014-01-02&to=2014-01-01", ("to", "not_a_period")),
        ("measure=none&by=day&from=2014-01-01&to=2014-01-01", ("measure", "not_one_of")),
        (
            "measure=caf2_commenced&by=day&from=2014-01-01&to=2014-01-01&group_by=outcome",
            ("group_by", "not_grouped"),
        ),
        ("measure=contacts&by=day&from=2014-01-01", ("to", "required")),
    ],
)
def test_what_cannot_be_answered_is_refused_by_its_parameter(hub, query, expected):
    path = f"/v1/reports/timeseries?area={hub.authority}&{query}"
    assert findings(hub.reporter.get(path)) == {expected}
