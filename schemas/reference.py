"""Reference data: code lists with their labels, referrer types, agencies, areas; who I am."""

from marshmallow import fields

from domain.access import Role
from schemas.base import AnswerSchema, QuerySchema
from schemas.fields import Code, Instant, ListOf, LocalDate, Part, Text, Whole


class ReferenceQuerySchema(QuerySchema):
    """Whose own words to show."""

    authority = Text(
        max_length=9,
        description="An authority's ONS code: its own labels, types and aliases.",
        example="E06000004",
        metadata={"pattern": "^[EWSN][0-9]{8}$"},
    )


class CodeSchema(AnswerSchema):
    """A code and its label."""

    code = Text(max_length=100)
    label = Text(max_length=200)


class CodesSchema(AnswerSchema):
    """A code list."""

    items = ListOf(Part(CodeSchema), max_items=1000)


class ReferrerTypeSchema(CodeSchema):
    """A referrer type, used from the one London day to the other."""

    group = Text(max_length=50)
    position = Whole(description="Its place in Table 1.")
    census_source = Text(
        max_length=2,
        allow_none=True,
        description="The census' referral source; null where the record's detail decides.",
    )
    valid_from = LocalDate(allow_none=True)
    valid_to = LocalDate(allow_none=True)
    aliases = ListOf(
        Text(max_length=100),
        max_items=10_000,
        description="The authority's wordings for it, in the form in which they are compared.",
    )


class ReferrerTypesSchema(AnswerSchema):
    """The referrer types, in the order of Table 1."""

    items = ListOf(Part(ReferrerTypeSchema), max_items=1000)


class AgencySchema(CodeSchema):
    """An agency that sends records to an authority."""

    authority = Text(max_length=9)
    kind = Text(max_length=50)


class AgenciesSchema(AnswerSchema):
    """Agencies, by authority and code."""

    items = ListOf(Part(AgencySchema), max_items=10_000)


class AreaOfReportsSchema(CodeSchema):
    """An area that reports can be about."""

    authorities = ListOf(Text(max_length=9), max_items=1000)


class AreasSchema(AnswerSchema):
    """The areas."""

    items = ListOf(Part(AreaOfReportsSchema), max_items=10_000)


class MeSchema(AnswerSchema):
    """Whose key it is, and what it may do where."""

    key_id = Text(max_length=12)
    name = Text(max_length=200)
    agency = Text(max_length=64, allow_none=True)
    roles = fields.Dict(
        keys=Text(max_length=9),
        values=ListOf(Code(Role)),
        metadata={"description": "The roles by authority."},
    )
    expires_at = Instant(allow_none=True)
