"""What is printed of a figure: percentages only where both their numbers are."""

from decimal import Decimal

import pytest

from domain.disclosure.printing import PrintedCell, may_print_direction, printed_cell


def test_a_shown_number_with_a_shown_base_has_its_percentage():
    assert printed_cell(159, base=617) == PrintedCell(159, Decimal("25.8"))
    assert printed_cell(159, base=617).symbol is None


@pytest.mark.parametrize("base", [617, None])
def test_a_hidden_number_has_neither_number_nor_percentage(base):
    assert printed_cell(None, base=base) == PrintedCell(None, None)
    assert printed_cell(None, base=base).symbol == "c"


def test_beside_a_hidden_base_the_percentage_of_a_shown_number_is_hidden():
    assert printed_cell(159, base=None) == PrintedCell(159, None)
    assert printed_cell(159, base=None).symbol == "c"


@pytest.mark.parametrize("base", [617, 0, None])
def test_zero_and_its_percentage_are_always_shown(base):
    assert printed_cell(0, base=base) == PrintedCell(0, Decimal("0.0"))


def test_an_arrow_is_printed_only_where_all_that_it_compares_is():
    assert may_print_direction([319, 617, 300, 600])
    assert not may_print_direction([319, 617, None, 600])
