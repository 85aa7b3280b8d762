"""Table 1 as it was known at an instant, and as contacts stood on a day, is the same for ever."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.database import transaction_time
from domain.referrer_types import ReferrerGroup
from services.reference.register import ReferrerTypeDetails, register_referrer_type
from tests.api.test_table_1 import PERIOD, numbers, table, total
from tests.support.ledgers import fold_now
from tests.support.problems import findings

STEPS = 25
DAYS = ("2014-01-10", "2014-02-03", "2014-03-31")
# What a writer would book for a second version of a contact.
SAME_AGAIN = text(
    "INSERT INTO outcome_ledger (authority_code, contact_id, version, line, agency_code,"
    " received_on, effective_on, recorded_at, referrer_type, outcome, is_referral, n)"
    " SELECT authority_code, contact_id, 2, line, agency_code, received_on, effective_on,"
    " :now, referrer_type, outcome, is_referral, n FROM outcome_ledger"
    " WHERE authority_code = :authority AND contact_id = :contact"
)


def now(hub):
    with hub.transaction() as session:
        return transaction_time(session)


def read(hub, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return hub.reporter.get(f"/v1/reports/table-1?area={hub.authority}&period={PERIOD}{more}")


def as_at(hub, instant):
    answer = read(hub, as_at=instant.isoformat().replace("+00:00", "Z"))
    assert answer.status_code == 200, answer.text
    return answer


def without_instant(answered):
    return {name: value for name, value in answered.items() if name not in {"as_at", "settled"}}


class Walk:
    """Random writes to one authority."""

    def __init__(self, hub, seed):
        self.hub = hub
        self.source = random.Random(seed)
        self.records = []

    def step(self):
        """Do one thing; what is not allowed is refused and changes nothing."""
        acts = (self.submit, self.submit, self.decide, self.decide, self.correct, self.retract)
        self.source.choice(acts if self.records else (self.submit,))()
        if self.source.random() < 0.1:
            self.rename()

    def submit(self):
        day = self.source.choice(DAYS)
        referrer_type = self.source.choice(("police", "housing"))
        self.records.append(
            self.hub.police.submit(received_at=f"{day}T10:00:00+00:00", referrer_type=referrer_type)
        )

    def decide(self):
        decision = self.source.choice(
            (
                {"decision": "close_and_log", "reason": "other"},
                {"decision": "accept_as_referral"},
                {"decision": "start_assessment", "assessment_type": "single"},
                {"decision": "reopen", "reason": "New facts."},
                {"decision": "void", "reason": "test"},
            )
        )
        self.hub.decider.decide(self.source.choice(self.records), **decision)

    def retract(self):
        record = self.source.choice(self.records)
        history = self.hub.decider.get(f"contacts/{record['id']}").get_json()["decisions"]
        if history:
            self.hub.decider.decide(record, "retract", retracts=history[-1]["id"])

    def correct(self):
        record = self.source.choice(self.records)
        etag = self.hub.decider.get(f"contacts/{record['id']}").headers["ETag"]
        change = {"referrer_type": self.source.choice(("police", "housing", "courts"))}
        self.hub.decider.patch(f"contacts/{record['id']}", change, etag=etag)

    def rename(self):
        with self.hub.transaction() as session:
            register_referrer_type(
                session,
                authority=self.hub.authority,
                code="police",
                details=ReferrerTypeDetails(
                    label=f"Police {self.source.randrange(1000)}", group=ReferrerGroup.JUSTICE
                ),
            )


@pytest.mark.parametrize("seed", range(4))
def test_each_moments_answer_is_given_again_for_ever(hub, seed):
    walk, moments = Walk(hub, seed), []
    for _ in range(STEPS):
        walk.step()
        instant = now(hub)
        answer = as_at(hub, instant)
        assert without_instant(answer.get_json()) == without_instant(table(hub))
        moments.append((instant, answer))
    fold_now(hub)
    assert len({answer.data for _, answer in moments}) > STEPS / 2
    for instant, answer in moments:
        again = as_at(hub, instant)
        assert (again.data, again.headers["ETag"]) == (answer.data, answer.headers["ETag"])
        assert again.get_json()["settled"] is True


def test_an_instant_before_the_first_record_gives_an_empty_table(hub):
    before = now(hub)
    hub.police.submit(received_at="2014-02-03T10:00:00+00:00")
    answered = as_at(hub, before).get_json()
    assert (total(answered), numbers(answered)) == (0, {})
    assert as_at(hub, before - timedelta(days=10_000)).get_json()["settled"] is True


def test_an_instant_to_come_is_refused(hub):
    answer = read(hub, as_at=(now(hub) + timedelta(minutes=1)).isoformat().replace("+", "%2B"))
    assert answer.status_code == 422
    assert findings(answer) == {("as_at", "in_the_future")}


def test_contacts_stand_as_they_did_at_the_end_of_the_day(hub):
    record = hub.police.submit(received_at="2014-01-10T10:00:00+00:00")
    closed = hub.decider.decide(
        record, "close_and_log", reason="other", decided_at="2014-01-20T10:00:00+00:00"
    )
    assert closed.status_code == 201, closed.text
    open_, closed = {("police", "yet_to_proceed"): 1}, {("police", "closed_and_logged"): 1}
    stood = {"2014-01-09": {}, "2014-01-10": open_, "2014-01-19": open_, "2014-01-20": closed}
    for day, expected in stood.items():
        answered = read(hub, position_on=day).get_json()
        assert (answered["position_on"], numbers(answered)) == (day, expected)


def test_what_a_write_that_is_still_open_may_change_is_not_settled(hub):
    record = hub.police.submit(received_at="2014-02-03T10:00:00+00:00")
    earlier = now(hub)
    settled = as_at(hub, earlier)
    with hub.transaction() as session:
        held = {"now": transaction_time(session), "authority": hub.authority}
        session.execute(SAME_AGAIN, {**held, "contact": record["id"]})
        instant = now(hub)
        unsettled = as_at(hub, instant)
        assert (unsettled.get_json()["settled"], total(unsettled.get_json())) == (False, 1)
        assert as_at(hub, earlier).data == settled.data
        hub.police.submit(received_at="2014-02-03T11:00:00+00:00")
        assert total(table(hub)) == 2
    known = as_at(hub, instant)
    assert (known.get_json()["settled"], total(known.get_json())) == (True, 2)
    assert as_at(hub, earlier).data == settled.data
    assert settled.get_json()["settled"] is True
    assert known.headers["ETag"] != unsettled.headers["ETag"]


def test_the_labels_are_those_of_then(hub):
    before = now(hub)
    Walk(hub, 1).rename()
    label = next(each for each in table(hub)["rows"] if each["referrer_type"] == "police")["label"]
    then = as_at(hub, before).get_json()
    assert label.startswith("Police ")
    assert {each["label"] for each in then["rows"] if each["referrer_type"] == "police"} == {
        "Police"
    }
