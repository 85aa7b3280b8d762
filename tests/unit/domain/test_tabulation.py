"""Percentages and zero-filled tables, against exact fractions and the published Table 1."""

import csv
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tabulation import TOTAL, Cell, Table, percentage, tabulate

PUBLISHED = Path(__file__).parents[2] / "acceptance" / "data" / "table1_2014q4.csv"
OUTCOMES = ("closed_and_logged", "nfa", "to_assessment", "yet_to_proceed")
ROWS, COLUMNS = ("police", "housing", "courts"), ("closed", "open")

counts = st.lists(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS), st.integers(0, 10**6)), max_size=30
)


def as_published(cells: dict[str, Cell]) -> list[str]:
    columns = (*OUTCOMES, TOTAL)
    return [str(figure) for c in columns for figure in (cells[c].number, cells[c].percent)]


def test_the_published_table_comes_out_of_its_numbers_to_the_digit() -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        _, *lines = csv.reader(file)
    published = {line[0]: line[1:] for line in lines}
    assert len(published) == 28
    *labels, last = published

    table = tabulate(
        (
            (label, outcome, int(published[label][2 * place]))
            for label in labels
            for place, outcome in enumerate(OUTCOMES)
        ),
        rows=labels,
        columns=OUTCOMES,
    )

    found = {label: as_published(cells) for label, cells in table.rows}
    assert found | {last: as_published(table.totals)} == published
    assert sum(len(figures) for figures in published.values()) == 280


@pytest.mark.parametrize(
    ("number", "total", "expected"),
    [
        (0, 0, "0.0"),
        (0, 7, "0.0"),
        (7, 7, "100.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (46, 856, "5.4"),  # the report printed 5.5
        (1, 2000, "0.1"),  # 0.05: half up, not half to even
        (3, 2000, "0.2"),  # 0.15
        (5, 2000, "0.3"),  # 0.25: half up, not half to even
        (1, 2001, "0.0"),  # just under a half
        (1999, 2000, "100.0"),
        (3, 2, "150.0"),
    ],
)
def test_percentages_are_rounded_half_up_to_one_place(
    number: int, total: int, expected: str
) -> None:
    assert str(percentage(number, total)) == expected


@given(number=st.integers(0, 10**40), total=st.integers(1, 10**40))
def test_a_percentage_is_within_half_a_tenth_of_the_exact_value(number: int, total: int) -> None:
    with localcontext() as context:
        context.prec = 3
        found = percentage(number, total)
    difference = Fraction(found) - Fraction(100 * number, total)
    assert Fraction(-1, 20) < difference <= Fraction(1, 20)
    assert found.as_tuple().exponent == -1


@pytest.mark.parametrize(("number", "total"), [(-1, 5), (1, -5), (-1, 0)])
def test_a_percentage_of_a_negative_count_is_refused(number: int, total: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        percentage(number, total)


def test_rows_without_counts_are_zero_and_stand_in_the_order_given() -> None:
    table = tabulate([("courts", "open", 2), ("police", "open", 1)], rows=ROWS, columns=COLUMNS)
    nothing = Cell(number=0, percent=Decimal("0.0"))
    third = Cell(number=1, percent=Decimal("33.3"))
    two_thirds = Cell(number=2, percent=Decimal("66.7"))
    all_three = Cell(number=3, percent=Decimal("100.0"))
    assert table == Table(
        rows=[
            ("police", {"closed": nothing, "open": third, "total": third}),
            ("housing", {"closed": nothing, "open": nothing, "total": nothing}),
            ("courts", {"closed": nothing, "open": two_thirds, "total": two_thirds}),
        ],
        totals={"closed": nothing, "open": all_three, "total": all_three},
    )
    assert list(table.totals) == ["closed", "open", "total"]
    assert all(list(cells) == ["closed", "open", "total"] for _, cells in table.rows)


def test_an_empty_table_is_all_zeros() -> None:
    table = tabulate([], rows=ROWS, columns=COLUMNS)
    assert [row for row, _ in table.rows] == list(ROWS)
    cells = [cell for _, row in table.rows for cell in row.values()] + list(table.totals.values())
    assert len(cells) == 12
    assert {(cell.number, str(cell.percent)) for cell in cells} == {(0, "0.0")}


def test_a_table_may_have_no_rows() -> None:
    assert tabulate([], rows=[], columns=COLUMNS).totals["total"].number == 0


def test_counts_of_the_same_cell_add_up() -> None:
    table = tabulate([("police", "open", 2), ("police", "open", 3)], rows=ROWS, columns=COLUMNS)
    assert table.rows[0][1]["open"].number == 5


@given(counts=counts)
def test_every_case_is_counted_once(counts: list[tuple[str, str, int]]) -> None:
    table = tabulate(iter(counts), rows=ROWS, columns=COLUMNS)
    assert table.totals["total"].number == sum(number for _, _, number in counts)
    for column in (*COLUMNS, TOTAL):
        numbers = [cells[column].number for _, cells in table.rows]
        assert table.totals[column].number == sum(numbers)
    for _, cells in table.rows:
        assert cells["total"].number == cells["closed"].number + cells["open"].number


@given(counts=counts)
def test_percentages_are_of_the_columns_total(counts: list[tuple[str, str, int]]) -> None:
    table = tabulate(counts, rows=ROWS, columns=COLUMNS)
    for _, cells in table.rows:
        for column, cell in cells.items():
            assert cell.percent == percentage(cell.number, table.totals[column].number)
    for total in table.totals.values():
        assert str(total.percent) == ("100.0" if total.number else "0.0")


@given(counts=counts)
def test_the_order_of_the_counts_does_not_matter(counts: list[tuple[str, str, int]]) -> None:
    assert tabulate(counts, rows=ROWS, columns=COLUMNS) == tabulate(
        reversed(counts), rows=ROWS, columns=COLUMNS
    )


@pytest.mark.parametrize(
    "count",
    [("midwife", "open", 1), ("police", "lost", 1), ("police", TOTAL, 1), ("lost", "open", 0)],
)
def test_an_unknown_row_or_column_is_never_dropped(count: tuple[str, str, int]) -> None:
    with pytest.raises(ValueError, match="no cell"):
        tabulate([count], rows=ROWS, columns=COLUMNS)


def test_counts_may_take_away_but_no_cell_may_be_negative() -> None:
    back_and_forth = [("police", "open", -1), ("police", "open", 1)]
    assert tabulate(back_and_forth, rows=ROWS, columns=COLUMNS).totals["total"].number == 0
    with pytest.raises(ValueError, match="negative"):
        tabulate(
            [("police", "open", -1), ("police", "closed", 2), ("courts", "open", 1)],
            rows=ROWS,
            columns=COLUMNS,
        )


@pytest.mark.parametrize(
    ("rows", "columns"),
    [(("a", "a"), COLUMNS), (ROWS, ("open", "open")), (ROWS, ("open", TOTAL))],
)
def test_rows_and_columns_are_named_once(rows: Sequence[str], columns: Sequence[str]) -> None:
    with pytest.raises(ValueError, match="once"):
        tabulate([], rows=rows, columns=columns)
