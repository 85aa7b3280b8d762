"""What goes wrong with records on their way: rows that an import refuses, and rows sent twice."""

from collections.abc import Callable
from typing import Any

import orjson

from services.synthetic.chance import Chance
from services.synthetic.formats import Row, RowFormat

YEARS_TOO_LATE = 100
ANOTHER_CHECK_DIGIT = 5
TYPES_NOBODY_KNOWS = ("polcie", "School nurse team", "Social media", "unknown referrer", "??")
REQUIRED = ("agency_reference", "referrer_type", "child")
POSTCODES_OF_NO_FORM = ("TS18", "TS18 1A", "T518 1AU", "TS181AUU", "n/k", "18TS 1AU")
SAID_LATER = " Since then the family has been in touch again."

ValueFlaw = Callable[[dict[str, Any], Chance], object]


def wrongly_written(row: Row, *, format_: RowFormat, chance: Chance) -> bytes:
    """The line of a row that an import refuses, for one of seven reasons; the row stays as it is.

    A wrong NHS number, a day or instant a century too late, a referrer type that nobody knows, a
    required field left out, no postcode's form; or something without a known name, or a line that
    breaks off.
    """
    flaw = chance.one_of((*_VALUE_FLAWS, None, None))
    if flaw is not None:
        spoilt = orjson.loads(orjson.dumps(row))
        flaw(spoilt, chance)
        return format_.line(spoilt)
    if chance.happens(0.5):
        return format_.misplaced(row, chance)
    return format_.cut_short(row, chance)


def with_other_content(row: Row) -> Row:
    """The row, under the same reference, with a narrative that says more."""
    return {**row, "narrative": f"{row['narrative']}{SAID_LATER}"}


def _give_wrong_nhs_number(row: dict[str, Any], _: Chance) -> None:
    number = row["child"].get("nhs_number", "9990000018")
    digit = (int(number[-1]) + ANOTHER_CHECK_DIGIT) % 10
    row["child"]["nhs_number"] = f"{number[:-1]}{digit}"


def _move_to_the_future(row: dict[str, Any], chance: Chance) -> None:
    child = row["child"]
    part, name = (row, "received_at")
    if "date_of_birth" in child and chance.happens(0.5):
        part, name = (child, "date_of_birth")
    year, rest = part[name][:4], part[name][4:]
    # No 29 February: a century later is perhaps no leap year.
    part[name] = f"{int(year) + YEARS_TOO_LATE}{rest}".replace("-02-29", "-02-28")


def _name_unknown_referrer_type(row: dict[str, Any], chance: Chance) -> None:
    row["referrer_type"] = chance.one_of(TYPES_NOBODY_KNOWS)


def _leave_out(row: dict[str, Any], chance: Chance) -> None:
    del row[chance.one_of(REQUIRED)]


def _give_wrong_postcode(row: dict[str, Any], chance: Chance) -> None:
    row["child"]["postcode"] = chance.one_of(POSTCODES_OF_NO_FORM)


_VALUE_FLAWS: tuple[ValueFlaw, ...] = (
    _give_wrong_nhs_number,
    _move_to_the_future,
    _name_unknown_referrer_type,
    _leave_out,
    _give_wrong_postcode,
)
