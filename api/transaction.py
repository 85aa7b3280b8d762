"""The transaction of a request: opened once its input is read, closed once its answer is made."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from api.authentication import caller, principal
from core.database import Database, Scope

View = Callable[..., Any]


def database() -> Database:
    """The process's database."""
    found: Database = current_app.extensions["database"]
    return found


def caller_transaction() -> AbstractContextManager[Session]:
    """A transaction in the caller's scope: its authority, and its agency if confined."""
    return database().transaction(Scope.of(caller().authority, caller().agency))


def in_transaction(view: View) -> View:
    """Give the view a session in the caller's scope: its authority, and its agency if confined.

    Placed above the response, so that an answer that cannot be made rolls the change back, and
    below the arguments, so that a slow sender holds no connection.
    """

    @wraps(view)
    def wrapper(*args: object, **kwargs: object) -> object:
        with caller_transaction() as session:
            return view(session, *args, **kwargs)

    return wrapper


def in_reference_transaction(view: View) -> View:
    """Give the view a session that shows the reference data of the caller's authorities."""

    @wraps(view)
    def wrapper(*args: object, **kwargs: object) -> object:
        with database().transaction(Scope(tuple(sorted(principal().roles)))) as session:
            return view(session, *args, **kwargs)

    return wrapper
