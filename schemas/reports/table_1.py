"""Table 1: its query, the table, and what moved in it."""

from domain.vocabulary import Outcome
from schemas.base import AnswerSchema
from schemas.fields import Code, Flag, Instant, ListOf, LocalDate, Part, Text, Whole
from schemas.reports.shared import (
    DISCLOSURE_CONTROL,
    FORMAT,
    AreaSchema,
    FigureSchema,
    PeriodSchema,
    PositionSchema,
)


class Table1QuerySchema(PositionSchema):
    """Which table; as known and as it stood when."""

    as_at = Instant(
        description="The table as the system knew it at this instant: submissions, corrections, "
        "decisions and reference data recorded by then. Default: now.",
        example="2014-04-14T17:00:00Z",
    )
    format = FORMAT


class Table1ChangesQuerySchema(PositionSchema):
    """Which table, and the two instants between which it moved."""

    as_at = Instant(
        required=True,
        description="The instant whose table is looked at.",
        example="2014-05-01T09:00:00Z",
    )
    against = Instant(
        required=True,
        description="The instant whose table it is compared with, usually the earlier one.",
        example="2014-04-14T17:00:00Z",
    )


class ColumnSchema(AnswerSchema):
    """A column of a table."""

    code = Text(max_length=50)
    label = Text(max_length=200)


class CellSchema(FigureSchema):
    """A number, and its percentage of the column's total, rounded half up to one decimal."""


class CellsSchema(AnswerSchema):
    """The cells of a row, by column."""

    closed_and_logged = Part(CellSchema)
    no_further_action = Part(CellSchema)
    to_assessment = Part(CellSchema)
    yet_to_proceed = Part(CellSchema)
    total = Part(CellSchema)


class Table1RowSchema(AnswerSchema):
    """One referrer type."""

    referrer_type = Text(max_length=100)
    label = Text(max_length=200)
    cells = Part(CellsSchema)


class Table1Schema(AnswerSchema):
    """Table 1: breakdown of cases and referrers."""

    title = Text(max_length=200)
    area = Part(AreaSchema)
    period = Part(PeriodSchema)
    as_at = Instant(allow_none=True, description="Null: as the system knows it now.")
    position_on = LocalDate(allow_none=True, description="Null: now.")
    settled = Flag(
        description="False where a write that began before `as_at` is still open: it may still "
        "change what was known then. A settled table is the same for ever."
    )
    ruleset_version = Text(max_length=20)
    disclosure_control = DISCLOSURE_CONTROL
    columns = ListOf(Part(ColumnSchema))
    rows = ListOf(Part(Table1RowSchema))
    totals = Part(CellsSchema)
    awaiting_decision = Whole(
        minimum=0,
        allow_none=True,
        description="How many of yet to proceed are contacts awaiting a decision; null where it is "
        "hidden.",
    )
    notes = ListOf(Text(max_length=500))


class MovedCellSchema(AnswerSchema):
    """A cell of Table 1 that moved."""

    referrer_type = Text(max_length=100)
    outcome = Code(Outcome)
    before = Whole(description="The number as at `against`.")
    after = Whole(description="The number as at `as_at`.")


class MoveSchema(AnswerSchema):
    """What a record added to a cell, or took from it."""

    referrer_type = Text(max_length=100)
    outcome = Code(Outcome)
    number = Whole(description="1 into the cell, -1 out of it.")


class MovedRecordSchema(AnswerSchema):
    """A record that moved the table."""

    authority = Text(max_length=9)
    id = Text(max_length=36, description="The contact's id.")
    received_on = LocalDate()
    changed_at = Instant(description="When the last of what moved it was recorded.")
    causes = ListOf(
        Text(max_length=20),
        description="What moved it: `late_arrival`, `correction`, `decision`.",
    )
    moves = ListOf(Part(MoveSchema))


class Table1ChangesSchema(AnswerSchema):
    """What moved in Table 1 between two instants."""

    at_times = frozenset({"records", "records_in_all"})

    area = Part(AreaSchema)
    period = Part(PeriodSchema)
    as_at = Instant()
    against = Instant()
    position_on = LocalDate(allow_none=True, description="Null: now.")
    settled = Flag(description="Whether both tables are settled.")
    cells = ListOf(
        Part(MovedCellSchema), description="The cells that differ, in the table's order."
    )
    records = ListOf(
        Part(MovedRecordSchema),
        max_items=1_000,
        description="For who decides in each authority of the area: the records that moved the "
        "table, the one that was changed first comes first; at most 1,000.",
    )
    records_in_all = Whole(description="How many records moved it, listed or not.")
