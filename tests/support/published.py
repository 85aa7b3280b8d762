"""The published Table 1 of January to March 2014, and answers in the same form."""

import csv
import json
from pathlib import Path

FILE = Path(__file__).parents[1] / "acceptance" / "data" / "table1_2014q4.csv"


def published_table() -> list[list[str]]:
    """Every cell of the published file as text, its header first."""
    return cells_of_csv(FILE.read_text(encoding="utf-8"))


def cells_of_csv(text: str) -> list[list[str]]:
    """Every cell of a CSV text."""
    return list(csv.reader(text.splitlines()))


def cells_of_json(text: str) -> list[list[str]]:
    """The rows and totals of a JSON answer, numbers as they are written in it, without a header."""
    answer = json.loads(text, parse_float=str, parse_int=str)
    columns = [column["code"] for column in answer["columns"]]
    rows = [(row["label"], row["cells"]) for row in answer["rows"]]
    return [
        [label, *(cells[column][part] for column in columns for part in ("number", "percent"))]
        for label, cells in [*rows, ("Total", answer["totals"])]
    ]
