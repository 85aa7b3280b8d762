"""Inputs: the first section of the report's Appendix 2 (definitions.md, section 4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.database import Database
from domain.access import Principal
from domain.measures.columns import Column, Positions, column_of, columns_up_to, counted_period
from domain.measures.direction import Figure, compared_period, direction_in
from domain.measures.inputs import CAF2_COMMENCED, INPUTS
from domain.measures.measure import Breakdown, Measure, with_settings
from domain.periods import Period, financial_year_of
from services.cafs.commenced import cafs_commenced
from services.ledger.breakdown import Facts, counted_by_facts
from services.reference.measure_settings import measure_settings_of, reporting_lag_of
from services.reports.areas import Area, find_area, reading_scope
from services.reports.inputs_figures import OF_ALL, Figures, figures_of
from services.reports.inputs_labels import Labels, labels_of
from services.reports.position import position_of

TITLE = "Inputs"
NOTES = (
    "A direction is up where performance is better, whichever way the number went.",
    (
        "Each quarter is compared with the one before; a count of the year to date with the same "
        "point of the year before."
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which Inputs: of an area and a quarter, and as known and as it stood when."""

    area: str
    quarter: Period
    positions: Positions
    as_at: datetime | None


def inputs_report(database: Database, principal: Principal, asked: Asked) -> dict[str, Any]:
    """Read the report in the contract's shape (api.md, "Reports"); percentages are `Decimal`.

    Raises as `find_area` does, `UnprocessableError` for an instant to come, `PeriodError` for a
    period that is no quarter and `CalendarRangeError` where the bank holidays are not known.
    """
    position = position_of(database, principal, as_at=asked.as_at, position_on=None)
    with database.reports_transaction(reading_scope(principal)) as session:
        area = find_area(session, principal, asked.area, as_at=asked.as_at)
        lag = reporting_lag_of(session, area.authorities, as_at=asked.as_at)
        columns = columns_up_to(asked.quarter, reporting_lag=lag)
        settings = measure_settings_of(session, area.authorities, as_at=asked.as_at)
        counting = _Counting(session, area, asked, lag)
        labels = labels_of(session, area, asked.quarter, as_at=asked.as_at)
        measures = [
            _measure(measure, columns, counting.known(measure, columns), labels)
            for measure in with_settings(INPUTS, settings)
        ]
    return {
        "title": TITLE,
        "area": {"code": area.code, "name": area.name},
        "year": financial_year_of(asked.quarter.start).label,
        "as_at": position.as_at,
        "positions": asked.positions,
        "settled": position.is_settled,
        "disclosure_control": "none",
        "periods": [as_period(column, asked.positions) for column in columns],
        "measures": measures,
        "notes": list(NOTES),
    }


class _Counting:
    """Counts each span of days once for all measures, at the position of its own end."""

    def __init__(self, session: Session, area: Area, asked: Asked, reporting_lag: int) -> None:
        self._session = session
        self._authorities = area.authorities
        self._asked = asked
        self._lag = reporting_lag
        self._facts: dict[tuple[Period, date | None], Sequence[Facts]] = {}

    def known(self, measure: Measure, columns: Sequence[Column]) -> dict[Period, Figures]:
        """A measure's figures, by `counted_period`, of the columns and what they compare with."""
        periods = {
            period
            for column in columns
            for period in (column.period, compared_period(measure, column.period))
            if period is not None
        }
        return {
            counted_period(measure.basis, period): self._figures(measure, period)
            for period in periods
        }

    def _figures(self, measure: Measure, period: Period) -> Figures:
        counted = counted_period(measure.basis, period)
        if measure.code == CAF2_COMMENCED:
            return self._cafs(counted)
        position = None
        if self._asked.positions is Positions.PERIOD_END:
            position = column_of(period, reporting_lag=self._lag).position_on
        if (counted, position) not in self._facts:
            self._facts[counted, position] = counted_by_facts(
                self._session,
                authorities=self._authorities,
                received=counted,
                as_at=self._asked.as_at,
                position_on=position,
            )
        return figures_of(measure, self._facts[counted, position])

    def _cafs(self, commenced: Period) -> Figures:
        kinds = cafs_commenced(
            self._session,
            authorities=self._authorities,
            commenced=commenced,
            as_at=self._asked.as_at,
        )
        by_kind = {kind: Figure(number) for kind, number in kinds.items()}
        breakdowns = {Breakdown.CAF_AGENCY_KIND: by_kind}
        return Figures(Figure(sum(kinds.values())), breakdowns, is_recorded=bool(kinds))


def _measure(
    measure: Measure, columns: Sequence[Column], known: Mapping[Period, Figures], labels: Labels
) -> dict[str, Any]:
    return {
        "code": measure.code,
        "label": measure.label,
        "basis": measure.basis,
        "polarity": measure.polarity,
        "tolerance": measure.tolerance,
        "values": _values(measure, columns, known, lambda each: each.total),
        "breakdown": [
            {
                "by": breakdown,
                "code": code,
                "label": label,
                "values": _values(measure, columns, known, _part(measure, breakdown, code)),
            }
            for breakdown in measure.breakdowns
            for code, label in labels[breakdown].items()
        ]
        or None,
    }


def _part(measure: Measure, breakdown: Breakdown, code: str) -> Callable[[Figures], Figure]:
    def part(figures: Figures) -> Figure:
        found = figures.breakdowns[breakdown].get(code)
        if found is not None or not measure.is_proportion:
            return found or Figure(0)
        return Figure(0, figures.total.denominator if breakdown in OF_ALL else 0)

    return part


def _values(
    measure: Measure,
    columns: Sequence[Column],
    known: Mapping[Period, Figures],
    figure_in: Callable[[Figures], Figure],
) -> list[dict[str, Any]]:
    figures = {days: figure_in(each) for days, each in known.items()}
    recorded = {days: figures[days] for days, each in known.items() if each.is_recorded}
    values = []
    for column in columns:
        figure = figures[counted_period(measure.basis, column.period)]
        values.append(
            {
                "period": column.code,
                "number": figure.number,
                "denominator": figure.denominator,
                "percent": figure.percent,
                "direction": direction_in(measure, column.period, recorded),
            }
        )
    return values


def as_period(column: Column, positions: Positions) -> dict[str, Any]:
    """A column in the contract's shape."""
    return {
        "code": column.code,
        "label": column.label,
        "from": column.period.start,
        "to": column.period.end,
        "position_on": column.position_on if positions is Positions.PERIOD_END else None,
    }
