"""`flask make-records`: a file of synthetic records, to try an import with."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import chain
from pathlib import Path
from time import perf_counter

import click

from cli.parameters import DAY
from domain.periods import Period, parse_period, period_between
from services.demonstration.places import AGENCIES, STOCKTON_ON_TEES
from services.synthetic import TableRow, read_table
from services.synthetic.blocks import FilePlan, MadeRows, make_rows
from services.synthetic.formats import FORMATS
from services.synthetic.records import Senders
from services.synthetic.shares import scaled

PUBLISHED = files("services.demonstration") / "table1_2013_14_q4.csv"
PUBLISHED_PERIOD = "2013-14-Q4"

HELP = f"""Write synthetic records to FILE, or with - to standard output.

Each row is a contact or a referral with the days of what was decided, in NDJSON or CSV as imports
take them; together they add up to the table. The same arguments make the same bytes; files of
different seeds can be loaded side by side. Nobody in them is a real person.

They load as they are with a key of the authority {STOCKTON_ON_TEES} of the demonstration that may
decide; another authority needs these agencies: {", ".join(each.code for each in AGENCIES)}.
"""


@click.command("make-records", help=HELP)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@click.option("--format", "format_name", type=click.Choice(list(FORMATS)), help="Default: by FILE.")
@click.option("--records", type=click.IntRange(min=1), help="Default: as many as in the table.")
@click.option(
    "--table",
    "table_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A Table 1 in CSV as it is published. Default: January to March 2014.",
)
@click.option("--period", help=f"Such as 2013-14 or {PUBLISHED_PERIOD}, which is the default.")
@click.option("--from", "from_", type=DAY, help="With --to, in place of --period.")
@click.option("--to", type=DAY, help="With --from, in place of --period.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option(
    "--errors",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Share (0 to 1) of the records that are written so that an import refuses them.",
)
@click.option(
    "--duplicates",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Share (0 to 1) of rows to add that repeat a good one, half of them with other content.",
)
@click.option("--processes", type=click.IntRange(min=1), help="Default: one for each processor.")
def make_records(
    *,
    file: str,
    format_name: str | None,
    records: int | None,
    table_file: Path | None,
    period: str | None,
    from_: date | None,
    to: date | None,
    seed: int,
    errors: float,
    duplicates: float,
    processes: int | None,
) -> None:
    """Write a file of synthetic records and say how fast."""
    started = perf_counter()
    try:
        table = _table(table_file, records=records)
        number = sum(row.total for row in table)
        plan = FilePlan(
            table=tuple(table),
            period=_period(period, from_, to),
            seed=seed,
            senders=_senders(),
            format_name=format_name or _format_of(file),
            errors=round(number * errors),
            duplicates=round(number * duplicates),
        )
        size = _write(file, make_rows(plan, processes=processes or os.cpu_count() or 1), plan)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        message = f"No file can be made: {error}."
        raise click.ClickException(message) from error
    speed = plan.rows / (perf_counter() - started)
    click.echo(f"{_composition(plan)}, {size} bytes, {speed:.0f} records a second.", err=True)


def _table(path: Path | None, *, records: int | None) -> list[TableRow]:
    text = (path or PUBLISHED).read_text(encoding="utf-8-sig")
    table = read_table(text.splitlines())
    return scaled(table, records=records or sum(row.total for row in table))


def _period(code: str | None, from_: date | None, to: date | None) -> Period:
    if from_ is None and to is None:
        return parse_period(code or PUBLISHED_PERIOD)
    if from_ is None or to is None or code is not None:
        message = "Give --period, or --from and --to."
        raise click.UsageError(message)
    return period_between(from_, to)


def _senders() -> Senders:
    agencies: defaultdict[str, list[str]] = defaultdict(list)
    for agency in AGENCIES:
        for referrer_type in agency.sends_for:
            agencies[referrer_type].append(agency.code)
    return Senders(dict(agencies), {agency.code: agency.prefix for agency in AGENCIES})


def _format_of(file: str) -> str:
    ending = Path(file).suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        message = f"Say --format, or let the file's name end in .{' or .'.join(FORMATS)}."
        raise click.UsageError(message)
    return ending


def _write(file: str, made: Iterator[MadeRows], plan: FilePlan) -> int:
    """Write what is made and show how far it is; the bytes that were written."""
    # What cannot be made at all fails here, before a file is touched.
    heading, first = next(made), next(made)
    size = 0
    with (
        click.open_file(file, "wb") as out,
        click.progressbar(length=plan.rows, label="Making records", file=sys.stderr) as progress,
    ):
        for each in chain((heading, first), made):
            size += out.write(each.lines)
            progress.update(each.rows)
    return size


def _composition(plan: FilePlan) -> str:
    words = f"{plan.rows} records"
    if plan.errors:
        words += f", {plan.errors} of them with an error"
    if plan.duplicates:
        words += f", {plan.duplicates} of them repeated"
    return words
