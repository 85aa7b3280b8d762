"""Whether Front Door runs, whether it can do its work, and which version it is."""

from collections.abc import Callable, Mapping

import sqlalchemy.exc
from flask import Response, current_app, jsonify

from api.blueprint import ApiBlueprint, documented
from api.errors import problem_response
from api.routes import open_route
from core.checks import CheckFailedError
from core.logging import error_facts, log_error
from core.version import VERSION
from domain.classification import RULESET_VERSION
from schemas.service import LiveSchema, ReadySchema, VersionSchema

Checks = Mapping[str, Callable[[], None]]

blueprint = ApiBlueprint(
    "service", __name__, description="Whether the service runs, and which version it is."
)

_OK = "ok"
_FAILED = "failed"


@blueprint.route("/livez")
@documented(
    operation_id="getLiveness",
    summary="Is the process up?",
    description="Answers as long as the process runs. It asks no database.",
    response_example={"status": "ok"},
)
@blueprint.response(200, LiveSchema)
@open_route
def livez() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": _OK}


@blueprint.route("/readyz")
@documented(
    operation_id="getReadiness",
    summary="Can it do its work?",
    description="Asks the database, and whether its migrations are those of this version. 503 "
    "with the names of the failing checks otherwise.",
    response_example={"status": "ready", "checks": {"database": "ok", "migrations": "ok"}},
)
@blueprint.response(200, ReadySchema)
@open_route
def readyz() -> Response:
    """Say whether every check of `app.extensions["readiness_checks"]` passes."""
    checks: Checks = current_app.extensions["readiness_checks"]
    results = {name: _result(name, check) for name, check in checks.items()}
    failing = [name for name, result in results.items() if result == _FAILED]
    if not failing:
        return jsonify({"status": "ready", "checks": results})
    return problem_response(
        "unavailable",
        f"Not ready: {', '.join(failing)}.",
        headers={"Retry-After": "5"},
        extra={"checks": results},
    )


def _result(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except (CheckFailedError, sqlalchemy.exc.SQLAlchemyError, OSError) as error:
        log_error("check_failed", check=name, **error_facts(error))
        return _FAILED
    return _OK


@blueprint.route("/version")
@documented(
    operation_id="getVersion",
    summary="Which version is it?",
    description="The version of the software, and of the rules that give each contact its outcome.",
    response_example={"version": VERSION, "ruleset_version": RULESET_VERSION},
)
@blueprint.response(200, VersionSchema)
@open_route
def version() -> dict[str, str]:
    """Name the versions."""
    return {"version": VERSION, "ruleset_version": RULESET_VERSION}
