"""Decisions: the body that is sent, and the decision as a record shows it."""

from domain.vocabulary import AssessmentType, DecisionKind, Priority
from schemas.base import AnswerSchema, DraftSchema
from schemas.fields import Code, Identifier, Instant, LocalDate, Text, Whole


class DecisionFields:
    """What is sent of a decision and shown again."""

    decision = Code(DecisionKind, required=True, description="What was decided.")
    decided_at = Instant(
        allow_none=True, description="When; default now. It may not be in the future."
    )
    assessment_type = Code(
        AssessmentType, allow_none=True, description="With `start_assessment`: which assessment."
    )
    reason = Text(
        max_length=200,
        allow_none=True,
        description="Of closing and no further action: a code of `/v1/reference/reasons` (a "
        "missing one is a warning). Of `void`: `recorded_in_error`, `wrong_child`, "
        "`wrong_authority`, `test` or `duplicate`. Of `reopen`: why, in words.",
        example="advice_given",
    )
    priority = Code(
        Priority, allow_none=True, description="With `gather_information`: how urgently."
    )
    strategy_discussion_at = Instant(
        allow_none=True, description="With `section_47_threshold_met`: when the discussion is."
    )
    transferred_at = Instant(
        allow_none=True,
        description="With `accept_as_referral`: when the team got it; default `decided_at`.",
    )
    transferred_to = Text(
        max_length=200,
        allow_none=True,
        description="With the reason `transferred_out`: which authority.",
    )
    team = Text(max_length=100, allow_none=True, description="The team that has it.")
    decided_by = Text(
        max_length=200, allow_none=True, description="Who decided; the authority alone reads it."
    )
    rationale = Text(
        max_length=10_000,
        multiline=True,
        allow_none=True,
        description="Why, in words; the authority alone reads it.",
    )


class DecisionSchema(DecisionFields, DraftSchema):
    """One decision; several may be sent together in a list, all or nothing."""

    accepts_list = True

    retracts = Identifier(
        allow_none=True, description="With `retract`: the id of the latest decision that stands."
    )
    duplicate_of = Identifier(
        allow_none=True, description="With `void` as `duplicate`: the record that stays."
    )


class DecisionAnswerSchema(DecisionFields, AnswerSchema):
    """A decision as recorded."""

    id = Identifier(description="The id, to retract it by.")
    version = Whole(description="The version of the record that it made.")
    decided_on = LocalDate(description="The London day of the decision.")
    retracts = Identifier(allow_none=True, description="The decision that it retracts.")
    duplicate_of = Identifier(allow_none=True, description="The record that stays.")
    recorded_at = Instant(description="When it reached this service.")
    retracted_by = Identifier(
        allow_none=True,
        description="The retraction's id; null while it stands.",
    )
