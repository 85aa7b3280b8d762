"""The forms of a file of records: NDJSON and CSV, as the bulk interface takes them.

A row is a body of POST contacts with `kind` and, for history, the days of the flow.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, Protocol

import orjson

from services.synthetic.chance import Chance
from services.synthetic.payloads import Telling
from services.synthetic.people import Child

Row = dict[str, object]
Part = Mapping[str, Any]

_REFERENCED = ("kind", "agency", "agency_reference")
_PLAIN = (
    *("received_at", "referrer_type", "referrer_detail"),
    *("individual_kind", "original_referrer_type", "incident_reference", "presenting_need"),
    *("closed_on", "referred_on", "nfa_on", "assessment_started_on", "assessment_type", "reason"),
)
_AGENCYS_CHILD = ("agency_child_reference", "upn")
_CHILD = (
    *("nhs_number", "given_name", "family_name", "date_of_birth", "expected_date_of_birth"),
    *("sex", "ethnicity", "postcode"),
)
_CARER = ("name", "relationship", "date_of_birth", "phone")
_CARERS = 2
_REFERRER = ("name", "role", "email", "phone")
_INCIDENT = ("victim_risk_level", "child_risk_level", "children_present")
_AGREEMENT = ("status", "given_by", "reason", "family_informed", "safe_to_contact")
_PARTS = {
    "referrer": _REFERRER,
    "domestic_incident": _INCIDENT,
    "family_agreement": _AGREEMENT,
}

COLUMNS = (
    *_REFERENCED,
    *_PLAIN,
    *("has_active_caf", "immediate_concern", "concerns"),
    *(f"child.{name}" for name in (*_AGENCYS_CHILD, *_CHILD)),
    *(f"parents_carers.{place}.{name}" for place in range(_CARERS) for name in _CARER),
    *(f"{part}.{name}" for part, names in _PARTS.items() for name in names),
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
_FLAG = {True: "true", False: "false"}
_EMPTY = repeat("")
_NOTHING: Part = {}


class RowFormat(Protocol):
    """How rows are written, rightly and, to try an import, wrongly; all are text with line end.

    One is used for one block: it keeps the text of what is told there again.
    """

    def heading(self) -> str:
        """What stands above the rows."""

    def line(self, telling: Telling) -> str:
        """The row of what is told; facts and children that are the same have not changed since."""

    def row(self, row: Row) -> str:
        """Any row."""

    def misplaced(self, row: Row, chance: Chance) -> str:
        """A row with something in it that has no known name."""

    def cut_short(self, row: Row, chance: Chance) -> str:
        """A row whose end is missing."""


class Ndjson:
    """One JSON object a line."""

    def __init__(self) -> None:
        self._facts: tuple[Part, str] = (_NOTHING, "")
        self._children: dict[int, tuple[str, str]] = {}

    def heading(self) -> str:
        """Nothing: every line is a row."""
        return ""

    def line(self, telling: Telling) -> str:
        """What is told, as an object."""
        facts, reference, child, child_reference, upn, narrative = telling
        if self._facts[0] is not facts:
            self._facts = (facts, _json(facts)[:-1])
        known, carers = self._children.get(child.number) or self._keep(child)
        own = "" if child_reference is None else f',"agency_child_reference":"{child_reference}"'
        if upn is not None:
            own += f',"upn":"{upn}"'
        return (
            f'{self._facts[1]},"agency_reference":"{reference}","child":{known}{own}}},'
            f'"parents_carers":{carers},"narrative":{_json(narrative)}}}\n'
        )

    def row(self, row: Row) -> str:
        """The row as an object."""
        return f"{_json(row)}\n"

    def misplaced(self, row: Row, chance: Chance) -> str:
        """The row with one of its fields misspelt."""
        name = chance.one_of(tuple(_MISSPELT))
        return self.row({_MISSPELT[each] if each == name else each: row[each] for each in row})

    def cut_short(self, row: Row, chance: Chance) -> str:
        """The row, broken off somewhere before the end of the object."""
        line = self.row(row)
        return f"{line[: chance.whole(1, len(line) - 2)]}\n"

    def _keep(self, child: Child) -> tuple[str, str]:
        kept = (_json(child.facts)[:-1], _json(child.household.carers))
        self._children[child.number] = kept
        return kept


class Csv:
    """One row of cells a record, under the names of its fields; lines end with a line feed."""

    def __init__(self) -> None:
        self._facts: tuple[Part, str, str] = (_NOTHING, "", "")
        self._children: dict[int, tuple[str, str]] = {}
        self._parts: dict[str, dict[int, str]] = {part: {} for part in _PARTS}
        self._held: list[Part | None] = []

    def heading(self) -> str:
        """The names of the fields."""
        return f"{_cells(COLUMNS)}\n"

    def line(self, telling: Telling) -> str:
        """What is told, value by value; what it lacks is empty."""
        facts, reference, child, child_reference, upn, narrative = telling
        if self._facts[0] is not facts:
            parts = [
                kept.get(id(facts.get(name))) or self._keep_part(facts, name)
                for name, kept in self._parts.items()
            ]
            self._facts = (facts, _cells(_values(facts)), ",".join(parts))
        known, address = self._children.get(child.number) or self._keep(child)
        return (
            f"{facts['kind']},{facts['agency']},{reference},{self._facts[1]},"
            f"{child_reference or ''},{upn or ''},{known},{self._facts[2]},"
            f"{address},{_quoted(narrative)}\n"
        )

    def row(self, row: Row) -> str:
        """The row's values; what it lacks is empty."""
        return f"{_cells(_row(row))}\n"

    def misplaced(self, row: Row, chance: Chance) -> str:
        """The row with a cell too many, as when a comma is not quoted."""
        cells = _row(row)
        cells.insert(chance.whole(0, len(cells) - 1), "")
        return f"{_cells(cells)}\n"

    def cut_short(self, row: Row, chance: Chance) -> str:
        """The row, broken off somewhere before its last cell."""
        return f"{_cells(_row(row)[: chance.whole(1, len(COLUMNS) - 1)])}\n"

    def _keep(self, child: Child) -> tuple[str, str]:
        known = (*map(child.facts.get, _CHILD, _EMPTY), *_carers(child.household.carers))
        kept = (_cells(known), _quoted(str(child.facts["address"])))
        self._children[child.number] = kept
        return kept

    def _keep_part(self, facts: Mapping[str, Any], name: str) -> str:
        """The cells of a part that many rows share; it is held, so that its id stays its own."""
        part = facts.get(name)
        self._held.append(part)
        kept = _cells(_named(_NOTHING if part is None else part, _PARTS[name]))
        self._parts[name][id(part)] = kept
        return kept


