"""Table 1 adds up, whatever the data, and its periods begin and end at midnight in London."""

import csv
import io
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from domain.referrer_types import STANDARD_CODES
from tests.factories.contacts import a_contact
from tests.support.hub import POLICE

LONDON = ZoneInfo("Europe/London")
OUTCOMES = ("closed_and_logged", "no_further_action", "to_assessment", "yet_to_proceed")
FIRST, LAST = date(2014, 1, 1), date(2014, 3, 31)
PERIOD = "2013-14-Q4"
MIDNIGHT = datetime(2014, 1, 1, tzinfo=UTC)
HALF_HOURS = 48 * 100  # from New Year into April

# What is decided about a contact, and the outcome in which it then stands.
STORIES = (
    ([], "yet_to_proceed"),
    ([{"decision": "gather_information"}], "yet_to_proceed"),
    ([{"decision": "close_and_log", "reason": "advice_given"}], "closed_and_logged"),
    ([{"decision": "accept_as_referral"}], "yet_to_proceed"),
    (
        [{"decision": "accept_as_referral"}, {"decision": "no_further_action", "reason": "other"}],
        "no_further_action",
    ),
    (
        [
            {"decision": "accept_as_referral"},
            {"decision": "start_assessment", "assessment_type": "single"},
        ],
        "to_assessment",
    ),
    (
        [{"decision": "close_and_log"}, {"decision": "reopen", "reason": "New facts."}],
        "yet_to_proceed",
    ),
    ([{"decision": "void", "reason": "test"}], None),
)


def table(hub, period=PERIOD, *, client=None):
    answer = (client or hub.reporter).get(
        f"/v1/reports/table-1?area={hub.authority}&period={period}"
    )
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def numbers(answered):
    return Counter(
        {
            (row["referrer_type"], code): cell["number"]
            for row in answered["rows"]
            for code, cell in row["cells"].items()
            if code != "total" and cell["number"]
        }
    )


def total(answered):
    return answered["totals"]["total"]["number"]


def submit(hub, source, *, types):
    """One random contact, with what was decided about it; its cell if it is in the period."""
    received_at = MIDNIGHT + timedelta(minutes=30 * source.randrange(-200, HALF_HOURS))
    referrer_type = source.choice(types)
    record = hub.decider.submit(
        agency=POLICE,
        received_at=received_at.isoformat(),
        referrer_type=referrer_type,
        referrer_detail="Prison Service" if referrer_type == "other" else None,
    )
    decisions, outcome = source.choice(STORIES)
    if decisions:
        answer = hub.decider.post(f"contacts/{record['id']}/decisions", decisions)
        assert answer.status_code == 201, answer.text
    is_counted = FIRST <= received_at.astimezone(LONDON).date() <= LAST
    return (referrer_type, outcome) if outcome and is_counted else None


@pytest.mark.parametrize("seed", range(3))
def test_numbers_add_up_by_row_by_column_and_to_the_contacts_of_the_period(hub, seed):
    source = random.Random(seed)
    types = source.sample(STANDARD_CODES, k=7)
    cells = [submit(hub, source, types=types) for _ in range(70)]
    expected = Counter(cell for cell in cells if cell)

    answered = table(hub)
    assert numbers(answered) == expected
    assert [row["referrer_type"] for row in answered["rows"]] == list(STANDARD_CODES)
    for row in answered["rows"]:
        of_outcomes = sum(row["cells"][code]["number"] for code in OUTCOMES)
        assert row["cells"]["total"]["number"] == of_outcomes
    for code in (*OUTCOMES, "total"):
        of_rows = sum(row["cells"][code]["number"] for row in answered["rows"])
        assert answered["totals"][code]["number"] == of_rows
    assert total(answered) == expected.total() == listed(hub)
    assert answered["awaiting_decision"] == awaiting(hub)


def listed(hub):
    """How many contacts of the period the list holds, without the voided ones."""
    path = f"contacts?limit=200&received_from={FIRST}&received_to={LAST}"
    page = hub.decider.get(path).get_json()
    assert page["next"] is None
    return len([each for each in page["items"] if each["outcome"]])


def awaiting(hub):
    path = f"contacts?limit=200&received_from={FIRST}&received_to={LAST}&open=true"
    items = hub.decider.get(path).get_json()["items"]
    return len([each for each in items if not each["is_referral"]])


def rounded(number, of):
    share = Fraction(100 * number, of) if of else Fraction(0)
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_each_percentage_is_of_its_columns_total_rounded_half_up(hub):
    source = random.Random(29)
    for _ in range(40):
        submit(hub, source, types=["police", "housing", "courts"])
    answered = table(hub)
    for code in (*OUTCOMES, "total"):
        of = answered["totals"][code]["number"]
        assert answered["totals"][code]["percent"] == (100.0 if of else 0.0)
        for row in answered["rows"]:
            cell = row["cells"][code]
            assert cell["percent"] == rounded(cell["number"], of)


