"""Random walks over HTTP end where a small model of the definitions says, today and as at then.

Each walk is one contact: decisions allowed and not, one or several together, retractions,
reopenings, corrections, added information and voids, under a clock that moves on. After every step
the answer is compared with the model; at the end the ledger, at every position and as at every
instant at which something was recorded.
"""

import random
from collections import Counter, defaultdict
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from services.ledger.verify import verify_ledger
from tests.support.clocked import SetClock, clocked_app
from tests.support.contact_model import ContactModel, london_day
from tests.support.hub import Hub
from tests.support.settings import settings_for

GROUPS, WALKS, STEPS = 4, 16, 25

# Instants from which walks start: plain days, year's end, both changes of the clocks, today.
STARTS = (
    "2013-12-30T22:40:00+00:00",
    "2014-01-06T09:12:00+00:00",
    "2014-03-28T23:30:00+00:00",
    "2014-06-30T22:50:00+00:00",
    "2014-10-24T22:59:00+00:00",
    "2026-03-30T22:15:00+00:00",
)
KINDS = (
    "gather_information",
    "section_47_threshold_met",
    "close_and_log",
    "accept_as_referral",
    "no_further_action",
    "start_assessment",
    "reopen",
)
MET_IN_EVERY_GROUP = {
    ("decide", 201),
    ("decide", 409),
    ("decide", 422),
    ("correct", 200),
    ("correct", 422),
    ("retract", 201),
    ("retract", 409),
    ("inform", 201),
    ("void", 201),
    ("go_astray", 403),
    ("go_astray", 412),
    ("go_astray", 422),
    ("go_astray", 428),
}
REASONS = ("advice_given", "threshold_not_met", "early_help_accepted", None)
FACTS = {
    "referrer_type": ("police", "housing", "health_midwife"),
    "presenting_need": ("N1", "N4", None),
    "has_active_caf": (True, False, None),
}

POSITIONS = text(
    "SELECT known_at, standing_on, outcome, is_referral, reason, referrer_type, presenting_need,"
    " has_active_caf, received_on, sum(n)"
    " FROM unnest(CAST(:instants AS timestamptz[])) AS known_at"
    " CROSS JOIN unnest(CAST(:days AS date[])) AS standing_on"
    " JOIN outcome_ledger"
    " ON recorded_at <= known_at AND effective_on <= standing_on"
    " AND authority_code = :authority AND contact_id = :contact"
    " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0"
)


