"""Synthetic contacts and CAF records give every published number of the Inputs."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.caf import CAF_AGENCY_KIND_LABELS, CafAgencyKind, caf_errors, caf_warnings, is_active_on
from domain.history import FIELDS as HISTORY_FIELDS
from domain.history import History, history_errors, history_warnings
from domain.measures.columns import column_of
from domain.periods import parse_period
from domain.receipt import receive
from domain.record_rules import SubmissionTerms, record_errors
from domain.referrer_types import STANDARD_CODES
from domain.tabulation import percentage
from domain.vocabulary import Outcome
from domain.working_days import london_date
from schemas.contacts import ContactSchema
from services.synthetic import TableRow, read_table
from services.synthetic.appendix_2 import PlannedPeriod, plan_appendix_2, spread
from services.synthetic.appendix_2_numbers import (
    Appendix2Error,
    PeriodNumbers,
    read_appendix_2,
)
from services.synthetic.caf_records import CafRecord
from services.synthetic.records import Senders

DATA = Path(__file__).parents[2] / "acceptance" / "data"
SHIPPED = Path(__file__).parents[3] / "services" / "demonstration" / "appendix2_2013_14.csv"
PUBLISHED = (DATA / "appendix2_2013_14.csv").read_text(encoding="utf-8")
TABLE = read_table((DATA / "table1_2014q4.csv").read_text(encoding="utf-8").splitlines())
NUMBERS = read_appendix_2(PUBLISHED.splitlines())
SENDERS = Senders(
    {code: ("cleveland-police", f"agency-{code}") for code in STANDARD_CODES},
    {f"agency-{code}": code.upper() for code in STANDARD_CODES} | {"cleveland-police": "CLE"},
)
SCHEMA = ContactSchema()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

Contact = dict[str, object]


def planned(
    *, seed: int = 1, numbers: Sequence[PeriodNumbers] = NUMBERS
) -> tuple[PlannedPeriod, ...]:
    return plan_appendix_2(numbers, table=TABLE, seed=seed, senders=SENDERS)


@pytest.fixture(scope="module")
def plan() -> tuple[PlannedPeriod, ...]:
    return planned()


@pytest.fixture(scope="module")
def contacts(plan: Sequence[PlannedPeriod]) -> list[Contact]:
    return [contact for period in plan for contact in period.contacts]


@pytest.fixture(scope="module")
def cafs(plan: Sequence[PlannedPeriod]) -> list[CafRecord]:
    return [caf for period in plan for caf in period.cafs]


def received_on(contact: Contact) -> date:
    return london_date(datetime.fromisoformat(str(contact["received_at"])))


def nhs_number(contact: Contact) -> object:
    return contact["child"].get("nhs_number")


def outcome(contact: Contact) -> Outcome:
    """The table of definitions.md, section 2, on records with history."""
    if "closed_on" in contact:
        assert not {"referred_on", "nfa_on", "assessment_started_on"} & set(contact)
        return Outcome.CLOSED_AND_LOGGED
    assert "referred_on" in contact
    if "nfa_on" in contact:
        assert "assessment_started_on" not in contact
        return Outcome.NO_FURTHER_ACTION
    is_assessed = "assessment_started_on" in contact
    return Outcome.TO_ASSESSMENT if is_assessed else Outcome.YET_TO_PROCEED


def printed(number: int, whole: int | None) -> tuple[int, Decimal | None]:
    return number, None if whole is None else percentage(number, whole)


def quarterly(period: PlannedPeriod) -> dict[str, tuple[int, Decimal | None]]:
    """The published measures of a period, counted from its contacts."""
    outcomes = Counter(map(outcome, period.contacts))
    closed = [each for each in period.contacts if outcome(each) is Outcome.CLOSED_AND_LOGGED]
    all_ = len(period.contacts)
    with_caf = sum(each["has_active_caf"] is True for each in closed)
    return {
        "contacts": printed(all_, None),
        "contacts_closed_and_logged": printed(len(closed), all_),
        "closed_and_logged_with_active_caf": printed(with_caf, len(closed)),
        "referrals_nfa": printed(outcomes[Outcome.NO_FURTHER_ACTION], all_ - len(closed)),
        "contacts_to_assessment": printed(outcomes[Outcome.TO_ASSESSMENT], None),
    }


def published(label: str) -> dict[str, tuple[int, Decimal | None]]:
    return {
        row["measure"]: (int(row["number"]), Decimal(row["percent"]) if row["percent"] else None)
        for row in csv.DictReader(PUBLISHED.splitlines())
        if row["section"] == "inputs"
        if row["period"] == label and row["measure"] != "caf2_commenced"
    }


def test_the_shipped_numbers_are_the_published_ones() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == PUBLISHED


def test_contacts_give_every_published_number_and_percentage_but_the_wrong_one(
    plan: Sequence[PlannedPeriod],
) -> None:
    found = {each.numbers.period.label: quarterly(each) for each in plan}
    assert list(found) == ["2012-13", *(f"2013-14 Q{number}" for number in (1, 2, 3, 4))]
    differing = {
        (label, code): (figure, published(label)[code])
        for label, figures in found.items()
        for code, figure in figures.items()
        if figure != published(label)[code]
    }
    code = "closed_and_logged_with_active_caf"
    wrong = ((46, Decimal("5.4")), (46, Decimal("5.5")))
    assert differing == {("2013-14 Q1", code): wrong}


def test_cafs_give_every_published_number_to_date_by_agency_kind(
    cafs: Sequence[CafRecord],
) -> None:
    rows = [
        row for row in csv.DictReader(PUBLISHED.splitlines()) if row["measure"] == "caf2_commenced"
    ]
    assert len(rows) == 5 * 15
    for row in rows:
        period = parse_period(row["period"].replace(" ", "-"))
        first = date(2012, 4, 1) if row["period"] == "2012-13" else date(2013, 4, 1)
        kind = row["title"].partition(" | ")[2]
        number = sum(
            first <= caf.commenced_on <= period.end
            and kind in {"Total", CAF_AGENCY_KIND_LABELS[caf.agency_kind]}
            for caf in cafs
        )
        assert number == int(row["number"]), row


def test_referrals_of_the_quarters_are_those_that_the_definitions_name() -> None:
    referrals = [each.contacts - each.closed_and_logged for each in NUMBERS]
    assert referrals == [3208, 786, 643, 608, 969]
    assert [each.by_outcome()[Outcome.YET_TO_PROCEED] for each in NUMBERS] == [67, 109, 61, 40, 77]


def test_the_last_quarter_keeps_table_1_to_the_cell(plan: Sequence[PlannedPeriod]) -> None:
    found = Counter((each["referrer_type"], outcome(each)) for each in plan[-1].contacts)
    wanted = Counter({(row.referrer_type, kind): n for row in TABLE for kind, n in row.cells()})
    assert found == +wanted
    assert found.total() == 1586


def test_other_periods_have_the_same_proportions_of_referrer_types() -> None:
    wanted = {Outcome.CLOSED_AND_LOGGED: 856, Outcome.NO_FURTHER_ACTION: 0}
    rows = {row.referrer_type: row for row in spread(TABLE, wanted)}
    assert sum(row.closed_and_logged for row in rows.values()) == 856
    assert sum(row.total for row in rows.values()) == 856
    # 159 of 617, 72 of 617 and 1 of 617, times 856: 220.59, 99.89 and 1.39.
    assert rows["police"].closed_and_logged == 221
    assert rows["courts"].closed_and_logged == 100
    assert rows["cesc_others"].closed_and_logged == 1


@given(numbers=st.fixed_dictionaries({each: st.integers(0, 5000) for each in Outcome}))
def test_spreading_keeps_the_outcomes_and_is_never_a_whole_case_off(
    numbers: dict[Outcome, int],
) -> None:
    for kind, wanted in numbers.items():
        found = [dict(row.cells())[kind] for row in spread(TABLE, numbers)]
        column = [dict(row.cells())[kind] for row in TABLE]
        assert sum(found) == wanted
        total = sum(column)
        assert all(abs(n * total - c * wanted) < total for n, c in zip(found, column, strict=True))


def test_an_outcome_that_the_table_lacks_cannot_be_spread() -> None:
    with pytest.raises(ValueError, match="no cases"):
        spread([TableRow(referrer_type="police", to_assessment=3)], {Outcome.YET_TO_PROCEED: 1})


def test_contacts_are_received_in_their_period_and_decided_by_its_position(
    plan: Sequence[PlannedPeriod],
) -> None:
    for period in plan:
        column = column_of(period.numbers.period)
        days = [received_on(each) for each in period.contacts]
        assert days == sorted(days)
        assert (days[0], days[-1]) == (column.period.start, column.period.end)
        decided = [
            date.fromisoformat(str(each[name]))
            for each in period.contacts
            for name in ("closed_on", "referred_on", "nfa_on", "assessment_started_on")
            if name in each
        ]
        assert max(decided) <= column.position_on


def test_the_active_caf_of_a_contact_is_what_the_caf_records_of_its_child_say(
    contacts: Sequence[Contact], cafs: Sequence[CafRecord]
) -> None:
    known = {caf.child["nhs_number"]: caf for caf in cafs if "nhs_number" in caf.child}
    assert len(known) == sum("nhs_number" in caf.child for caf in cafs)
    edges: Counter[str] = Counter()
    for contact in contacts:
        caf, day = known.get(nhs_number(contact)), received_on(contact)
        is_active = caf is not None and is_active_on(
            day, commenced_on=caf.commenced_on, closed_on=caf.closed_on
        )
        assert contact["has_active_caf"] is is_active
        edges.update(edges_of(caf, day) if caf else ())
    # Days that decide are met, and so are CAFs of earlier quarters and those that count for none.
    assert set(edges) == {
        *(
            "commenced that day",
            "closed that day",
            "commenced the next day",
            "closed the day before",
        ),
        *("ended", "later", "of an earlier quarter"),
    }
    referred = [each for each in contacts if each["has_active_caf"] and "closed_on" not in each]
    assert len(referred) > 100


def edges_of(caf: CafRecord, day: date) -> Iterator[str]:
    if caf.commenced_on > day:
        yield "later"
    if caf.closed_on is not None and caf.closed_on < day:
        yield "ended"
    elif caf.commenced_on < date(2013, 4, 1) <= day:
        yield "of an earlier quarter"
    named = {0: "commenced that day", 1: "commenced the next day"}
    yield from (name for days, name in named.items() if (caf.commenced_on - day).days == days)
    if caf.closed_on is not None:
        named = {0: "closed that day", -1: "closed the day before"}
        yield from (name for days, name in named.items() if (caf.closed_on - day).days == days)


def findings(contact: Contact) -> list[str]:
    """Whatever the rules of an import say of a contact, errors and warnings."""
    draft = SCHEMA.load({name: value for name, value in contact.items() if name != "kind"})
    data = draft.data
    receipt = receive(sent_at=data["received_at"], sent_on=None, arrived_at=NOW, backdate_days=None)
    terms = SubmissionTerms(
        is_accepted_at_once=True,
        emergency_telephone="01632 960000",
        receipt_cut_off=time(17),
        referrer_type=data["referrer_type"],
    )
    history = History(**{name: data.get(name) for name in HISTORY_FIELDS})
    assert receipt.received_on == received_on(contact)
    found = (
        *draft.findings,
        *receipt.errors,
        *record_errors(data, terms=terms, today=NOW.date()),
        *history_warnings(history, accepted_anyway=contact["kind"] == "referral"),
        *history_errors(history, received_on=receipt.received_on, today=NOW.date()),
    )
    return [each.code for each in found]


def test_the_rules_find_no_fault_with_any_contact(contacts: Sequence[Contact]) -> None:
    assert not [code for contact in contacts[::5] for code in findings(contact)]


def test_the_rules_refuse_no_caf(cafs: Sequence[CafRecord]) -> None:
    linked = 0
    for caf in cafs:
        child = dict(caf.child)
        for name in ("date_of_birth", "expected_date_of_birth"):
            if name in child:
                child[name] = date.fromisoformat(str(child[name]))
        body = {
            "child": child,
            "stage": caf.stage,
            "commenced_on": caf.commenced_on,
            "closed_on": caf.closed_on,
        }
        assert not list(caf_errors(body, today=NOW.date()))
        assert child["date_of_birth"] <= caf.commenced_on
        assert "agency_child_reference" not in child
        linked += not list(caf_warnings(body))
    assert len(cafs) / 2 < linked < len(cafs)


def test_references_are_unique(contacts: Sequence[Contact], cafs: Sequence[CafRecord]) -> None:
    references = [(each["agency"], each["agency_reference"]) for each in contacts]
    assert len(set(references)) == len(references) == 13_250
    caf_references = [each.agency_reference for each in cafs]
    assert len(set(caf_references)) == len(caf_references) == 1_025
    assert caf_references[0] == "CAF-A1-00001"


def test_a_seed_makes_the_same_records_again_and_another_seed_others() -> None:
    (plan,), (again,), (other,) = (planned(seed=seed, numbers=NUMBERS[1:2]) for seed in (1, 1, 2))
    assert again == plan
    references, others = (
        {each["agency_reference"] for each in period.contacts} for period in (plan, other)
    )
    assert len(references) == len(others) == 1642
    assert not references & others
    assert other.numbers == plan.numbers


def test_periods_with_too_few_children_for_their_active_cafs_are_refused() -> None:
    small = PeriodNumbers(
        period=parse_period("2013-14-Q1"),
        contacts=100,
        closed_and_logged=100,
        closed_with_active_caf=100,
        no_further_action=0,
        to_assessment=0,
        cafs=dict.fromkeys(CafAgencyKind, 100),
    )
    with pytest.raises(ValueError, match="2013-14 Q1 has too few children"):
        plan_appendix_2([small], table=TABLE, seed=1, senders=SENDERS)


def test_periods_with_fewer_cafs_than_active_ones_are_refused() -> None:
    few = PeriodNumbers(
        period=parse_period("2013-14-Q1"),
        contacts=100,
        closed_and_logged=100,
        closed_with_active_caf=2,
        no_further_action=0,
        to_assessment=0,
        cafs={CafAgencyKind.NEPACS: 1},
    )
    with pytest.raises(ValueError, match="no CAF is left that could be active on 2013"):
        plan_appendix_2([few], table=TABLE, seed=1, senders=SENDERS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2013-14 Q1,1642,", "2013-14 Q1,,", "2013-14 Q1, Contacts made .* not a whole number"),
        ("2013-14 Q1,1642,", "2013-14 Q1,800,", "2013-14 Q1: its numbers contradict each other"),
        ("2013-14 Q1,46,", "2013-14 Q1,857,", "2013-14 Q1: its numbers contradict each other"),
        ("2013-14 Q2,1642,", "2013-14 Q1,1642,", "2013-14 Q1, Contacts made .* twice"),
        ("inputs,contacts,", "outputs,contacts,", "2012-13: lacks contacts"),
        (
            "date,2013-14 Q2,272,",
            "date,2013-14 Q2,273,",
            "2013-14 Q2: the CAFs' total is 273, .* 272",
        ),
        (
            "| NEPACS",
            "| Nepacs",
            "2012-13: .* an agency kind or have an unknown one: NEPACS, Nepacs",
        ),
        ("measure,title", "code,title", "header: lacks the columns measure"),
        (
            "Housing,year to date,2013-14 Q2,3,",
            "Housing,year to date,2013-14 Q2,2,",
            "2013-14 Q2: the CAFs' total is 272, its parts 271",
        ),
    ],
)
def test_a_file_that_is_incomplete_or_contradicts_itself_is_refused(
    old: str, new: str, message: str
) -> None:
    assert old in PUBLISHED
    with pytest.raises(Appendix2Error, match=message):
        read_appendix_2(PUBLISHED.replace(old, new).splitlines())


def test_numbers_to_date_that_fall_are_refused() -> None:
    fallen = PUBLISHED.replace(
        "Housing,year to date,2013-14 Q3,3,", "Housing,year to date,2013-14 Q3,2,"
    ).replace("Total,year to date,2013-14 Q3,403,", "Total,year to date,2013-14 Q3,402,")
    with pytest.raises(Appendix2Error, match="2013-14 Q3: its numbers contradict each other"):
        read_appendix_2(fallen.splitlines())
