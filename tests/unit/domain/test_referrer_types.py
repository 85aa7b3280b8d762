"""The 27 referrer types and the census source of each record."""

import csv
from datetime import date
from pathlib import Path

import pytest

from domain.referrer_types import REFERRER_TYPES, STANDARD_CODES, census_source
from domain.vocabulary import IndividualKind

PUBLISHED = Path(__file__).parents[2] / "acceptance" / "data" / "table1_2014q4.csv"
BEFORE, FROM = date(2022, 3, 31), date(2022, 4, 1)

PLAIN_SOURCES = {
    "education_head_teacher": "2A",
    "education_teacher": "2A",
    "education_other": "2B",
    "education_sen_department": "2B",
    "health_general_practitioner": "3A",
    "health_health_visitor": "3B",
    "health_school_nurse": "3C",
    "health_community_district_nurse": "3D",
    "health_midwife": "3D",
    "health_a_and_e": "3E",
    "health_camhs": "3F",
    "health_community_mental_health": "3F",
    "health_child_protection_nurse": "3F",
    "health_other": "3F",
    "housing": "4",
    "lac_services": "5A",
    "field_work": "5A",
    "assessment_teams": "5A",
    "emergency_duty_team": "5A",
    "cesc_others": "5B",
    "police": "6",
    "courts": "7",
    "probation": "7",
    "other_agency": "8",
}


def source(referrer_type, *, kind=None, detail=None, on=FROM):
    return census_source(
        referrer_type=referrer_type, individual_kind=kind, referrer_detail=detail, on=on
    )


def test_the_types_are_the_rows_of_the_published_table_in_its_order():
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        labels = [line["referred_by"] for line in csv.DictReader(file)][:-1]
    assert [each.label for each in REFERRER_TYPES] == labels
    assert len(set(STANDARD_CODES)) == 27


def test_every_type_but_those_that_depend_on_more_is_in_the_table_of_sources():
    assert set(STANDARD_CODES) - PLAIN_SOURCES.keys() == {"family_support", "individuals", "other"}


@pytest.mark.parametrize(("referrer_type", "expected"), list(PLAIN_SOURCES.items()))
@pytest.mark.parametrize("on", [date(2014, 1, 6), FROM])
def test_a_type_has_its_census_source(referrer_type, expected, on):
    assert source(referrer_type, on=on) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (IndividualKind.FAMILY, "1A"),
        (IndividualKind.ACQUAINTANCE, "1B"),
        (IndividualKind.SELF, "1C"),
        (IndividualKind.OTHER_INDIVIDUAL, "1D"),
        (IndividualKind.ANONYMOUS, "9"),
        (IndividualKind.UNKNOWN, "10"),
        (None, "10"),
    ],
)
def test_an_individual_has_the_source_of_its_kind(kind, expected):
    assert source("individuals", kind=kind) == expected


@pytest.mark.parametrize(
    ("detail", "before", "since"),
    [
        ("HM Prison Service", "7", "7"),
        ("LADO", "5A", "5A"),
        ("Local authority designated officer", "5A", "5A"),
        ("First Contact Team", "5A", "5A"),
        ("Prevention", "5B", "5D"),
        ("Schools and Complex Needs Service", "8", "8"),
        (None, "8", "8"),
    ],
)
def test_other_has_the_source_of_its_detail(detail, before, since):
    assert source("other", detail=detail, on=BEFORE) == before
    assert source("other", detail=detail, on=FROM) == since


def test_family_support_is_early_help_from_2022_23_on():
    assert source("family_support", on=BEFORE) == "5B"
    assert source("family_support", on=FROM) == "5D"


def test_a_type_that_an_authority_added_counts_as_another_agency():
    assert source("fire_service") == "8"
