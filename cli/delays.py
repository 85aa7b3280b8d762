"""`flask delays-report`."""

from collections.abc import Sequence
from typing import TextIO

import click
from flask.cli import with_appcontext

from cli.parameters import AUTHORITY
from cli.transaction import named_or_all, transaction
from services.reports.areas import area_of_authority
from services.reports.delays import delays_of
from services.reports.delays_csv import delays_csv


@click.command("delays-report")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True), default="-")
@click.option("--authority", "authorities", type=AUTHORITY, multiple=True, help="Default: all.")
@with_appcontext
def delays_report(*, file: TextIO, authorities: Sequence[str]) -> None:
    """Write to FILE, or the terminal, which contacts are open and late, as CSV for managers.

    Numbers by team, referrer type and working days, and the share of the last ended quarter that
    was decided on in time; nothing that names a child.
    """
    wanted = named_or_all(authorities)
    with transaction(wanted) as session:
        reports = [
            delays_of(session, area_of_authority(session, code), period=None, with_records=False)
            for code in wanted
        ]
    file.write(delays_csv(reports))
