"""Files of synthetic records: one plan one file, the table kept, errors and repeats counted."""

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.history import FIELDS as HISTORY_FIELDS
from domain.history import History, history_errors, history_warnings
from domain.identifiers import is_nhs_number, is_upn
from domain.periods import parse_period
from domain.receipt import receive
from domain.record_rules import SubmissionTerms, record_errors
from domain.referrer_types import STANDARD_CODES
from domain.vocabulary import Outcome
from schemas.contacts import ContactSchema
from services.synthetic import read_table
from services.synthetic.blocks import FilePlan, make_rows
from services.synthetic.records import Senders
from services.synthetic.shares import scaled, share_of
from services.synthetic.table import TableRow

PUBLISHED = Path(__file__).parents[2] / "acceptance" / "data" / "table1_2014q4.csv"
TABLE = read_table(PUBLISHED.read_text(encoding="utf-8").splitlines())
SENDERS = Senders(
    {code: ("cleveland-police", f"agency-{code}") for code in STANDARD_CODES},
    {each: each.upper() for code in STANDARD_CODES for each in (f"agency-{code}",)}
    | {"cleveland-police": "CLE"},
)
SCHEMA = ContactSchema()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
# More than two blocks of a file.
MANY = 11_003


def plan(*, records: int = 1586, format_name: str = "ndjson", seed: int = 1, **counts: int):
    return FilePlan(
        table=tuple(scaled(TABLE, records=records)),
        period=parse_period("2013-14-Q4"),
        seed=seed,
        senders=SENDERS,
        format_name=format_name,
        **counts,
    )


def made(wanted: FilePlan, *, processes: int = 1) -> bytes:
    return b"".join(each.lines for each in make_rows(wanted, processes=processes))


def bodies(file: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.splitlines()]


def nested(cells: dict[str, str]) -> dict[str, object]:
    """What a row of CSV says, by the rules of the bulk interface."""
    body: dict[str, object] = {}
    for column, cell in cells.items():
        if cell == "":
            continue
        *path, name = column.split(".")
        part: dict[str, object] = body
        for step in path:
            part = part.setdefault(step, {})
        part[name] = {"true": True, "false": False}.get(cell, cell)
    if "concerns" in body:
        body["concerns"] = body["concerns"].split(";")
    if "parents_carers" in body:
        carers = body["parents_carers"]
        body["parents_carers"] = [carers[str(place)] for place in range(len(carers))]
    return body


def csv_rows(file: bytes) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(file.decode(), newline=""), strict=True)
    return header, rows


def reasons_to_refuse(body: dict[str, object]) -> list[str]:
    """The codes of what is wrong with a body from the authority's own system, or is assumed."""
    draft = SCHEMA.load({name: value for name, value in body.items() if name != "kind"})
    data = draft.data
    receipt = receive(
        sent_at=data.get("received_at"), sent_on=None, arrived_at=NOW, backdate_days=None
    )
    known = data.get("referrer_type") in STANDARD_CODES
    terms = SubmissionTerms(
        is_accepted_at_once=True,
        emergency_telephone="01632 960000",
        receipt_cut_off=time(17),
        referrer_type=data["referrer_type"] if known else None,
    )
    history = History(**{name: data.get(name) for name in HISTORY_FIELDS})
    found = [
        *draft.findings,
        *history_warnings(history, accepted_anyway=False),
        *receipt.errors,
        *record_errors(data, terms=terms, today=NOW.date()),
        *(
            history_errors(history, received_on=receipt.received_on, today=NOW.date())
            if not receipt.errors and "received_at" in data
            else ()
        ),
    ]
    return [each.code for each in found]


def is_refused_line(line: bytes) -> bool:
    try:
        body = json.loads(line)
    except ValueError:
        return True
    return bool(reasons_to_refuse(body))


def outcome(body: dict[str, object]) -> Outcome:
    if "closed_on" in body:
        assert body["kind"] == "contact"
        assert "referred_on" not in body
        return Outcome.CLOSED_AND_LOGGED
    assert body["referred_on"]
    if "nfa_on" in body:
        return Outcome.NO_FURTHER_ACTION
    return Outcome.TO_ASSESSMENT if "assessment_started_on" in body else Outcome.YET_TO_PROCEED


