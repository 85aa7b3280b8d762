"""The forms of a file of records: NDJSON and CSV, as the bulk interface takes them.

A row is a body of POST contacts with `kind` and, for history, the days of the flow.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, Protocol

import orjson

from services.synthetic.chance import Chance

Row = dict[str, object]
Part = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_PLAIN = (
    *("kind", "agency", "agency_reference", "received_at", "referrer_type", "referrer_detail"),
    *("individual_kind", "original_referrer_type", "incident_reference", "presenting_need"),
    *("closed_on", "referred_on", "nfa_on", "assessment_started_on", "assessment_type", "reason"),
)
_REFERRER = ("name", "role", "email", "phone")
_CHILD = (
    *("agency_child_reference", "nhs_number", "upn", "given_name", "family_name"),
    *("date_of_birth", "expected_date_of_birth", "sex", "ethnicity", "postcode"),
)
_CARER = ("name", "relationship", "date_of_birth", "phone")
_CARERS = 2
_INCIDENT = ("victim_risk_level", "child_risk_level")
_AGREEMENT = ("status", "given_by", "reason")
_AGREEMENT_FLAGS = ("family_informed", "safe_to_contact")

COLUMNS = (
    *_PLAIN,
    *("has_active_caf", "immediate_concern", "concerns"),
    *(f"child.{name}" for name in _CHILD),
    *(f"parents_carers.{place}.{name}" for place in range(_CARERS) for name in _CARER),
    *(f"referrer.{name}" for name in _REFERRER),
    *(f"domestic_incident.{name}" for name in (*_INCIDENT, "children_present")),
    *(f"family_agreement.{name}" for name in (*_AGREEMENT, *_AGREEMENT_FLAGS)),
    # The two that hold commas; the last is never empty, so that no cell too many is one that is
    # empty at the end.
    "child.address",
    "narrative",
)

# Fields that every row has.
_MISSPELT = {
    "narrative": "narative",
    "presenting_need": "presenting_needs",
    "received_at": "recieved_at",
    "referrer_type": "referer_type",
}
_FLAG: Mapping[bool | None, str] = {True: "true", False: "false", None: ""}
_EMPTY = repeat("")
_SPECIAL = b',"\r\n'
_NOTHING: Mapping[str, Any] = {}


class RowFormat(Protocol):
    """How rows are written, rightly and, to try an import, wrongly; all are bytes with line end."""

    def heading(self) -> bytes:
        """What stands above the rows."""

    def line(self, row: Row) -> bytes:
        """A row."""

    def misplaced(self, row: Row, chance: Chance) -> bytes:
        """A row with something in it that has no known name."""

    def cut_short(self, row: Row, chance: Chance) -> bytes:
        """A row whose end is missing."""


class Ndjson:
    """One JSON object a line."""

    def heading(self) -> bytes:
        """Nothing: every line is a row."""
        return b""

    def line(self, row: Row) -> bytes:
        """The row as an object."""
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)

    def misplaced(self, row: Row, chance: Chance) -> bytes:
        """The row with one of its fields misspelt."""
        name = chance.one_of(tuple(_MISSPELT))
        return self.line({_MISSPELT[each] if each == name else each: row[each] for each in row})

    def cut_short(self, row: Row, chance: Chance) -> bytes:
        """The row, broken off somewhere before the end of the object."""
        line = self.line(row)
        return line[: chance.whole(1, len(line) - 2)] + b"\n"


class Csv:
    """One row of cells a record, under the names of its fields; lines end with a line feed."""

    def __init__(self) -> None:
        # What writing a row gives is what its one call to `write` gives.
        self._writer = csv.writer(_Encoder(), lineterminator="\n")
        self._shared: dict[int, tuple[Part | None, bytes]] = {}

    def heading(self) -> bytes:
        """The names of the fields."""
        return self._written(COLUMNS)

    def line(self, row: Mapping[str, Any]) -> bytes:
        """The row's values; what it lacks is empty."""
        child = row.get("child", _NOTHING)
        parts = (
            self._joined(_own(row, child)),
            self._again(row.get("parents_carers"), _carers),
            self._again(row.get("referrer"), _referrer),
            self._again(row.get("domestic_incident"), _incident),
            self._again(row.get("family_agreement"), _agreement),
            f"{_quoted(child.get('address', ''))},{_quoted(row.get('narrative', ''))}\n".encode(),
        )
        return b",".join(parts)

    def misplaced(self, row: Row, chance: Chance) -> bytes:
        """The row with a cell too many, as when a comma is not quoted."""
        cells = self._cells(row)
        cells.insert(chance.whole(0, len(cells) - 1), "")
        return self._written(cells)

    def cut_short(self, row: Row, chance: Chance) -> bytes:
        """The row, broken off somewhere before its last cell."""
        return self._written(self._cells(row)[: chance.whole(1, len(COLUMNS) - 1)])

    def _cells(self, row: Row) -> list[str]:
        """The cells of the row's line; only what is written wrongly needs them one by one."""
        return next(csv.reader([self.line(row).decode()]))

    def _again(self, part: Part | None, cells: Callable[[Any], Sequence[str]]) -> bytes:
        """The cells of a part that many rows share; it is held, so that its id stays its own."""
        key = id(cells) if part is None else id(part)
        found = self._shared.get(key)
        if found is None:
            joined = self._joined(cells(_NOTHING if part is None else part))
            found = self._shared[key] = (part, joined)
        return found[1]

    def _joined(self, cells: Sequence[str]) -> bytes:
        """The cells with commas between them, and in quotes where those are needed."""
        joined = ",".join(cells).encode()
        # Counted in one go: `csv` looks at every character and takes several times as long.
        if len(joined) - len(joined.translate(None, _SPECIAL)) == len(cells) - 1:
            return joined
        return self._written(cells).removesuffix(b"\n")

    def _written(self, cells: Iterable[str]) -> bytes:
        written: bytes = self._writer.writerow(cells)
        return written


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


class _Encoder:
    def write(self, text: str) -> bytes:
        return text.encode()


FORMATS: Mapping[str, Callable[[], RowFormat]] = {"ndjson": Ndjson, "csv": Csv}


def _own(row: Mapping[str, Any], child: Mapping[str, str]) -> Sequence[str]:
    return [
        *map(row.get, _PLAIN, _EMPTY),
        _FLAG[row.get("has_active_caf")],
        _FLAG[row.get("immediate_concern")],
        ";".join(row.get("concerns", ())),
        *map(child.get, _CHILD, _EMPTY),
    ]


def _carers(carers: Sequence[Mapping[str, str]]) -> Sequence[str]:
    both = (*carers, _NOTHING, _NOTHING)[:_CARERS]
    return [cell for carer in both for cell in map(carer.get, _CARER, _EMPTY)]


def _referrer(referrer: Mapping[str, str]) -> Sequence[str]:
    return [*map(referrer.get, _REFERRER, _EMPTY)]


def _incident(incident: Mapping[str, Any]) -> Sequence[str]:
    return [*map(incident.get, _INCIDENT, _EMPTY), _FLAG[incident.get("children_present")]]


def _agreement(agreement: Mapping[str, Any]) -> Sequence[str]:
    flags = (_FLAG[agreement.get(name)] for name in _AGREEMENT_FLAGS)
    return [*map(agreement.get, _AGREEMENT, _EMPTY), *flags]
