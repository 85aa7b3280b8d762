"""Inputs as they are published: beside Table 1, quarter after quarter, CAFs by the year to date."""

import csv
import io
import random

import pytest

from domain.measures.measure import MeasureSetting, Polarity
from services.reference.measure_settings import set_measure
from tests.factories.cafs import a_caf
from tests.support.hub import HEALTH, POLICE
from tests.support.papers import EARLY_HELP, OUTCOMES, Papers, cells_of, numbers_of
from tests.support.publishing import AWAITING, answer_of, exact, load, published, text_of

Q1, Q2, Q3, Q4 = (f"2013-14-Q{number}" for number in (1, 2, 3, 4))
YEAR_BEFORE = "2012-13"
TYPES = ("police", "housing", "courts", "individuals")
REASONS = (*EARLY_HELP, "other", "threshold_not_met")


def fill(hub, period, *, seed, most=9):
    """Some contacts of two agencies with reasons, needs and active CAFs."""
    chance = random.Random(seed)
    for agency, reason, need in ((POLICE, REASONS[seed % 4], "N1"), (HEALTH, "other", "N4")):
        cells = {
            (row, outcome): chance.choice([0, 0, chance.randrange(3), chance.randrange(most)])
            for row in TYPES
            for outcome in (*OUTCOMES, AWAITING)
        }
        facts = {"reason": reason, "presenting_need": need, "has_active_caf": chance.random() < 0.5}
        load(hub, cells, period=period, agency=agency, **facts)


def commence(hub, numbers, *, day):
    """CAFs of kinds that commenced on a day."""
    for kind, number in numbers.items():
        for _ in range(number):
            answer = hub.police.post(
                "cafs", a_caf(agency_kind=kind, stage=2, commenced_on=day, closed_on=None)
            )
            assert answer.status_code == 201, answer.text


def value(answer, code, period, *, row=None):
    measure = next(each for each in answer["measures"] if each["code"] == code)
    if row is not None:
        measure = next(each for each in measure["breakdown"] if each["code"] == row)
    return next(each for each in measure["values"] if each["period"] == period)


def true_of(hub, *records):
    """The exact numbers of what was published, each as at its own instant."""
    return numbers_of(
        *(
            exact(
                hub,
                report=record["report"],
                period=record["period"]["code"],
                as_at=record["as_at"],
            )
            for record in records
        )
    )


@pytest.mark.parametrize("order", [("table-1", "inputs"), ("inputs", "table-1")])
@pytest.mark.parametrize("seed", [1, 2])
def test_beside_table_1_in_either_order_nothing_is_given_away(hub, order, seed):
    fill(hub, Q1, seed=seed)
    commence(hub, {"nepacs": 2, "housing": 9}, day="2013-04-20")
    made = [published(hub, report=report, period=Q1).record for report in order]
    assert made[0]["as_at"] == made[1]["as_at"]
    answers = [answer_of(hub, report=report, period=Q1) for report in order]
    true = true_of(hub, *made)
    papers = Papers(*answers, exact=true)
    assert len(papers.hidden) > 10
    assert papers.given_away() == []
    for answer in answers:
        for cell in cells_of(answer):
            assert cell.number in {None, true[cell.place]}, cell
            assert (cell.number is None) >= (1 <= true[cell.place] <= 5), cell
            assert true[cell.place] or cell.number == 0, cell


def test_what_the_attack_finds_where_one_more_number_is_shown(hub):
    """The attack is no empty one: nearly every number beyond the small ones has to be hidden."""
    fill(hub, Q1, seed=1)
    made = published(hub, report="inputs", period=Q1).record
    true, answer = true_of(hub, made), answer_of(hub, report="inputs", period=Q1)
    hidden = [place for place, number in numbers_of(answer).items() if number is None]
    found = 0
    further = [place for place in hidden if true[place] > 5]
    for place in further:
        papers = Papers(answer, exact=true)
        papers.bounds[papers.index[place]] = (true[place], true[place])
        papers.hidden.remove(place)
        found += bool(papers.given_away())
    assert found == len(further) == made["hidden"]["further"] > 0


def test_the_year_before_and_the_quarters_together_give_nothing_away(hub):
    for number, period in enumerate((f"{YEAR_BEFORE}-Q2", f"{YEAR_BEFORE}-Q4", Q1, Q2)):
        fill(hub, period, seed=number, most=6)
    made = published(hub, report="inputs", period=Q2).record
    answer = answer_of(hub, report="inputs", period=Q2)
    true = true_of(hub, made)
    papers = Papers(answer, exact=true)
    assert papers.given_away() == []
    names = {f"{hub.authority} {period}" for period in (YEAR_BEFORE, Q1, Q2)}
    assert {place[0] for place in papers.hidden} == names


