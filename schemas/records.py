"""The record as answered, its history, and the queries of lists."""

from marshmallow import fields

from domain.vocabulary import Concern, Outcome, SubmittedAs
from schemas.base import AnswerSchema, FindingSchema, QuerySchema, page_schema
from schemas.contacts import (
    ChildFields,
    ContactFields,
    DomesticIncidentFields,
    FamilyAgreementFields,
    ParentCarerFields,
    ReferrerFields,
)
from schemas.decisions import DecisionAnswerSchema
from schemas.fields import Code, Flag, Identifier, Instant, ListOf, LocalDate, Part, Text, Whole


class ReferrerAnswerSchema(ReferrerFields, AnswerSchema):
    """Who referred."""


class ChildAnswerSchema(ChildFields, AnswerSchema):
    """The child."""


class ParentCarerAnswerSchema(ParentCarerFields, AnswerSchema):
    """A parent or carer."""


class DomesticIncidentAnswerSchema(DomesticIncidentFields, AnswerSchema):
    """How a domestic incident was graded."""


class FamilyAgreementAnswerSchema(FamilyAgreementFields, AnswerSchema):
    """Whether the family agreed."""


class OutcomeSchema(AnswerSchema):
    """Where the contact stands, and the rule that says so."""

    code = Code(Outcome)
    label = Text(max_length=200)
    rule = Text(max_length=100, description="The rule that gave the outcome.")
    ruleset_version = Text(max_length=20)
    since = LocalDate(description="The London day since which it stands.")


class ClocksSchema(AnswerSchema):
    """The clocks: due at the end of a London day; in time is null until stopped or overdue."""

    decision_due_at = Instant(allow_none=True)
    decision_in_time = Flag(allow_none=True)
    information_gathering_due_at = Instant(allow_none=True)
    information_gathering_in_time = Flag(allow_none=True)
    section_47_due_at = Instant(allow_none=True)
    section_47_in_time = Flag(allow_none=True)


class InformationAnswerSchema(AnswerSchema):
    """Information that was added."""

    id = Identifier()
    version = Whole(description="The version of the record that it made.")
    information = Text(max_length=10_000, multiline=True)
    immediate_concern = Flag()
    agency = Text(max_length=64, allow_none=True, description="Null: the authority's own.")
    recorded_at = Instant()


class RecordSchema(ContactFields, AnswerSchema):
    """A contact as it is now, for the caller that reads it."""

    at_times = frozenset({"derived_active_caf"})

    id = Identifier(description="The record's id (UUIDv7).")
    authority = Text(max_length=9)
    agency = Text(max_length=64)
    agency_reference = Text(max_length=100)
    submitted_as = Code(SubmittedAs)
    is_referral = Flag(description="Whether the authority accepted it as one.")
    received_at = Instant(allow_none=True, description="Null where only the day is known.")
    received_on = LocalDate(description="The London day of receipt.")
    sent_received_at = Instant(
        allow_none=True, description="What was sent, where another receipt is stored."
    )
    referrer = Part(ReferrerAnswerSchema, allow_none=True)
    child = Part(ChildAnswerSchema)
    concerns = ListOf(Code(Concern), max_items=17)
    immediate_concern = Flag(description="Whether the sender was worried at once.")
    parents_carers = ListOf(Part(ParentCarerAnswerSchema), max_items=20)
    domestic_incident = Part(DomesticIncidentAnswerSchema, allow_none=True)
    family_agreement = Part(FamilyAgreementAnswerSchema, allow_none=True)
    derived_active_caf = Flag(
        allow_none=True,
        description="Whether the child had an active CAF on the day of receipt by the authority's "
        "CAF records of the same NHS number or local number, whichever agency sent them; null "
        "where there is none. Reports take it, and else `has_active_caf`, which stays what was "
        "sent. Only for a key that may decide: others don't get this field.",
    )
    referred_at = Instant(
        allow_none=True,
        description="When it was accepted as a referral; null where it was not, or only the day "
        "is known.",
    )
    referred_on = LocalDate(allow_none=True, description="The London day of acceptance.")
    outcome = Part(OutcomeSchema, allow_none=True, description="Null when voided.")
    is_open = Flag(description="No closing, NFA, assessment or voiding yet.")
    clocks = Part(ClocksSchema)
    decisions = ListOf(
        Part(DecisionAnswerSchema),
        max_items=1000,
        description="In the order of recording, retracted ones included.",
    )
    information = ListOf(
        Part(InformationAnswerSchema), max_items=1000, description="What was added, oldest first."
    )
    new_information_at = Instant(
        allow_none=True, description="When information was last added; null if never."
    )
    warnings = ListOf(
        Part(FindingSchema), max_items=1000, description="What should be better about the record."
    )
    version = Whole(
        description="The number in the `ETag`. A version without a visible change tells nothing: "
        "the authority's own work on a record makes some."
    )
    created_at = Instant()
    updated_at = Instant()


RecordPageSchema = page_schema(RecordSchema)


class FoundRecordsSchema(AnswerSchema):
    """The records that a search found."""

    items = ListOf(Part(RecordSchema), max_items=200)


class ChangeSchema(AnswerSchema):
    """One field that changed."""

    pointer = Text(max_length=200, description="Where, as an RFC 6901 pointer.")
    from_ = fields.Raw(
        data_key="from", attribute="from", metadata={"description": "The value before."}
    )
    to = fields.Raw(metadata={"description": "The value after."})


class VersionOfRecordSchema(AnswerSchema):
    """One version of a record: what made it, when, and by whom."""

    version = Whole()
    event = Text(
        max_length=50,
        description="`submitted`, `corrected`, `decided`, `information_added` or `caf_linked` (a "
        "CAF record of the child was added or changed).",
    )
    recorded_at = Instant()
    recorded_by = Text(max_length=200, description="The name of the key.")
    changes = ListOf(Part(ChangeSchema), max_items=1000)
    decisions = ListOf(Part(DecisionAnswerSchema), max_items=1000)
    information = ListOf(Part(InformationAnswerSchema), max_items=1000)


class HistorySchema(AnswerSchema):
    """Everything that happened to a record, oldest first."""

    items = ListOf(Part(VersionOfRecordSchema), max_items=10_000)


class ContactQuerySchema(QuerySchema):
    """Which contacts to list."""

    received_from = LocalDate(description="First London day of receipt.")
    received_to = LocalDate(description="Last London day of receipt, included.")
    outcome = Code(Outcome, description="Where it stands now.")
    referrer_type = Text(max_length=100, description="A code of `/v1/reference/referrer-types`.")
    agency = Text(max_length=64, description="A code of `/v1/reference/agencies`.")
    agency_reference = Text(max_length=100, description="The agency's own reference.")
    incident_reference = Text(max_length=100, description="The reference that siblings share.")
    submitted_as = Code(SubmittedAs, description="As what it was sent.")
    open = Flag(description="Whether it is open: no closing, NFA, assessment or voiding yet.")
    updated_since = Text(
        max_length=500,
        description="An instant, or the last `cursor`: gives changed records, oldest change first.",
    )
    limit = Whole(
        minimum=1, maximum=200, load_default=50, description="At most so many records a page."
    )
    cursor = Text(max_length=500, description="Where the next page begins, from `next`.")


class ReferralQuerySchema(ContactQuerySchema):
    """Which referrals to list."""

    accepted = Flag(description="Whether the authority accepted it as a referral.")
