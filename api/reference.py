"""Reference data: the code lists, and an authority's own words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from api.authentication import principal, requires
from api.blueprint import ApiBlueprint, documented
from api.transaction import in_reference_transaction
from domain.caf import CAF_AGENCY_KIND_LABELS
from domain.errors import NotFoundError
from domain.vocabulary import (
    LABELS,
    Concern,
    DecisionKind,
    Ethnicity,
    Outcome,
    PresentingNeed,
    Reason,
)
from schemas.reference import (
    AgenciesSchema,
    AreasSchema,
    CodesSchema,
    ReferenceQuerySchema,
    ReferrerTypesSchema,
)
from services.reference.read_reference import read_agencies, read_areas, read_referrer_types

blueprint = ApiBlueprint(
    "reference",
    __name__,
    url_prefix="/v1/reference",
    description="The code lists, and each authority's own labels, types and aliases.",
)

Labels = Mapping[StrEnum, str]

_LISTS: tuple[tuple[str, str, str, Labels], ...] = (
    ("outcomes", "listOutcomes", "the outcomes of a contact", LABELS[Outcome]),
    ("decisions", "listDecisionKinds", "what an authority may decide", LABELS[DecisionKind]),
    ("reasons", "listReasons", "the reasons of closing and of no further action", LABELS[Reason]),
    (
        "presenting-needs",
        "listPresentingNeeds",
        "the census' primary needs",
        LABELS[PresentingNeed],
    ),
    ("concerns", "listConcerns", "what a sender may be worried about", LABELS[Concern]),
    ("ethnicities", "listEthnicities", "the census' ethnicities", LABELS[Ethnicity]),
    (
        "caf-agency-kinds",
        "listCafAgencyKinds",
        "the kinds of agencies that lead CAFs",
        CAF_AGENCY_KIND_LABELS,
    ),
)


def _codes(labels: Labels) -> list[dict[str, str]]:
    return [{"code": code.value, "label": label} for code, label in labels.items()]


def _add_list(name: str, operation_id: str, subject: str, labels: Labels) -> None:
    @blueprint.route(f"/{name}", methods=["GET"], endpoint=name)
    @requires()
    @documented(
        operation_id=operation_id,
        summary=f"List {subject}",
        description=f"The codes of {subject}, each with its label.",
        response_example={"items": _codes(labels)[:2]},
    )
    @blueprint.response(200, CodesSchema)
    def view() -> dict[str, Any]:
        return {"items": _codes(labels)}


for _each in _LISTS:
    _add_list(*_each)


@blueprint.route("/referrer-types", methods=["GET"])
@requires()
@documented(
    operation_id="listReferrerTypes",
    summary="List the referrer types",
    description="The rows of Table 1 in their order, each with its group and its source in the "
    "census. With `authority`, its own labels, types and aliases.",
    response_example={
        "items": [
            {
                "code": "police",
                "label": "Police",
                "group": "justice",
                "position": 26,
                "census_source": "6",
                "valid_from": None,
                "valid_to": None,
                "aliases": ["constabulary"],
            }
        ]
    },
)
@blueprint.arguments(ReferenceQuerySchema, location="query")
@in_reference_transaction
@blueprint.response(200, ReferrerTypesSchema)
def list_referrer_types(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """List the referrer types."""
    authority = _authority(query)
    return {"items": read_referrer_types(session, authority=authority)}


@blueprint.route("/agencies", methods=["GET"])
@requires()
@documented(
    operation_id="listAgencies",
    summary="List the agencies",
    description="The agencies that send to your authorities, or to one of them.",
    response_example={
        "items": [
            {
                "authority": "E06000004",
                "code": "cleveland-police",
                "label": "Cleveland Police",
                "kind": "police",
            }
        ]
    },
)
@blueprint.arguments(ReferenceQuerySchema, location="query")
@in_reference_transaction
@blueprint.response(200, AgenciesSchema)
def list_agencies(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """List the agencies."""
    authority = _authority(query)
    authorities = [authority] if authority else sorted(principal().roles)
    return {"items": read_agencies(session, authorities=authorities)}


@blueprint.route("/areas", methods=["GET"])
@requires()
@documented(
    operation_id="listAreas",
    summary="List the areas",
    description="Authorities, partnerships and England, with the authorities that make them up.",
    response_example={
        "items": [
            {
                "code": "tees-mash",
                "label": "Tees MASH",
                "authorities": ["E06000001", "E06000004"],
            }
        ]
    },
)
@in_reference_transaction
@blueprint.response(200, AreasSchema)
def list_areas(session: Session) -> dict[str, Any]:
    """List the areas."""
    return {"items": read_areas(session)}


def _authority(query: dict[str, Any]) -> str | None:
    authority: str | None = query.get("authority")
    if authority is not None and not principal().roles_in(authority):
        message = "There is no such authority, or it is none of yours."
        raise NotFoundError(message)
    return authority
