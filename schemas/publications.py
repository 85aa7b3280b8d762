"""Publications: what is asked for, and what was published."""

from domain.publications import PublishedReport
from schemas.base import AnswerSchema, DraftSchema, QuerySchema
from schemas.fields import Code, Identifier, Instant, ListOf, LocalDate, Part, Text, Whole
from schemas.reports.shared import AreaSchema, PeriodSchema

_AREA = "An authority (`E06000004`) or a partnership (`tees-mash`)."


class PublicationSchema(DraftSchema):
    """What to publish: a report of an area and a period that has ended."""

    area = Text(max_length=64, required=True, description=_AREA, example="E06000004")
    report = Code(PublishedReport, required=True, description="Which report.")
    period = Text(
        max_length=20,
        required=True,
        description="A financial quarter or year, such as `2013-14-Q4` or `2013-14`; of Inputs a "
        "quarter.",
        example="2013-14-Q4",
        metadata={"pattern": "^[0-9]{4}-[0-9]{2}(-Q[1-4])?$"},
    )
    as_at = Instant(
        allow_none=True,
        description="The report as the system knew it at this instant. Default: now, or the "
        "instant at which what belongs together with it was published.",
        example="2014-04-14T17:00:00Z",
    )


class PublicationQuerySchema(QuerySchema):
    """Which publications to list."""

    area = Text(max_length=64, description=f"{_AREA} Default: all yours.", example="E06000004")
    limit = Whole(
        minimum=1, maximum=200, load_default=50, description="At most so many publications a page."
    )
    cursor = Identifier(description="Where the next page begins, from `next`.")


class PublishedPeriodSchema(PeriodSchema):
    """The period that was published."""

    code = Text(max_length=20)


class HiddenSchema(AnswerSchema):
    """How many figures are hidden, of those that this publication printed first."""

    first = Whole(minimum=0, description="Because they are 1 to 5.")
    further = Whole(minimum=0, description="So that none of the first can be worked out.")


class PublicationRecordSchema(AnswerSchema):
    """A report that was published."""

    id = Text(max_length=36)
    area = Part(AreaSchema)
    report = Code(PublishedReport)
    period = Part(PublishedPeriodSchema)
    as_at = Instant(description="The instant as at which the system's knowledge is shown.")
    position_on = LocalDate(description="The London day at whose end the figures stand.")
    published_at = Instant()
    published_by = Text(
        max_length=200, description="The name of the key, or of who published it on the server."
    )
    hidden = Part(HiddenSchema)
    url = Text(max_length=500, description="Where partners read it.")


class PublicationPageSchema(AnswerSchema):
    """One page of the publications."""

    items = ListOf(Part(PublicationRecordSchema), max_items=200)
    next = Text(
        max_length=2000,
        allow_none=True,
        description="The URL of the next page; null on the last.",
    )
