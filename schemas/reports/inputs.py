"""Inputs: its query and the report."""

from domain.measures.columns import Positions
from domain.measures.direction import Direction
from domain.measures.measure import Basis, Breakdown, Polarity
from schemas.base import AnswerSchema, QuerySchema
from schemas.fields import Code, Flag, Instant, ListOf, LocalDate, Part, Percentage, Text, Whole
from schemas.reports.shared import AREA, DISCLOSURE_CONTROL, FORMAT, SYMBOL, AreaSchema


class InputsQuerySchema(QuerySchema):
    """Which Inputs: an area and a quarter; as known and as it stood when."""

    area = AREA
    period = Text(
        max_length=20,
        required=True,
        description="A financial quarter, such as `2013-14-Q4`.",
        example="2013-14-Q4",
        metadata={"pattern": "^[0-9]{4}-[0-9]{2}-Q[1-4]$"},
    )
    positions = Code(
        Positions,
        load_default=Positions.PERIOD_END,
        description="`period_end`: each column stands at the end of its own period plus the "
        "authority's reporting lag, so that like is compared with like. `now`: all as they stand "
        "now.",
    )
    as_at = Instant(
        description="The report as the system knew it at this instant. Default: now.",
        example="2014-04-14T17:00:00Z",
    )
    format = FORMAT


class ColumnOfPeriodSchema(AnswerSchema):
    """A column: the year before, or a quarter."""

    code = Text(max_length=20)
    label = Text(max_length=50)
    from_ = LocalDate(data_key="from", attribute="from")
    to = LocalDate()
    position_on = LocalDate(
        allow_none=True,
        description="The day at whose end its figures stand; null: now. A day still to come is "
        "now, too: the column is not final before it.",
    )


class ValueSchema(AnswerSchema):
    """A measure in a column."""

    at_times = frozenset({"symbol"})

    period = Text(max_length=20, description="The column's code.")
    number = Whole(minimum=0, allow_none=True, description="Null where it is hidden.")
    denominator = Whole(
        minimum=0, allow_none=True, description="Null for a count, and where it is hidden."
    )
    percent = Percentage(
        allow_none=True, description="Null for a count, and where a number of it is hidden."
    )
    direction = Code(
        Direction,
        allow_none=True,
        description="`up` is better performance, whichever way the number went. Null where there "
        "is nothing to compare with, no way is better, or a number that it compares is hidden.",
    )
    symbol = SYMBOL


class BreakdownRowSchema(AnswerSchema):
    """A part of a measure."""

    by = Code(Breakdown, description="What the measure is broken down by in this row.")
    code = Text(max_length=100)
    label = Text(max_length=200)
    values = ListOf(Part(ValueSchema))


class MeasureSchema(AnswerSchema):
    """A measure and its values, in the order of the columns."""

    code = Text(max_length=50)
    label = Text(max_length=200)
    basis = Code(Basis)
    polarity = Code(Polarity, description="Which way is better performance.")
    tolerance = Percentage(
        description="Within it a figure is the same: percentage points of a proportion, per cent "
        "of a count."
    )
    values = ListOf(Part(ValueSchema))
    breakdown = ListOf(Part(BreakdownRowSchema), max_items=10_000, allow_none=True)


class InputsSchema(AnswerSchema):
    """Inputs, as Appendix 2 lays them out."""

    title = Text(max_length=200)
    area = Part(AreaSchema)
    year = Text(max_length=20)
    as_at = Instant(allow_none=True, description="Null: as the system knows it now.")
    positions = Code(Positions)
    settled = Flag(
        description="False where a write that began before `as_at` is still open: it may still "
        "change what was known then."
    )
    disclosure_control = DISCLOSURE_CONTROL
    periods = ListOf(Part(ColumnOfPeriodSchema))
    measures = ListOf(Part(MeasureSchema))
    notes = ListOf(Text(max_length=500))
