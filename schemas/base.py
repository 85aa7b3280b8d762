"""The schemas that the others build on: strict input, drafts, query parameters, problems, pages."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar, NamedTuple, cast

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError
from marshmallow.exceptions import SCHEMA
from marshmallow.fields import Field
from marshmallow.types import StrSequenceOrSet, UnknownOption

from domain.errors import Finding
from schemas.fields import NOT_AN_OBJECT, ListOf, Part, Text, Whole
from schemas.findings import CodedMessage, findings_of, is_safe_name

UNKNOWN_FIELD = CodedMessage("unknown_field", "There is no field of this name.")
UNKNOWN_PARAMETER = CodedMessage("unknown_parameter", "There is no parameter of this name here.")

_BODY_MESSAGES: dict[str, Any] = {"type": NOT_AN_OBJECT, "unknown": UNKNOWN_FIELD}
_QUERY_MESSAGES: dict[str, Any] = {"type": NOT_AN_OBJECT, "unknown": UNKNOWN_PARAMETER}
# A hostile body may hold any number of made-up names: beyond these they are counted, not listed.
_NAMES_LISTED = 50


class StrictSchema(Schema):
    """A schema that refuses unknown fields, and names the nearest known one."""

    error_messages = _BODY_MESSAGES
    values_are_text = False

    class Meta:
        """Unknown fields are errors."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:  # noqa: ARG002
        """Say in the document of text that must not be null that it must not be empty either."""
        if isinstance(field_obj, Text) and not field_obj.allow_none:
            field_obj.metadata = {**field_obj.metadata, "minLength": 1}

    def handle_error(
        self, error: ValidationError, data: object, *, many: bool, **_: object
    ) -> None:
        """Give unknown names their nearest known one, in the order in which they were sent."""
        if not isinstance(error.messages, dict):
            return
        records = enumerate(data) if many and isinstance(data, list) else ((None, data),)
        for index, record in records:
            messages = error.messages if index is None else error.messages.get(index)
            if isinstance(messages, dict) and isinstance(record, Mapping):
                self._name_unknown(messages, record)

    def _name_unknown(self, messages: dict[Any, Any], record: Mapping[str, Any]) -> None:
        unknown_here = self.error_messages["unknown"]
        unknown = [name for name in record if messages.get(name) == [unknown_here]]
        for name in unknown:
            del messages[name]
        known = [field.data_key or name for name, field in self.load_fields.items()]
        for name in unknown[:_NAMES_LISTED]:
            messages[name] = [with_nearest(unknown_here, name=name, known=known)]
        if len(unknown) > _NAMES_LISTED:
            rest = f"{len(unknown) - _NAMES_LISTED} more names are unknown."
            messages.setdefault(SCHEMA, []).append(CodedMessage(UNKNOWN_FIELD.code, rest))


def with_nearest(message: CodedMessage, *, name: str, known: Iterable[str]) -> CodedMessage:
    """The message, with the known name that is nearest to the submitted one if any is near."""
    nearest = get_close_matches(name, known, n=1, cutoff=0.7) if is_safe_name(name) else []
    if not nearest:
        return message
    return CodedMessage(message.code, f"{message.detail} The nearest is {nearest[0]}.")


class QuerySchema(StrictSchema):
    """A schema of query parameters: values come as text, names are parameters."""

    error_messages = _QUERY_MESSAGES
    values_are_text = True


class AnswerSchema(Schema):
    """A schema of what we give. Answers may gain fields, so the document leaves them open.

    Every field is always there, null where nothing is known, but for those that `at_times` names.
    """

    at_times: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        """Never loaded, except by clients, who ignore what they don't know."""

        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Say of a field that is always there that it is required, so that the document does."""
        field_obj.required = field_name not in self.at_times
        if field_obj.required and field_obj.allow_none:
            field_obj.dump_default = None


class Draft(NamedTuple):
    """What could be read of a body, and all that is wrong with it.

    `data` holds the fields that are valid (a list of such when the body was a list); a field with
    an error is absent from it.
    """

    data: Any
    findings: tuple[Finding, ...]


class DraftSchema(StrictSchema):
    """A schema whose `load` never refuses: rules that need the database are reported together.

    Not for use inside another schema. Where `accepts_list`, the body may be a list of records.
    """

    accepts_list = False

    def load(
        self,
        data: object,
        *,
        many: bool | None = None,
        partial: bool | StrSequenceOrSet | None = None,
        unknown: UnknownOption | None = None,
    ) -> Draft:
        """The draft of a body of any JSON type."""
        if many is None and self.accepts_list and isinstance(data, list):
            many = True
        # Only the annotation says that it must be a mapping; anything else is a finding.
        body = cast("Mapping[str, Any]", data)
        try:
            return Draft(super().load(body, many=many, partial=partial, unknown=unknown), ())
        except ValidationError as error:
            return Draft(error.valid_data or {}, tuple(findings_of(error.messages)))


class FindingSchema(AnswerSchema):
    """One thing that is wrong, or (in `warnings`) that should be better."""

    at_times = frozenset({"pointer", "parameter"})

    pointer = Text(
        max_length=500,
        description="Where in the body, as an RFC 6901 pointer.",
        example="/child/date_of_birth",
    )
    parameter = Text(
        max_length=64, description="Which query parameter or header, instead of a pointer."
    )
    code = Text(max_length=64, description="Stable, for programs.", example="not_a_date")
    detail = Text(max_length=500, description="For people; may change between versions.")


class ProblemSchema(AnswerSchema):
    """What went wrong, as RFC 9457 problem details."""

    at_times = frozenset({"errors", "contact", "caf", "import_"})

    type = Text(
        max_length=200,
        description="The kind of problem: the path of a page that explains it.",
        example="/problems/unprocessable",
    )
    title = Text(max_length=200, description="The kind of problem in words.")
    status = Whole(minimum=400, maximum=599, description="The HTTP status.")
    detail = Text(max_length=1000, description="What to do about this one.")
    instance = Text(max_length=128, description="The request id: quote it when you ask for help.")
    errors = ListOf(
        Part(FindingSchema), max_items=1000, description="Everything that is wrong with the input."
    )
    contact = Text(
        max_length=200, description="Where the record is that was sent under this reference."
    )
    caf = Text(max_length=200, description="Where the CAF is that was sent under this reference.")
    import_ = Text(
        data_key="import",
        max_length=200,
        description="Where the report is of an import whose body ended early or was too long, or "
        "that the database's failure stopped.",
    )


class _PageSchema(AnswerSchema):
    """One page of a list."""

    at_times = frozenset({"cursor"})


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of one page of a list: `items`, `next` and, in the change feed, `cursor`."""
    name = item.__name__.removesuffix("Schema") + "Page"
    fields: dict[str, Any] = {
        "items": ListOf(Part(item), max_items=200),
        "next": Text(
            max_length=2000,
            allow_none=True,
            description="The URL of the next page; null on the last.",
        ),
        "cursor": Text(
            max_length=500, description="With `updated_since`: where to resume from next time."
        ),
    }
    return _PageSchema.from_dict(fields, name=name + "Schema")
