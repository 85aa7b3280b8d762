"""Feedback as its reader, and as somebody who wants to know what other agencies sent."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain.disclosure.feedback import ENDED, EVERY, PLACES, REASONS, Place
from domain.disclosure.printing import PrintedCell
from domain.vocabulary import Outcome
from tests.support.attacker import Attacker

Cells = Mapping[Place, PrintedCell]


def cells_of(figures: Mapping[str, Any]) -> dict[Place, PrintedCell]:
    """What is printed in `own`, `own_then` or `all_of_kind` of an answer, by its place."""
    return dict(_cells(figures))


def shown(figures: Mapping[str, Any]) -> dict[Place, int | None]:
    """The numbers of those that are not 0; None for `c`."""
    return {place: cell.number for place, cell in cells_of(figures).items() if cell.number != 0}


def attacker_of(own: Mapping[Place, int], everybody: Cells) -> Attacker:
    """What an agency reads that knows its own figures, which are in everybody's."""
    attacker = Attacker()
    for place in PLACES:
        number = everybody[place].number
        rest = None if number is None else number - own[place]
        attacker.read_number(("own", *place), own[place])
        attacker.read_number(("all", *place), number)
        attacker.read_number(("others", *place), rest)
        attacker.add_up(("all", *place), [("own", *place), ("others", *place)])
    for name in ("own", "all", "others"):
        attacker.add_up((name, *EVERY), [(name, *Place(each.value)) for each in Outcome])
        for each in ENDED:
            parts = [(name, *Place(each.value, reason)) for reason in REASONS]
            attacker.add_up((name, *Place(each.value)), parts)
    for place, cell in everybody.items():
        if cell.percent is not None:
            attacker.read_percent(("all", *place), ("all", *EVERY), float(cell.percent))
    return attacker


def truth(own: Mapping[Place, int], others: Mapping[Place, int]) -> dict[tuple[str, str, str], int]:
    """The true figures under the attacker's names."""
    return {
        (name, *place): number
        for place in PLACES
        for name, number in (("others", others[place]), ("all", own[place] + others[place]))
    }


def _cells(figures: Mapping[str, Any]) -> Iterator[tuple[Place, PrintedCell]]:
    yield EVERY, _cell(figures["contacts"])
    for outcome in figures["outcomes"]:
        yield Place(outcome["code"]), _cell(outcome)
        for reason in outcome["reasons"]:
            yield Place(outcome["code"], reason["code"]), _cell(reason)


def _cell(figure: Mapping[str, Any]) -> PrintedCell:
    percent = None if figure["percent"] is None else Decimal(str(figure["percent"]))
    cell = PrintedCell(figure["number"], percent)
    assert figure.get("symbol") == cell.symbol
    return cell