@pytest.fixture(scope="module")
def many() -> list[dict[str, object]]:
    return bodies(made(plan(records=MANY)))


@st.composite
def tables(draw: st.DrawFn) -> list[TableRow]:
    number = st.integers(0, 400)
    return [
        TableRow(
            referrer_type=code,
            closed_and_logged=draw(number),
            no_further_action=draw(number),
            to_assessment=draw(number),
            yet_to_proceed=draw(number),
        )
        for code in draw(st.lists(st.sampled_from(STANDARD_CODES), unique=True, max_size=4))
    ]


@given(table=tables(), records=st.integers(1, 5000))
def test_a_scaled_table_has_every_record_and_no_cell_is_one_off_its_share(table, records) -> None:
    total = sum(row.total for row in table)
    if not total:
        with pytest.raises(ValueError, match="holds no cases"):
            scaled(table, records=records)
        return
    larger = scaled(table, records=records)
    assert sum(row.total for row in larger) == records
    for before, after in zip(table, larger, strict=True):
        assert before.referrer_type == after.referrer_type
        for (_, number), (_, now) in zip(before.cells(), after.cells(), strict=True):
            assert abs(now - number * records / total) < 1


def test_the_largest_remainders_are_rounded_up() -> None:
    table = [TableRow(referrer_type="police", closed_and_logged=5, no_further_action=3)]
    table.append(TableRow(referrer_type="courts", closed_and_logged=1))
    # Shares of 4: 2.22, 1.33 and 0.44.
    assert [row.total for row in scaled(table, records=4)] == [3, 1]


@given(number=st.integers(0, 500), cuts=st.lists(st.integers(0, 800), max_size=6))
def test_shares_of_parts_make_up_the_number_and_fit_into_their_parts(number, cuts) -> None:
    whole = max([*cuts, number])
    ends = [0, *sorted(cuts), whole]
    parts = [range(start, stop) for start, stop in pairwise(ends)]
    shares = [share_of(number, part=part, whole=whole) for part in parts]
    assert [each for share in shares for each in share] == list(range(number))
    assert all(len(share) <= len(part) for share, part in zip(shares, parts, strict=True))


def test_a_plan_makes_the_same_bytes_again_with_any_number_of_processes() -> None:
    wanted = plan(records=MANY, errors=100, duplicates=200)
    once = made(wanted)
    assert made(wanted) == once
    assert made(wanted, processes=2) == once
    assert made(plan(records=MANY, errors=100, duplicates=200, seed=2)) != once


def test_files_of_different_seeds_share_no_reference() -> None:
    names = ("agency_reference", "incident_reference")
    one, two = (
        {each.get(name) for each in bodies(made(plan(seed=seed))) for name in names} - {None}
        for seed in (1, 12)
    )
    assert len(one) > 1586
    assert not one & two


def test_the_records_of_a_file_add_up_to_its_table(many) -> None:
    found = Counter((each["referrer_type"], outcome(each)) for each in many)
    wanted = {
        (row.referrer_type, each): number
        for row in scaled(TABLE, records=MANY)
        for each, number in row.cells()
    }
    assert found == +Counter(wanted)


def test_the_published_table_is_kept_as_it_is() -> None:
    assert scaled(TABLE, records=1586) == TABLE
    found = Counter(outcome(each) for each in bodies(made(plan())))
    assert [found[each] for each in Outcome] == [617, 400, 492, 77]


def test_every_record_is_accepted_and_nothing_of_its_history_is_assumed(many) -> None:
    for body in many:
        assert not reasons_to_refuse(body)
    assert Counter(each["kind"] for each in many).keys() == {"contact", "referral"}


def test_numbers_are_given_once_over_all_blocks_of_a_file(many) -> None:
    references = Counter((each["agency"], each["agency_reference"]) for each in many)
    assert max(references.values()) == 1
    children: defaultdict[object, set[object]] = defaultdict(set)
    incidents: defaultdict[object, set[object]] = defaultdict(set)
    for body in many:
        child = body["child"]
        assert "nhs_number" not in child or is_nhs_number(child["nhs_number"])
        assert "upn" not in child or is_upn(child["upn"])
        who = (child["given_name"], child["address"], child.get("date_of_birth"))
        for name in ("nhs_number", "upn", "agency_child_reference"):
            if name in child:
                children[child[name]].add(who)
        if "incident_reference" in body:
            incidents[body["incident_reference"]].add((body["received_at"], child["address"]))
    assert {len(each) for each in children.values()} == {1}
    assert {len(each) for each in incidents.values()} == {1}
    assert all(str(each["child"].get("nhs_number", "999")).startswith("999") for each in many)


