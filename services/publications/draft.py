"""What a publication is made from, read in one transaction: figures, labels, settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.exact_json import exact_json
from domain.errors import Finding, PublishedBeforeError, UnprocessableError
from domain.measures.columns import Column, column_of, columns_up_to
from domain.measures.inputs import CAF2_COMMENCED, INPUTS
from domain.measures.measure import Measure, with_settings
from domain.periods import Period
from domain.publications import PublishedReport
from domain.working_days import CalendarRangeError
from services.publications.choose import Wanted
from services.publications.family import family_of
from services.publications.figures_printed import figures_of_inputs, figures_of_table_1
from services.publications.inputs import PublishedInputs
from services.publications.reckoning import Figures, Printed, Reckoned, Reckoning, reckon
from services.publications.table_1 import PublishedTable1
from services.publications.words import instant_text
from services.reference.measure_settings import measure_settings_of, reporting_lag_of
from services.reference.referrer_types import referrer_types_of
from services.reports.areas import Area, area_of
from services.reports.inputs_csv import inputs_csv
from services.reports.inputs_labels import Labels, labels_of


@dataclass(frozen=True, slots=True)
class Documents:
    """A report as JSON and as CSV."""

    json: bytes
    csv: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A report before it is chosen what it hides. `rows` are Table 1's, by code and label."""

    area: Area
    report: PublishedReport
    period: Period
    as_at: datetime
    reckoning: Reckoning
    columns: Sequence[Column]
    rows: Mapping[str, str]
    measures: Sequence[Measure]
    labels: Labels

    @property
    def column(self) -> Column:
        """The period's column, which has its position."""
        return self.columns[-1]

    @property
    def wanted(self) -> Wanted:
        """The figures that the report prints, by period in the order in which they are chosen."""
        area = self.area.code
        if self.report is PublishedReport.TABLE_1:
            figures = figures_of_table_1(area, self.period, rows=list(self.rows))
            return Wanted({self.period: figures})
        contacts, cafs = (
            {
                column.period: figures_of_inputs(
                    area, column.period, measures=measures, labels=self.labels
                )
                for column in self.columns
            }
            for measures in (
                [each for each in self.measures if each.code != CAF2_COMMENCED],
                [each for each in self.measures if each.code == CAF2_COMMENCED],
            )
        )
        return Wanted(contacts, cafs)

    def documents(self, chosen: Printed, *, published_at: datetime) -> Documents:
        """The report, once it is chosen what is printed for the first time."""
        printed = self.reckoning.printed | chosen
        if self.report is PublishedReport.TABLE_1:
            table = PublishedTable1(self.area, self.column, self.as_at, self.rows, printed)
            answer = table.as_answer(published_at=published_at)
            return Documents(exact_json(answer), table.as_csv())
        instants = {self.reckoning.periods[each.period].as_at for each in self.columns}
        inputs = PublishedInputs(
            self.area,
            self.columns,
            self.as_at,
            self.measures,
            self.labels,
            printed,
            is_of_one_instant=len(instants) == 1,
        )
        answer = inputs.as_answer(published_at=published_at)
        return Documents(exact_json(answer), inputs_csv(answer))


def draft_of(
    session: Session,
    figures: Figures,
    *,
    area: str,
    report: PublishedReport,
    period: Period,
    otherwise: datetime,
) -> Draft:
    """Read what a report is made from, as at the instant at which its period is fixed.

    Where it is not fixed, as at `otherwise` (aware, settled). Raises `PublishedBeforeError` where
    it is fixed at an instant at which the area was none, or at several, `UnprocessableError` where
    the bank holidays are not known by which its position is counted.
    """
    as_at = figures.instant_of(period, area=area, as_at=otherwise) or otherwise
    known = area_of(session, area, as_at=as_at)
    if known is None or not known.authorities:
        raise _was_no_area(as_at)
    try:
        columns = _columns(session, known, report, period, as_at)
    except CalendarRangeError:
        raise UnprocessableError([_NO_CALENDAR]) from None
    periods = [each.period for each in columns]
    reckoning = reckon(session, figures, area=area, periods=periods, as_at=as_at)
    for each in periods:
        if area not in reckoning.periods[each].family.areas:
            raise _was_no_area(reckoning.periods[each].as_at)
    settings = measure_settings_of(session, known.authorities, as_at=as_at)
    return Draft(
        area=known,
        report=report,
        period=period,
        as_at=as_at,
        reckoning=reckoning,
        columns=columns,
        rows=_rows(session, known, reckoning.periods[period]),
        measures=with_settings(INPUTS, settings),
        labels=labels_of(session, known, period, as_at=as_at),
    )


def _was_no_area(as_at: datetime) -> PublishedBeforeError:
    message = (
        f"What belongs together with this is published as at {instant_text(as_at)}, and then this "
        "area had no authorities."
    )
    return PublishedBeforeError(message)


def _columns(
    session: Session, area: Area, report: PublishedReport, period: Period, as_at: datetime
) -> Sequence[Column]:
    """The columns of Inputs, or Table 1's own, at the positions of the family's longest lag."""
    family = family_of(session, area.code, as_at=as_at)
    lag = reporting_lag_of(session, family.authorities, as_at=as_at)
    if report is PublishedReport.TABLE_1:
        return [column_of(period, reporting_lag=lag)]
    return columns_up_to(period, reporting_lag=lag)


def _rows(session: Session, area: Area, reckoned: Reckoned) -> dict[str, str]:
    """The referrer types of Table 1: those in use in the period, and those that were counted."""
    counted = {
        row
        for authority in area.authorities
        for row, _, _ in (reckoned.figures[authority].contacts or {"cells": ()})["cells"]
    }
    types = referrer_types_of(
        session, area.authorities, own_labels=area.is_one_authority, as_at=reckoned.as_at
    )
    start, end = reckoned.period.start, reckoned.period.end
    return {
        each.code: each.label for each in types if each.code in counted or each.is_used(start, end)
    }


_NO_CALENDAR = Finding(
    "not_a_period",
    "The bank holidays that this period's position is counted by are not known.",
    pointer="/period",
)
