"""Decisions about a contact."""

from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from api.answers import done_answer
from api.authentication import caller, requires
from api.blueprint import ApiBlueprint, documented
from api.etags import expected_versions
from api.examples import DECIDED_EXAMPLE, DECISION_EXAMPLE
from api.idempotency import idempotent_request, once
from api.transaction import in_transaction
from domain.access import Role
from schemas.base import Draft
from schemas.decisions import DecisionSchema
from schemas.records import RecordSchema
from services.contacts.submit_contact import Submitted
from services.decisions.record_decisions import Proposals, record_decisions

blueprint = ApiBlueprint(
    "decisions",
    __name__,
    url_prefix="/v1/authorities/<authority>",
    description="What the authority decided. Decisions are only ever added.",
)


@blueprint.route("/contacts/<uuid:contact_id>/decisions", methods=["POST"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="recordDecisions",
    summary="Record decisions about a contact",
    description="One decision, or a list that is taken together, all or nothing. A decision that "
    "is not allowed in the contact's state is refused with 409 and the state that it met. A sender "
    "may only `void` its own record, while the authority has decided nothing.",
    problems=("decision-not-allowed", "version-mismatch", "idempotency-key-reused"),
    request_headers=("Idempotency-Key", "If-Match"),
    response_headers=("ETag", "Location", "Idempotency-Replayed"),
    request_example=DECISION_EXAMPLE,
    response_example=DECIDED_EXAMPLE,
)
@blueprint.arguments(DecisionSchema)
@in_transaction
@blueprint.response(201, RecordSchema)
@blueprint.alt_response(200, schema=RecordSchema, description="It was sent before.")
def record(session: Session, draft: Draft, contact_id: UUID, **_: object) -> Response:
    """Record decisions."""
    is_list = isinstance(draft.data, list)
    proposals = Proposals(
        data=draft.data if is_list else [draft.data],
        is_list=is_list,
        findings=draft.findings,
        if_match=expected_versions(is_required=False),
    )
    id_ = str(contact_id)

    def change() -> Submitted:
        decided = record_decisions(session, caller(), contact_id=id_, proposals=proposals)
        return Submitted(decided, is_created=True)

    asked = idempotent_request(draft.data, draft.findings)
    return done_answer(once(session, asked, record_id=id_, change=change))
