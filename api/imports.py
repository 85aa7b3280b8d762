"""Imports: what became of a body of many records."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.addresses import address_of, address_of_next
from api.authentication import caller, requires
from api.blueprint import ApiBlueprint, documented
from api.errors import UnavailableError, database_problem, problem_response
from api.import_body import CSV, NDJSON, read_import_body
from api.import_examples import (
    IMPORT_EXAMPLE,
    IMPORTS_EXAMPLE,
    RESULTS_CSV_EXAMPLE,
    RESULTS_EXAMPLE,
    RESULTS_NDJSON_EXAMPLE,
    SENT_CSV_EXAMPLE,
    SENT_NDJSON_EXAMPLE,
)
from api.negotiation import chosen_format
from api.problems import PROBLEMS
from api.routes import JSON, offers
from api.transaction import caller_transaction, database, in_transaction
from core.database import Scope
from core.settings import Settings
from domain.access import Role
from domain.errors import Finding, UnprocessableError
from domain.imports import ImportFormat, ImportState, RecordResult
from schemas.imports.answers import (
    ImportPageSchema,
    ImportQuerySchema,
    ImportResultPageSchema,
    ImportResultsQuerySchema,
    ImportSchema,
    ImportsQuerySchema,
)
from schemas.imports.records import finding_in_row
from services.imports.download import as_csv, as_ndjson, result_batches
from services.imports.importing import Importing
from services.imports.read import Page, Summary, find_run, list_imports, results_page, summary
from services.imports.report import ImportRequest
from services.imports.run_import import begin_import, carry_out

FORMATS = {"json": JSON, "ndjson": NDJSON, "csv": CSV}
_WRITTEN = {"ndjson": as_ndjson, "csv": as_csv}
_SEND_AGAIN = (
    "The database stopped answering while this was imported. Send all of it again: records that "
    "are there already are recognised."
)
_TEXT = {"type": "string"}

PageAnswer = tuple[dict[str, Any], int, dict[str, str]]

blueprint = ApiBlueprint(
    "imports",
    __name__,
    url_prefix="/v1/authorities/<authority>/imports",
    description="Imports: many records in one body, and what became of each.",
)


@blueprint.route("", methods=["POST"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="importRecords",
    summary="Import many records",
    description="One record a line (NDJSON) or a row (CSV, whose header names the fields: "
    "`child.date_of_birth`, `parents_carers.0.name`, `concerns` separated by `;`). Each may have a "
    "`kind`: `contact` (default), `referral`, `decision`, which names its record by "
    "`agency_reference`, or `caf`, with the fields of a CAF that is sent alone. A record is judged "
    "as if it were sent alone; a bad one costs no other, and sending everything again is safe. "
    "`atomic` writes all or nothing. The body is read as it comes: of one that breaks off, "
    "`partial` keeps whole records, `atomic` none.",
    problems=("malformed-body", "too-large", "unsupported-media-type", "import-refused"),
    request_types={
        NDJSON: {"schema": _TEXT, "example": SENT_NDJSON_EXAMPLE},
        CSV: {"schema": _TEXT, "example": SENT_CSV_EXAMPLE},
    },
    response_example=IMPORT_EXAMPLE,
)
@blueprint.arguments(ImportQuerySchema, location="query")
@blueprint.response(200, ImportSchema)
def import_records(query: dict[str, Any], **_: object) -> Summary | Response:
    """Import many records."""
    asked, rows = read_import_body(
        request, mode=query["mode"], is_dry_run=query["dry_run"], settings=_settings()
    )
    importing = _importing(asked)
    run = begin_import(importing)
    try:
        carry_out(run, rows, importing)
        with caller_transaction() as session:
            done = with_results(summary(session, caller(), import_id=run.import_id))
    except SQLAlchemyError as error:
        return _stopped(error, import_id=run.import_id)
    return _refused(done) if done["state"] == ImportState.REFUSED else done


@blueprint.route("", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="listImports",
    summary="List imports",
    description="Pages of imports, the one that began last first; a sender sees its agency's own.",
    response_headers=("Link",),
    response_example=IMPORTS_EXAMPLE,
)
@blueprint.arguments(ImportsQuerySchema, location="query")
@in_transaction
@blueprint.response(200, ImportPageSchema)
def read_imports(session: Session, query: dict[str, Any], **_: object) -> PageAnswer:
    """List imports."""
    page = list_imports(session, caller(), limit=query["limit"], after=query.get("cursor"))
    return _page_answer(Page(items=[with_results(each) for each in page.items], next=page.next))


@blueprint.route("/<uuid:import_id>", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="getImport",
    summary="Read an import",
    description="How many records it held of each result, and its first 100 errors. The report "
    "holds no personal data and is kept.",
    response_example=IMPORT_EXAMPLE,
)
@in_transaction
@blueprint.response(200, ImportSchema)
def read_import(session: Session, import_id: UUID, **_: object) -> Summary:
    """Read an import."""
    return with_results(summary(session, caller(), import_id=str(import_id)))


@blueprint.route("/<uuid:import_id>/results", methods=["GET"])
@requires(Role.SUBMIT, Role.DECIDE)
@documented(
    operation_id="getImportResults",
    summary="Read an import's results",
    description="One row for each record, in the order of what was sent: pages as JSON, or all of "
    "them as NDJSON or CSV. While an import runs, those that there are.",
    response_headers=("Link",),
    response_example=RESULTS_EXAMPLE,
    response_types={
        NDJSON: {"schema": _TEXT, "example": RESULTS_NDJSON_EXAMPLE},
        CSV: {"schema": _TEXT, "example": RESULTS_CSV_EXAMPLE},
    },
)
@offers(JSON, NDJSON, CSV)
@blueprint.arguments(ImportResultsQuerySchema, location="query")
@blueprint.response(200, ImportResultPageSchema)
def read_results(query: dict[str, Any], import_id: UUID, **_: object) -> PageAnswer | Response:
    """Read an import's results."""
    form = chosen_format(request, FORMATS, query.get("format"))
    id_, result = str(import_id), query.get("result")
    if form != "json":
        return _download(form, import_id=id_, result=result)
    with caller_transaction() as session:
        page = results_page(
            session,
            caller(),
            import_id=id_,
            limit=query["limit"],
            after=query.get("cursor"),
            result=result,
        )
    return _page_answer(page, Vary="Accept, Authorization")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _importing(asked: ImportRequest) -> Importing:
    is_csv = asked.format is ImportFormat.CSV
    return Importing(
        database=database(),
        caller=caller(),
        submissions=current_app.extensions["submissions"],
        asked=asked,
        told=partial(finding_in_row, is_csv=is_csv),
    )


