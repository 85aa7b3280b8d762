"""The transaction of a request: opened once its input is read, closed once its answer is made."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app

from api.authentication import caller, principal
from core.database import EVERY_AGENCY, Database, Scope

View = Callable[..., Any]


def database() -> Database:
    """The process's database."""
    found: Database = current_app.extensions["database"]
    return found


def in_transaction(view: View) -> View:
    """Give the view a session in the caller's scope: its authority, and its agency if confined.

    Placed above the response, so that an answer that cannot be made rolls the change back, and
    below the arguments, so that a slow sender holds no connection.
    """

    @wraps(view)
    def wrapper(*args: object, **kwargs: object) -> object:
        acting = caller()
        scope = Scope((acting.authority,), acting.agency or EVERY_AGENCY)
        with database().transaction(scope) as session:
            return view(session, *args, **kwargs)

    return wrapper


def in_reference_transaction(view: View) -> View:
    """Give the view a session that shows the reference data of the caller's authorities."""

    @wraps(view)
    def wrapper(*args: object, **kwargs: object) -> object:
        with database().transaction(Scope(tuple(sorted(principal().roles)))) as session:
            return view(session, *args, **kwargs)

    return wrapper


def in_reports_transaction(view: View) -> View:
    """Give the view a session that shows counts of the caller's authorities, and nobody's name."""

    @wraps(view)
    def wrapper(*args: object, **kwargs: object) -> object:
        scope = Scope(tuple(sorted(principal().roles)), EVERY_AGENCY)
        with database().reports_transaction(scope) as session:
            return view(session, *args, **kwargs)

    return wrapper
