"""`flask referrer-types` and `flask aliases`: an authority's own words."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from cli.parameters import DAY, REFERRER_TYPE, TEXT, authorities_option
from cli.transaction import transaction
from domain.errors import NotFoundError
from domain.referrer_types import ReferrerGroup
from services.reference.referrer_types import referrer_types_of
from services.reference.register import (
    ReferrerTypeDetails,
    register_alias,
    register_referrer_type,
    withdraw_alias,
)

referrer_types = AppGroup("referrer-types", help="Add, rename and retire referrer types.")
aliases = AppGroup("aliases", help="Let an agency's own wording mean a referrer type.")


@referrer_types.command("add")
@click.argument("code", type=REFERRER_TYPE)
@click.argument("label", type=TEXT)
@authorities_option
@click.option("--group", type=click.Choice([str(group) for group in ReferrerGroup]), required=True)
@click.option("--census-source", type=TEXT, help="Its children in need census source, such as 5B.")
@click.option("--from", "valid_from", type=DAY, help="The first London day of its use.")
def add(
    *,
    code: str,
    label: str,
    authorities: Sequence[str],
    group: str,
    census_source: str | None,
    valid_from: date | None,
) -> None:
    """Add a referrer type of the authority's own."""
    details = ReferrerTypeDetails(
        label=label,
        group=ReferrerGroup(group),
        census_source=census_source,
        valid_from=valid_from,
    )
    with transaction(authorities) as session:
        for authority in dict.fromkeys(authorities):
            if code in _known(session, authority):
                message = f"{authority} has the referrer type {code}: rename or retire it."
                raise click.ClickException(message)
            register_referrer_type(session, authority=authority, code=code, details=details)
    click.echo(f"{code} is added.")


@referrer_types.command("rename")
@click.argument("code", type=REFERRER_TYPE)
@click.argument("label", type=TEXT)
@authorities_option
def rename(*, code: str, label: str, authorities: Sequence[str]) -> None:
    """Give a referrer type another label; its code stays."""
    _change(code, authorities, label=label)
    click.echo(f"{code} is now called {label}.")


@referrer_types.command("retire")
@click.argument("code", type=REFERRER_TYPE)
@authorities_option
@click.option("--to", "valid_to", type=DAY, required=True, help="The last London day of its use.")
def retire(*, code: str, authorities: Sequence[str], valid_to: date) -> None:
    """End the use of a referrer type; the tables of the periods that used it keep it."""
    _change(code, authorities, valid_to=valid_to)
    click.echo(f"{code} is used until {valid_to}.")


@aliases.command("add")
@click.argument("wording", type=TEXT)
@click.argument("referrer_type", type=REFERRER_TYPE)
@authorities_option
def add_alias(*, wording: str, referrer_type: str, authorities: Sequence[str]) -> None:
    """Let WORDING, in any case and punctuation, mean REFERRER_TYPE (a code)."""
    with transaction(authorities) as session:
        for authority in dict.fromkeys(authorities):
            register_alias(session, authority=authority, alias=wording, referrer_type=referrer_type)
    click.echo(f"{wording} means {referrer_type}.")


@aliases.command("remove")
@click.argument("wording", type=TEXT)
@authorities_option
def remove_alias(*, wording: str, authorities: Sequence[str]) -> None:
    """Let WORDING mean nothing again; records that used it stay as they are."""
    with transaction(authorities) as session:
        for authority in dict.fromkeys(authorities):
            withdraw_alias(session, authority=authority, alias=wording)
    click.echo(f"{wording} means nothing any more.")


def _change(code: str, authorities: Sequence[str], **changes: Any) -> None:
    with transaction(authorities) as session:
        for authority in dict.fromkeys(authorities):
            now = _known(session, authority).get(code)
            if now is None:
                message = f"{authority} has no referrer type {code}."
                raise NotFoundError(message)
            details = ReferrerTypeDetails(**(asdict(now) | changes))
            register_referrer_type(session, authority=authority, code=code, details=details)


def _known(session: Session, authority: str) -> dict[str, ReferrerTypeDetails]:
    return {
        each.code: ReferrerTypeDetails(
            label=each.label,
            group=ReferrerGroup(each.group),
            census_source=each.census_source,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
        )
        for each in referrer_types_of(session, [authority], own_labels=True)
    }
