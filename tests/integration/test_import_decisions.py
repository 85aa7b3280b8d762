"""Decisions of an import end where the same decisions end that are sent alone, one by one."""

import json
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select, text

from domain.imports import RecordResult
from models import (
    Contact,
    ContactVersion,
    DecisionIdentity,
    DecisionTaken,
    LedgerEntry,
)
from schemas.imports.records import read_records
from schemas.imports.sent_row import SentRow
from services.imports.load_decisions import load_decisions
from services.ledger.verify import verify_ledger
from services.writing import columns_of
from tests.support.clocked import SetClock, clocked_app
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.imports import sender_of
from tests.support.settings import settings_for
from tests.support.statements import asked_of

KEY = b"a key of content digests, 32 byte"
SCOPE_AND_SIX = 7
TABLES = (Contact, ContactVersion, DecisionTaken, DecisionIdentity, LedgerEntry)
CREATED, REPLAYED, REJECTED = (
    RecordResult.CREATED,
    RecordResult.REPLAYED,
    RecordResult.REJECTED,
)


def about(record, decision, **fields):
    """A row of the authority's that decides about a record."""
    return {
        "kind": "decision",
        "agency": record["agency"],
        "agency_reference": record["agency_reference"],
        "decision": decision,
        **fields,
    }


def read(rows):
    return list(read_records(SentRow(line, row) for line, row in enumerate(rows, start=1)))


def load(hub, rows, *, caller=None, lines=None):
    """Load rows in a transaction of their own, for the authority unless told otherwise."""
    caller = caller or sender_of(hub, hub.decider, None)
    with hub.transaction() as session:
        return load_decisions(session, caller, read(rows), digest_key=KEY, lines=lines or {})


def results(drafts):
    return [draft.result for draft in drafts]


def errors(draft):
    return [finding.as_dict() for finding in draft.errors]


def codes(drafts):
    return [[(each.code, each.pointer) for each in draft.errors] for draft in drafts]


def counted(hub):
    with hub.transaction() as session:
        return {
            table.__tablename__: session.scalar(
                select(func.count()).where(table.authority_code == hub.authority)
            )
            for table in TABLES
        }


def stored(hub, record):
    """A record, its history and its ledger, told without the ids that were made for it."""
    path = f"contacts/{record['id']}"
    now = hub.decider.get(path).get_json()
    history = hub.decider.get(f"{path}/history").get_json()
    with hub.transaction() as session:
        entries = session.scalars(
            select(LedgerEntry)
            .where(
                LedgerEntry.authority_code == hub.authority, LedgerEntry.contact_id == record["id"]
            )
            .order_by(LedgerEntry.version, LedgerEntry.line)
        )
        ledger = [columns_of(entry) for entry in entries]
    told = json.dumps([now, history, ledger], default=str)
    made = [record["id"], *(each["id"] for each in now["decisions"]), now["agency_reference"]]
    for number, each in enumerate(made):
        told = told.replace(each, f"#{number}")
    return json.loads(told)


def disagreements(hub):
    with hub.transaction() as session:
        return list(verify_ledger(session, authority=hub.authority))


CONTACTS, CHUNKS, ROWS_IN_A_CHUNK = 8, 7, 4
OF_RECEIPT = datetime(2014, 3, 28, 21, 30, tzinfo=UTC)
LIKELY = {
    (True, False): [
        "gather_information",
        "section_47_threshold_met",
        "close_and_log",
        "accept_as_referral",
    ],
    (True, True): ["section_47_threshold_met", "no_further_action", "start_assessment"],
    (False, False): ["reopen", "retract"],
    (False, True): ["reopen", "retract"],
}
KINDS = sorted({kind for kinds in LIKELY.values() for kind in kinds} | {"void", "guess"})
FLAWS = (
    {"decided_at": "yesterday"},
    {"decided_at": "2013-01-01T09:00:00Z"},
    {"decided_at": "2099-01-01T09:00:00Z"},
    {"priority": "high", "team": 7},
    {"reason": "because"},
    {"decided_bye": "A misspelt name"},
)
FIELDS = {
    "section_47_threshold_met": {"strategy_discussion_at": "2014-04-01T10:00:00Z"},
    "no_further_action": {"reason": "advice_given"},
    "close_and_log": {"reason": "threshold_not_met"},
    "start_assessment": {"assessment_type": "single"},
    "reopen": {"reason": "It was not over."},
    "void": {"reason": "duplicate"},
}