class Walk:
    """One contact's walk: what is sent, what the model says, what is remembered."""

    def __init__(self, hub, clock, seed):
        self.hub, self.clock, self.random = hub, clock, random.Random(seed)
        clock.now = datetime.fromisoformat(STARTS[seed % len(STARTS)])
        clock.move(minutes=self.random.randrange(600))
        received_at = clock.now - timedelta(hours=self.random.randrange(60))
        facts = {name: self.random.choice(values) for name, values in FACTS.items()}
        self.record = hub.police.submit(received_at=received_at.isoformat(), **facts)
        self.model = ContactModel(received_at, facts)
        self.statuses, self.strays = Counter(), seed
        self.known = {clock.now: deepcopy(self.model)}
        self.days = {self.model.received_on}

    def step(self, number):
        """Send one request, and hold the answer and the stored record against the model."""
        self.clock.move(minutes=self.random.choice([1, 30, 300, 1000, 3000]))
        sender = self.random.choices(
            [self.decide, self.correct, self.retract, self.inform, self.void, self.go_astray],
            weights=[55, 15, 14, 4, 8 if number > STEPS / 2 else 0, 8],
        )[0]
        answer, status = sender()
        self.statuses[sender.__name__, status] += 1
        assert answer.status_code == status, (sender.__name__, answer.text)
        if status in {200, 201}:
            self.note_ids(answer.get_json())
        else:
            answer = self.read()
        assert answer.headers["ETag"] == f'"{self.model.version}"'
        self.compare(answer.get_json())
        self.known[self.clock.now] = deepcopy(self.model)
        self.days |= {london_day(self.clock.now), self.model.received_on}

    def read(self):
        return self.hub.decider.get(f"contacts/{self.record['id']}")

    def compare(self, record):
        """The stored record is what the model says, in each part that hangs on decisions."""
        model = self.model
        outcome = record["outcome"]
        assert (outcome and outcome["code"]) == model.outcome
        assert record["is_referral"] is model.is_referral
        assert record["is_open"] is model.is_open
        assert record["version"] == model.version
        assert record["received_on"] == model.received_on.isoformat()
        assert {name: record[name] for name in FACTS} == model.facts
        if outcome:
            assert outcome["since"] == model.since.isoformat()
        retractions = {each.retracts: each.id for each in model.taken if each.retracts}
        assert [
            (each["id"], each["decision"], each["decided_on"], each["retracted_by"])
            for each in record["decisions"]
        ] == [
            (each.id, each.kind, each.on.isoformat(), retractions.get(each.id))
            for each in model.taken
        ]

    def note_ids(self, record):
        for taken, answered in zip(self.model.taken, record["decisions"], strict=True):
            taken.id = taken.id or answered["id"]

    def send(self, proposals, *, as_list=False, etag=None):
        body = [
            {k: v.isoformat() if isinstance(v, datetime) else v for k, v in each.items()}
            for each in proposals
        ]
        return self.hub.decider.post(
            f"contacts/{self.record['id']}/decisions",
            body if as_list else body[0],
            headers={"If-Match": etag} if etag else {},
        )

    def decide(self):
        """One decision or several together; mostly such as are allowed."""
        count = self.random.choice([1, 1, 1, 2, 3])
        rehearsal, proposals = deepcopy(self.model), []
        for _ in range(count):
            proposals.append(self.proposal(rehearsal))
            rehearsal.decide(proposals[-1:], self.clock.now)
        status = self.model.decide(proposals, self.clock.now)
        return self.send(proposals, as_list=count > 1), status

    def proposal(self, model):
        allowed = [
            kind
            for kind in KINDS
            if deepcopy(model).decide([self.complete(kind)], self.clock.now) == 201
        ]
        is_likely = allowed and self.random.random() < 0.75
        proposal = self.complete(self.random.choice(allowed if is_likely else KINDS))
        if self.random.random() < 0.5:
            hours = self.random.choice([0, 1, 10, 30])
            proposal["decided_at"] = self.clock.now - timedelta(hours=hours)
        return proposal

    def complete(self, kind):
        proposal = {"decision": kind}
        if kind in {"close_and_log", "no_further_action"}:
            proposal["reason"] = self.random.choice(REASONS)
        if kind == "reopen":
            proposal["reason"] = "It was not over."
        if kind == "start_assessment":
            proposal["assessment_type"] = self.random.choice(["initial", "single"])
        return proposal

    def retract(self):
        """Retract the latest decision that stands, or, now and then, another."""
        stands = self.model.standing
        if not stands:
            return self.inform()
        target = stands[-1] if self.random.random() < 0.5 else self.random.choice(stands)
        proposal = {"decision": "retract", "retracts": target.id}
        status = self.model.decide([proposal], self.clock.now)
        return self.send([proposal]), status

    def void(self):
        proposal = {"decision": "void", "reason": "test"}
        return self.send([proposal]), self.model.decide([proposal], self.clock.now)

    def correct(self):
        """Correct what is counted by, or the receipt, to days before and after decisions too."""
        names = self.random.sample(sorted(FACTS), k=self.random.randrange(1, 3))
        changes = {name: self.random.choice(FACTS[name]) for name in names}
        if self.random.random() < 0.6:
            hours = self.random.choice([-90, -5, -1, 1, 5, 24, 72, 150])
            changes["received_at"] = self.model.received_at + timedelta(hours=hours)
        etag = f'"{self.model.version}"'
        status = self.model.correct(changes, self.clock.now)
        body = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in changes.items()}
        return self.hub.decider.patch(f"contacts/{self.record['id']}", body, etag), status

    def inform(self):
        self.model.version += 1
        path = f"contacts/{self.record['id']}/information"
        return self.hub.police.post(path, {"information": "Seen again."}), 201

    def go_astray(self):
        """A request that is refused whatever the state."""
        stale = f'"{self.model.version - 1}"'
        path = f"contacts/{self.record['id']}"
        self.strays += 1
        choice = self.strays % 6
        if choice == 0:
            return self.send([{"decision": "void", "reason": "test"}], etag=stale), 412
        if choice == 1:
            return self.hub.decider.patch(path, {"presenting_need": "N8"}, stale), 412
        if choice == 2:
            return self.hub.decider.patch(path, {"presenting_need": "N8"}), 428
        if choice == 3:
            return self.hub.police.decide(self.record, "accept_as_referral"), 403
        if choice == 4:
            return self.send([{"decision": self.random.choice(["reopen", "retract"])}]), 422
        early = self.model.received_at - timedelta(days=1)
        late = self.clock.now + timedelta(minutes=6)
        at = self.random.choice([early, late])
        return self.send([{**self.complete("close_and_log"), "decided_at": at}]), 422

    def every_day(self):
        first, last = min(self.days) - timedelta(days=1), max(self.days) + timedelta(days=1)
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def ledger(self):
        """What the ledger adds up to, by the instant of knowing and the day of the position."""
        found = defaultdict(Counter)
        with self.hub.transaction() as session:
            rows = session.execute(
                POSITIONS,
                {
                    "instants": list(self.known),
                    "days": self.every_day(),
                    "authority": self.hub.authority,
                    "contact": self.record["id"],
                },
            )
            for known_at, standing_on, *cell, n in rows:
                found[known_at, standing_on][tuple(cell)] += n
        return found


@pytest.fixture(scope="module")
def clock():
    return SetClock(datetime(2014, 1, 6, 9, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def clocked(server, clock):
    with clocked_app(settings_for(server, KEY_CACHE_SECONDS="60"), clock) as made:
        yield made


@pytest.mark.parametrize("group", range(GROUPS))
def test_walks_of_random_decisions_go_where_the_model_says(clocked, clock, group):
    hub, statuses = Hub(clocked), Counter()
    for seed in range(group * WALKS, (group + 1) * WALKS):
        walk = Walk(hub, clock, seed)
        for number in range(STEPS):
            walk.step(number)
        statuses.update(walk.statuses)
        walk.compare(walk.read().get_json())
        check_every_position(walk)
    with hub.transaction() as session:
        assert list(verify_ledger(session, authority=hub.authority)) == []
    assert statuses.total() == WALKS * STEPS
    assert MET_IN_EVERY_GROUP - statuses.keys() == set()


def check_every_position(walk):
    found = walk.ledger()
    for known_at, model in walk.known.items():
        for day in walk.every_day():
            assert found.pop((known_at, day), Counter()) == model.position(day), (known_at, day)
    assert not found
