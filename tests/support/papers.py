"""Everything that was published, put together by an attacker who knows the definitions.

Own reading of the printed answers: what each number is the sum of is written down here again.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tests.support.attacker import SLACK, TOTAL, Attacker, Place

CLOSED, NFA = "closed_and_logged", "no_further_action"
OUTCOMES = (CLOSED, NFA, "to_assessment", "yet_to_proceed")
CLOSED_OR_NFA = "closed or nfa"
CAFS = "cafs"
EARLY_HELP = ("early_help_accepted", "signposted_to_early_help")


class Cell(NamedTuple):
    """A printed number with its percentage of a base."""

    place: Place
    number: int | None
    base: Place | None
    percent: Decimal | None


def cells_of(answer: Mapping[str, Any]) -> Iterator[Cell]:
    """Every number of an answer: Table 1 or Inputs, controlled or exact."""
    yield from _table_1(answer) if "rows" in answer else _inputs(answer)


def numbers_of(*answers: Mapping[str, Any]) -> dict[Place, int | None]:
    """Every number by its place; a number that stands twice must be the same."""
    found: dict[Place, int | None] = {}
    for answer in answers:
        for cell in cells_of(answer):
            assert found.setdefault(cell.place, cell.number) == cell.number, cell
    return found


def _table_1(answer: Mapping[str, Any]) -> Iterator[Cell]:
    name = f"{answer['area']['code']} {answer['period']['label'].replace(' ', '-')}"
    rows = [(row["referrer_type"], row["cells"]) for row in answer["rows"]]
    for row, cells in [*rows, (TOTAL, answer["totals"])]:
        for column, cell in cells.items():
            base = (name, TOTAL, column)
            yield Cell((name, row, column), cell["number"], base, cell["percent"])
    yield Cell((name, "awaiting", TOTAL), answer["awaiting_decision"], None, None)


def _inputs(answer: Mapping[str, Any]) -> Iterator[Cell]:
    area = answer["area"]["code"]
    for measure in answer["measures"]:
        for value in measure["values"]:
            yield from _value(area, value, *_PLACES[measure["code"]])
        for part in measure["breakdown"] or ():
            for value in part["values"]:
                yield from _value(area, value, *_PARTS[part["by"]](part["code"]))


_PLACES: Mapping[str, Sequence[Any]] = {
    "contacts": ((TOTAL, TOTAL), None),
    "contacts_closed_and_logged": ((TOTAL, CLOSED), (TOTAL, TOTAL)),
    "closed_and_logged_with_active_caf": (("active caf", TOTAL), (TOTAL, CLOSED)),
    "referrals": (("referrals", TOTAL), None),
    "referrals_nfa": ((TOTAL, NFA), ("referrals", TOTAL)),
    "contacts_to_assessment": ((TOTAL, "to_assessment"), None),
    "closed_or_nfa": ((TOTAL, CLOSED_OR_NFA), (TOTAL, TOTAL)),
    "to_early_help": (("early help", TOTAL), (TOTAL, TOTAL)),
    "caf2_commenced": ((TOTAL, CAFS), None),
    "referral_reasons": (("referrals", TOTAL), None),
}
_PARTS = {
    "referrer_type": lambda code: ((code, CLOSED_OR_NFA), (code, TOTAL)),
    "agency": lambda code: ((f"agency {code}", CLOSED_OR_NFA), (f"agency {code}", TOTAL)),
    "reason": lambda code: ((f"reason {code}", CLOSED_OR_NFA), (TOTAL, TOTAL)),
    "presenting_need": lambda code: ((f"need {code}", "referrals"), None),
    "caf_agency_kind": lambda code: ((f"kind {code}", CAFS), None),
}


def _value(
    area: str, value: Mapping[str, Any], at: tuple[str, str], of: tuple[str, str] | None
) -> Iterator[Cell]:
    period = value["period"]
    if at[1] == CAFS and "-Q" not in period:
        period += "-Q4"
    place = (f"{area} {period}", *at)
    base = (f"{area} {period}", *of) if of else None
    yield Cell(place, value["number"], base, value["percent"])
    if base:
        yield Cell(base, value["denominator"], None, None)


class Papers(Attacker):
    """An attacker with all that was published in hand, who also knows where zeros stand.

    `exact` are the true numbers, of which it is told the zeros alone.
    """

    def __init__(
        self, *answers: Mapping[str, Any], exact: Mapping[Place, int | None] | None = None
    ) -> None:
        super().__init__()
        self.true = dict(exact or {})
        for place, number in numbers_of(*answers).items():
            self.read_number(place, number)
        for answer in answers:
            for cell in cells_of(answer):
                if cell.percent is not None and cell.base is not None:
                    self.read_percent(cell.place, cell.base, float(cell.percent))
        for name in dict.fromkeys(place[0] for place in list(self.index)):
            self._bind_contacts(name)
            self._bind_cafs(name)

    def imagine(self, place: Place) -> None:
        """A number that is printed nowhere, and known where it is zero."""
        super().imagine(place)
        if self.true.get(place) == 0:
            self.bounds[-1] = (0, 0)

    def finds(self, true: Mapping[Place, int]) -> Iterator[Place]:
        """As any attacker, but looks no further where the largest value is far enough away."""
        for place in self.hidden:
            values = 5 if 1 <= true[place] <= 5 else 2
            if not self._reaches(place, true[place] + values - 1) and self.values(place) < values:
                yield place

    def given_away(self) -> list[tuple[Place, float]]:
        """What breaks the promise: hidden numbers, and small ones that are not published at all."""
        small = [
            place
            for place in self.index
            if place not in self.hidden
            and self.bounds[self.index[place]] == (0, None)
            and 1 <= self.true.get(place, 0) <= 5
        ]
        narrow = [
            (place, self.values(place))
            for place in small
            if not self._reaches(place, self.true[place] + 4) and self.values(place) < 5
        ]
        return [*self.found_out(self.true), *narrow]

    def add_up_wholes(self, whole: str, parts: Sequence[str]) -> None:
        """A table that is the sum of others, figure by figure; what is not printed is imagined."""
        for _, row, column in [place for place in self.index if place[0] == whole]:
            if not row.startswith("rest of"):
                self.add_up((whole, row, column), [self._at((part, row, column)) for part in parts])

    def _reaches(self, place: Place, number: int) -> bool:
        return -self._extreme(self.index[place], -1) > number - SLACK

    def _bind_contacts(self, name: str) -> None:
        rows = [row for at, row, column in self.index if (at, column) == (name, TOTAL)]
        types = [row for row in rows if row not in _OTHER_ROWS and " " not in row]
        if not types:
            return
        for row in (*types, TOTAL):
            self.add_up(self._at((name, row, TOTAL)), [self._at((name, row, c)) for c in OUTCOMES])
            self.add_up(
                self._at((name, row, CLOSED_OR_NFA)), [(name, row, CLOSED), (name, row, NFA)]
            )
        for column in (*OUTCOMES, TOTAL, CLOSED_OR_NFA):
            self.add_up((name, TOTAL, column), [(name, row, column) for row in types])
        self._split((name, TOTAL, "yet_to_proceed"), (name, "awaiting", TOTAL))
        closed, awaiting, referrals = (
            (name, TOTAL, CLOSED),
            (name, "awaiting", TOTAL),
            self._at((name, "referrals", TOTAL)),
        )
        self.add_up((name, TOTAL, TOTAL), [closed, awaiting, referrals])
        if (name, "active caf", TOTAL) in self.index:
            self._bind_inputs(name)

    def _bind_inputs(self, name: str) -> None:
        self._split((name, TOTAL, CLOSED), (name, "active caf", TOTAL))
        for prefix, column, whole in (
            ("agency ", TOTAL, (name, TOTAL, TOTAL)),
            ("agency ", CLOSED_OR_NFA, (name, TOTAL, CLOSED_OR_NFA)),
            ("reason ", CLOSED_OR_NFA, (name, TOTAL, CLOSED_OR_NFA)),
            ("need ", "referrals", (name, "referrals", TOTAL)),
        ):
            parts = self._starting(name, prefix, column)
            self.add_up(whole, parts)
        for _, row, _ in self._starting(name, "agency ", TOTAL):
            self._split((name, row, TOTAL), (name, row, CLOSED_OR_NFA))
        reasons = self._starting(name, "reason ", CLOSED_OR_NFA)
        early = [place for place in reasons if place[1].removeprefix("reason ") in EARLY_HELP]
        self.add_up((name, "early help", TOTAL), early)

    def _bind_cafs(self, name: str) -> None:
        kinds = self._starting(name, "kind ", CAFS)
        if not kinds:
            return
        self.add_up((name, TOTAL, CAFS), kinds)
        before = f"{name[:-1]}{int(name[-1]) - 1}"
        for place in (*kinds, (name, TOTAL, CAFS)):
            if (before, *place[1:]) in self.index:
                self._split(place, (before, *place[1:]))

    def _split(self, whole: Place, part: Place) -> None:
        rest = (whole[0], f"rest of {whole[1]} less {part[1]}", whole[2])
        if whole in self.true and part in self.true:
            self.true[rest] = self.true[whole] - self.true[part]
        self.add_up(whole, [self._at(part), self._at(rest)])

    def _at(self, place: Place) -> Place:
        if place not in self.index:
            self.imagine(place)
        return place

    def _starting(self, name: str, prefix: str, column: str) -> list[Place]:
        return [
            place
            for place in self.index
            if (place[0], place[2]) == (name, column) and place[1].startswith(prefix)
        ]


_OTHER_ROWS = {TOTAL, "awaiting", "referrals"}
