"""Publications: publish a report for partners, and list what is published."""

from http import HTTPStatus
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from api.addresses import address_of, address_of_next
from api.authentication import principal, requires
from api.blueprint import ApiBlueprint, documented
from api.idempotency import idempotent_request
from api.pagination import PageAnswer
from api.publication_examples import (
    PUBLICATION_EXAMPLE,
    PUBLICATION_PAGE_EXAMPLE,
    PUBLICATION_RECORD_EXAMPLE,
)
from api.reports.answers import as_json
from api.routes import JSON
from api.transaction import database
from domain.access import Caller, Role
from domain.errors import Finding, UnprocessableError
from domain.periods import Period, PeriodError, parse_period
from schemas.base import Draft
from schemas.publications import (
    PublicationPageSchema,
    PublicationQuerySchema,
    PublicationRecordSchema,
    PublicationSchema,
)
from services.idempotency import claim
from services.publications.publish import publish
from services.publications.read import list_publications
from services.publications.rights import publisher_of, require_lists

blueprint = ApiBlueprint(
    "publications",
    __name__,
    url_prefix="/v1/publications",
    description="What partners may read, and publishing it.",
)


@blueprint.route("", methods=["POST"])
@requires()
@documented(
    operation_id="publishReport",
    summary="Publish a report for partners",
    description="Publishes Table 1 or Inputs of an authority or a partnership, for a period that "
    "has ended, as at one instant. Numbers of 1 to 5 are hidden, and further ones until none of "
    "the first can be worked out, from this and everything published of the area before. What is "
    "published stays: the same again answers 200 with what is there. For keys with `admin` in each "
    "authority of the area. It may take a minute: wait for the answer, or send the same again.",
    problems=("published-before", "cannot-be-protected", "idempotency-key-reused"),
    request_headers=("Idempotency-Key",),
    response_headers=("Idempotency-Replayed",),
    request_example=PUBLICATION_EXAMPLE,
    response_example=PUBLICATION_RECORD_EXAMPLE,
)
@blueprint.arguments(PublicationSchema)
@blueprint.response(201, PublicationRecordSchema)
@blueprint.alt_response(200, schema=PublicationRecordSchema, description="It is published already.")
def publish_report(draft: Draft) -> Response:
    """Publish a report."""
    period = _period_in(draft)
    asked = idempotent_request(draft.data)

    def claim_key(session: Session, publication_id: str) -> None:
        if asked is not None:
            claim(session, _claimant(), asked, contact_id=publication_id)

    area = draft.data["area"]
    published = publish(
        database(),
        publisher_of(database(), principal(), area=area),
        area=area,
        report=draft.data["report"],
        period=period,
        as_at=draft.data.get("as_at"),
        stored=claim_key,
    )
    status = HTTPStatus.CREATED if published.is_created else HTTPStatus.OK
    headers = {} if published.is_created else {"Idempotency-Replayed": "true"}
    body = as_json(_with_address(published.record))
    return Response(body, status=status, content_type=JSON, headers=headers)


@blueprint.route("", methods=["GET"])
@requires()
@documented(
    operation_id="listPublications",
    summary="List what is published",
    description="Pages of publications, the newest first: of the areas in whose every authority "
    "your key has `report`, `decide` or `admin`.",
    response_headers=("Link",),
    response_example=PUBLICATION_PAGE_EXAMPLE,
)
@blueprint.arguments(PublicationQuerySchema, location="query")
@blueprint.response(200, PublicationPageSchema)
def read_publications(query: dict[str, Any]) -> PageAnswer:
    """List publications."""
    require_lists(database(), principal(), area=query.get("area"))
    page = list_publications(
        database(),
        principal(),
        area=query.get("area"),
        limit=query["limit"],
        before=query.get("cursor"),
    )
    following = address_of_next(page.next)
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    items = [_with_address(each) for each in page.items]
    return {"items": items, "next": following}, HTTPStatus.OK, headers


def _period_in(draft: Draft) -> Period:
    """The period that a body names; raises `UnprocessableError` with all that is wrong with it."""
    findings = list(draft.findings)
    try:
        period = parse_period(draft.data["period"]) if "period" in draft.data else None
    except PeriodError as error:
        period = None
        findings.append(Finding("not_a_period", str(error), pointer="/period"))
    if findings or period is None:
        raise UnprocessableError(findings)
    return period


def _claimant() -> Caller:
    """Who claims an `Idempotency-Key`: kept in one authority, the same for all of its requests."""
    found = principal()
    return Caller(found, min(found.authorities_with([Role.ADMIN])), Role.ADMIN)


def _with_address(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "url": address_of(record["url"])}
