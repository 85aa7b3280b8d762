"""`flask ledger`, `flask idempotency-keys`, `flask export-openapi`, `flask print-roles-sql`."""

import secrets
from collections.abc import Sequence

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from cli.fold_loop import fold_authority, fold_for_ever
from cli.parameters import AUTHORITY
from cli.transaction import errors_in_words, named_or_all, transaction
from core.database import Database
from core.database_roles import role_script
from services.idempotency import remove_expired
from services.ledger.verify import contact_count, verify_ledger
from services.ledger.verify_folds import verify_folds

_PASSWORD_BYTES = 32
_LONGEST_WAIT = 24 * 60 * 60

ledger = AppGroup("ledger", help="Fold the ledger, and hold it against the records.")
idempotency_keys = AppGroup("idempotency-keys", help="Keys of requests that came before.")


@ledger.command("verify")
@click.option("--authority", "authorities", type=AUTHORITY, multiple=True, help="Default: all.")
def verify(*, authorities: Sequence[str]) -> None:
    """Check that ledger, records and folds agree; name what doesn't, with status 1."""
    agreed = disagreed = unlike = 0
    for authority in named_or_all(authorities):
        with transaction([authority]) as session:
            number = contact_count(session, authority=authority)
            found = list(verify_ledger(session, authority=authority))
            folds = list(verify_folds(session, authority=authority))
        for each in found:
            click.echo(f"{authority} {each.contact_id}: {each.detail}", err=True)
        for fold in folds:
            place = f"{authority} {fold.received_month:%Y-%m} {fold.referrer_type}"
            click.echo(f"{place}: {fold.detail}", err=True)
        agreed += number - len(found)
        disagreed += len(found)
        unlike += len(folds)
    click.echo(f"The ledger agrees with the records of {agreed} contacts.")
    if disagreed:
        message = f"The ledger disagrees with the records of {disagreed} contacts."
        raise click.ClickException(message)
    if unlike:
        message = f"The ledger disagrees with {unlike} of its sums."
        raise click.ClickException(message)


@ledger.command("fold")
@click.option("--authority", "authorities", type=AUTHORITY, multiple=True, help="Default: all.")
@click.option(
    "--every",
    type=click.IntRange(1, _LONGEST_WAIT),
    help="Fold for ever, each so many seconds. Default: once.",
)
def fold(*, authorities: Sequence[str], every: int | None) -> None:
    """Sum up the ledger's new entries, from which reports then read few rows."""
    database: Database = current_app.extensions["database"]
    if every is not None:
        fold_for_ever(database, authorities=authorities, every=every)
        return
    folded = 0
    for authority in named_or_all(authorities):
        with errors_in_words():
            folded += fold_authority(database, authority)
    click.echo(f"{folded} entries were folded.")


@idempotency_keys.command("purge")
def purge() -> None:
    """Delete the keys of requests that came more than 30 days ago."""
    removed = 0
    for authority in named_or_all([]):
        with transaction([authority]) as session:
            removed += remove_expired(session)
    click.echo(f"{removed} keys were deleted.")


@click.command("export-openapi")
@with_appcontext
def export_openapi() -> None:
    """Write the OpenAPI document; needs no database."""
    click.echo(current_app.extensions["openapi_text"](), nl=False)


@click.command("print-roles-sql")
@click.option("--database", default="frontdoor", show_default=True, help="Made if it is missing.")
@click.option("--owner-password", envvar="OWNER_PASSWORD", help="Default: a new one.")
@click.option("--application-password", envvar="APPLICATION_PASSWORD", help="Default: a new one.")
def print_roles_sql(
    *, database: str, owner_password: str | None, application_password: str | None
) -> None:
    """Write the script by which a superuser's psql makes database, roles and rights."""
    script = role_script(
        database=database,
        owner_password=owner_password or secrets.token_urlsafe(_PASSWORD_BYTES),
        application_password=application_password or secrets.token_urlsafe(_PASSWORD_BYTES),
    )
    click.echo(script, nl=False)
