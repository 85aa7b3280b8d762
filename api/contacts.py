"""Contacts: submit, list, read, correct, add information, search, history."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from api.answers import done_answer, record_answer
from api.authentication import caller, requires
from api.blueprint import ApiBlueprint, documented
from api.etags import etag_of_version, expected_versions, not_modified
from api.examples import (
    CONTACT_EXAMPLE,
    HISTORY_EXAMPLE,
    INFORMATION_EXAMPLE,
    PAGE_EXAMPLE,
    PATCH_EXAMPLE,
    RECORD_EXAMPLE,
    SEARCH_EXAMPLE,
)
from api.idempotency import idempotent_request, once
from api.pagination import Order, PageAnswer, page_answer, start_of
from api.transaction import caller_transaction, database, in_transaction
from core.uuid7 import uuid7
from domain.access import Role
from domain.vocabulary import SubmittedAs
from schemas.base import Draft
from schemas.contacts import (
    ChildSearchSchema,
    ContactPatchSchema,
    ContactSchema,
    InformationSchema,
)
from schemas.records import (
    ContactQuerySchema,
    FoundRecordsSchema,
    HistorySchema,
    RecordPageSchema,
    RecordSchema,
)
from services.contacts.accept_submission import Submission
from services.contacts.add_information import add_information
from services.contacts.amend_contact import Patch, amend_contact
from services.contacts.get_contact import get_contact
from services.contacts.history import contact_history
from services.contacts.list_contacts import Listing, changed_contacts, newest_contacts
from services.contacts.search_contacts import search_contacts
from services.contacts.submit_contact import (
    Submissions,
    Submitted,
    submit_at_once,
    submit_contact,
)

MERGE_PATCH = "application/merge-patch+json"
PAGING = ("limit", "cursor", "updated_since")

blueprint = ApiBlueprint(
    "contacts",
    __name__,
    url_prefix="/v1/authorities/<authority>",
    description="Contacts: submit, list, read, correct, add information, find a child's.",
)


def submit(draft: Draft, submitted_as: SubmittedAs) -> Response:
    """Submit one record of either kind, once."""
    submission = Submission(
        contact_id=uuid7(),
        submitted_as=submitted_as,
        data=draft.data,
        findings=draft.findings,
    )
    asked = idempotent_request(draft.data, draft.findings)
    submissions: Submissions = current_app.extensions["submissions"]
    done = submit_at_once(
        database(),
        caller(),
        submission=submission,
        submissions=submissions,
        request=asked,
    )
    if done is None:
        with caller_transaction() as session:
            done = once(
                session,
                asked,
                record_id=submission.contact_id,
                change=lambda: submit_contact(
                    session, caller(), submission=submission, submissions=submissions
                ),
            )
            return done_answer(done)
    return done_answer(done)


def list_records(session: Session, query: dict[str, Any], **only: object) -> PageAnswer:
    """A page of records, newest first, or of what changed."""
    start = start_of(cursor=query.get("cursor"), updated_since=query.get("updated_since"))
    filters = {name: value for name, value in query.items() if name not in PAGING}
    listing = Listing(filters={**filters, **only}, limit=query["limit"], after=start.after)
    if start.order is Order.NEWEST:
        return page_answer(newest_contacts(session, caller(), listing=listing), start)
    page = changed_contacts(session, caller(), listing=listing, since=start.since)
    return page_answer(page, start)


@blueprint.route("/contacts", methods=["POST"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="submitContact",
    summary="Submit a contact",
    description="Stores one contact. The same record again under the same `agency_reference` is "
    "answered with 200 as it is now, and nothing new is stored. A record is refused only when it "
    "cannot be used; what should be better stands in `warnings`.",
    problems=("sent-before-with-other-content", "idempotency-key-reused"),
    request_headers=("Idempotency-Key",),
    response_headers=("ETag", "Location", "Idempotency-Replayed"),
    request_example=CONTACT_EXAMPLE,
    response_example=RECORD_EXAMPLE,
)
@blueprint.arguments(ContactSchema)
@blueprint.response(201, RecordSchema)
@blueprint.alt_response(200, schema=RecordSchema, description="It was sent before.")
def submit_one_contact(draft: Draft, **_: object) -> Response:
    """Submit a contact."""
    return submit(draft, SubmittedAs.CONTACT)


@blueprint.route("/contacts", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="listContacts",
    summary="List contacts",
    description="Pages of contacts, newest received first; a sender sees its own. With "
    "`updated_since`, the feed of what changed, oldest change first: pass the last `cursor` as "
    "`updated_since` to resume, and nothing is missed.",
    response_headers=("Link",),
    response_example=PAGE_EXAMPLE,
)
@blueprint.arguments(ContactQuerySchema, location="query")
@in_transaction
@blueprint.response(200, RecordPageSchema)
def list_contacts(session: Session, query: dict[str, Any], **_: object) -> PageAnswer:
    """List contacts."""
    return list_records(session, query)


@blueprint.route("/contacts/<uuid:contact_id>", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="getContact",
    summary="Read a contact",
    description="The record as it is now. With `If-None-Match`, 304 when it has not changed.",
    request_headers=("If-None-Match",),
    response_headers=("ETag",),
    response_example=RECORD_EXAMPLE,
)
@in_transaction
@blueprint.response(200, RecordSchema)
@blueprint.alt_response(304, description="It has not changed.")
def read_contact(session: Session, contact_id: UUID, **_: object) -> Response:
    """Read a contact."""
    record = get_contact(session, caller(), contact_id=str(contact_id))
    return not_modified(etag_of_version(record["version"])) or record_answer(record)


@blueprint.route("/contacts/<uuid:contact_id>", methods=["PATCH"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="correctContact",
    summary="Correct a contact",
    description="A JSON merge patch: what is left out stays, null clears. A sender may change "
    "anything until the authority's first decision, then `child`, `parents_carers` and `referrer`. "
    "`agency`, `agency_reference`, `submitted_as` and the history dates are fixed.",
    problems=(
        "precondition-required",
        "version-mismatch",
        "change-not-allowed",
        "record-voided",
    ),
    request_headers=("If-Match",),
    response_headers=("ETag",),
    request_example=PATCH_EXAMPLE,
    response_example=RECORD_EXAMPLE,
)
@blueprint.arguments(
    ContactPatchSchema(partial=True), content_types=(MERGE_PATCH, "application/json")
)
@in_transaction
@blueprint.response(200, RecordSchema)
def correct_contact(session: Session, draft: Draft, contact_id: UUID, **_: object) -> Response:
    """Correct a contact."""
    patch = Patch(
        data=draft.data, findings=draft.findings, if_match=expected_versions(is_required=True)
    )
    return record_answer(amend_contact(session, caller(), contact_id=str(contact_id), patch=patch))


@blueprint.route("/contacts/<uuid:contact_id>/information", methods=["POST"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="addInformation",
    summary="Add information to a contact",
    description="Appends information; always possible, also after a decision, and never a new "
    "contact.",
    problems=("idempotency-key-reused",),
    request_headers=("Idempotency-Key",),
    response_headers=("ETag", "Location", "Idempotency-Replayed"),
    request_example=INFORMATION_EXAMPLE,
    response_example=RECORD_EXAMPLE,
)
@blueprint.arguments(InformationSchema)
@in_transaction
@blueprint.response(201, RecordSchema)
@blueprint.alt_response(200, schema=RecordSchema, description="It was sent before.")
def add_to_contact(
    session: Session, body: dict[str, Any], contact_id: UUID, **_: object
) -> Response:
    """Add information."""
    id_ = str(contact_id)

    def change() -> Submitted:
        return Submitted(
            add_information(session, caller(), contact_id=id_, **body), is_created=True
        )

    asked = idempotent_request(body)
    return done_answer(once(session, asked, record_id=id_, change=change))


@blueprint.route("/contacts/<uuid:contact_id>/history", methods=["GET"])
@requires(Role.DECIDE)
@documented(
    operation_id="getContactHistory",
    summary="Read a contact's history",
    description="Every version: what changed, from, to, when, by whom, with its decisions and "
    "added information.",
    response_example=HISTORY_EXAMPLE,
)
@in_transaction
@blueprint.response(200, HistorySchema)
def read_history(session: Session, contact_id: UUID, **_: object) -> dict[str, Any]:
    """Read a contact's history."""
    return {"items": contact_history(session, caller(), contact_id=str(contact_id))}


@blueprint.route("/contacts/search", methods=["POST"])
@requires(Role.DECIDE)
@documented(
    operation_id="searchContacts",
    summary="Find a child's contacts",
    description="The contacts of one child, newest received first, 200 at most. A POST, so that "
    "nothing personal stands in a URL.",
    request_example=SEARCH_EXAMPLE,
    response_example={"items": [RECORD_EXAMPLE]},
)
@blueprint.arguments(ChildSearchSchema)
@in_transaction
@blueprint.response(200, FoundRecordsSchema)
def search(session: Session, body: dict[str, Any], **_: object) -> dict[str, Any]:
    """Find a child's contacts."""
    return {"items": search_contacts(session, caller(), criteria=body)}