class Pair:
    """Two equal records: about `alone` decisions are sent alone, about `loaded` in rows."""

    def __init__(self, hub, clock, seed):
        self.hub, self.clock, self.random = hub, clock, random.Random(seed)
        fields = {
            "received_at": (OF_RECEIPT - timedelta(hours=seed)).isoformat(),
            "presenting_need": self.random.choice(["N1", None]),
        }
        self.alone = hub.police.submit(**fields)
        self.loaded = hub.police.submit(**fields)
        self.other = hub.police.submit()
        self.steps = 0

    def begin_chunk(self):
        """Read both: only what was decided before a body can be named in it."""
        self.alone, self.loaded = (
            self.hub.decider.get(f"contacts/{each['id']}").get_json()
            for each in (self.alone, self.loaded)
        )
        self.now = self.alone

    def step(self):
        """Send one decision alone; the row that says the same, and the answer."""
        self.steps += 1
        fields = self.fields()
        body = {name: value(self.alone) for name, value in fields.items()}
        answer = self.hub.decider.post(f"contacts/{self.alone['id']}/decisions", body)
        if answer.status_code == 201:
            self.now = answer.get_json()
        row = {name: value(self.loaded) for name, value in fields.items()}
        return about(self.loaded, row.pop("decision"), **row), answer

    def fields(self):
        """The fields of a decision, each as what it is about one of the two records."""
        choice = self.random.choice
        likely = LIKELY[self.now["is_open"], self.now["is_referral"]]
        kind = choice(likely if self.random.random() < 0.8 else KINDS)
        sent = {"decision": kind, "rationale": f"Step {self.steps}.", "decided_by": "Sam Hill"}
        if self.random.random() < 0.85:
            sent |= FIELDS.get(kind, {})
        if self.random.random() < 0.3:
            hours = choice([0, 1, 30])
            sent["decided_at"] = (self.clock.now - timedelta(hours=hours)).isoformat()
        if self.random.random() < 0.1:
            sent |= choice(FLAWS)
        fields = {name: (lambda _, value=value: value) for name, value in sent.items()}
        if kind == "retract" and self.alone["decisions"]:
            place = choice([-1, self.random.randrange(len(self.alone["decisions"]))])
            fields["retracts"] = lambda record: record["decisions"][place]["id"]
        if kind == "void":
            unknown = "019b0000-0000-7000-8000-000000000000"
            named = choice([lambda record: record["id"], lambda _: unknown, self.other_id])
            fields["duplicate_of"] = named
        return fields

    def other_id(self, _):
        return self.other["id"]


@pytest.fixture(scope="module")
def clock():
    return SetClock(OF_RECEIPT)


@pytest.fixture(scope="module")
def clocked(server, clock):
    with clocked_app(settings_for(server, KEY_CACHE_SECONDS="60"), clock) as made:
        yield made


@pytest.mark.parametrize("group", range(2))
def test_random_decisions_in_rows_end_where_they_end_when_sent_alone(clocked, clock, group):
    clock.now = OF_RECEIPT
    hub, met = Hub(clocked), Counter()
    chance = random.Random(group)
    pairs = [Pair(hub, clock, group * CONTACTS + number) for number in range(CONTACTS)]
    for _ in range(CHUNKS):
        clock.move(hours=chance.choice([1, 7, 26]))
        for pair in pairs:
            pair.begin_chunk()
        order = chance.sample(pairs * ROWS_IN_A_CHUNK, k=CONTACTS * ROWS_IN_A_CHUNK)
        steps = [(pair, *pair.step()) for pair in order]
        drafts = load(hub, [row for _, row, _ in steps])
        for (pair, _, answer), draft in zip(steps, drafts, strict=True):
            compare(pair, answer, draft)
            met[answer.status_code] += 1
    for pair in pairs:
        assert stored(hub, pair.loaded) == stored(hub, pair.alone)
    assert disagreements(hub) == []
    assert min(met[201], met[409], met[422]) > 10, met


def compare(pair, answer, draft):
    body = answer.get_json()
    if answer.status_code != 201:
        assert (draft.result, errors(draft)) == (REJECTED, body["errors"])
        return
    place = f"/decisions/{len(body['decisions']) - 1}/reason"
    warned = [each["code"] for each in body["warnings"] if each["pointer"] == place]
    assert (draft.result, errors(draft)) == (CREATED, [])
    assert draft.contact_id == pair.loaded["id"]
    assert [(each.code, each.pointer) for each in draft.warnings] == [
        (code, "/reason") for code in warned
    ]


