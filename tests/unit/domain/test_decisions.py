"""Which decisions are allowed when, what they make of a contact, and why others are refused."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.classification import State, classify
from domain.decision_rules import take_decisions
from domain.decisions import Decision, allowed_on, apply, is_allowed, standing, state_of
from domain.errors import DecisionNotAllowedError, Finding, UnprocessableError
from domain.vocabulary import AssessmentType, DecisionKind, Priority, Reason, VoidReason

RECEIVED_ON = date(2014, 1, 6)
NOW = datetime(2014, 1, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# definitions.md, section 2: the state that a decision leads to, where it is allowed.
FLOW = {
    ("awaiting", "gather_information"): "awaiting",
    ("awaiting", "section_47_threshold_met"): "awaiting",
    ("awaiting", "close_and_log"): "closed",
    ("awaiting", "accept_as_referral"): "referral",
    ("referral", "section_47_threshold_met"): "referral",
    ("referral", "no_further_action"): "nfa",
    ("referral", "start_assessment"): "assessed",
    ("closed", "reopen"): "awaiting",
    ("nfa", "reopen"): "referral",
}
STATES = {
    "awaiting": State(),
    "referral": State(is_referral=True),
    "closed": State(is_closed=True),
    "nfa": State(is_referral=True, has_nfa=True),
    "assessed": State(is_referral=True, has_assessment=True),
    "voided": State(is_void=True),
}
TABLE = [(name, kind) for name in STATES for kind in DecisionKind]
ALWAYS = {("voided", "void")} | {
    (name, kind) for name in STATES if name != "voided" for kind in ("void", "retract")
}


def with_section_47(state):
    return State(
        **{
            name: getattr(state, name)
            for name in ("is_referral", "is_closed", "has_nfa", "has_assessment", "is_void")
        },
        has_section_47=True,
    )


@pytest.mark.parametrize(("name", "kind"), TABLE)
def test_a_decision_is_allowed_where_the_definitions_say(name, kind):
    assert is_allowed(STATES[name], kind) is ((name, kind) in FLOW or (name, kind) in ALWAYS)


@pytest.mark.parametrize(("name", "kind"), TABLE)
def test_while_the_section_47_threshold_stands_nothing_is_closed(name, kind):
    is_ending = kind in (DecisionKind.CLOSE_AND_LOG, DecisionKind.NO_FURTHER_ACTION)
    expected = not is_ending and is_allowed(STATES[name], kind)
    assert is_allowed(with_section_47(STATES[name]), kind) is expected


@pytest.mark.parametrize(("place", "after"), list(FLOW.items()), ids=str)
def test_a_decision_leads_to_the_state_that_the_definitions_say(place, after):
    name, kind = place
    found = apply(STATES[name], DecisionKind(kind))
    if kind == DecisionKind.SECTION_47_THRESHOLD_MET:
        assert found == with_section_47(STATES[after])
    else:
        assert found == STATES[after]


def test_every_kind_says_in_words_where_it_is_allowed():
    assert all(allowed_on(kind) for kind in DecisionKind)


def decision(id_, kind, *, retracts=None, day=0):
    return Decision(
        id=id_, kind=kind, decided_on=RECEIVED_ON + timedelta(days=day), retracts=retracts
    )


def test_a_retracted_decision_and_its_retraction_do_not_stand():
    accepted = decision("1", DecisionKind.ACCEPT_AS_REFERRAL)
    ended = decision("2", DecisionKind.NO_FURTHER_ACTION)
    retraction = decision("3", DecisionKind.RETRACT, retracts="2")
    assert standing([accepted, ended, retraction]) == [accepted]
    assert state_of([accepted, ended, retraction]) == STATES["referral"]


@given(st.lists(st.sampled_from([kind for kind in DecisionKind if kind != "retract"]), max_size=30))
def test_allowed_decisions_never_contradict_each_other_and_always_have_an_outcome(kinds):
    taken = []
    for kind in kinds:
        if is_allowed(state_of(taken), kind):
            taken.append(decision(str(len(taken)), kind))
    state = state_of(taken)
    accepted = any(each.kind is DecisionKind.ACCEPT_AS_REFERRAL for each in taken)
    assert state.is_referral is accepted
    assert (classify(state).outcome is None) is state.is_void


@given(st.lists(st.sampled_from(list(DecisionKind)), max_size=30))
def test_retracting_the_latest_decision_restores_the_state_before_it(kinds):
    taken, states = [], [State()]
    for number, kind in enumerate(kinds):
        stands = standing(taken)
        if not is_allowed(state_of(taken), kind) or (kind is DecisionKind.RETRACT and not stands):
            continue
        if kind is DecisionKind.RETRACT:
            taken.append(decision(str(number), kind, retracts=stands[-1].id))
            states.pop()
        else:
            taken.append(decision(str(number), kind))
            states.append(state_of(taken))
        assert state_of(taken) == states[-1]


def take(*proposals, existing=(), now=NOW, received_on=RECEIVED_ON, is_list=False, findings=()):
    ids = (f"new-{n}" for n in count(1))
    return take_decisions(
        existing,
        [{**each, "decision": DecisionKind(each["decision"])} for each in proposals],
        findings=findings,
        received_on=received_on,
        now=now,
        new_id=lambda: next(ids),
        is_list=is_list,
    )


def refusal(error, *proposals, **options):
    with pytest.raises(error) as caught:
        take(*proposals, **options)
    return [(each.code, each.pointer) for each in caught.value.findings]


REFERRAL = (decision("a", DecisionKind.ACCEPT_AS_REFERRAL, day=2),)
CLOSED = (decision("c", DecisionKind.CLOSE_AND_LOG, day=2),)


@pytest.mark.parametrize(
    ("existing", "proposal", "expected"),
    [
        (REFERRAL, {"decision": "start_assessment"}, [("required", "/assessment_type")]),
        (CLOSED, {"decision": "reopen"}, [("required", "/reason")]),
        ((), {"decision": "retract"}, [("required", "/retracts")]),
        ((), {"decision": "void"}, [("required", "/reason")]),
        ((), {"decision": "void", "reason": "duplicate"}, [("required", "/duplicate_of")]),
        ((), {"decision": "void", "reason": "advice_given"}, [("not_one_of", "/reason")]),
        ((), {"decision": "close_and_log", "reason": "test"}, [("not_one_of", "/reason")]),
        (
            (),
            {"decision": "close_and_log", "reason": "transferred_out"},
            [("required", "/transferred_to")],
        ),
        (REFERRAL, {"decision": "no_further_action", "reason": "?"}, [("not_one_of", "/reason")]),
    ],
)
def test_what_a_decision_must_say_is_asked_for(existing, proposal, expected):
    assert refusal(UnprocessableError, proposal, existing=existing) == expected


SPECIAL = {
    "priority": (Priority.RED, {"gather_information"}),
    "strategy_discussion_at": (NOW, {"section_47_threshold_met"}),
    "transferred_at": (NOW, {"accept_as_referral"}),
    "assessment_type": (AssessmentType.SINGLE, {"start_assessment"}),
    "retracts": ("a", {"retract"}),
    "duplicate_of": ("b", {"void"}),
    "transferred_to": ("Durham", {"close_and_log", "no_further_action"}),
    "reason": ("other", {"close_and_log", "no_further_action", "reopen", "void"}),
}


@pytest.mark.parametrize("field", SPECIAL)
@pytest.mark.parametrize("kind", list(DecisionKind))
def test_a_field_belongs_to_some_decisions_only(field, kind):
    value, kinds = SPECIAL[field]
    try:
        take({"decision": kind, field: value})
        found = set()
    except (UnprocessableError, DecisionNotAllowedError) as error:
        found = {(each.code, each.pointer) for each in error.findings}
    assert (("not_applicable", f"/{field}") in found) is (kind not in kinds)


@pytest.mark.parametrize(
    ("decided_at", "expected"),
    [
        (datetime(2014, 1, 5, 23, 59, 59, tzinfo=UTC), "before_receipt"),
        (datetime(2014, 1, 6, 0, 0, tzinfo=UTC), "before_previous_decision"),
        (datetime(2014, 1, 7, 23, 59, 59, tzinfo=UTC), "before_previous_decision"),
        (datetime(2014, 1, 8, 0, 0, tzinfo=UTC), None),
        (NOW + 5 * MINUTE, None),
        (NOW + 5 * MINUTE + timedelta(microseconds=1), "in_the_future"),
    ],
)
def test_a_decision_lies_between_the_one_it_follows_and_now(decided_at, expected):
    proposal = {
        "decision": "start_assessment",
        "assessment_type": "single",
        "decided_at": decided_at,
    }
    if expected is None:
        assert take(proposal, existing=REFERRAL)[0].decided_at == decided_at
    else:
        assert refusal(UnprocessableError, proposal, existing=REFERRAL) == [
            (expected, "/decided_at")
        ]


def test_the_days_that_count_are_londons():
    received_on = date(2014, 6, 10)
    at = datetime(2014, 6, 9, 23, 0, tzinfo=UTC)  # midnight in London
    now = datetime(2014, 6, 20, tzinfo=UTC)
    proposal = {"decision": "close_and_log", "decided_at": at}
    (taken,) = take(proposal, received_on=received_on, now=now)
    assert taken.decided_on == received_on
    early = {**proposal, "decided_at": at - timedelta(seconds=1)}
    assert refusal(UnprocessableError, early, received_on=received_on, now=now) == [
        ("before_receipt", "/decided_at")
    ]


def test_a_decision_minutes_ahead_at_midnight_is_of_the_day_that_it_is():
    now = datetime(2014, 1, 20, 23, 58, tzinfo=UTC)
    (taken,) = take({"decision": "close_and_log", "decided_at": now + 4 * MINUTE}, now=now)
    assert taken.decided_on == date(2014, 1, 20)


def test_a_retracted_decision_is_followed_by_none():
    existing = (*REFERRAL, decision("r", DecisionKind.RETRACT, retracts="a", day=9))
    at = datetime(2014, 1, 6, 9, 0, tzinfo=UTC)
    (taken,) = take({"decision": "close_and_log", "decided_at": at}, existing=existing)
    assert taken.decided_on == RECEIVED_ON


@pytest.mark.parametrize(
    ("existing", "proposal", "pointer", "words"),
    [
        (CLOSED, {"decision": "accept_as_referral"}, "/decision", "closed and logged"),
        (REFERRAL, {"decision": "close_and_log"}, "/decision", "an open referral"),
        ((), {"decision": "retract", "retracts": "a"}, "/retracts", "latest decision"),
        (
            (*REFERRAL, decision("n", DecisionKind.NO_FURTHER_ACTION, day=3)),
            {"decision": "retract", "retracts": "a"},
            "/retracts",
            "latest decision",
        ),
    ],
)
def test_a_decision_that_is_not_allowed_is_refused_with_the_state_it_met(
    existing, proposal, pointer, words
):
    with pytest.raises(DecisionNotAllowedError) as caught:
        take(proposal, existing=existing)
    assert words in caught.value.detail
    assert [(each.code, each.pointer) for each in caught.value.findings] == [
        ("not_allowed", pointer)
    ]


def test_decisions_sent_together_are_taken_in_order():
    taken = take(
        {"decision": "gather_information", "priority": Priority.AMBER},
        {"decision": "accept_as_referral", "team": "East"},
        {"decision": "start_assessment", "assessment_type": AssessmentType.INITIAL},
        is_list=True,
    )
    assert [each.id for each in taken] == ["new-1", "new-2", "new-3"]
    assert state_of(taken) == STATES["assessed"]
    assert taken[1] == Decision(
        id="new-2",
        kind=DecisionKind.ACCEPT_AS_REFERRAL,
        decided_on=date(2014, 1, 20),
        decided_at=NOW,
        transferred_at=NOW,
        team="East",
    )


def test_one_of_several_that_is_not_allowed_refuses_them_all_and_is_named():
    proposals = [
        {"decision": "accept_as_referral"},
        {"decision": "close_and_log"},
        {"decision": "reopen", "reason": "New facts"},
    ]
    assert refusal(DecisionNotAllowedError, *proposals, is_list=True) == [
        ("not_allowed", "/1/decision")
    ]


def test_everything_that_is_wrong_in_any_of_them_is_reported_together():
    proposals = [
        {"decision": "accept_as_referral", "priority": Priority.RED},
        {"decision": "start_assessment"},
    ]
    form = Finding("not_an_instant", "x", "/0/decided_at")
    assert refusal(UnprocessableError, *proposals, is_list=True, findings=[form]) == [
        ("not_an_instant", "/0/decided_at"),
        ("not_applicable", "/0/priority"),
        ("required", "/1/assessment_type"),
    ]


def test_reasons_are_codes_and_the_words_of_a_reopening_stand_elsewhere():
    closing = {"decision": "close_and_log", "reason": Reason.ADVICE_GIVEN}
    reopening = {"decision": "reopen", "reason": "Mrs Marsh called again"}
    voiding = {"decision": "void", "reason": VoidReason.TEST}
    taken = take(closing, reopening, voiding, is_list=True)
    assert [each.reason for each in taken] == ["advice_given", None, "test"]