FORMATS: Mapping[str, Callable[[], RowFormat]] = {"ndjson": Ndjson, "csv": Csv}


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _cells(values: Iterable[Any]) -> str:
    """Cells of a row, without line end, quoted where that is needed."""
    cells = list(values)
    joined = ",".join(cells)
    if joined.count(",") >= len(cells) or '"' in joined or "\r" in joined or "\n" in joined:
        written: str = _WRITER.writerow(cells)
        return written
    return joined


def _quoted(text: str) -> str:
    if '"' in text:
        text = text.replace('"', '""')
    return f'"{text}"'


class _Written:
    def write(self, text: str) -> str:
        return text


# What writing a row gives is what its one call to `write` gives.
_WRITER = csv.writer(_Written(), lineterminator="")


def _row(row: Mapping[str, Any]) -> list[str]:
    child = row.get("child", _NOTHING)
    return [
        *map(row.get, _REFERENCED, _EMPTY),
        *_values(row),
        *map(child.get, (*_AGENCYS_CHILD, *_CHILD), _EMPTY),
        *_carers(row.get("parents_carers", ())),
        *(cell for part in _PARTS for cell in _named(row.get(part, _NOTHING), _PARTS[part])),
        child.get("address", ""),
        row.get("narrative", ""),
    ]


def _values(facts: Mapping[str, Any]) -> list[str]:
    return [
        *map(facts.get, _PLAIN, _EMPTY),
        _FLAG[facts["has_active_caf"]],
        _FLAG[facts["immediate_concern"]],
        ";".join(facts["concerns"]),
    ]


def _carers(carers: Sequence[Mapping[str, str]]) -> list[str]:
    both = (*carers, _NOTHING, _NOTHING)[:_CARERS]
    return [carer.get(name, "") for carer in both for name in _CARER]


def _named(part: Part, names: Iterable[str]) -> list[str]:
    values = [part.get(name, "") for name in names]
    return [_FLAG[each] if isinstance(each, bool) else each for each in values]
