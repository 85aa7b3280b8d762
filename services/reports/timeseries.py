"""Time series of the measures of Inputs: by day, week, month or quarter, zero-filled."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.database import Database
from domain.access import Principal
from domain.measures.direction import Figure
from domain.measures.inputs import CAF2_COMMENCED
from domain.measures.measure import Measure
from domain.measures.series import GroupBy, Interval, points_of, start_of
from domain.periods import Period
from domain.vocabulary import LABELS, Outcome
from models import AgencySetting
from services.cafs.commenced import cafs_commenced_on
from services.ledger.breakdown import Facts, counted_by_facts
from services.reference.current import agency_settings
from services.reference.referrer_types import referrer_types_of
from services.reports.areas import Area, find_area, reading_scope
from services.reports.inputs_figures import FACTS_COUNTED, figure_of

_FIELD = {
    GroupBy.REFERRER_TYPE: "referrer_type",
    GroupBy.AGENCY: "agency_code",
    GroupBy.OUTCOME: "outcome",
}
Groups = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which series: of a measure in an area and period, in points, all in one or apart."""

    area: str
    measure: Measure
    period: Period
    by: Interval
    group_by: GroupBy | None


def timeseries(database: Database, principal: Principal, asked: Asked) -> dict[str, Any]:
    """Read a time series in the contract's shape (api.md, "Reports"), as things stand now.

    A contact belongs to the point in which it was received, a CAF to that in which it commenced.
    Raises as `find_area` does, and `SeriesError` for too many points.
    """
    points = points_of(asked.period, asked.by)
    with database.reports_transaction(reading_scope(principal)) as session:
        area = find_area(session, principal, asked.area)
        if asked.measure.code == CAF2_COMMENCED:
            series = [_series(None, points, _cafs(session, area, asked), asked)]
        else:
            series = list(_of_contacts(session, area, asked, points))
    return {
        "area": {"code": area.code, "name": area.name},
        "measure": asked.measure.code,
        "by": asked.by,
        "group_by": asked.group_by,
        "series": series,
    }


def _of_contacts(
    session: Session, area: Area, asked: Asked, points: Sequence[Period]
) -> Iterable[dict[str, Any]]:
    field = _FIELD[asked.group_by] if asked.group_by else None
    facts = counted_by_facts(
        session,
        authorities=area.authorities,
        received=asked.period,
        asked=FACTS_COUNTED | ({field} if field else set()),
        by=asked.by,
    )
    if field is None:
        yield _series(None, points, _figures(asked.measure, facts), asked)
        return
    apart: defaultdict[str, list[Facts]] = defaultdict(list)
    for each in facts:
        apart[getattr(each, field)].append(each)
    groups = _groups(session, area, asked)
    for code in [*groups, *sorted(apart.keys() - groups.keys())]:
        group = {"code": code, "label": groups.get(code, code)}
        yield _series(group, points, _figures(asked.measure, apart[code]), asked)


def _figures(measure: Measure, facts: Iterable[Facts]) -> dict[date | None, Figure]:
    at: defaultdict[date | None, list[Facts]] = defaultdict(list)
    for each in facts:
        at[each.start].append(each)
    return {start: figure_of(measure, found) for start, found in at.items()}


def _cafs(session: Session, area: Area, asked: Asked) -> dict[date | None, Figure]:
    days = cafs_commenced_on(session, authorities=area.authorities, commenced=asked.period)
    numbers: defaultdict[date | None, int] = defaultdict(int)
    for day, number in days.items():
        numbers[start_of(day, asked.by)] += number
    return {start: Figure(number) for start, number in numbers.items()}


def _groups(session: Session, area: Area, asked: Asked) -> Groups:
    if asked.group_by is GroupBy.OUTCOME:
        return {each.value: label for each, label in LABELS[Outcome].items()}
    if asked.group_by is GroupBy.AGENCY:
        of_area = AgencySetting.authority_code.in_(area.authorities)
        agencies = session.scalars(agency_settings().where(of_area))
        return {each.agency_code: each.name for each in agencies}
    types = referrer_types_of(session, area.authorities, own_labels=area.is_one_authority)
    period = asked.period
    return {each.code: each.label for each in types if each.is_used(period.start, period.end)}


def _series(
    group: dict[str, str] | None,
    points: Sequence[Period],
    figures: Mapping[date | None, Figure],
    asked: Asked,
) -> dict[str, Any]:
    nothing = Figure(0, 0 if asked.measure.is_proportion else None)
    return {
        "group": group,
        "points": [
            {
                "from": point.start,
                "to": point.end,
                "number": figure.number,
                "denominator": figure.denominator,
                "percent": figure.percent,
            }
            for point in points
            for figure in [figures.get(start_of(point.start, asked.by), nothing)]
        ],
    }
