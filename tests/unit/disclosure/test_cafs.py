"""CAFs of a year as figures bound by sums: kinds, areas, and quarter after quarter."""

from domain.disclosure.cafs import COMMENCED, IN_QUARTER, caf_row, cafs_of_year
from domain.disclosure.figures import Sum
from domain.disclosure.tables import Figure, costs
from domain.tabulation import TOTAL
from services.disclosure.protect import protect


def of(area, period, row=TOTAL, column=COMMENCED):
    return Figure(area, period, row, column)


def test_a_years_quarters_are_bound_to_their_kinds_their_areas_and_each_other():
    system = cafs_of_year(
        {
            "A": {"Q1": {"nepacs": 3}, "Q2": {"nepacs": 7, "housing": 2}},
            "B": {"Q1": {}, "Q2": {"nepacs": 1}},
        },
        wholes={"P": ("A", "B")},
    )
    nepacs = caf_row("nepacs")
    assert system.values[of("A", "Q2")] == 9
    assert system.values[of("P", "Q2", nepacs)] == 8
    assert system.values[of("A", "Q2", nepacs, IN_QUARTER)] == 4
    assert Sum(of("P", "Q2"), (of("A", "Q2"), of("B", "Q2"))) in system.sums
    in_quarter = of("P", "Q2", nepacs, IN_QUARTER)
    assert Sum(of("P", "Q2", nepacs), (of("P", "Q1", nepacs), in_quarter)) in system.sums
    assert of("A", "Q1", nepacs, IN_QUARTER) not in system.values


def test_a_year_to_date_that_has_become_less_is_bound_to_no_quarter_before():
    system = cafs_of_year(
        {"A": {"Q1": {"nepacs": 3, "housing": 1}, "Q2": {"nepacs": 2}}}, wholes={}
    )
    assert of("A", "Q2", caf_row("nepacs"), IN_QUARTER) not in system.values
    assert of("A", "Q2", TOTAL, IN_QUARTER) not in system.values
    assert system.values[of("A", "Q2", caf_row("midwives"), IN_QUARTER)] == 0


def test_a_few_that_commenced_in_a_quarter_are_hidden_in_the_year_to_date():
    system = cafs_of_year(
        {"A": {"Q1": {"nepacs": 9, "housing": 20}, "Q2": {"nepacs": 12, "housing": 40}}}, wholes={}
    )
    display = {}
    for period in ("Q1", "Q2"):
        new = {
            key: value
            for key, value in system.values.items()
            if (key.period, key.column) == (period, COMMENCED)
        }
        display |= protect([system], new=new, published=display, costs=costs(new)).display
    assert display[of("A", "Q1", caf_row("nepacs"))] == 9
    assert display[of("A", "Q2", caf_row("nepacs"))] is None
    assert display[of("A", "Q2", caf_row("housing"))] is None
    assert display[of("A", "Q2")] == 52
