"""The published Table 1 attacked: as it was printed, and as it is printed under control."""

import pytest

from domain.disclosure.figures import is_small
from domain.disclosure.inputs import InputsNumbers, with_inputs
from domain.disclosure.printing import PrintedCell, printed_cell
from domain.disclosure.tables import Figure, costs, readers_of_one_row
from domain.tabulation import TOTAL
from services.disclosure.protect import protect
from tests.support.attacker import Attacker
from tests.support.disclosed import COLUMNS, printed, protected, published_body, table, truth

AREA, PERIOD = "E06000004", "2013-14-Q4"
NAME = f"{AREA} {PERIOD}"


@pytest.fixture(scope="module")
def system():
    return table(published_body())


@pytest.fixture(scope="module")
def outcome(system):
    return protected(system)


def attacker_of(display) -> Attacker:
    attacker = Attacker()
    attacker.read(NAME, printed(display, area=AREA, period=PERIOD))
    return attacker


def test_hiding_small_numbers_and_leaving_percentages_gives_every_one_of_the_thirty_away(system):
    cells = {
        row: {
            column: PrintedCell(None if is_small(cell.number) else cell.number, cell.percent)
            for column, cell in columns.items()
        }
        for row, columns in printed(system.values, area=AREA, period=PERIOD).items()
    }
    attacker = Attacker()
    attacker.read(NAME, cells)
    body = [place for place in attacker.hidden if TOTAL not in place]
    assert len(body) == 30
    assert [attacker.values(place) for place in body] == [1] * 30


def test_hiding_small_numbers_with_their_percentages_still_gives_some_away(system):
    display = {key: None if is_small(value) else value for key, value in system.values.items()}
    assert any(attacker_of(display).finds(truth(system)))


def test_no_number_of_the_controlled_table_can_be_worked_out(system, outcome):
    attacker = attacker_of(outcome.display)
    small = [place for place in attacker.hidden if 1 <= truth(system)[place] <= 5]
    assert len([place for place in small if TOTAL not in place]) == 30
    assert attacker.found_out(truth(system)) == []


def test_what_is_shown_is_true_and_zeros_and_column_totals_are_shown(system, outcome):
    for key, value in system.values.items():
        assert outcome.display[key] in {value, None}
    assert all(outcome.display[key] == 0 for key, value in system.values.items() if value == 0)
    assert all(outcome.display[Figure(AREA, PERIOD, TOTAL, each)] for each in (*COLUMNS, TOTAL))


def test_fourteen_cells_beyond_the_small_ones_are_hidden_and_fewer_do_not_do(outcome):
    assert (outcome.first, outcome.further, outcome.cheapest) == (33, 14, True)


def test_none_of_the_further_hidden_cells_can_be_shown_again(system, outcome):
    for key, value in system.values.items():
        if outcome.display[key] is None and not is_small(value):
            attacker = attacker_of({**outcome.display, key: value})
            assert any(attacker.finds(truth(system))), key


def test_an_agency_that_knows_one_whole_row_works_out_no_other_small_number(system, outcome):
    # Every fourth row: an attack takes a while.
    for reader in readers_of_one_row(system, least_values=5)[::4]:
        attacker = attacker_of(outcome.display)
        for place in list(attacker.hidden):
            if Figure(AREA, PERIOD, *place[1:]) in reader.foreknown:
                number = truth(system)[place]
                attacker.bounds[attacker.index[place]] = (number, number)
                attacker.hidden.remove(place)
        narrow = [(p, n) for p, n in attacker.found_out(truth(system)) if truth(system)[p] <= 5]
        assert narrow == []


def test_inputs_beside_the_table_give_nothing_away(system):
    place = Figure(AREA, PERIOD, TOTAL, TOTAL)
    numbers = InputsNumbers(
        awaiting_decision=4,
        closed_with_active_caf=613,
        by_agency={
            "police": (331, 249),
            "trust": (166, 120),
            "schools": (237, 143),
            "x": (852, 505),
        },
        by_reason={"threshold_not_met": 1010, "early_help_accepted": 3, "other": 4},
        by_need={"N1": 500, "N2": 2, "N5": 460, "N9": 3},
    )
    bound = with_inputs(system, numbers, place=place)
    new = {
        key: value
        for key, value in bound.values.items()
        if isinstance(key, Figure) and not key.row.startswith("remainder:")
    }
    outcome = protect([bound], new=new, published={}, costs=costs(new))
    attacker = attacker_of({key: outcome.display[key] for key in system.values})
    rows = [row for row, _ in published_body()]
    read_inputs(attacker, outcome.display, place=place, rows=list(dict.fromkeys(rows)))
    assert len(attacker.hidden) == outcome.first + outcome.further
    assert attacker.found_out(truth(bound)) == []
    remainder = (NAME, "remainder:total", "closed_and_logged")
    assert truth(bound)[remainder] == 4
    assert attacker.values(remainder) >= 5


def read_inputs(attacker: Attacker, display, *, place: Figure, rows: list[str]) -> None:
    """Inputs as they are printed, with all that their definitions say of sums and shares."""
    inputs = [key for key in display if (NAME, key.row, key.column) not in attacker.index]
    for key in inputs:
        attacker.read_number((NAME, key.row, key.column), display[key])
    for row in (*rows, TOTAL):
        attacker.add_up(
            (NAME, row, "closed_or_nfa"),
            [(NAME, row, "closed_and_logged"), (NAME, row, "no_further_action")],
        )
    by_row = [(NAME, row, "closed_or_nfa") for row in rows]
    attacker.add_up((NAME, TOTAL, "closed_or_nfa"), by_row)
    for prefix, column, whole in (
        ("agency:", "contacts", (NAME, TOTAL, TOTAL)),
        ("agency:", "closed_or_nfa", (NAME, TOTAL, "closed_or_nfa")),
        ("reason:", "closed_or_nfa", (NAME, TOTAL, "closed_or_nfa")),
        ("need:", "referrals", (NAME, "referrals", TOTAL)),
    ):
        parts = [k for k in inputs if k.row.startswith(prefix) and k.column == column]
        attacker.add_up(whole, [(NAME, key.row, key.column) for key in parts])
    closed, waiting = (NAME, TOTAL, "closed_and_logged"), (NAME, "awaiting_decision", TOTAL)
    attacker.add_up((NAME, TOTAL, TOTAL), [closed, waiting, (NAME, "referrals", TOTAL)])
    for whole, part in (
        (closed, (NAME, "closed_with_active_caf", TOTAL)),
        ((NAME, TOTAL, "yet_to_proceed"), waiting),
        *(
            ((NAME, key.row, "contacts"), (NAME, key.row, "closed_or_nfa"))
            for key in inputs
            if key.column == "contacts"
        ),
    ):
        remainder = (NAME, f"remainder:{whole[1]}", whole[2])
        attacker.imagine(remainder)
        attacker.add_up(whole, [part, remainder])
        cell = printed_cell(
            display[Figure(place.area, place.period, *part[1:])],
            base=display[Figure(place.area, place.period, *whole[1:])],
        )
        if cell.percent is not None:
            attacker.read_percent(part, whole, float(cell.percent))
