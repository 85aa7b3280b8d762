"""What counts as proof that a figure can't be worked out, and what does not."""

import pytest

from domain.disclosure.figures import InconsistentFiguresError, Sum, System, is_small
from domain.disclosure.proof import Evidence, unproven

# 3 + 9 + 0 = 12, and 7 stands alone.
SYSTEM = System(
    values={"small": 3, "large": 9, "nought": 0, "total": 12, "other": 7},
    sums=(Sum("total", ("small", "large", "nought")),),
)
HIDDEN = {"small": None, "large": None, "nought": 0, "total": 12, "other": 7}
WIDE = [
    Evidence("small", higher={"small": 2, "large": -2}, lower={"small": -2, "large": 2}),
    Evidence("large", higher={}, lower={"small": 2, "large": -2}),
]


def test_two_tables_that_print_the_same_are_proof():
    assert unproven(SYSTEM, HIDDEN, WIDE) == []


def test_without_evidence_nothing_is_proven():
    assert unproven(SYSTEM, HIDDEN, []) == ["small", "large"]


@pytest.mark.parametrize(
    "step",
    [
        {"small": 4},  # breaks the sum
        {"small": 4, "total": 4},  # changes what is printed
        {"small": 4, "nought": -4},  # changes a zero, and below zero
        {"small": 9, "large": -9},  # leaves an unknown figure at nought
        {"small": 4, "large": -4, "elsewhere": 1},  # changes what is no figure
    ],
)
def test_a_table_that_does_not_print_the_same_is_no_evidence(step):
    evidence = [Evidence("small", higher=step, lower={}), WIDE[1]]
    assert unproven(SYSTEM, HIDDEN, evidence) == ["small"]


def test_four_values_are_not_five():
    evidence = [
        Evidence("small", higher={"small": 1, "large": -1}, lower={"small": -2, "large": 2}),
        WIDE[1],
    ]
    assert unproven(SYSTEM, HIDDEN, evidence) == ["small"]


def test_a_large_figure_needs_a_second_value_only():
    evidence = [WIDE[0], Evidence("large", higher={"small": -1, "large": 1}, lower={})]
    assert unproven(SYSTEM, HIDDEN, evidence) == []


def test_a_small_figure_that_is_not_published_is_promised_all_the_same():
    unpublished = {key: number for key, number in HIDDEN.items() if key != "small"}
    assert unproven(SYSTEM, unpublished, [WIDE[1]]) == ["small"]


def test_a_large_figure_that_is_not_published_is_promised_nothing():
    assert unproven(SYSTEM, {"small": None, "total": 12}, [WIDE[0]]) == []


def test_what_a_reader_knows_beforehand_is_promised_nothing_and_may_not_move():
    reader = System(values=SYSTEM.values, sums=SYSTEM.sums, foreknown=frozenset({"large"}))
    assert unproven(reader, HIDDEN, WIDE) == ["small"]


def test_a_figure_printed_as_nought_at_another_instant_is_no_help_to_the_reader():
    moved = {**HIDDEN, "large": 0}
    assert not SYSTEM.is_known("large", moved)
    assert unproven(SYSTEM, moved, [WIDE[0]]) == []


@pytest.mark.parametrize(("number", "small"), [(0, False), (1, True), (5, True), (6, False)])
def test_one_to_five_are_small(number, small):
    assert is_small(number) is small


@pytest.mark.parametrize(
    "values", [{"a": 1, "b": 2, "t": 4}, {"a": 1, "t": 1}, {"a": -1, "b": 2, "t": 1}]
)
def test_figures_that_do_not_add_up_are_no_system(values):
    with pytest.raises(InconsistentFiguresError):
        System(values=values, sums=(Sum("t", ("a", "b")),))
