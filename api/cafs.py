"""CAF records: submit, list, read, correct and close."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from api.answers import done_answer, record_answer
from api.authentication import caller, requires
from api.blueprint import ApiBlueprint, documented
from api.body import MERGE_PATCH
from api.caf_examples import (
    CAF_EXAMPLE,
    CAF_PAGE_EXAMPLE,
    CAF_PATCH_EXAMPLE,
    CAF_RECORD_EXAMPLE,
    CLOSED_CAF_EXAMPLE,
)
from api.etags import etag_of_version, expected_versions, not_modified
from api.idempotency import idempotent_request, once
from api.pagination import Order, PageAnswer, page_answer, start_of
from api.routes import JSON
from api.transaction import in_transaction
from core.uuid7 import uuid7
from domain.access import Role
from schemas.base import Draft
from schemas.cafs import (
    CafPatchSchema,
    CafQuerySchema,
    CafRecordPageSchema,
    CafRecordSchema,
    CafSchema,
)
from services.cafs.amend_caf import amend_caf
from services.cafs.list_cafs import changed_cafs, newest_cafs
from services.cafs.record import get_caf
from services.cafs.submit_caf import CafSubmission, submit_caf
from services.contacts.amend_contact import Patch
from services.contacts.list_contacts import Listing
from services.contacts.record import Record

_PAGING = ("limit", "cursor", "updated_since")

blueprint = ApiBlueprint(
    "cafs",
    __name__,
    url_prefix="/v1/authorities/<authority>",
    description="CAFs (Common Assessment Framework): early help assessments, by whoever leads one.",
)


@blueprint.route("/cafs", methods=["POST"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="submitCaf",
    summary="Submit a CAF",
    description="Stores one CAF. The same record again under the same `agency_reference` is "
    "answered with 200 as it is now, and nothing new is stored. Without the child's NHS number (or "
    "the authority's own number) it is accepted with a warning, because it cannot be linked to the "
    "child's contacts. To which it is linked, if to any, no answer says to a sender.",
    problems=("sent-before-with-other-content", "idempotency-key-reused"),
    request_headers=("Idempotency-Key",),
    response_headers=("ETag", "Location", "Idempotency-Replayed"),
    request_example=CAF_EXAMPLE,
    response_example=CAF_RECORD_EXAMPLE,
)
@blueprint.arguments(CafSchema)
@in_transaction
@blueprint.response(201, CafRecordSchema)
@blueprint.alt_response(200, schema=CafRecordSchema, description="It was sent before.")
def submit_one_caf(session: Session, draft: Draft, **_: object) -> Response:
    """Submit a CAF."""
    submission = CafSubmission(caf_id=uuid7(), data=draft.data, findings=draft.findings)
    digest_key: bytes = current_app.extensions["settings"].content_digest_key
    done = once(
        session,
        idempotent_request(draft.data, draft.findings),
        record_id=submission.caf_id,
        change=lambda: submit_caf(session, caller(), submission=submission, digest_key=digest_key),
        read=_read,
    )
    return done_answer(done, collection="cafs")


@blueprint.route("/cafs", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="listCafs",
    summary="List CAFs",
    description="Pages of CAFs, newest recorded first; a sender sees its own. With "
    "`updated_since`, the feed of what changed, oldest change first: pass the last `cursor` as "
    "`updated_since` to resume, and nothing is missed.",
    response_headers=("Link",),
    response_example=CAF_PAGE_EXAMPLE,
)
@blueprint.arguments(CafQuerySchema, location="query")
@in_transaction
@blueprint.response(200, CafRecordPageSchema)
def list_cafs(session: Session, query: dict[str, Any], **_: object) -> PageAnswer:
    """List CAFs."""
    start = start_of(cursor=query.get("cursor"), updated_since=query.get("updated_since"))
    filters = {name: value for name, value in query.items() if name not in _PAGING}
    listing = Listing(filters=filters, limit=query["limit"], after=start.after)
    if start.order is Order.NEWEST:
        return page_answer(newest_cafs(session, caller(), listing=listing), start)
    page = changed_cafs(session, caller(), listing=listing, since=start.since)
    return page_answer(page, start)


@blueprint.route("/cafs/<uuid:caf_id>", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="getCaf",
    summary="Read a CAF",
    description="The record as it is now. With `If-None-Match`, 304 when it has not changed.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=CAF_RECORD_EXAMPLE,
)
@in_transaction
@blueprint.response(200, CafRecordSchema)
@blueprint.alt_response(304, description="It has not changed.")
def read_caf(session: Session, caf_id: UUID, **_: object) -> Response:
    """Read a CAF."""
    record = _read(session, str(caf_id))
    return not_modified(etag_of_version(record["version"])) or record_answer(record)


@blueprint.route("/cafs/<uuid:caf_id>", methods=["PATCH"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="correctCaf",
    summary="Close or correct a CAF",
    description="A JSON merge patch: what is left out stays, null clears. `closed_on` closes it, "
    "`closed_on: null` opens it again. `agency` and `agency_reference` are fixed. What was known "
    "before is kept as an earlier version.",
    problems=("precondition-required", "version-mismatch"),
    request_headers=("If-Match",),
    response_headers=("ETag",),
    request_example=CAF_PATCH_EXAMPLE,
    response_example=CLOSED_CAF_EXAMPLE,
)
@blueprint.arguments(CafPatchSchema(partial=True), content_types=(MERGE_PATCH, JSON))
@in_transaction
@blueprint.response(200, CafRecordSchema)
def correct_caf(session: Session, draft: Draft, caf_id: UUID, **_: object) -> Response:
    """Close or correct a CAF."""
    patch = Patch(
        data=draft.data, findings=draft.findings, if_match=expected_versions(is_required=True)
    )
    return record_answer(amend_caf(session, caller(), caf_id=str(caf_id), patch=patch))


def _read(session: Session, caf_id: str) -> Record:
    return get_caf(session, caller(), caf_id=caf_id)