@pytest.mark.parametrize("is_decided", [False, True], ids=["undecided", "decided"])
@pytest.mark.parametrize(
    "body",
    [
        {"decision": "close_and_log", "reason": "advice_given"},
        {"decision": "void"},
        {"decision": "void", "reason": "test", "decided_at": "soon"},
        {"decision": "void", "reason": "wrong_child"},
        {"reason": "test"},
    ],
    ids=str,
)
def test_a_sender_is_told_in_rows_what_it_is_told_alone(hub, body, is_decided):
    alone, loaded = hub.police.submit(), hub.police.submit()
    for record in (alone, loaded) if is_decided else ():
        assert hub.decider.decide(record, "gather_information").status_code == 201
    answer = hub.police.post(f"contacts/{alone['id']}/decisions", body)
    row = {"kind": "decision", "agency_reference": loaded["agency_reference"], **body}
    (draft,) = load(hub, [row], caller=sender_of(hub, hub.police))
    told = answer.get_json()
    if answer.status_code == 201:
        assert draft.result is CREATED
    elif answer.status_code == 403:
        forbidden = {"pointer": "/decision", "code": "forbidden", "detail": told["detail"]}
        assert (draft.result, errors(draft)) == (REJECTED, [forbidden])
    else:
        assert (draft.result, errors(draft)) == (REJECTED, told["errors"])
    assert draft.warnings == ()
    versions = [
        hub.police.get(f"contacts/{each['id']}").get_json()["version"] for each in (alone, loaded)
    ]
    assert versions[0] == versions[1]


def of_several(hub, *, contacts):
    """Good rows about several records, which end decided, reopened, or voided; in turns."""
    records = [hub.police.submit() for _ in range(contacts)]
    kept = hub.police.submit()
    turns = [
        {"decision": "gather_information", "priority": "amber"},
        {"decision": "close_and_log", "reason": "advice_given"},
        {"decision": "reopen", "reason": "It was not over."},
        {"decision": "accept_as_referral", "team": "North"},
        {"decision": "start_assessment", "assessment_type": "single"},
        {"decision": "void", "reason": "duplicate", "duplicate_of": kept["id"]},
    ]
    return [about(record, **turn) for turn in turns for record in records]


def test_sending_all_rows_again_writes_nothing(hub):
    rows = of_several(hub, contacts=5)
    first = load(hub, rows)
    assert results(first) == [CREATED] * len(rows)
    before = counted(hub)
    assert before["decision"] == before["decision_identity"] == len(rows)
    again = load(hub, rows)
    assert results(again) == [REPLAYED] * len(rows)
    assert [each.contact_id for each in again] == [each.contact_id for each in first]
    assert counted(hub) == before
    assert disagreements(hub) == []


def test_a_row_is_known_again_whatever_was_decided_since(hub):
    record = hub.police.submit()
    row = about(record, "close_and_log", reason="advice_given")
    assert results(load(hub, [row])) == [CREATED]
    (taken,) = hub.decider.get(f"contacts/{record['id']}").get_json()["decisions"]
    assert hub.decider.decide(record, "retract", retracts=taken["id"]).status_code == 201
    before = counted(hub)
    assert results(load(hub, [row])) == [REPLAYED]
    assert counted(hub) == before


def test_a_row_twice_in_one_body_is_taken_once_unless_the_first_was_refused(hub):
    record = hub.police.submit()
    gather, assess = (
        about(record, "gather_information"),
        about(record, "start_assessment", assessment_type="initial"),
    )
    drafts = load(hub, [gather, assess, gather, about(record, "accept_as_referral"), assess])
    assert results(drafts) == [CREATED, REJECTED, REPLAYED, CREATED, CREATED]


def test_a_decision_that_was_sent_alone_before_is_judged_by_the_state(hub):
    record = hub.police.submit()
    sent = {"decided_at": "2014-01-07T10:00:00Z", "reason": "advice_given"}
    assert hub.decider.decide(record, "close_and_log", **sent).status_code == 201
    drafts = load(hub, [about(record, "close_and_log", **sent)])
    assert codes(drafts) == [[("not_allowed", "/decision")]]


def test_the_same_decision_about_another_record_is_taken(hub):
    rows = [about(hub.police.submit(), "gather_information") for _ in range(2)]
    assert results(load(hub, rows)) == [CREATED, CREATED]


def test_a_sender_learns_nothing_by_repeating_what_the_authority_decided(hub):
    row = about(hub.police.submit(), "close_and_log", reason="advice_given")
    assert results(load(hub, [row])) == [CREATED]
    drafts = load(hub, [row], caller=sender_of(hub, hub.police))
    assert codes(drafts) == [[("forbidden", "/decision")]]


