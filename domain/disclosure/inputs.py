"""The figures of Inputs for one area and quarter, bound to those of its Table 1.

Source: definitions.md, section 4. Where a part of a whole is printed alone, the remainder stands
here as a figure too: a remainder of 1 to 5 is as small a count as any.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.disclosure.figures import Key, Sum, System
from domain.disclosure.tables import Figure, joined
from domain.measures.inputs import EARLY_HELP_REASONS
from domain.tabulation import TOTAL
from domain.vocabulary import Outcome

AWAITING_DECISION = "awaiting_decision"
CLOSED_OR_NFA = "closed_or_nfa"
CLOSED_WITH_ACTIVE_CAF = "closed_with_active_caf"
CONTACTS = "contacts"
REFERRALS = "referrals"
REMAINDER = "remainder"
TO_EARLY_HELP = "to_early_help"


@dataclass(frozen=True, slots=True)
class InputsNumbers:
    """What Inputs counts beside Table 1, at the same position; breakdowns by code, all of them.

    `by_agency` is (contacts, closed or NFA) of each agency. `by_reason` breaks down closed or
    NFA, `by_need` the referrals; what has no reason or need stands under a code of its own.
    """

    awaiting_decision: int = 0
    closed_with_active_caf: int = 0
    by_agency: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    by_reason: Mapping[str, int] = field(default_factory=dict)
    by_need: Mapping[str, int] = field(default_factory=dict)


def agency_row(code: str) -> str:
    """The row of what an agency sent."""
    return f"agency:{code}"


def reason_row(code: str) -> str:
    """The row of a reason of closing or NFA."""
    return f"reason:{code}"


def need_row(code: str) -> str:
    """The row of a presenting need."""
    return f"need:{code}"


class _Sheet:
    """Figures and sums as they come, over those of a Table 1."""

    def __init__(self, table: System, place: Figure) -> None:
        self.values: dict[Key, int] = dict(table.values)
        self.sums: list[Sum] = []
        self._place = place

    def at(self, row: str, column: str) -> Figure:
        return replace(self._place, row=row, column=column)

    def add(self, row: str, column: str, number: int) -> Figure:
        key = self.at(row, column)
        self.values[key] = number
        return key

    def split(self, whole: Figure, *parts: Figure) -> None:
        """The parts, and what remains of the whole beside them."""
        number = self.values[whole] - sum(self.values[part] for part in parts)
        remainder = self.add(f"{REMAINDER}:{whole.row}", whole.column, number)
        self.sums.append(Sum(whole, (*parts, remainder)))

    def whole(self, whole: Figure, parts: list[Figure]) -> None:
        if parts:
            self.sums.append(Sum(whole, tuple(parts)))


def with_inputs(table: System, numbers: InputsNumbers, *, place: Figure) -> System:
    """A Table 1 and the Inputs of the same area, period and edition (those of `place`).

    The figures of Inputs that Table 1 prints too (contacts, closed and logged, NFA, to
    assessment) keep its keys. `Figure`s of the others: row `awaiting_decision`, `referrals` or
    `closed_with_active_caf` with column `TOTAL`; each referrer type and `TOTAL` with column
    `closed_or_nfa`; `agency:<code>` with `contacts` or `closed_or_nfa`; `reason:<code>` and
    `to_early_help` with `closed_or_nfa`; `need:<code>` with `referrals`. Rows that begin with
    `remainder:` are printed nowhere. Raises `InconsistentFiguresError` where the numbers don't fit
    the table.
    """
    sheet = _Sheet(table, place)
    _flow(sheet, numbers)
    _closed_or_nfa(sheet, rows=_rows_of(table))
    _breakdowns(sheet, numbers)
    return joined([table, System(values=sheet.values, sums=tuple(sheet.sums))])


def _rows_of(table: System) -> list[str]:
    keys = [key for key in table.values if isinstance(key, Figure)]
    return list(dict.fromkeys(key.row for key in keys if key.row != TOTAL))


def _flow(sheet: _Sheet, numbers: InputsNumbers) -> None:
    closed = sheet.at(TOTAL, Outcome.CLOSED_AND_LOGGED)
    waiting = sheet.add(AWAITING_DECISION, TOTAL, numbers.awaiting_decision)
    contacts = sheet.at(TOTAL, TOTAL)
    referrals = sheet.add(
        REFERRALS,
        TOTAL,
        sheet.values[contacts] - sheet.values[closed] - numbers.awaiting_decision,
    )
    sheet.whole(contacts, [closed, waiting, referrals])
    sheet.split(sheet.at(TOTAL, Outcome.YET_TO_PROCEED), waiting)
    sheet.split(closed, sheet.add(CLOSED_WITH_ACTIVE_CAF, TOTAL, numbers.closed_with_active_caf))


def _closed_or_nfa(sheet: _Sheet, *, rows: list[str]) -> None:
    for row in (*rows, TOTAL):
        parts = [
            sheet.at(row, outcome)
            for outcome in (Outcome.CLOSED_AND_LOGGED, Outcome.NO_FURTHER_ACTION)
        ]
        number = sum(sheet.values[part] for part in parts)
        sheet.whole(sheet.add(row, CLOSED_OR_NFA, number), parts)
    sheet.whole(sheet.at(TOTAL, CLOSED_OR_NFA), [sheet.at(row, CLOSED_OR_NFA) for row in rows])


def _breakdowns(sheet: _Sheet, numbers: InputsNumbers) -> None:
    all_contacts: list[Figure] = []
    all_closed: list[Figure] = []
    for code, (contacts, closed_or_nfa) in numbers.by_agency.items():
        row = agency_row(code)
        all_contacts.append(sheet.add(row, CONTACTS, contacts))
        all_closed.append(sheet.add(row, CLOSED_OR_NFA, closed_or_nfa))
        remainder = sheet.add(f"{REMAINDER}:{row}", CONTACTS, contacts - closed_or_nfa)
        sheet.whole(all_contacts[-1], [all_closed[-1], remainder])
    sheet.whole(sheet.at(TOTAL, TOTAL), all_contacts)
    sheet.whole(sheet.at(TOTAL, CLOSED_OR_NFA), all_closed)
    by_reason = {
        code: sheet.add(reason_row(code), CLOSED_OR_NFA, number)
        for code, number in numbers.by_reason.items()
    }
    sheet.whole(sheet.at(TOTAL, CLOSED_OR_NFA), list(by_reason.values()))
    early_help = [key for code, key in by_reason.items() if code in EARLY_HELP_REASONS]
    number = sum(sheet.values[key] for key in early_help)
    sheet.whole(sheet.add(TO_EARLY_HELP, CLOSED_OR_NFA, number), early_help)
    needs = [sheet.add(need_row(c), REFERRALS, n) for c, n in numbers.by_need.items()]
    sheet.whole(sheet.at(REFERRALS, TOTAL), needs)
