"""Delays: their query and the report."""

from schemas.base import AnswerSchema
from schemas.fields import Flag, ListOf, LocalDate, Part, Percentage, Text, Whole
from schemas.reports.shared import AreaAndPeriodSchema, AreaSchema, PeriodSchema


class DelaysQuerySchema(AreaAndPeriodSchema):
    """Of which area; and of which period the share decided in time is."""

    is_period_required = False


class _PastSchema(AnswerSchema):
    """Open contacts, and how many of them are past which clock."""

    total = Whole(minimum=0, description="All that are open.")
    past_decision = Whole(
        minimum=0, description="Not decided on by the end of the next working day."
    )
    past_information_gathering = Whole(
        minimum=0, description="Neither closed nor accepted by the end of the fifth working day."
    )
    section_47_not_moved = Whole(
        minimum=0,
        description="With a section 47 threshold that was met, and not moved on the same day.",
    )


class WorkingDaysSchema(AnswerSchema):
    """How many are open for so many working days."""

    working_days = Whole(
        minimum=0, allow_none=True, description="Null: the calendar of working days does not reach."
    )
    number = Whole(minimum=0)


class OpenSchema(_PastSchema):
    """All that are open."""

    by_working_days = ListOf(Part(WorkingDaysSchema), max_items=10_000)


class OpenOfSchema(_PastSchema):
    """Those of a team or of a referrer type."""

    code = Text(max_length=200)
    label = Text(max_length=200)


class DecidedInTimeSchema(AnswerSchema):
    """Of the contacts received in a period, those that were decided on in time.

    Those whose day has not passed, and on which nothing is decided, are left out.
    """

    period = Part(PeriodSchema)
    number = Whole(minimum=0)
    denominator = Whole(minimum=0)
    percent = Percentage()


class OpenContactSchema(AnswerSchema):
    """An open contact."""

    authority = Text(max_length=9)
    id = Text(max_length=36, description="The contact's id.")
    received_on = LocalDate()
    referrer_type = Text(max_length=100)
    team = Text(max_length=200, allow_none=True)
    working_days = Whole(minimum=0, allow_none=True)
    past_decision = Flag()
    past_information_gathering = Flag()
    section_47_not_moved = Flag()


class DelaysSchema(AnswerSchema):
    """Which contacts are open, how long, and which are past a clock."""

    at_times = frozenset({"records"})

    area = Part(AreaSchema)
    on = LocalDate(description="The London day of which it is.")
    open = Part(OpenSchema)
    by_team = ListOf(Part(OpenOfSchema), max_items=10_000, description="`none`: with no team yet.")
    by_referrer_type = ListOf(Part(OpenOfSchema), max_items=1_000)
    decided_in_time = Part(DecidedInTimeSchema)
    records = ListOf(
        Part(OpenContactSchema),
        max_items=1_000,
        description="For who decides in each authority of the area: the open contacts, the worst "
        "first; at most 1,000.",
    )
