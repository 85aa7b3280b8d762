"""`flask measures`."""

from collections.abc import Sequence
from decimal import Decimal

import click
from flask.cli import AppGroup

from cli.columns import show
from cli.parameters import AUTHORITY, Written, authorities_option
from cli.transaction import named_or_all, transaction
from domain.measures.inputs import INPUTS, INPUTS_BY_CODE
from domain.measures.measure import MeasureSetting, Polarity, with_settings
from services.reference.measure_settings import measure_settings_of, set_measure

_TOLERANCE = Written(
    "tolerance",
    pattern=r"100(\.0)?|[0-9]{1,2}(\.[0-9])?",
    expected="a number from 0 to 100 with at most one decimal",
    read=Decimal,
)

measures = AppGroup("measures", help="Say which way of a measure is better, and what is the same.")


@measures.command("set")
@click.argument("measure", type=click.Choice(list(INPUTS_BY_CODE)))
@authorities_option
@click.option(
    "--polarity",
    type=click.Choice([str(each) for each in Polarity]),
    help="Which way is better performance. Default: the standard one.",
)
@click.option(
    "--tolerance",
    type=_TOLERANCE,
    help="What counts as the same: percentage points of a proportion, per cent of a count. "
    "Default: the standard one.",
)
def set_(
    *, measure: str, authorities: Sequence[str], polarity: str | None, tolerance: Decimal | None
) -> None:
    """Set a measure for authorities; what was set before is kept for reports as at then."""
    setting = MeasureSetting(
        polarity=None if polarity is None else Polarity(polarity), tolerance=tolerance
    )
    with transaction(authorities) as session:
        for authority in dict.fromkeys(authorities):
            set_measure(session, authority=authority, measure=measure, setting=setting)
    click.echo(f"{measure} is set.")


@measures.command("list")
@click.option("--authority", "authorities", type=AUTHORITY, multiple=True, help="Default: all.")
def list_(*, authorities: Sequence[str]) -> None:
    """List the measures of each authority as they count there."""
    wanted = named_or_all(authorities)
    with transaction(wanted) as session:
        found = {
            authority: with_settings(INPUTS, measure_settings_of(session, [authority]))
            for authority in wanted
        }
    show(
        ("authority", "measure", "polarity", "tolerance"),
        [
            (authority, each.code, str(each.polarity), str(each.tolerance))
            for authority, counting in found.items()
            for each in counting
        ],
    )