def test_a_row_about_no_record_is_refused_with_what_else_is_wrong_with_its_form(hub):
    record = hub.police.submit()
    nobodys = record | {"agency_reference": "nobody's"}
    another_agencys = record | {"agency": HEALTH}
    nameless = about(record, "void", reason="test")
    del nameless["agency"]
    drafts = load(
        hub,
        [
            about(nobodys, "gather_information"),
            about(another_agencys, "gather_information", decided_at="now"),
            nameless,
            about(record | {"agency": 7}, "gather_information"),
            {"kind": "decision", "agency": POLICE, "decision": "gather_information"},
            about(record, "gather_information"),
        ],
    )
    assert codes(drafts) == [
        [("unknown_record", "/agency_reference")],
        [("not_an_instant", "/decided_at"), ("unknown_record", "/agency_reference")],
        [("required", "/agency")],
        [("wrong_type", "/agency")],
        [("required", "/agency_reference")],
        [],
    ]
    assert results(drafts) == [REJECTED] * 5 + [CREATED]


def test_a_sender_reaches_no_record_of_another_agency(hub):
    others, own = hub.health.submit(), hub.police.submit()
    before = counted(hub)
    rows = [
        about(others, "void", reason="test"),
        about(others | {"agency": None}, "void", reason="test"),
        about(own | {"agency": None}, "void", reason="test"),
    ]
    drafts = load(hub, rows, caller=sender_of(hub, hub.police))
    assert codes(drafts) == [
        [("not_your_agency", "/agency")],
        [("unknown_record", "/agency_reference")],
        [],
    ]
    assert counted(hub)["decision"] == before["decision"] + 1


def test_nobody_reaches_a_record_of_another_authority(app, hub):
    record = Hub(app).police.submit()
    drafts = load(hub, [about(record, "gather_information")])
    assert codes(drafts) == [[("unknown_record", "/agency_reference")]]


def test_a_row_before_the_line_of_its_record_is_about_no_record(hub):
    record = hub.police.submit()
    rows = [about(record, "gather_information", team=f"{n}") for n in range(3)]
    drafts = load(hub, rows, lines={(POLICE, record["agency_reference"]): 2})
    assert codes(drafts)[0] == [("unknown_record", "/agency_reference")]
    assert results(drafts) == [REJECTED, CREATED, CREATED]


@pytest.mark.parametrize("contacts", [1, 40])
def test_any_number_of_rows_takes_the_same_few_statements(hub, contacts):
    rows = of_several(hub, contacts=contacts)
    with asked_of(hub.database.engine) as asked:
        assert results(load(hub, rows)) == [CREATED] * len(rows)
    assert len(asked.statements) == SCOPE_AND_SIX, asked.statements


def test_no_row_asks_the_database_nothing(hub):
    with hub.transaction() as session, asked_of(hub.database.engine) as asked:
        caller = sender_of(hub, hub.decider, None)
        assert load_decisions(session, caller, [], digest_key=KEY, lines={}) == []
    assert asked.statements == []


def test_imports_of_the_same_at_the_same_time_neither_block_each_other_nor_double(hub):
    for _ in range(5):
        rows = of_several(hub, contacts=25)
        backwards = [row for at in range(0, 150, 25) for row in reversed(rows[at : at + 25])]
        before, gate = counted(hub), threading.Barrier(4)

        def at_once(sent, gate=gate):
            gate.wait(timeout=60)
            return Counter(results(load(hub, sent)))

        with ThreadPoolExecutor(4) as imports:
            met = sum(imports.map(at_once, [rows, backwards] * 2), Counter())
        assert met == {CREATED: len(rows), REPLAYED: 3 * len(rows)}
        assert counted(hub)["decision"] == before["decision"] + len(rows)
    assert disagreements(hub) == []


def test_records_are_locked_in_the_order_of_their_ids(hub):
    records = [hub.police.submit(agency_reference=f"R-{9 - number}") for number in range(10)]
    rows = [about(record, "gather_information") for record in records]
    first, *others = sorted(record["id"] for record in records)
    # The first by id is now the last by reference, and the last in the table.
    assert hub.decider.decide({"id": first}, "gather_information").status_code == 201
    with ThreadPoolExecutor(1) as imports:
        with hub.transaction() as holder:
            lock(holder, hub, [first])
            drafts = imports.submit(load, hub, rows)
            wait_until_somebody_waits(hub)
            with hub.transaction() as other:
                assert lock(other, hub, others) == set(others)
        assert results(drafts.result(timeout=60)) == [CREATED] * len(rows)


def lock(session, hub, ids):
    """Lock those of some records that are free; their ids."""
    free = (
        select(Contact.contact_id)
        .where(Contact.authority_code == hub.authority, Contact.contact_id.in_(ids))
        .with_for_update(skip_locked=True)
    )
    return set(session.scalars(free))


def wait_until_somebody_waits(hub):
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    until = monotonic() + 30
    with hub.transaction() as session:
        while not session.scalar(waiting):
            assert monotonic() < until
            sleep(0.01)
