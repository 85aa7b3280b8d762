"""Every combination of history dates over HTTP, as the authority's own system loads them."""

from datetime import date, timedelta
from itertools import product

import pytest

from tests.factories.contacts import a_contact
from tests.support.history_model import HISTORIES, NAMES, OFFSETS, expect
from tests.support.hub import POLICE

RECEIVED_ON = date(2014, 1, 6)
RECEIPTS = (
    {"received_on": "2014-01-06", "received_at": None},
    {"received_at": "2014-01-06T23:59:59Z"},
)
SUMMER_RECEIPT = {"received_at": "2014-06-09T23:30:00Z"}  # 10 June in London
TYPES = (None, "initial", "single")


def day(offset):
    return None if offset is None else (RECEIVED_ON + timedelta(days=offset)).isoformat()


def findings(found):
    return sorted((each["pointer"], each["code"]) for each in found)


def load(hub, offsets, *, path="contacts", receipt=RECEIPTS[0], **fields):
    dates = {name: day(offset) for name, offset in offsets.items()}
    return hub.decider.post(path, a_contact(agency=POLICE, **receipt, **dates, **fields))


def expected_warnings(offsets, assessment_type, reason):
    has_assessment = offsets["assessment_started_on"] is not None
    has_ending = offsets["closed_on"] is not None or offsets["nfa_on"] is not None
    warnings = {(pointer, code) for code, pointer in expect(offsets).warnings}
    if has_assessment != (assessment_type is not None):
        code = "assessment_type_missing" if has_assessment else "not_used"
        warnings.add(("/assessment_type", code))
    if reason is not None and not has_ending:
        warnings.add(("/reason", "not_used"))
    if has_ending and reason is None:
        place = len(expect(offsets).decisions) - 1
        warnings.add((f"/decisions/{place}/reason", "reason_missing"))
    return sorted(warnings)


def check(hub, number, offsets):
    expected = expect(offsets)
    assessment_type, reason = TYPES[number % 3], (None, "advice_given")[number % 2]
    answer = load(
        hub,
        offsets,
        receipt=RECEIPTS[number // 2 % 2],
        assessment_type=assessment_type,
        reason=reason,
    )
    body = answer.get_json()
    if expected.errors:
        assert answer.status_code == 422, offsets
        assert findings(body["errors"]) == sorted(expected.errors), offsets
        return
    assert answer.status_code == 201, (offsets, body)
    assert (body["outcome"]["code"], body["is_referral"]) == (
        expected.outcome,
        expected.is_referral,
    )
    assert body["outcome"]["since"] == day(expected.since)
    assert findings(body["warnings"]) == expected_warnings(offsets, assessment_type, reason)
    assert [
        (each["decision"], each["decided_on"], each["decided_at"]) for each in body["decisions"]
    ] == [(kind, day(offset), None) for kind, offset in expected.decisions]


@pytest.mark.parametrize(
    ("closed", "referred"), list(product(OFFSETS, repeat=2)), ids=lambda each: f"{each}"
)
def test_each_history_stands_in_the_outcome_of_the_table_or_is_refused(hub, closed, referred):
    these = [each for each in HISTORIES if (each[NAMES[0]], each[NAMES[1]]) == (closed, referred)]
    assert len(these) == 25
    for number, offsets in enumerate(these):
        check(hub, number, offsets)


@pytest.mark.parametrize("fields", [{}, {"assessment_started_on": "2014-01-07"}], ids=str)
def test_a_core_assessment_is_refused(hub, fields):
    answer = hub.decider.post(
        "contacts", a_contact(agency=POLICE, assessment_type="core", **fields)
    )
    assert answer.status_code == 422
    assert findings(answer.get_json()["errors"]) == [("/assessment_type", "not_one_of")]


@pytest.mark.parametrize(
    ("closed_on", "status"), [("2014-06-09", 422), ("2014-06-10", 201)], ids=str
)
def test_the_day_of_receipt_is_londons(hub, closed_on, status):
    sent = a_contact(agency=POLICE, closed_on=closed_on, reason="other", **SUMMER_RECEIPT)
    answer = hub.decider.post("contacts", sent)
    assert answer.status_code == status
    if status == 422:
        assert findings(answer.get_json()["errors"]) == [("/closed_on", "before_receipt")]


def test_a_date_that_has_not_come_is_refused(hub):
    answer = hub.decider.post("contacts", a_contact(agency=POLICE, closed_on="2999-01-01"))
    assert answer.status_code == 422
    assert findings(answer.get_json()["errors"]) == [("/closed_on", "in_the_future")]


ACCEPTED_HISTORIES = [
    each for each in HISTORIES if each["closed_on"] is None and not expect(each).errors
]


@pytest.mark.parametrize("receipt", RECEIPTS, ids=str)
def test_the_authoritys_referral_is_accepted_with_any_history_that_can_be(hub, receipt):
    for offsets in ACCEPTED_HISTORIES:
        body = load(hub, offsets, path="referrals", receipt=receipt).get_json()
        first, *others = body["decisions"]
        assert body["is_referral"] is True
        assert body["submitted_as"] == "referral"
        assert (first["decision"], first["decided_on"]) == (
            "accept_as_referral",
            day(offsets["referred_on"] or 0),
        )
        is_timed = offsets["referred_on"] is None and "received_on" not in receipt
        assert first["decided_at"] == (receipt["received_at"] if is_timed else None)
        assert body["referred_at"] == first["decided_at"]
        assert body["referred_on"] == first["decided_on"]
        assert [(each["decision"], each["decided_on"]) for each in others] == [
            (kind, day(offset)) for kind, offset in expect(offsets).decisions[1:]
        ]
        assert "referred_on_assumed" not in {each["code"] for each in body["warnings"]}


def test_an_agency_set_to_accept_at_once_refers_at_receipt_in_london_time(hub):
    hub.add_agency(POLICE, is_accepted_at_once=True)
    body = hub.police.post("referrals", a_contact(**SUMMER_RECEIPT)).get_json()
    (accepted,) = body["decisions"]
    assert body["is_referral"] is True
    assert (accepted["decision"], accepted["decided_at"], accepted["decided_on"]) == (
        "accept_as_referral",
        "2014-06-09T23:30:00Z",
        "2014-06-10",
    )


def test_an_ordinary_agencys_referral_waits_to_be_accepted(hub):
    body = hub.police.post("referrals", a_contact()).get_json()
    assert (body["submitted_as"], body["is_referral"], body["decisions"]) == (
        "referral",
        False,
        [],
    )
    assert body["outcome"]["rule"] == "awaiting_decision"
