"""Feedback: its query and the report."""

from domain.vocabulary import AgencyKind, Outcome
from schemas.base import AnswerSchema
from schemas.fields import Code, ListOf, LocalDate, Part, Text
from schemas.reports.shared import (
    DISCLOSURE_CONTROL,
    FORMAT,
    AreaAndPeriodSchema,
    AreaSchema,
    FigureSchema,
    PeriodSchema,
)


class FeedbackQuerySchema(AreaAndPeriodSchema):
    """Of which area and period."""

    area = Text(
        max_length=64,
        required=True,
        description="An authority (`E06000004`) or a partnership (`tees-mash`) to each authority "
        "of which your agency submits.",
        example="E06000004",
    )
    format = FORMAT


class FeedbackFigureSchema(FigureSchema):
    """All contacts."""


class FeedbackReasonSchema(FigureSchema):
    """Contacts of an outcome that ended for one reason."""

    code = Text(
        max_length=100,
        description="A reason, or `not_released`: one that is not told to senders, or none given.",
    )
    label = Text(max_length=200)


class FeedbackOutcomeSchema(FigureSchema):
    """Contacts of one outcome."""

    code = Code(Outcome)
    label = Text(max_length=200)
    reasons = ListOf(
        Part(FeedbackReasonSchema),
        description="Of contacts closed and logged or given no further action.",
    )


class FeedbackFiguresSchema(AnswerSchema):
    """What became of contacts."""

    contacts = Part(FeedbackFigureSchema)
    outcomes = ListOf(Part(FeedbackOutcomeSchema))


class FeedbackAgencySchema(AnswerSchema):
    """The caller's agency."""

    code = Text(max_length=100)
    name = Text(max_length=200)


class FeedbackKindSchema(AnswerSchema):
    """What sort of organisation it is."""

    code = Code(AgencyKind)
    label = Text(max_length=200)


class FeedbackSchema(AnswerSchema):
    """What became of an agency's own records, beside all agencies of its kind."""

    title = Text(max_length=200)
    area = Part(AreaSchema)
    agency = Part(FeedbackAgencySchema)
    kind = Part(
        FeedbackKindSchema,
        allow_none=True,
        description="Null where it is of different kinds in the area's authorities.",
    )
    period = Part(PeriodSchema)
    position_on = LocalDate(
        allow_none=True,
        description="The London day at whose end `own_then` and `all_of_kind` stand (of several "
        "authorities the last of theirs); null without them.",
    )
    disclosure_control = DISCLOSURE_CONTROL
    own = Part(FeedbackFiguresSchema, description="What the agency sent, exact, as it stands now.")
    own_then = Part(
        FeedbackFiguresSchema,
        allow_none=True,
        description="The same as it stood at the end of `position_on`: what `all_of_kind` is to "
        "be compared with.",
    )
    all_of_kind = Part(
        FeedbackFiguresSchema,
        allow_none=True,
        description="All agencies of the kind, this one among them. For a whole quarter whose "
        "reporting lag is over, where at least 3 others sent contacts; null otherwise, and a note "
        "says why. The same whenever it is asked.",
    )
    notes = ListOf(Text(max_length=500))
