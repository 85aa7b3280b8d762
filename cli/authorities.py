"""`flask authorities` and `flask partnerships`."""

from collections.abc import Sequence
from datetime import time

import click
from flask.cli import AppGroup

from cli.columns import show
from cli.parameters import AGENCY, AUTHORITY, CLOCK_TIME, TEXT, authorities_option
from cli.transaction import named_or_all, transaction
from services.reference.authorities import list_authorities
from services.reference.publication_settings import set_automatic
from services.reference.register import (
    AuthorityDetails,
    register_authority,
    register_partnership,
)

HIGHEST_LAG = 250
BY_ITSELF, BY_HAND = "by-itself", "by-hand"

authorities = AppGroup("authorities", help="Add and list authorities.")
partnerships = AppGroup("partnerships", help="Add partnerships of authorities.")


@authorities.command("add")
@click.argument("code", type=AUTHORITY)
@click.argument("name", type=TEXT)
@click.option("--telephone", type=TEXT, required=True, help="Named where a child is in danger.")
@click.option(
    "--cut-off",
    type=CLOCK_TIME,
    default="17:00",
    show_default=True,
    help="What is received after it counts as received on the next working day.",
)
@click.option(
    "--reporting-lag",
    type=click.IntRange(0, HIGHEST_LAG),
    default=10,
    show_default=True,
    help="Working days after a period's end at which its figures stand.",
)
def add(*, code: str, name: str, telephone: str, cut_off: time, reporting_lag: int) -> None:
    """Add an authority by its ONS code, or record new settings of a known one."""
    details = AuthorityDetails(
        name=name,
        emergency_telephone=telephone,
        receipt_cut_off=cut_off,
        reporting_lag=reporting_lag,
    )
    with transaction([code]) as session:
        register_authority(session, code=code, details=details)
    click.echo(f"{code} {name} is set.")


@authorities.command("publishing")
@click.argument("code", type=AUTHORITY)
@click.argument("how", type=click.Choice([BY_ITSELF, BY_HAND]))
def publishing(*, code: str, how: str) -> None:
    """Say whether an authority's reports are published by themselves, for partners to read.

    Table 1 and Inputs are then published when their reporting lag is over; those of a partnership
    where all of its authorities say so.
    """
    with transaction([code]) as session:
        set_automatic(session, authority=code, is_automatic=how == BY_ITSELF)
    click.echo(f"{code} publishes {how}.")


@authorities.command("list")
def list_() -> None:
    """List the authorities and their settings."""
    with transaction(named_or_all([])) as session:
        found = list_authorities(session)
    show(
        ("code", "name", "telephone", "cut-off", "reporting lag", "publishing"),
        [
            (
                each.code,
                each.name,
                each.emergency_telephone,
                f"{each.receipt_cut_off:%H:%M}",
                str(each.reporting_lag),
                BY_ITSELF if each.publishes_by_itself else BY_HAND,
            )
            for each in found
        ],
    )


@partnerships.command("add")
@click.argument("code", type=AGENCY)
@click.argument("name", type=TEXT)
@authorities_option
def add_partnership(*, code: str, name: str, authorities: Sequence[str]) -> None:
    """Add a partnership of authorities, or authorities to a known one."""
    members = tuple(dict.fromkeys(authorities))
    with transaction(members) as session:
        register_partnership(session, code=code, name=name, authorities=members)
    click.echo(f"{code} {name} is set.")