def _refused(done: Summary) -> Response:
    count = done["rejected"] + done["conflicting"]
    detail = f"{count:,} of {done['received']:,} records cannot be taken, so none was written."
    return problem_response("import-refused", detail, extra=ImportSchema().dump(done))


def _stopped(error: SQLAlchemyError, *, import_id: str) -> Response:
    """The answer to the database's error in an import that had begun; where it is away, its name.

    What stands of it is not known then: the answer to a commit may have been lost.
    """
    answer = database_problem(error)
    away = UnavailableError(_SEND_AGAIN)
    if answer.status_code != PROBLEMS[away.slug].status:
        return answer
    extra = {"import": _path_of(import_id)}
    return problem_response(away.slug, away.detail, headers=away.headers, extra=extra)


def with_results(found: Summary) -> Summary:
    """A summary with the URL of the import's results."""
    return {**found, "results": address_of(f"{_path_of(found['id'])}/results")}


def _path_of(import_id: str) -> str:
    return f"/v1/authorities/{caller().authority}/imports/{import_id}"


def _page_answer(page: Page[Any], **headers: str) -> PageAnswer:
    following = address_of_next(page.next)
    if following:
        headers["Link"] = f'<{following}>; rel="next"'
    return {"items": page.items, "next": following}, 200, headers


def _download(form: str, *, import_id: str, result: RecordResult | None) -> Response:
    _refuse_paging()
    # The batches are read when the request is over: nothing of it is left to ask for a scope.
    transaction = partial(database().transaction, Scope.of(caller().authority, caller().agency))
    with transaction() as session:
        run = find_run(session, caller(), import_id=import_id)
    batches = result_batches(transaction, run, result=result)
    answer = Response(_WRITTEN[form](batches), content_type=f"{FORMATS[form]}; charset=utf-8")
    answer.headers["Vary"] = "Accept, Authorization"
    return answer


def _refuse_paging() -> None:
    detail = "Only JSON has pages: NDJSON and CSV give all results."
    findings = [
        Finding("only_with_pages", detail, parameter=name)
        for name in ("limit", "cursor")
        if name in request.args
    ]
    if findings:
        raise UnprocessableError(findings)
