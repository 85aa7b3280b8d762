"""A small app with every HTTP convention and none of the front door's own resources."""

from enum import StrEnum

import sqlalchemy.exc
from flask import Flask, Response, jsonify, request

from api import pages, service
from api.arguments import register_query_check
from api.blueprint import ApiBlueprint, documented
from api.body import MERGE_PATCH
from api.errors import register_errors
from api.negotiation import chosen_format, register_negotiation
from api.openapi import make_api
from api.requests import note_caller, register_requests
from api.routes import JSON, offers
from core.checks import CheckFailedError
from domain.errors import (
    Finding,
    IdempotencyKeyReusedError,
    SentBeforeWithOtherContentError,
    UnprocessableError,
)
from schemas.base import AnswerSchema, Draft, DraftSchema, QuerySchema, StrictSchema, page_schema
from schemas.fields import Code, Flag, Instant, ListOf, LocalDate, Part, Text, Whole


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class LeafSchema(StrictSchema):
    opened_on = LocalDate(required=True, example="2014-01-06")
    colours = ListOf(Code(Colour), max_items=3)


class TreeSchema(DraftSchema):
    accepts_list = True

    name = Text(max_length=20, required=True, description="What it is called.", example="Oak")
    seen_at = Instant()
    leaf = Part(LeafSchema)


class TreePatchSchema(StrictSchema):
    name = Text(max_length=20)


class TreeQuerySchema(QuerySchema):
    limit = Whole(minimum=1, maximum=200, load_default=50)
    is_tall = Flag()
    seen_from = Instant()


class TreeAnswerSchema(AnswerSchema):
    name = Text(max_length=20)


blueprint = ApiBlueprint("trees", __name__, description="Trees.")


@blueprint.route("/v1/authorities/<authority>/trees", methods=["POST"])
@documented(
    operation_id="postTree",
    summary="Plant a tree",
    description="Plants one.",
    problems=["sent-before-with-other-content", "idempotency-key-reused"],
    request_headers=["Idempotency-Key"],
    response_headers=["ETag", "Location"],
    request_example={"name": "Oak"},
    response_example={"name": "Oak"},
)
@blueprint.arguments(TreeSchema)
@blueprint.response(201, TreeAnswerSchema)
def post_tree(draft: Draft, authority: str):
    note_caller(key_id="k1", agency="cleveland-police")
    if draft.findings:
        raise UnprocessableError(draft.findings)
    return {"name": authority}, 201, {"ETag": '"1"'}


@blueprint.route("/v1/authorities/<authority>/trees", methods=["GET"])
@documented(operation_id="getTrees", summary="List trees", description="Lists them.")
@blueprint.arguments(TreeQuerySchema, location="query")
@blueprint.response(200, page_schema(TreeAnswerSchema))
def get_trees(query: dict[str, object], authority: str):
    return {"items": [{"name": str(query["limit"]) + authority}], "next": None}


@blueprint.route("/v1/trees/<name>", methods=["PATCH"])
@documented(operation_id="patchTree", summary="Change a tree", description="Changes one.")
@blueprint.arguments(TreePatchSchema, content_types=(MERGE_PATCH, JSON))
@blueprint.response(200, TreeAnswerSchema)
def patch_tree(patch: dict[str, object], name: str):
    return {"name": patch.get("name", name)}


@blueprint.route("/v1/report")
@documented(
    operation_id="getReport",
    summary="Count trees",
    description="Counts them.",
    response_types={"text/csv": {"schema": {"type": "string"}, "example": "trees\r\n3\r\n"}},
)
@blueprint.response(200, TreeAnswerSchema)
@offers(JSON, "text/csv")
def get_report():
    form = chosen_format(request, {"json": JSON, "csv": "text/csv"})
    return jsonify(form=form) if form == "json" else Response("trees\r\n3\r\n", mimetype="text/csv")


_ERRORS: dict[str, Exception] = {
    "value": ValueError("Jane Doe, born 2009-05-14"),
    "sent-before": SentBeforeWithOtherContentError("0194"),
    "key-reused": IdempotencyKeyReusedError(),
    "unprocessable": UnprocessableError([Finding("c", "d", pointer="/child")]),
    "pool": sqlalchemy.exc.TimeoutError("Jane Doe"),
    "interface": sqlalchemy.exc.InterfaceError("Jane Doe", {}, Exception("Jane Doe")),
}


class _Diagnosis:
    constraint_name = "contact_reference_key"


class _DriverError(Exception):
    diag = _Diagnosis()

    def __init__(self, state: str | None) -> None:
        super().__init__("Key (name)=(Jane Doe) already exists.")
        self.pgcode = state


def database_error(state: str | None, kind: type[sqlalchemy.exc.DBAPIError]) -> Exception:
    """An error as SQLAlchemy raises it, personal data in its text included."""
    return kind("INSERT Jane Doe", {"name": "Jane Doe"}, _DriverError(state))


def small_app(*, check_fails: bool = False, body_limit: int = 1000) -> Flask:
    """The app; `/v1/authorities/<authority>/raise/<kind>` raises."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_BODY_BYTES"] = body_limit
    register_requests(app)
    register_negotiation(app)
    register_query_check(app)
    api = make_api(app)
    register_errors(app)
    for part in (blueprint, service.blueprint):
        api.register_blueprint(part)
    app.register_blueprint(pages.blueprint)

    def check() -> None:
        if check_fails:
            raise CheckFailedError

    app.extensions["readiness_checks"] = {"database": check}

    @app.get("/v1/authorities/<authority>/raise/<kind>")
    def raise_kind(kind: str, **_: str):
        if kind in _ERRORS:
            raise _ERRORS[kind]
        name, _, state = kind.partition("-")
        raise database_error(state or None, getattr(sqlalchemy.exc, name))

    return app
