"""CAF records: when one is active, which agencies lead, and what refuses or warns."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.caf import (
    CAF_AGENCY_KIND_LABELS,
    CafAgencyKind,
    caf_errors,
    caf_warnings,
    is_active_on,
)

PUBLISHED = Path(__file__).parents[2] / "acceptance" / "data" / "appendix2_2013_14.csv"
TODAY = date(2014, 3, 31)
COMMENCED = date(2013, 11, 4)
CLOSED = date(2014, 2, 14)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "closed_on", "expected"),
    [
        (COMMENCED - DAY, None, False),
        (COMMENCED, None, True),
        (TODAY, None, True),
        (COMMENCED - DAY, CLOSED, False),
        (COMMENCED, CLOSED, True),
        (CLOSED, CLOSED, True),
        (CLOSED + DAY, CLOSED, False),
        (COMMENCED, COMMENCED, True),
        (COMMENCED + DAY, COMMENCED, False),
    ],
)
def test_a_caf_is_active_from_commencing_until_the_day_of_closing(day, closed_on, expected):
    assert is_active_on(day, commenced_on=COMMENCED, closed_on=closed_on) is expected


@given(
    commenced_on=st.dates(date(2010, 1, 1), date(2014, 1, 1)),
    days=st.integers(0, 1000),
    offset=st.integers(-20, 1020),
)
def test_it_is_active_on_exactly_the_days_between(commenced_on, days, offset):
    closed_on = commenced_on + days * DAY
    day = commenced_on + offset * DAY
    assert is_active_on(day, commenced_on=commenced_on, closed_on=closed_on) is (
        0 <= offset <= days
    )


def test_the_kinds_have_a_label_each_in_the_order_of_their_codes():
    assert list(CAF_AGENCY_KIND_LABELS) == list(CafAgencyKind)
    assert len(set(CAF_AGENCY_KIND_LABELS.values())) == len(CafAgencyKind) == 14


def test_the_labels_stand_in_published_order():
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        titles = [
            row["title"] for row in csv.DictReader(file) if row["measure"] == "caf2_commenced"
        ]
    labels = list(dict.fromkeys(title.partition(" | ")[2] for title in titles))
    assert labels == ["Total", *CAF_AGENCY_KIND_LABELS.values()]


def a_record(**fields):
    return {
        "agency_kind": CafAgencyKind.HOUSING,
        "stage": 2,
        "commenced_on": COMMENCED,
        "child": {"nhs_number": "9990000018"},
        **fields,
    }


def errors(**fields):
    return [(each.pointer, each.code) for each in caf_errors(a_record(**fields), today=TODAY)]


def warnings(**fields):
    return [(each.pointer, each.code) for each in caf_warnings(a_record(**fields))]


def test_a_good_record_has_neither_errors_nor_warnings():
    assert errors() == errors(closed_on=CLOSED) == errors(closed_on=COMMENCED) == []
    assert errors(commenced_on=TODAY, closed_on=TODAY) == []
    assert warnings() == warnings(child={"local_id": "1"}) == warnings(stage=1) == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"commenced_on": TODAY + DAY}, [("/commenced_on", "in_the_future")]),
        ({"closed_on": TODAY + DAY}, [("/closed_on", "in_the_future")]),
        ({"closed_on": COMMENCED - DAY}, [("/closed_on", "before_commenced")]),
        ({"commenced_on": date(1899, 12, 31)}, [("/commenced_on", "out_of_range")]),
        (
            {"child": {"nhs_number": "9990000018", "date_of_birth": TODAY + DAY}},
            [("/child/date_of_birth", "in_the_future")],
        ),
        (
            {
                "child": {
                    "family_name": "Marsh",
                    "date_of_birth": TODAY,
                    "expected_date_of_birth": TODAY,
                }
            },
            [("/child/expected_date_of_birth", "given_twice")],
        ),
    ],
)
def test_what_cannot_be_is_an_error(fields, found):
    assert errors(**fields) == found


@pytest.mark.parametrize(
    "child",
    [
        {"nhs_number": "9990000018"},
        {"local_id": "1"},
        {"upn": "H801200001001"},
        {"agency_child_reference": "A-1"},
        {"given_name": "Ava", "date_of_birth": date(2009, 5, 14)},
        {"family_name": "Marsh", "expected_date_of_birth": date(2014, 9, 1)},
    ],
)
def test_an_identifier_or_a_name_with_a_birth_says_which_child_it_is(child):
    assert errors(child=child) == []


@pytest.mark.parametrize(
    "child",
    [
        {},
        {"nhs_number": None},
        {"given_name": "Ava", "family_name": "Marsh"},
        {"date_of_birth": date(2009, 5, 14), "postcode": "TS18 1AU"},
        {"address": "4 Sample Street", "estimated_age": 5},
    ],
)
def test_less_than_that_says_nothing(child):
    assert errors(child=child) == [("/child", "child_unknown")]


def test_a_missing_child_is_for_the_form_to_report():
    record = a_record()
    del record["child"]
    assert list(caf_errors(record, today=TODAY)) == []


def test_what_should_be_better_is_a_warning():
    child = {"given_name": "Ava", "date_of_birth": date(2009, 5, 14), "upn": "H801200001001"}
    assert warnings(child=child) == [("/child/nhs_number", "cannot_be_linked")]
    assert warnings(stage=None) == [("/stage", "stage_missing")]
