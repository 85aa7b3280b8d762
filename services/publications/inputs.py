"""Inputs as they are published: from printed figures alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from domain.disclosure.figures import SYMBOL
from domain.disclosure.printing import printed_cell
from domain.disclosure.tables import Figure
from domain.measures.columns import Column, Positions, counted_period
from domain.measures.direction import Figure as Compared
from domain.measures.direction import compared_period, direction_in
from domain.measures.inputs import CAF2_COMMENCED, CONTACTS, INPUTS_BY_CODE
from domain.measures.measure import Measure
from domain.periods import Period, financial_year_of
from services.publications.figures_printed import NumberAndBase, number_and_base, part_and_base
from services.publications.reckoning import Printed
from services.publications.words import APPLIED, notes_on_control
from services.reports.areas import Area
from services.reports.inputs import NOTES, TITLE, as_period
from services.reports.inputs_labels import Labels

_EARLIER = "Columns that were published before stand as they were published then."

Places = Callable[[Period], NumberAndBase]


@dataclass(frozen=True, slots=True)
class PublishedInputs:
    """Inputs of an area and a quarter, the last of the columns; measures as the area has set them.

    `printed` are all figures that are published of the area, these and earlier ones.
    `is_of_one_instant` is False where columns were published earlier, as at other instants.
    """

    area: Area
    columns: Sequence[Column]
    as_at: datetime
    measures: Sequence[Measure]
    labels: Labels
    printed: Printed
    is_of_one_instant: bool

    def as_answer(self, *, published_at: datetime) -> dict[str, Any]:
        """The report in the contract's shape; hidden numbers are None, percentages `Decimal`."""
        return {
            "title": TITLE,
            "area": {"code": self.area.code, "name": self.area.name},
            "year": financial_year_of(self.columns[-1].period.start).label,
            "as_at": self.as_at,
            "positions": Positions.PERIOD_END,
            "settled": True,
            "disclosure_control": APPLIED,
            "periods": [as_period(column, Positions.PERIOD_END) for column in self.columns],
            "measures": [self._measure(measure) for measure in self.measures],
            "notes": [
                *notes_on_control(published_at=published_at, as_at=self.as_at),
                *([] if self.is_of_one_instant else [_EARLIER]),
                *NOTES,
            ],
        }

    def _measure(self, measure: Measure) -> dict[str, Any]:
        places = partial(number_and_base, measure, self.area.code)
        return {
            "code": measure.code,
            "label": measure.label,
            "basis": measure.basis,
            "polarity": measure.polarity,
            "tolerance": measure.tolerance,
            "values": self._values(measure, places),
            "breakdown": [
                {
                    "by": by,
                    "code": code,
                    "label": label,
                    "values": self._values(
                        measure, partial(part_and_base, measure, by, code, self.area.code)
                    ),
                }
                for by in measure.breakdowns
                for code, label in self.labels[by].items()
            ]
            or None,
        }

    def _values(self, measure: Measure, places: Places) -> list[dict[str, Any]]:
        known = self._known(measure, places)
        return [
            {
                "period": column.code,
                **self._cell(*places(column.period)),
                "direction": direction_in(measure, column.period, known),
            }
            for column in self.columns
        ]

    def _cell(self, number_at: Figure, base_at: Figure | None) -> dict[str, object]:
        number = self.printed[number_at]
        base = None if base_at is None else self.printed[base_at]
        percent = None if base_at is None else printed_cell(number, base=base).percent
        is_hidden = number is None or (base_at is not None and base is None)
        return {
            "number": number,
            "denominator": base,
            "percent": percent,
            **({"symbol": SYMBOL} if is_hidden else {}),
        }

    def _known(self, measure: Measure, places: Places) -> dict[Period, Compared]:
        """The figures that an arrow may compare: all that are printed, of this report or another.

        Of a period without any record, 0 is no figure to compare with.
        """
        periods = {
            period
            for column in self.columns
            for period in (column.period, compared_period(measure, column.period))
            if period is not None
        }
        counted = CAF2_COMMENCED if measure.code == CAF2_COMMENCED else CONTACTS
        known = {}
        for period in periods:
            number_at, base_at = places(period)
            of_all, _ = number_and_base(INPUTS_BY_CODE[counted], self.area.code, period)
            number = self.printed.get(number_at)
            base = None if base_at is None else self.printed.get(base_at)
            is_recorded = self.printed.get(of_all, 0) != 0
            is_printed = number is not None and (base_at is None or base is not None)
            if is_recorded and is_printed:
                known[counted_period(measure.basis, period)] = Compared(number or 0, base)
        return known
