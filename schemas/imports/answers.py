"""Imports as they are answered: a summary, a page of them, a page of results."""

from domain.imports import ImportFormat, ImportMode, ImportState, RecordResult
from schemas.base import AnswerSchema, QuerySchema
from schemas.fields import Code, Flag, Identifier, Instant, ListOf, Part, Text, Whole

_LIMIT = "At most so many a page."


class ImportsQuerySchema(QuerySchema):
    """Which page of the imports."""

    limit = Whole(minimum=1, maximum=200, load_default=50, description=_LIMIT)
    cursor = Identifier(description="Where the next page begins, from `next`.")


class ImportQuerySchema(QuerySchema):
    """How an import is written."""

    mode = Code(
        ImportMode,
        load_default=ImportMode.PARTIAL,
        description="`partial`: every good record is written. `atomic`: all or none.",
    )
    dry_run = Flag(
        load_default=False,
        description="Try it: everything is judged as if it were written, and nothing is.",
    )


class ImportResultsQuerySchema(QuerySchema):
    """Which results, and in which format."""

    result = Code(RecordResult, description="Only the records of this result.")
    format = Text(
        max_length=10,
        description="The format, in place of `Accept`. `ndjson` and `csv` give all results at "
        "once, without `limit` and `cursor`.",
        metadata={"enum": ["json", "ndjson", "csv"]},
    )
    limit = Whole(minimum=1, maximum=200, load_default=50, description=_LIMIT)
    cursor = Whole(
        minimum=0,
        maximum=2_147_483_647,
        description="Where the next page begins, from `next`.",
    )


class ImportFindingSchema(AnswerSchema):
    """One thing that is wrong with a record, or (in `warnings`) that should be better."""

    at_times = frozenset({"pointer", "column", "contact", "caf"})

    pointer = Text(
        max_length=500,
        description="Where in the record, as an RFC 6901 pointer.",
        example="/child/date_of_birth",
    )
    column = Text(
        max_length=200,
        description="In which column of a CSV file, instead of a pointer.",
        example="child.date_of_birth",
    )
    code = Text(max_length=64, description="Stable, for programs.", example="not_a_date")
    detail = Text(max_length=500, description="For people; may change between versions.")
    contact = Text(
        max_length=200, description="Where the record is that was sent under this reference."
    )
    caf = Text(max_length=200, description="Where the CAF is that was sent under this reference.")


class ImportErrorSchema(ImportFindingSchema):
    """One thing that is wrong with one record of an import."""

    line = Whole(minimum=1, description="Where the record begins in what was sent, from 1.")
    agency_reference = Text(
        max_length=100, allow_none=True, description="Null when it could not be read."
    )


class ImportItemSchema(AnswerSchema):
    """An import: what was asked for, how far it is, and how many records of each result."""

    id = Identifier()
    agency = Text(
        max_length=100,
        allow_none=True,
        description="The agency that sent it; null for the authority itself.",
    )
    recorded_by = Text(max_length=200, description="The name of the key.")
    mode = Code(ImportMode)
    dry_run = Flag(description="Whether it was only tried: nothing was written but this report.")
    format = Code(ImportFormat, description="What it was sent as.")
    state = Code(
        ImportState,
        description="`running`, also of an import that a stop of the server or the database cut "
        "off (to send all of it again is safe); or how it ended: `finished`; `refused`, an atomic "
        "import with something wrong, of which nothing was written; `broken_off`, its sender "
        "stopped before the end; `failed`, we could not go on.",
    )
    received = Whole(minimum=0, description="The records of which there is a result.")
    created = Whole(minimum=0, description="New records; in a dry run, those that would be.")
    replayed = Whole(minimum=0, description="Sent before with the same content.")
    conflicting = Whole(minimum=0, description="Sent before with other content.")
    rejected = Whole(minimum=0, description="Refused.")
    unwritten = Whole(
        minimum=0,
        description="Good records of an atomic import that were not written because of others.",
    )
    with_warnings = Whole(minimum=0, description="Records in which something should be better.")
    last_line = Whole(
        minimum=0, description="The line at which the last of these records begins; 0 for none."
    )
    started_at = Instant()
    finished_at = Instant(allow_none=True, description="Null until it has ended.")
    results = Text(max_length=2000, description="The URL of the results, record by record.")


class ImportSchema(ImportItemSchema):
    """An import with the first of its errors."""

    errors = ListOf(
        Part(ImportErrorSchema), max_items=100, description="The first 100; all are in `results`."
    )


class ImportPageSchema(AnswerSchema):
    """One page of the imports."""

    items = ListOf(Part(ImportItemSchema), max_items=200)
    next = Text(
        max_length=2000,
        allow_none=True,
        description="The URL of the next page; null on the last.",
    )


class ImportResultSchema(AnswerSchema):
    """What became of one record of an import."""

    line = Whole(minimum=1, description="Where the record begins in what was sent, from 1.")
    agency_reference = Text(
        max_length=100, allow_none=True, description="Null when it could not be read."
    )
    result = Code(RecordResult)
    id = Identifier(
        allow_none=True,
        description="The record's, in a row of a CAF the CAF's; null when there is none.",
    )
    errors = ListOf(Part(ImportFindingSchema), max_items=1000)
    warnings = ListOf(Part(ImportFindingSchema), max_items=1000)


class ImportResultPageSchema(AnswerSchema):
    """One page of an import's results."""

    items = ListOf(Part(ImportResultSchema), max_items=200)
    next = Text(
        max_length=2000,
        allow_none=True,
        description="The URL of the next page; null on the last.",
    )