def test_a_column_that_was_published_stays_as_it_was_and_later_ones_fit_it(hub):
    fill(hub, Q1, seed=3)
    commence(hub, {"nepacs": 3, "housing": 8}, day="2013-05-01")
    first = published(hub, report="inputs", period=Q1).record
    fill(hub, Q1, seed=4)
    fill(hub, Q2, seed=5)
    commence(hub, {"nepacs": 2, "midwives": 7}, day="2013-08-01")
    second = published(hub, report="inputs", period=Q2).record
    third = published(hub, report="table-1", period=Q1).record
    assert third["as_at"] == first["as_at"] < second["as_at"]
    answers = [
        answer_of(hub, report="inputs", period=Q1),
        answer_of(hub, report="inputs", period=Q2),
        answer_of(hub, report="table-1", period=Q1),
    ]
    for code in ("contacts", "closed_or_nfa", "caf2_commenced"):
        before, after = (value(answer, code, Q1) for answer in answers[:2])
        assert before == after
    assert any("published before" in note for note in answers[1]["notes"])
    assert not any("published before" in note for note in answers[0]["notes"])
    later = {place: n for place, n in true_of(hub, second).items() if Q1 not in place[0]}
    true = later | true_of(hub, first, third)
    papers = Papers(*answers, exact=true)
    assert papers.given_away() == []


def test_cafs_that_commenced_in_a_quarter_cannot_be_worked_out_from_the_year_to_date(hub):
    records, answers = [], []
    for period, day, numbers in (
        (Q1, "2013-04-10", {"nepacs": 9, "housing": 14, "midwives": 2}),
        (Q2, "2013-07-10", {"nepacs": 3, "cesc_schools": 12}),
        (Q3, "2013-10-10", {"housing": 1, "health_other": 6}),
        (Q4, "2014-01-10", {"midwives": 8}),
    ):
        commence(hub, numbers, day=day)
        records.append(published(hub, report="inputs", period=period).record)
        answers.append(answer_of(hub, report="inputs", period=period))
    true = true_of(hub, *records)
    papers = Papers(*answers, exact=true)
    name = f"{hub.authority} {Q2}"
    in_quarter = (name, "rest of kind nepacs less kind nepacs", "cafs")
    assert papers.true[in_quarter] == 3
    assert papers.values(in_quarter) >= 5
    assert true[name, "kind nepacs", "cafs"] == 12
    assert papers.given_away() == []


def test_after_a_correction_a_year_to_date_may_be_less_than_before(hub):
    commence(hub, {"nepacs": 8}, day="2013-04-10")
    caf = hub.police.post(
        "cafs", a_caf(agency_kind="housing", stage=2, commenced_on="2013-04-11", closed_on=None)
    ).get_json()
    published(hub, report="inputs", period=Q1)
    change = hub.police.patch(f"cafs/{caf['id']}", {"stage": 1}, etag='"1"')
    assert change.status_code == 200, change.text
    published(hub, report="inputs", period=Q2)
    answer = answer_of(hub, report="inputs", period=Q2)
    assert value(answer, "caf2_commenced", Q1, row="housing")["number"] is None
    assert value(answer, "caf2_commenced", Q2, row="housing")["number"] == 0


def test_a_direction_is_printed_only_where_both_its_numbers_are(hub):
    load(hub, {("police", "to_assessment"): 40}, period=Q1)
    load(hub, {("police", "to_assessment"): 20}, period=Q2)
    load(hub, {("police", "to_assessment"): 3}, period=Q3)
    load(hub, {("police", "to_assessment"): 30}, period=Q4)
    with hub.transaction() as session:
        setting = MeasureSetting(polarity=Polarity.HIGHER)
        set_measure(session, authority=hub.authority, measure="contacts", setting=setting)
    published(hub, report="inputs", period=Q4)
    answer = answer_of(hub, report="inputs", period=Q4)
    contacts = [value(answer, "contacts", period) for period in (Q1, Q2, Q3, Q4)]
    assert [each["number"] for each in contacts] == [40, 20, None, 30]
    assert [each["direction"] for each in contacts] == [None, "down", None, None]
    share = value(answer, "closed_or_nfa", Q3)
    assert share == {
        "period": Q3,
        "number": 0,
        "denominator": None,
        "percent": 0,
        "direction": None,
        "symbol": "c",
    }


def test_csv_has_the_symbol_where_json_has_null(hub):
    fill(hub, Q1, seed=6)
    published(hub, report="inputs", period=Q1)
    answer = answer_of(hub, report="inputs", period=Q1)
    values = [
        each
        for measure in answer["measures"]
        for part in (measure, *(measure["breakdown"] or ()))
        for each in part["values"]
    ]
    _, *lines = csv.reader(io.StringIO(text_of(hub, report="inputs", period=Q1).csv))
    assert len(lines) == len(values)
    for line, each in zip(lines, values, strict=True):
        number, denominator, percent, direction = line[5:]
        assert number == ("c" if each["number"] is None else str(each["number"]))
        for text, told in ((denominator, each["denominator"]), (percent, each["percent"])):
            assert text == str(told) if told is not None else text in {"", "c"}
        assert (number == "c" or denominator == "c") is ("symbol" in each)
        assert direction == (each["direction"] or "")


def test_the_numbers_are_those_of_the_exact_report_wherever_they_are_shown(hub):
    fill(hub, Q1, seed=7, most=30)
    made = published(hub, report="inputs", period=Q1).record
    shown = {cell.place: cell for cell in cells_of(answer_of(hub, report="inputs", period=Q1))}
    same = 0
    for cell in cells_of(exact(hub, report="inputs", period=Q1, as_at=made["as_at"])):
        if shown[cell.place].number is not None and shown[cell.place].percent is not None:
            assert shown[cell.place].percent == cell.percent
            same += cell.number > 5
        assert shown[cell.place].number in {None, cell.number}
    assert same > 5
