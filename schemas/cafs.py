"""CAF records: the body that is sent, the patch, the record as answered, the query of the list."""

from typing import Any

from marshmallow import fields

from domain.caf import FIRST_STAGE, LAST_STAGE, CafAgencyKind
from schemas.base import AnswerSchema, DraftSchema, FindingSchema, QuerySchema, page_schema
from schemas.contacts import ChildSchema
from schemas.fields import Code, Flag, Identifier, Instant, ListOf, LocalDate, Part, Text, Whole
from schemas.records import ChildAnswerSchema


class CafFields:
    """The plain fields of a CAF that are sent and shown again."""

    agency_kind = Code(
        CafAgencyKind,
        required=True,
        description="What kind of agency leads it: a code of `/v1/reference/caf-agency-kinds`.",
        example="health_visitors",
    )
    stage = Whole(
        minimum=FIRST_STAGE,
        maximum=LAST_STAGE,
        allow_none=True,
        description="1 or 2; reports count the CAFs of stage 2.",
        example=2,
    )
    commenced_on = LocalDate(
        required=True, description="The London day on which it commenced.", example="2013-11-04"
    )
    closed_on = LocalDate(
        allow_none=True, description="The last London day on which it was active; null while it is."
    )
    lead_agency = Text(
        max_length=200,
        allow_none=True,
        description="The name of the agency that leads it.",
        example="Sample Health Visiting Team",
    )


class CafSchema(CafFields, DraftSchema):
    """A CAF as sent."""

    agency = Text(
        max_length=64,
        allow_none=True,
        description="The code of the agency whose record it is. A sender may leave it out; the "
        "authority names it.",
        example="north-tees-health",
    )
    agency_reference = Text(
        max_length=100,
        required=True,
        description="Your own reference: unique for your agency's CAFs within the authority.",
        example="CAF-2013-0417",
    )
    child = Part(ChildSchema, required=True)


class CafPatchSchema(CafSchema):
    """A merge patch of a CAF: what is left out stays, null clears.

    The fixed fields are read all the same, so that whoever sends one is told that it is fixed.
    """

    fixed = frozenset({"agency", "agency_reference"})

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Keep the fixed fields out of the document."""
        super().on_bind_field(field_name, field_obj)
        if field_name in self.fixed:
            field_obj.metadata = {**field_obj.metadata, "x-fixed": True}


class CafRecordSchema(CafFields, AnswerSchema):
    """A CAF as it is now, for the caller that reads it."""

    id = Identifier(description="The record's id (UUIDv7).")
    authority = Text(max_length=9)
    agency = Text(max_length=64)
    agency_reference = Text(max_length=100)
    child = Part(ChildAnswerSchema)
    warnings = ListOf(
        Part(FindingSchema), max_items=1000, description="What should be better about the record."
    )
    version = Whole(description="The number in the `ETag`.")
    created_at = Instant()
    updated_at = Instant()


CafRecordPageSchema = page_schema(CafRecordSchema)


class CafQuerySchema(QuerySchema):
    """Which CAFs to list."""

    commenced_from = LocalDate(description="First London day of commencing.")
    commenced_to = LocalDate(description="Last London day of commencing, included.")
    agency_kind = Code(CafAgencyKind, description="What kind of agency leads it.")
    stage = Whole(minimum=FIRST_STAGE, maximum=LAST_STAGE, description="Its stage.")
    agency = Text(max_length=64, description="A code of `/v1/reference/agencies`.")
    agency_reference = Text(max_length=100, description="The agency's own reference.")
    open = Flag(description="Whether it has no closing date.")
    updated_since = Text(
        max_length=500,
        description="An instant, or the last `cursor`: gives changed records, oldest change first.",
    )
    limit = Whole(
        minimum=1, maximum=200, load_default=50, description="At most so many records a page."
    )
    cursor = Text(max_length=500, description="Where the next page begins, from `next`.")
