"""HTTP: authenticate, parse, call one service, shape the answer."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from api import (
    cafs,
    contacts,
    decisions,
    imports,
    me,
    pages,
    publications,
    reference,
    referrals,
    reports,
    service,
)
from api.arguments import register_query_check
from api.authentication import KeyMemory, register_authentication
from api.errors import register_errors
from api.negotiation import register_negotiation
from api.openapi import document_text, make_api
from api.readiness import readiness_checks
from api.requests import register_requests
from cli.commands import register_commands
from core.database import Database
from core.logging import configure_logging
from core.settings import Settings
from services.contacts.submit_contact import Submissions
from services.contacts.terms import RememberedTerms
from services.reports.read_table_1 import RememberedTables

BLUEPRINTS = (
    contacts,
    referrals,
    decisions,
    cafs,
    imports,
    reference,
    me,
    reports,
    publications,
    service,
)


class Application(Flask):
    """Flask without coroutines: nothing asks before each call whether a function is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(settings: Settings, *, database: Database | None = None) -> Flask:
    """Wire the application: the only place that knows every part.

    `database` is made from the settings unless one is given.
    """
    app = Application(__name__, static_folder=None)
    configure_logging(level=settings.log_level)
    app.config["MAX_BODY_BYTES"] = settings.max_body_bytes
    _keep_key_order(app)
    database = database or database_of(settings)
    app.extensions["settings"] = settings
    app.extensions["database"] = database
    app.extensions["key_memory"] = KeyMemory(database=database, seconds=settings.key_cache_seconds)
    app.extensions["submissions"] = Submissions(settings.content_digest_key, RememberedTerms())
    app.extensions["remembered_tables"] = RememberedTables()
    app.extensions["report_bodies"] = {}
    app.extensions["readiness_checks"] = readiness_checks(database)
    register_requests(app)
    register_authentication(app)
    register_negotiation(app)
    register_query_check(app)
    api = make_api(app)
    register_errors(app)
    for each in BLUEPRINTS:
        api.register_blueprint(each.blueprint)
    app.register_blueprint(pages.blueprint)
    app.extensions["openapi_text"] = lambda: document_text(app.extensions["openapi_document"]())
    register_commands(app)
    return app


def database_of(settings: Settings) -> Database:
    """The database that the settings name."""
    return Database(
        settings.database_url,
        reports_url=settings.reports_database_url,
        pool_size=settings.pool_size,
        lock_timeout_ms=settings.lock_timeout_ms,
        statement_timeout_ms=settings.statement_timeout_ms,
    )


def _keep_key_order(app: Flask) -> None:
    provider = DefaultJSONProvider(app)
    provider.sort_keys = False
    provider.ensure_ascii = False
    app.json = provider
