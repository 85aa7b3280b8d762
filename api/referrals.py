"""Referrals: contacts that were sent as referrals, or accepted as such."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from api.authentication import requires
from api.blueprint import ApiBlueprint, documented
from api.contacts import list_records, submit
from api.examples import CONTACT_EXAMPLE, PAGE_EXAMPLE, RECORD_EXAMPLE
from api.pagination import PageAnswer
from api.transaction import in_transaction
from domain.access import Role
from domain.vocabulary import SubmittedAs
from schemas.base import Draft
from schemas.contacts import ContactSchema
from schemas.records import RecordPageSchema, RecordSchema, ReferralQuerySchema

blueprint = ApiBlueprint(
    "referrals",
    __name__,
    url_prefix="/v1/authorities/<authority>",
    description="Records sent as referrals. The authority decides whether they become one.",
)


@blueprint.route("/referrals", methods=["POST"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="submitReferral",
    summary="Submit a referral",
    description="Stores a contact with `submitted_as: referral`; `Location` is the contact. From "
    "the authority's own system, or an agency whose referrals are accepted at once, the acceptance "
    "is recorded with it: at receipt, or on `referred_on` where that is given.",
    problems=("sent-before-with-other-content", "idempotency-key-reused"),
    request_headers=("Idempotency-Key",),
    response_headers=("ETag", "Location", "Idempotency-Replayed"),
    request_example=CONTACT_EXAMPLE,
    response_example={**RECORD_EXAMPLE, "submitted_as": "referral"},
)
@blueprint.arguments(ContactSchema)
@blueprint.response(201, RecordSchema)
@blueprint.alt_response(200, schema=RecordSchema, description="It was sent before.")
def submit_one_referral(draft: Draft, **_: object) -> Response:
    """Submit a referral."""
    return submit(draft, SubmittedAs.REFERRAL)


@blueprint.route("/referrals", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="listReferrals",
    summary="List referrals",
    description="Like the list of contacts, of records that were sent or accepted as referrals.",
    response_headers=("Link",),
    response_example=PAGE_EXAMPLE,
)
@blueprint.arguments(ReferralQuerySchema, location="query")
@in_transaction
@blueprint.response(200, RecordPageSchema)
def list_referrals(session: Session, query: dict[str, Any], **_: object) -> PageAnswer:
    """List referrals."""
    return list_records(session, query, only_referrals=True)
