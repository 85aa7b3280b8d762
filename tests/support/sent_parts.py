"""Bodies of imports as they come off a socket: in parts, split anywhere."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st


@st.composite
def split_anywhere(draw: st.DrawFn, body: bytes) -> list[bytes]:
    """The body in parts, some of them perhaps empty."""
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=12)))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def flat(value: Mapping[str, Any], within: str = "") -> dict[str, str]:
    """A record as the cells of a row, by column."""
    cells: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            cells |= flat(inner, f"{within}{name}.")
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            cells |= flat({str(index): item for index, item in enumerate(inner)}, f"{name}.")
        elif isinstance(inner, list):
            cells[within + name] = ";".join(inner)
        else:
            cells[within + name] = str(inner)
    return cells


def as_csv(records: Iterable[Mapping[str, Any]], *, columns: Sequence[str], ends: str) -> bytes:
    """The records under a header of those columns, absent fields as empty cells."""
    written = io.StringIO()
    # The writer knows that a CR needs quotes only where its line ends have one.
    quoting = csv.QUOTE_MINIMAL if "\r" in ends else csv.QUOTE_ALL
    writer = csv.DictWriter(written, columns, lineterminator=ends, quoting=quoting)
    writer.writeheader()
    writer.writerows(flat(record) for record in records)
    return written.getvalue().encode()
