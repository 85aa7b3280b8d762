"""`make bench`: run the measures in one place and write what they say to bench/RESULTS.md."""

import sys
import time
from collections.abc import Callable, Sequence

import click

from bench.errors import MeasureError
from bench.machine import heading
from bench.measures import as_at, bulk, england, ledger, post, table1, wait
from bench.place import Place, running_place
from bench.results import Measured, Row, not_measured, page
from bench.scale import FULL, QUICK, Scale
from bench.wrk import require_wrk
from cli.alembic_command import PROJECT

Measure = Callable[[Place, Scale], Measured]

# The fillings with many contacts come last: what is before them is measured in small tables.
MEASURES: dict[str, tuple[Measure, Sequence[Row]]] = {
    "post": (post.post, post.ROWS),
    "ledger": (ledger.ledger, ledger.ROWS),
    "bulk": (bulk.bulk, bulk.ROWS),
    "wait": (wait.wait, wait.ROWS),
    "england": (england.england, england.ROWS),
    "table1": (table1.table1, table1.ROWS),
    "as_at": (as_at.as_at, as_at.ROWS),
}
RESULTS = PROJECT / "bench" / "RESULTS.md"


@click.command()
@click.option("--quick", is_flag=True, help="Small and short; printed, not written.")
@click.option("--measures", default="", help=f"Some of {', '.join(MEASURES)}; default: all.")
def main(*, quick: bool, measures: str) -> None:
    """Measure, and end with status 1 where a floor is missed or something cannot be measured."""
    scale = QUICK if quick else FULL
    names = _named(measures)
    _require_programs()
    with running_place() as place:
        top = heading(scale=scale.name, flush_in=place.folder, settings=place.settings())
        measured = [_measured(name, place, scale) for name in names]
    text = page(heading=top, measured=measured)
    click.echo(text)
    if not quick and len(names) == len(MEASURES):
        RESULTS.write_text(text)
    if any(row.is_missed for each in measured for row in each.rows):
        sys.exit(1)


def _named(measures: str) -> Sequence[str]:
    wanted = [name for name in measures.replace(",", " ").split() if name]
    unknown = sorted(set(wanted) - MEASURES.keys())
    if unknown:
        message = f"There is no measure {', '.join(unknown)}: choose of {', '.join(MEASURES)}."
        raise click.UsageError(message)
    return [name for name in MEASURES if name in wanted or not wanted]


def _require_programs() -> None:
    try:
        require_wrk()
    except MeasureError as error:
        raise click.ClickException(str(error)) from error


def _measured(name: str, place: Place, scale: Scale) -> Measured:
    started = time.monotonic()
    measure, rows = MEASURES[name]
    try:
        found = measure(place, scale)
    except MeasureError as error:
        failed = [not_measured(row, "see below") for row in rows]
        found = Measured(title=name, rows=failed, notes=[f"Not measured: {error}"])
    click.echo(f"{name}: {time.monotonic() - started:.0f} s", err=True)
    return found


if __name__ == "__main__":
    main()
