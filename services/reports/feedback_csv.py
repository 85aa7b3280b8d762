"""Feedback as CSV: one row for each figure."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from domain.disclosure.figures import SYMBOL
from domain.tabulation import TOTAL

_COLUMNS = ("figures", "outcome", "outcome_label", "reason", "reason_label", "number", "percent")
_BLOCKS = ("own", "own_then", "all_of_kind")


def feedback_csv(report: Mapping[str, Any]) -> str:
    """The report as RFC 4180 text: a header, then `own`, and where given the comparison's figures.

    `c` where something is hidden. All contacts are the outcome `total`; the reason of an outcome's
    own row is `total`.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for name in _BLOCKS:
        if report[name] is not None:
            writer.writerows([name, *row] for row in _rows(report[name]))
    return out.getvalue()


def _rows(figures: Mapping[str, Any]) -> Iterator[list[Any]]:
    yield [TOTAL, "All contacts", TOTAL, "", *_shown(figures["contacts"])]
    for outcome in figures["outcomes"]:
        named = [outcome["code"], outcome["label"]]
        yield [*named, TOTAL, "", *_shown(outcome)]
        for reason in outcome["reasons"]:
            yield [*named, reason["code"], reason["label"], *_shown(reason)]


def _shown(cell: Mapping[str, Any]) -> list[Any]:
    return [SYMBOL if cell[name] is None else cell[name] for name in ("number", "percent")]