def test_the_table_as_csv_has_the_same_figures(hub):
    source = random.Random(31)
    for _ in range(12):
        submit(hub, source, types=["police", "other", "health_midwife"])
    answered = table(hub)
    path = f"/v1/reports/table-1?area={hub.authority}&period={PERIOD}&format=csv"
    _, *lines = csv.reader(io.StringIO(hub.reporter.get(path).text))
    assert lines == [
        *([row["label"], *figures(row["cells"])] for row in answered["rows"]),
        ["Total", *figures(answered["totals"])],
    ]


def figures(cells):
    return [
        str(figure)
        for code in (*OUTCOMES, "total")
        for figure in (cells[code]["number"], cells[code]["percent"])
    ]


def test_an_area_without_contacts_has_every_row_at_zero(hub):
    answered = table(hub)
    zero = {"number": 0, "percent": 0.0}
    assert len(answered["rows"]) == 27
    for cells in (*(row["cells"] for row in answered["rows"]), answered["totals"]):
        assert cells == dict.fromkeys((*OUTCOMES, "total"), zero)


@pytest.mark.parametrize(
    ("received_at", "period"),
    [
        # 31 March is in summer time: midnight in London is 23:00 in UTC.
        ("2014-03-31T22:59:59Z", "2013-14-Q4"),
        ("2014-03-31T23:00:00Z", "2014-15-Q1"),
        ("2014-03-31T23:30:00Z", "2014-15-Q1"),
        ("2014-04-01T00:30:00+01:00", "2014-15-Q1"),
        ("2014-03-31T23:30:00+01:00", "2013-14-Q4"),
        # The clocks changed on 31 March itself in 2013: it began in winter and ended in summer.
        ("2013-03-30T23:59:59Z", "2012-13-Q4"),
        ("2013-03-31T22:59:59Z", "2012-13-Q4"),
        ("2013-03-31T23:30:00Z", "2013-14-Q1"),
        ("2014-06-30T22:59:59Z", "2014-15-Q1"),
        ("2014-06-30T23:00:00Z", "2014-15-Q2"),
        ("2014-09-30T22:59:59Z", "2014-15-Q2"),
        ("2014-09-30T23:00:00Z", "2014-15-Q3"),
        # In winter London is UTC.
        ("2013-12-31T23:59:59Z", "2013-14-Q3"),
        ("2014-01-01T00:00:00Z", "2013-14-Q4"),
        ("2014-01-01T00:30:00+01:00", "2013-14-Q3"),
    ],
)
def test_a_contact_belongs_to_the_period_of_its_london_day(hub, received_at, period):
    hub.police.submit(received_at=received_at)
    quarters = [f"{year}-Q{n}" for year in ("2012-13", "2013-14", "2014-15") for n in range(1, 5)]
    assert [each for each in quarters if total(table(hub, each))] == [period]
    years = ("2012-13", "2013-14", "2014-15")
    assert [each for each in years if total(table(hub, each))] == [period[:7]]


def test_the_quarters_add_up_to_the_year(hub):
    source = random.Random(37)
    for _ in range(25):
        at = datetime(2013, 4, 1, tzinfo=UTC) + timedelta(hours=source.randrange(24 * 364))
        hub.police.submit(
            received_at=at.isoformat(), referrer_type=source.choice(["police", "courts"])
        )
    quarters = sum((numbers(table(hub, f"2013-14-Q{n}")) for n in range(1, 5)), Counter())
    assert quarters == numbers(table(hub, "2013-14"))
    assert quarters.total() == 25


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ({"referrer_type": "housing"}, ("police", 1), ("housing", 1)),
        ({"received_at": "2014-04-01T00:30:00+01:00"}, ("police", 1), None),
        ({"received_at": "2014-03-31T23:30:00+01:00"}, ("police", 1), ("police", 1)),
        ({"presenting_need": None}, ("police", 1), ("police", 1)),
    ],
    ids=str,
)
def test_a_correction_moves_the_contact_and_counts_it_once(hub, change, before, after):
    record = hub.police.submit()
    hub.health.submit(referrer_type="health_midwife")
    other = {("health_midwife", "yet_to_proceed"): 1}
    assert numbers(table(hub)) == Counter({(before[0], "yet_to_proceed"): before[1]} | other)
    assert hub.police.patch(f"contacts/{record['id']}", change, '"1"').status_code == 200
    moved = {(after[0], "yet_to_proceed"): after[1]} if after else {}
    assert numbers(table(hub)) == Counter(moved | other)


def test_another_authoritys_contacts_are_not_counted(app, hub):
    elsewhere = type(hub)(app)
    elsewhere.police.submit()
    own = hub.police.submit()
    assert own["authority"] == hub.authority
    assert total(table(hub)) == total(table(elsewhere)) == 1


def test_a_table_between_two_days_counts_both(hub):
    for at in ("2014-01-09T23:59:59Z", "2014-01-10T00:00:00Z", "2014-01-11T23:59:59Z"):
        hub.decider.post("contacts", a_contact(agency=POLICE, received_at=at))
    answer = hub.reporter.get(
        f"/v1/reports/table-1?area={hub.authority}&from=2014-01-10&to=2014-01-11"
    )
    assert total(answer.get_json()) == 2
