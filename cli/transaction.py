"""The commands' transactions: everything of the named authorities, and what went wrong in words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from flask import current_app
from psycopg2.errors import UndefinedFunction, UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from core.database import EVERY_AGENCY, EVERY_KEY, Database, Scope
from domain.errors import DomainError, UnprocessableError
from services.reference.authorities import authority_codes


@contextmanager
def transaction(authorities: Sequence[str] = ()) -> Iterator[Session]:
    """One transaction that shows all records and settings of the authorities, and every key.

    What goes wrong ends the command with one sentence and status 1.
    """
    database: Database = current_app.extensions["database"]
    with errors_in_words(), database.transaction(scope_of(authorities)) as session:
        yield session


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Turn what a service refuses, or a database that is away, into a command's error."""
    try:
        yield
    except UnprocessableError as error:
        raise click.ClickException(" ".join(each.detail for each in error.findings)) from error
    except DomainError as error:
        raise click.ClickException(error.detail) from error
    except OperationalError as error:
        message = "The database does not answer."
        raise click.ClickException(message) from error
    except ProgrammingError as error:
        if not isinstance(error.orig, UndefinedFunction | UndefinedTable):
            raise
        message = "The database lacks the tables of this version: run the migrations first."
        raise click.ClickException(message) from error


def scope_of(authorities: Sequence[str]) -> Scope:
    """The scope of a command in some authorities."""
    return Scope(tuple(authorities), EVERY_AGENCY, EVERY_KEY)


def named_or_all(authorities: Sequence[str]) -> list[str]:
    """The authorities that a command was given, else all that are known."""
    with transaction() as session:
        known = authority_codes(session)
    unknown = sorted(set(authorities) - set(known))
    if unknown:
        message = f"There is no authority {', '.join(unknown)}: add it first."
        raise click.ClickException(message)
    return [code for code in known if code in authorities or not authorities]
