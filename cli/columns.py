"""Rows as aligned text."""

from collections.abc import Iterable, Sequence

import click

GAP = "  "


def show(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a head and rows of as many cells, each column as wide as its widest cell."""
    table = [head, *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(GAP.join(cells).rstrip())
