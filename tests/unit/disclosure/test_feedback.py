"""Feedback's figures: how they add up, and that what other agencies sent can't be worked out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.disclosure.feedback import (
    EVERY,
    NOT_RELEASED,
    PLACES,
    Place,
    dearest_first,
    feedback_system,
    numbers_of,
)
from domain.disclosure.figures import Sum, System, is_small
from domain.disclosure.printing import printed_cell
from domain.vocabulary import Outcome, Reason
from services.disclosure.protect import CannotProtectError
from services.disclosure.repeatable import protect_repeatably
from tests.support.feedback import attacker_of, truth

CLOSED, NFA, ASSESSED, OPEN = (each.value for each in Outcome)
ADVICE, CHECK, OTHER = "advice_given", "statutory_check", "other"
leaves = st.tuples(
    st.sampled_from([CLOSED, NFA, ASSESSED, OPEN]),
    st.sampled_from([None, *(each.value for each in Reason)]),
)
counts = st.one_of(st.integers(1, 3), st.integers(1, 8), st.sampled_from([10, 40, 1_000]))
trees = st.dictionaries(leaves, counts, max_size=14).map(
    lambda found: numbers_of((*leaf, number) for leaf, number in found.items())
)


def chosen(numbers):
    return protect_repeatably(feedback_system(numbers), order=dearest_first(numbers))


def cells(own, display):
    """What is printed of all agencies, whose figures are an agency's own and the others'."""
    everybody = {
        place: None if display[place] is None else own[place] + display[place] for place in PLACES
    }
    return {
        place: printed_cell(number, base=everybody[EVERY]) for place, number in everybody.items()
    }


def hidden(display):
    return {place for place, number in display.items() if number is None}


def test_reasons_add_up_to_their_outcome_and_outcomes_to_all_contacts():
    numbers = numbers_of(
        [
            (CLOSED, ADVICE, 4),
            (CLOSED, ADVICE, 1),
            (CLOSED, None, 2),
            (NFA, "already_open_case", 3),
            (ASSESSED, None, 6),
            (OPEN, ADVICE, 7),
        ]
    )
    assert {place: number for place, number in numbers.items() if number} == {
        EVERY: 23,
        Place(CLOSED): 7,
        Place(CLOSED, ADVICE): 5,
        Place(CLOSED, NOT_RELEASED): 2,
        Place(NFA): 3,
        Place(NFA, NOT_RELEASED): 3,
        Place(ASSESSED): 6,
        Place(OPEN): 7,
    }
    assert list(numbers) == list(PLACES)
    assert len(PLACES) == 1 + 4 + 2 * len(Reason)


@settings(max_examples=60)
@given(own=trees, others=trees)
def test_an_agency_works_out_nothing_of_the_others(own, others):
    display = chosen(others)
    assert attacker_of(own, cells(own, display)).found_out(truth(own, others)) == []
    for place, number in others.items():
        assert display[place] in ({None} if is_small(number) else {number, None})
        assert number or display[place] == 0


@settings(max_examples=25)
@given(others=trees)
def test_the_same_figures_give_the_same_choice_in_whatever_order_they_are_counted(others):
    turned = dict(reversed(others.items()))
    assert chosen({place: turned[place] for place in PLACES}) == chosen(others)


def test_to_hide_the_small_ones_alone_would_give_them_away():
    others = numbers_of([(CLOSED, ADVICE, 18), (CLOSED, CHECK, 2), (ASSESSED, None, 60)])
    own = numbers_of([(CLOSED, CHECK, 5)])
    naive = {place: None if is_small(number) else number for place, number in others.items()}
    found = attacker_of(own, cells(own, naive)).found_out(truth(own, others))
    assert {place for place, _ in found} == {("others", CLOSED, CHECK), ("all", CLOSED, CHECK)}
    assert hidden(chosen(others)) == {Place(CLOSED, ADVICE), Place(CLOSED, CHECK)}


def test_wholes_are_shown_before_their_parts_and_large_parts_before_small_ones():
    others = numbers_of(
        [(CLOSED, ADVICE, 50), (CLOSED, CHECK, 20), (CLOSED, OTHER, 2), (NFA, OTHER, 30)]
    )
    assert hidden(chosen(others)) == {Place(CLOSED, CHECK), Place(CLOSED, OTHER)}


def test_large_figures_are_all_shown_and_few_contacts_not_at_all():
    large = numbers_of([(CLOSED, ADVICE, 6), (ASSESSED, None, 9)])
    assert chosen(large) == large
    few = numbers_of([(CLOSED, ADVICE, 2), (OPEN, None, 1)])
    assert hidden(chosen(few)) == {place for place, number in few.items() if number}


def test_several_threads_choose_alike():
    others = [
        numbers_of([(CLOSED, ADVICE, 7 + n), (CLOSED, OTHER, 1 + n), (NFA, None, 3), (OPEN, "", 9)])
        for n in range(8)
    ]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(chosen, others)) == [chosen(each) for each in others]


def test_what_a_reader_can_work_out_beforehand_is_not_printed_at_all():
    system = System(
        values={"total": 9, "large": 7, "small": 2},
        sums=(Sum("total", ("large", "small")),),
        foreknown=frozenset({"total", "large"}),
    )
    with pytest.raises(CannotProtectError, match="gives away"):
        protect_repeatably(system, order=list(system.values))
