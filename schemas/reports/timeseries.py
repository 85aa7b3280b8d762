"""Time series: their query and the series."""

from enum import StrEnum

from domain.measures.inputs import INPUTS
from domain.measures.series import MOST_POINTS, GroupBy, Interval
from schemas.base import AnswerSchema, QuerySchema
from schemas.fields import Code, ListOf, LocalDate, Part, Percentage, Text, Whole
from schemas.reports.shared import AREA, AreaSchema

InputsMeasure = StrEnum("InputsMeasure", [(each.code.upper(), each.code) for each in INPUTS])  # type: ignore[misc]


class TimeseriesQuerySchema(QuerySchema):
    """Which series: a measure in an area, between two days, in points."""

    area = AREA
    measure = Code(InputsMeasure, required=True, description="A measure of Inputs.")
    from_ = LocalDate(data_key="from", required=True, description="First London day.")
    to = LocalDate(required=True, description="Last London day, included.")
    by = Code(Interval, required=True, description="How long a point is; a week begins on Monday.")
    group_by = Code(
        GroupBy, description="One series for each referrer type, agency or outcome. Not for CAFs."
    )


class GroupSchema(AnswerSchema):
    """What a series is about."""

    code = Text(max_length=100)
    label = Text(max_length=200)


class PointSchema(AnswerSchema):
    """A point: its days, both included, and the measure in them."""

    from_ = LocalDate(data_key="from", attribute="from")
    to = LocalDate()
    number = Whole(minimum=0)
    denominator = Whole(minimum=0, allow_none=True, description="Null for a count.")
    percent = Percentage(allow_none=True, description="Null for a count.")


class SeriesSchema(AnswerSchema):
    """A series without gaps."""

    group = Part(GroupSchema, allow_none=True, description="Null where all are in one.")
    points = ListOf(Part(PointSchema), max_items=MOST_POINTS)


class TimeseriesSchema(AnswerSchema):
    """A measure over time."""

    area = Part(AreaSchema)
    measure = Code(InputsMeasure)
    by = Code(Interval)
    group_by = Code(GroupBy, allow_none=True)
    series = ListOf(Part(SeriesSchema), max_items=10_000)
