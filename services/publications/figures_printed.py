"""Which figures each report prints, and where each of them stands."""

from collections.abc import Sequence

from domain.disclosure.cafs import COMMENCED, caf_row
from domain.disclosure.inputs import (
    AWAITING_DECISION,
    CLOSED_OR_NFA,
    CLOSED_WITH_ACTIVE_CAF,
    CONTACTS,
    REFERRALS,
    TO_EARLY_HELP,
    agency_row,
    need_row,
    reason_row,
)
from domain.disclosure.tables import Figure
from domain.measures import inputs
from domain.measures.columns import is_quarter
from domain.measures.measure import Breakdown, Measure
from domain.periods import Period, quarters_of
from domain.tabulation import TOTAL
from domain.vocabulary import Outcome
from services.reports.inputs_labels import Labels
from services.reports.table_1 import COLUMNS

Place = tuple[str, str]
NumberAndBase = tuple[Figure, Figure | None]

_ALL = (TOTAL, TOTAL)
# The row and column of each measure's number; that of a share is a share of its measure's.
_PLACES: dict[str, Place] = {
    inputs.CONTACTS: _ALL,
    inputs.CONTACTS_CLOSED_AND_LOGGED: (TOTAL, Outcome.CLOSED_AND_LOGGED),
    inputs.CLOSED_AND_LOGGED_WITH_ACTIVE_CAF: (CLOSED_WITH_ACTIVE_CAF, TOTAL),
    inputs.REFERRALS: (REFERRALS, TOTAL),
    inputs.REFERRALS_NFA: (TOTAL, Outcome.NO_FURTHER_ACTION),
    inputs.CONTACTS_TO_ASSESSMENT: (TOTAL, Outcome.TO_ASSESSMENT),
    inputs.CLOSED_OR_NFA: (TOTAL, CLOSED_OR_NFA),
    inputs.TO_EARLY_HELP: (TO_EARLY_HELP, CLOSED_OR_NFA),
    inputs.CAF2_COMMENCED: (TOTAL, COMMENCED),
    inputs.REFERRAL_REASONS: (REFERRALS, TOTAL),
}


def awaiting_of(area: str, period: Period) -> Figure:
    """Where the number of contacts awaiting a decision stands."""
    return Figure(area, period.code, AWAITING_DECISION, TOTAL)


def figures_of_table_1(area: str, period: Period, *, rows: Sequence[str]) -> list[Figure]:
    """The figures that Table 1 prints, its note's included."""
    code = period.code
    table = [Figure(area, code, row, col) for row in (*rows, TOTAL) for col in (*COLUMNS, TOTAL)]
    return [*table, awaiting_of(area, period)]


def figures_of_inputs(
    area: str, period: Period, *, measures: Sequence[Measure], labels: Labels
) -> list[Figure]:
    """The figures that measures print of a period, breakdowns included, each once."""
    places = [
        place
        for measure in measures
        for place in (
            number_and_base(measure, area, period),
            *(
                part_and_base(measure, by, code, area, period)
                for by in measure.breakdowns
                for code in labels[by]
            ),
        )
    ]
    return list(dict.fromkeys(key for place in places for key in place if key is not None))


def number_and_base(measure: Measure, area: str, period: Period) -> NumberAndBase:
    """Where a measure's number stands, and the number that it is a share of."""
    number = _figure(measure, area, period, _PLACES[measure.code])
    if measure.share_of is None:
        return number, None
    return number, _figure(measure, area, period, _PLACES[measure.share_of])


def part_and_base(
    measure: Measure, by: Breakdown, code: str, area: str, period: Period
) -> NumberAndBase:
    """The same of a row of a measure's breakdown."""
    places: dict[Breakdown, tuple[Place, Place | None]] = {
        Breakdown.REFERRER_TYPE: ((code, CLOSED_OR_NFA), (code, TOTAL)),
        Breakdown.AGENCY: ((agency_row(code), CLOSED_OR_NFA), (agency_row(code), CONTACTS)),
        # A share by reason is of all contacts: those that are not closed have none.
        Breakdown.REASON: ((reason_row(code), CLOSED_OR_NFA), _ALL),
        Breakdown.PRESENTING_NEED: ((need_row(code), REFERRALS), None),
        Breakdown.CAF_AGENCY_KIND: ((caf_row(code), COMMENCED), None),
    }
    number, base = places[by]
    return (
        _figure(measure, area, period, number),
        None if base is None else _figure(measure, area, period, base),
    )


def _figure(measure: Measure, area: str, period: Period, place: Place) -> Figure:
    """CAFs of a whole year are those of the year to date at its last quarter's end."""
    if measure.code == inputs.CAF2_COMMENCED and not is_quarter(period):
        period = quarters_of(period)[-1]
    return Figure(area, period.code, *place)
