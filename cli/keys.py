"""`flask keys`: issue, list and revoke keys."""

from collections.abc import Sequence
from datetime import date, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from cli.columns import show
from cli.parameters import AGENCY, AUTHORITY, DAY, KEY_ID, TEXT, authorities_option
from cli.transaction import transaction
from core.database import transaction_time
from domain.access import Role
from domain.working_days import end_of_london_day
from services.keys.issue_key import ListedKey, issue_key, list_keys, revoke_key
from services.keys.key_rules import check_key_request

keys = AppGroup("keys", help="Issue, list and revoke keys.")


@keys.command("issue")
@click.option("--name", type=TEXT, required=True, help="Whose key it is.")
@click.option(
    "--role",
    "roles",
    type=click.Choice([str(role) for role in Role]),
    multiple=True,
    required=True,
    help="What it may do in each of the authorities; may be given several times.",
)
@authorities_option
@click.option("--agency", type=AGENCY, help="The agency that it submits for.")
@click.option("--expires", type=DAY, help="The last London day on which it works.")
def issue(
    *,
    name: str,
    roles: Sequence[str],
    authorities: Sequence[str],
    agency: str | None,
    expires: date | None,
) -> None:
    """Issue a key and print it, this once."""
    held = {authority: [Role(role) for role in dict.fromkeys(roles)] for authority in authorities}
    with transaction(authorities) as session:
        expires_at = _end_of(session, expires)
        check_key_request(session, agency=agency, roles=held)
        issued = issue_key(
            session,
            name=name,
            environment=current_app.extensions["settings"].environment,
            agency=agency,
            roles=held,
            expires_at=expires_at,
        )
    click.echo(issued.key)
    click.echo(f"Keep it now: it is not shown again. Its id is {issued.key_id}.", err=True)


@keys.command("list")
@click.option("--authority", type=AUTHORITY, help="Only keys with a role in this authority.")
def list_(*, authority: str | None) -> None:
    """List the keys, oldest first; never the keys themselves."""
    with transaction() as session:
        found = list_keys(session)
    show(
        ("key id", "name", "agency", "roles", "created", "expires", "revoked"),
        [_row(each) for each in found if authority is None or authority in each.roles],
    )


@keys.command("revoke")
@click.argument("key_id", type=KEY_ID)
def revoke(*, key_id: str) -> None:
    """Revoke a key; within a minute it is refused everywhere."""
    with transaction() as session:
        revoke_key(session, key_id=key_id)
    click.echo(f"{key_id} is revoked.")


def _end_of(session: Session, day: date | None) -> datetime | None:
    if day is None:
        return None
    end = end_of_london_day(day)
    if end <= transaction_time(session):
        message = "this must be today or later."
        raise click.BadParameter(message, param_hint="'--expires'")
    return end


def _row(key: ListedKey) -> tuple[str, ...]:
    roles = "; ".join(f"{authority} {','.join(held)}" for authority, held in key.roles.items())
    instants = (key.created_at, key.expires_at, key.revoked_at)
    times = (f"{each:%Y-%m-%dT%H:%MZ}" if each else "-" for each in instants)
    return (key.key_id, key.name, key.agency or "-", roles or "-", *times)
