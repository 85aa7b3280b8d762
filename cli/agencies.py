"""`flask agencies`."""

from collections.abc import Sequence

import click
from flask.cli import AppGroup

from cli.columns import show
from cli.parameters import AGENCY, AUTHORITY, BACKDATE_DAYS, TEXT, authorities_option
from cli.transaction import named_or_all, transaction
from domain.vocabulary import AgencyKind
from services.reference.read_reference import read_agencies
from services.reference.register import AgencyDetails, register_agency

agencies = AppGroup("agencies", help="Add and list the agencies that send to an authority.")


@agencies.command("add")
@click.argument("code", type=AGENCY)
@click.argument("name", type=TEXT)
@authorities_option
@click.option("--kind", type=click.Choice([str(kind) for kind in AgencyKind]), required=True)
@click.option(
    "--backdate-days",
    type=BACKDATE_DAYS,
    default="1",
    show_default=True,
    help="How long before its arrival a record may say that it was received; or unlimited.",
)
@click.option("--accept-at-once", is_flag=True, help="What it sends as a referral is accepted.")
def add(
    *,
    code: str,
    name: str,
    authorities: Sequence[str],
    kind: str,
    backdate_days: int | None,
    accept_at_once: bool,
) -> None:
    """Add an agency to authorities, or record new settings of a known one."""
    details = AgencyDetails(
        name=name,
        kind=AgencyKind(kind),
        backdate_days=backdate_days,
        is_accepted_at_once=accept_at_once,
    )
    with transaction(authorities) as session:
        for authority in dict.fromkeys(authorities):
            register_agency(session, authority=authority, code=code, details=details)
    click.echo(f"{code} {name} is set.")


@agencies.command("list")
@click.option("--authority", "authorities", type=AUTHORITY, multiple=True, help="Default: all.")
def list_(*, authorities: Sequence[str]) -> None:
    """List the agencies of each authority."""
    wanted = named_or_all(authorities)
    with transaction(wanted) as session:
        found = read_agencies(session, authorities=wanted)
    names = ("authority", "code", "label", "kind")
    show(
        ("authority", "code", "name", "kind"),
        [tuple(each[name] for name in names) for each in found],
    )
