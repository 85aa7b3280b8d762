"""The pages of the service itself: a start page, the documentation, the problem types."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, current_app, jsonify, render_template, send_from_directory

from api.problems import PROBLEMS
from api.routes import offers, open_route
from core.version import VERSION
from domain.errors import NotFoundError

_WEB = Path(__file__).parent.parent / "web"
_SWAGGER_UI = Path(flask_swagger_ui.__file__).parent / "dist"
# Named one by one: the wheel's own start page would load its scripts inline.
_DOCS_ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})

blueprint = Blueprint("pages", __name__, template_folder=str(_WEB / "templates"))


@blueprint.get("/")
@offers("text/html")
@open_route
def start() -> str:
    """Show what this is, and where to go on."""
    return render_template("service/start.html", version=VERSION)


@blueprint.get("/docs")
@offers("text/html")
@open_route
def docs() -> str:
    """Show the OpenAPI document as pages to read and try."""
    return render_template("service/docs.html")


@blueprint.get("/docs/<name>")
@offers()
@open_route
def docs_asset(name: str) -> Response:
    """Give a file of Swagger UI."""
    if name not in _DOCS_ASSETS:
        raise NotFoundError(detail="There is no such file.")
    return send_from_directory(_SWAGGER_UI, name)


@blueprint.get("/assets/<name>")
@offers()
@open_route
def asset(name: str) -> Response:
    """Give a style sheet or script of the pages."""
    return send_from_directory(_WEB / "static", name)


@blueprint.get("/openapi.json")
@open_route
def openapi_json() -> Response:
    """Give the OpenAPI document."""
    return jsonify(current_app.extensions["openapi_document"]())


@blueprint.get("/problems")
@offers("text/html")
@open_route
def problems() -> str:
    """List the problem types."""
    return render_template("service/problems.html", problems=PROBLEMS.values())


@blueprint.get("/problems/<slug>")
@offers("text/html")
@open_route
def problem(slug: str) -> str:
    """Explain one problem type."""
    if slug not in PROBLEMS:
        raise NotFoundError(detail="There is no problem type of this name. /problems lists them.")
    return render_template("service/problem.html", problem=PROBLEMS[slug])
