"""The weekly report of delays as CSV: one row for each group of open contacts."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.reports.spreadsheet_text import harmless

_PAST = ("total", "past_decision", "past_information_gathering", "section_47_not_moved")
_COLUMNS = (
    "on", "area", "group", "code", "label", "open", *_PAST[1:],
    "decided_in_time", "decided_of", "decided_in_time_percent",
)  # fmt: skip


def delays_csv(reports: Iterable[Mapping[str, Any]]) -> str:
    """Reports of delays as RFC 4180 text: a header, then for each area its rows.

    `group` is `all`, `team`, `referrer_type` or `working_days`; what a group has no figure for is
    empty. The share decided in time stands in the row of all.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for report in reports:
        place = [report["on"], report["area"]["code"]]
        writer.writerows([*place, *row] for row in _rows(report))
    return out.getvalue()


def _rows(report: Mapping[str, Any]) -> Iterator[list[Any]]:
    open_, in_time = report["open"], report["decided_in_time"]
    share = [in_time[name] for name in ("number", "denominator", "percent")]
    yield ["all", "", harmless(report["area"]["name"]), *_numbers(open_), *share]
    for group in ("team", "referrer_type"):
        for each in report[f"by_{group}"]:
            named = [harmless(each["code"]), harmless(each["label"])]
            yield [group, *named, *_numbers(each), "", "", ""]
    for each in open_["by_working_days"]:
        days = "" if each["working_days"] is None else each["working_days"]
        yield ["working_days", days, "", each["number"], *[""] * 6]


def _numbers(past: Mapping[str, Any]) -> list[int]:
    return [past[name] for name in _PAST]
