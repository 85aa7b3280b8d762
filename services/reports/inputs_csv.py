"""Inputs as CSV, in the columns of the published file (definitions.md, section 4)."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from domain.disclosure.figures import SYMBOL
from domain.measures.inputs import INPUTS_BY_CODE
from domain.measures.measure import Measure
from services.reports.spreadsheet_text import harmless

_COLUMNS = (
    "section", "measure", "title", "basis", "period", "number", "denominator", "percent",
    "direction",
)  # fmt: skip
_VALUES = ("number", "denominator", "percent", "direction")


def inputs_csv(report: Mapping[str, Any]) -> str:
    """The report as RFC 4180 text: a header, then each measure and its parts, column by column.

    What is null is empty, what is hidden is `c`. The title of a part is the measure's and its own,
    with ` | ` between.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for measure in report["measures"]:
        for title, values in _titled(measure):
            for value in values:
                period = value["period"].replace("-Q", " Q")
                told = ["inputs", measure["code"], harmless(title), measure["basis"], period]
                writer.writerow([*told, *_texts(value, INPUTS_BY_CODE[measure["code"]])])
    return out.getvalue()


def _texts(value: Mapping[str, Any], measure: Measure) -> Iterator[Any]:
    for name in _VALUES:
        is_share = name in {"denominator", "percent"}
        may_be_hidden = "symbol" in value and (name == "number" or is_share)
        if value[name] is not None:
            yield value[name]
        elif may_be_hidden and (measure.is_proportion or not is_share):
            yield SYMBOL
        else:
            yield ""


def _titled(measure: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    parts = measure["breakdown"]
    yield f"{measure['label']} | Total" if parts else measure["label"], measure["values"]
    for part in parts or ():
        yield f"{measure['label']} | {part['label']}", part["values"]
