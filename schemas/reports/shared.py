"""What the reports share: an area, a period, and how to ask for them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import validates_schema

from schemas.base import AnswerSchema, QuerySchema
from schemas.fields import LocalDate, Percentage, Text, Whole
from schemas.findings import coded

AREA = Text(
    max_length=64,
    required=True,
    description="An authority (`E06000004`), a partnership (`tees-mash`) or England "
    "(`E92000001`: every authority that you may read).",
    example="E06000004",
)


FORMAT = Text(
    max_length=10,
    description="The format, in place of `Accept`.",
    metadata={"enum": ["json", "csv"]},
)


DISCLOSURE_CONTROL = Text(
    max_length=20,
    description="`none`: exact figures. `applied`: figures as published, small ones and those that "
    "would give them away hidden (`symbol`).",
    metadata={"enum": ["none", "applied"]},
)

SYMBOL = Text(
    max_length=1,
    description="Only where something is hidden: `c`, for a number of 1 to 5 or one that would "
    "give such a number away. What is hidden is null.",
    metadata={"enum": ["c"]},
)


class FigureSchema(AnswerSchema):
    """A number and its percentage, either of which may be hidden."""

    at_times = frozenset({"symbol"})

    number = Whole(minimum=0, allow_none=True, description="Null where it is hidden.")
    percent = Percentage(
        allow_none=True,
        description="Null where it is hidden, or the number that it is a percentage of.",
    )
    symbol = SYMBOL


class AreaAndPeriodSchema(QuerySchema):
    """An area, and a period by its code or its two days."""

    is_period_required = True

    area = AREA
    period = Text(
        max_length=20,
        description="A financial quarter or year, such as `2013-14-Q4` or `2013-14`.",
        example="2013-14-Q4",
        metadata={"pattern": "^[0-9]{4}-[0-9]{2}(-Q[1-4])?$"},
    )
    from_ = LocalDate(data_key="from", description="First London day, with `to`.")
    to = LocalDate(description="Last London day, included.")

    @validates_schema
    def _is_one_period(self, data: Mapping[str, Any], **_: object) -> None:
        days = data.keys() & {"from_", "to"}
        if "period" in data and days:
            detail = "Give period, or from and to, not both."
            raise coded(code="given_twice", detail=detail, field="period")
        if self.is_period_required and "period" not in data and not days:
            detail = "Give period (such as 2013-14-Q4), or from and to."
            raise coded(code="required", detail=detail, field="period")
        for name, parameter in (("from_", "from"), ("to", "to")):
            if days and name not in data:
                detail = "from and to go together."
                raise coded(code="required", detail=detail, field=parameter)


class PositionSchema(AreaAndPeriodSchema):
    """An area and a period, and the day of which the figures are."""

    position_on = LocalDate(
        description="Contacts received by the end of this London day, and decisions dated on it "
        "or before. Default: now.",
        example="2014-04-14",
    )


class AreaSchema(AnswerSchema):
    """An area."""

    code = Text(max_length=64)
    name = Text(max_length=200)


class PeriodSchema(AnswerSchema):
    """A period: its first and last London day, both included."""

    label = Text(max_length=50)
    from_ = LocalDate(data_key="from", attribute="from")
    to = LocalDate()
