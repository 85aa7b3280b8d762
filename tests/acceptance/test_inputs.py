"""Records that are loaded give the published Inputs of Appendix 2: every number and percentage.

Nobody says of a contact whether its child had an active CAF: that follows of the CAF records.
"""

import csv
import json
from pathlib import Path

import pytest

from domain.referrer_types import STANDARD_CODES
from services.synthetic import read_table
from services.synthetic.appendix_2 import plan_appendix_2
from services.synthetic.appendix_2_numbers import read_appendix_2
from services.synthetic.records import Senders
from tests.support.hub import POLICE, Hub
from tests.support.imports import as_ndjson, send

DATA = Path(__file__).with_name("data")
PUBLISHED = (DATA / "appendix2_2013_14.csv").read_text(encoding="utf-8").splitlines()
TABLE = read_table((DATA / "table1_2014q4.csv").read_text(encoding="utf-8").splitlines())
# 46 of 856 is 5.4 per cent: by its own rule the report is wrong here (definitions.md, section 4).
WRONG = ("closed_and_logged_with_active_caf", "2013-14-Q1", "5.5")
RIGHT = "5.4"


@pytest.fixture(scope="module")
def report(app):
    """The Inputs of a new authority, once all records are in.

    A period's CAFs come after its contacts, so that some are linked when a CAF is recorded, and
    others, of a CAF of an earlier period, when the contact is.
    """
    hub = Hub(app)
    for period in plan():
        for rows in (map(unsaid, period.contacts), map(caf, period.cafs)):
            sent = list(rows)
            answer = send(hub.decider, as_ndjson(sent))
            assert answer.status_code == 200, answer.text
            assert answer.get_json()["created"] == len(sent), answer.text
    answer = hub.reporter.get(f"/v1/reports/inputs?area={hub.authority}&period=2013-14-Q4")
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data, parse_float=str)


def unsaid(contact):
    return {name: value for name, value in contact.items() if name != "has_active_caf"}


def plan():
    senders = Senders(dict.fromkeys(STANDARD_CODES, (POLICE,)), {POLICE: "CLE"})
    return plan_appendix_2(read_appendix_2(PUBLISHED), table=TABLE, seed=1, senders=senders)


def caf(record):
    return {
        "kind": "caf",
        "agency": POLICE,
        "agency_reference": record.agency_reference,
        "child": dict(record.child),
        "agency_kind": record.agency_kind,
        "stage": record.stage,
        "commenced_on": record.commenced_on.isoformat(),
        "closed_on": record.closed_on.isoformat() if record.closed_on else None,
    }


def published():
    """Every published value of Inputs: measure, row of its breakdown, column, number, percent."""
    for row in csv.DictReader(PUBLISHED):
        if row["section"] == "inputs":
            _, _, part = row["title"].partition(" | ")
            label = None if part in {"", "Total"} else part
            percent = row["percent"] or None
            period = row["period"].replace(" ", "-")
            if (row["measure"], period, percent) == WRONG:
                percent = RIGHT
            yield row["measure"], label, period, int(row["number"]), percent


def test_every_published_number_and_percentage_is_given(report):
    expected = list(published())
    assert len(expected) == 100
    assert [given(report, *each[:3]) for each in expected] == [each[3:] for each in expected]


def given(report, measure, label, period):
    found = next(each for each in report["measures"] if each["code"] == measure)
    if label is not None:
        found = next(each for each in found["breakdown"] if each["label"] == label)
    value = next(each for each in found["values"] if each["period"] == period)
    return value["number"], value["percent"]


def test_contacts_are_what_was_closed_and_what_was_accepted_and_what_waits(report):
    columns = [each["code"] for each in report["periods"]]
    for period in columns:
        contacts, _ = given(report, "contacts", None, period)
        closed, _ = given(report, "contacts_closed_and_logged", None, period)
        referrals, _ = given(report, "referrals", None, period)
        assert contacts == closed + referrals
    assert [given(report, "referrals", None, period)[0] for period in columns[1:]] == [
        786,
        643,
        608,
        969,
    ]