def test_people_and_words_of_a_file_are_varied(many) -> None:
    assert len({each["child"]["address"] for each in many}) > MANY / 5
    assert len({each["narrative"] for each in many}) > 2000
    assert len({each["referrer"]["name"] for each in many if "referrer" in each}) > 1000
    assert len({each["received_at"][:10] for each in many}) == 90


def test_csv_says_the_same_as_ndjson(many) -> None:
    header, rows = csv_rows(made(plan(records=MANY, format_name="csv")))
    assert len(set(header)) == len(header)
    found = [nested(dict(zip(header, row, strict=True))) for row in rows]
    assert found == many


@settings(max_examples=8, deadline=None)
@given(
    errors=st.integers(0, 300),
    duplicates=st.integers(0, 300),
    format_name=st.sampled_from(["ndjson", "csv"]),
)
def test_as_many_records_as_asked_are_refused_and_as_many_repeated(
    errors, duplicates, format_name
) -> None:
    wanted = plan(records=600, format_name=format_name, errors=errors, duplicates=duplicates)
    file = made(wanted)
    refused, good = sorted_out(file, format_name)
    assert len(refused) == errors
    assert len(good) == 600 - errors + duplicates == wanted.rows - errors
    first: dict[object, object] = {}
    repeats: Counter[str] = Counter()
    for line, body in good:
        key = (body["agency"], body["agency_reference"])
        if key in first:
            repeats["same" if first[key] == line else "other"] += 1
        first.setdefault(key, line)
    assert repeats.total() == duplicates
    assert repeats["other"] == duplicates // 2


def sorted_out(file: bytes, format_name: str):
    """The rows that are refused, and the good ones with their bodies."""
    refused, good = [], []
    if format_name == "ndjson":
        for line in file.splitlines():
            if is_refused_line(line):
                refused.append(line)
            else:
                good.append((line, json.loads(line)))
        return refused, good
    header, rows = csv_rows(file)
    for row in rows:
        body = nested(dict(zip(header, row, strict=True))) if len(row) == len(header) else None
        if body is None or reasons_to_refuse(body):
            refused.append(row)
        else:
            good.append((row, body))
    return refused, good


def test_records_are_spoilt_in_every_way() -> None:
    file = made(plan(errors=1586))
    broken, codes = 0, Counter()
    for line in file.splitlines():
        try:
            codes.update(set(reasons_to_refuse(json.loads(line))))
        except json.JSONDecodeError:
            broken += 1
    assert broken > 100
    assert {code for code, number in codes.items() if number > 50} >= {
        *("required", "unknown_field", "unknown_referrer_type", "in_the_future"),
    }
    assert len(codes) >= 6
    _, rows = csv_rows(made(plan(errors=1586, format_name="csv")))
    widths = Counter(len(row) for row in rows)
    ((right, _),) = widths.most_common(1)
    assert widths[right + 1] > 100
    assert sum(number for width, number in widths.items() if width < right) > 100


def test_good_records_are_the_same_however_many_others_go_wrong() -> None:
    lines = made(plan(records=300)).splitlines()
    with_errors = made(plan(records=300, errors=30)).splitlines()
    assert sum(one != other for one, other in zip(lines, with_errors, strict=True)) == 30


def test_more_errors_and_repeats_than_records_are_refused() -> None:
    plan(records=10, errors=4, duplicates=6)
    with pytest.raises(ValueError, match="more than the records"):
        plan(records=10, errors=4, duplicates=7)


def test_a_table_that_nobody_sends_for_is_refused() -> None:
    wanted = FilePlan(
        table=tuple(TABLE),
        period=parse_period("2013-14-Q4"),
        seed=1,
        senders=Senders({}, {}),
        format_name="ndjson",
    )
    with pytest.raises(ValueError, match="no agency sends for the referrer types"):
        made(wanted)
