"""Synthetic records add up to their table, fit the contract and depend on the seed alone."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import vocabulary
from domain.identifiers import is_nhs_number, is_postcode, is_upn
from domain.periods import Period, parse_period, period_between
from domain.record_rules import (
    SubmissionTerms,
    decide_only_errors,
    record_errors,
    record_warnings,
)
from domain.referrer_types import STANDARD_CODES
from domain.vocabulary import Outcome
from domain.working_days import London, is_working_day, london_date
from services.synthetic import (
    Locality,
    SyntheticRecord,
    TableError,
    TableRow,
    make_records,
    read_table,
)

PUBLISHED = Path(__file__).parents[2] / "acceptance" / "data" / "table1_2014q4.csv"
QUARTER = parse_period("2013-14-Q4")
AGENCIES = {code: ("cleveland-police", f"agency-{code}") for code in STANDARD_CODES}
PREFIXES = {each: each.upper() for agencies in AGENCIES.values() for each in agencies}
ONE_OF_EACH = [
    TableRow(
        referrer_type=code,
        closed_and_logged=12,
        no_further_action=12,
        to_assessment=12,
        yet_to_proceed=12,
    )
    for code in STANDARD_CODES
]
# As in the contract: what a body of POST contacts may hold.
FIELDS = {
    "": {
        *("agency_reference", "received_at", "referrer_type", "referrer_detail", "referrer"),
        *("individual_kind", "original_referrer_type", "incident_reference", "relates_to"),
        *("child", "parents_carers", "presenting_need", "concerns", "has_active_caf"),
        *("immediate_concern", "domestic_incident", "family_agreement", "narrative"),
    },
    "child": {
        *("agency_child_reference", "nhs_number", "upn", "given_name", "family_name"),
        *("also_known_as", "date_of_birth", "expected_date_of_birth", "estimated_age"),
        *("sex", "ethnicity", "address", "postcode"),
    },
    "referrer": {"name", "role", "email", "phone"},
    "domestic_incident": {"victim_risk_level", "child_risk_level", "children_present"},
    "family_agreement": {"status", "given_by", "reason", "family_informed", "safe_to_contact"},
}
DECISION_FIELDS = {
    *("decision", "decided_at", "decided_by", "team", "rationale"),
    *("assessment_type", "priority", "reason"),
}


def lines() -> list[str]:
    return PUBLISHED.read_text(encoding="utf-8").splitlines()


def records_of(
    table: Sequence[TableRow], *, period: Period = QUARTER, seed: int = 2014
) -> list[SyntheticRecord]:
    made = make_records(
        table, period=period, seed=seed, agencies=AGENCIES, reference_prefix=PREFIXES
    )
    return list(made)


@pytest.fixture(scope="module")
def published() -> list[SyntheticRecord]:
    return records_of(read_table(lines()))


@pytest.fixture(scope="module")
def varied() -> list[SyntheticRecord]:
    return records_of(ONE_OF_EACH)


def part(record: SyntheticRecord, name: str) -> dict[str, object]:
    found = record.payload.get(name, {})
    assert isinstance(found, dict)
    return found


def children(records: Sequence[SyntheticRecord]) -> Iterator[dict[str, object]]:
    return (part(record, "child") for record in records)


def text(record: SyntheticRecord, name: str) -> str:
    found = record.payload[name]
    assert isinstance(found, str)
    return found


def received(record: SyntheticRecord) -> datetime:
    return datetime.fromisoformat(text(record, "received_at"))


def received_on(record: SyntheticRecord) -> date:
    return london_date(received(record))


def taken(record: SyntheticRecord) -> list[dict[str, object]]:
    return [decision for sitting in record.decisions for decision in sitting]


def decided(record: SyntheticRecord) -> list[datetime]:
    return [datetime.fromisoformat(str(decision["decided_at"])) for decision in taken(record)]


def implied_outcome(record: SyntheticRecord) -> Outcome:
    """Classify by definitions.md, section 2, refusing what it does not allow."""
    is_referral = is_closed = is_assessed = is_section_47 = False
    for decision in taken(record):
        kind = decision["decision"]
        assert not is_closed, "a closed contact takes no decision"
        assert not is_assessed, "a contact with an assessment takes no decision"
        if kind == "accept_as_referral":
            assert not is_referral
            is_referral = True
        elif kind == "gather_information":
            assert not is_referral
        elif kind == "section_47_threshold_met":
            is_section_47 = True
        elif kind in {"close_and_log", "no_further_action"}:
            assert is_referral is (kind == "no_further_action")
            assert not is_section_47
            is_closed = True
        else:
            assert kind == "start_assessment"
            assert is_referral
            is_assessed = True
    if is_closed:
        return Outcome.NO_FURTHER_ACTION if is_referral else Outcome.CLOSED_AND_LOGGED
    assert is_referral
    return Outcome.TO_ASSESSMENT if is_assessed else Outcome.YET_TO_PROCEED


def cells(records: Sequence[SyntheticRecord]) -> Counter[tuple[str, Outcome]]:
    return Counter((text(each, "referrer_type"), implied_outcome(each)) for each in records)


def expected_cells(table: Sequence[TableRow]) -> Counter[tuple[str, Outcome]]:
    return +Counter({(row.referrer_type, each): n for row in table for each, n in row.cells()})


@st.composite
def tables(draw: st.DrawFn) -> list[TableRow]:
    small = st.integers(min_value=0, max_value=6)
    codes = draw(st.lists(st.sampled_from(STANDARD_CODES), unique=True, max_size=6))
    return [
        TableRow(
            referrer_type=code,
            closed_and_logged=draw(small),
            no_further_action=draw(small),
            to_assessment=draw(small),
            yet_to_proceed=draw(small),
        )
        for code in codes
    ]


def test_the_published_table_is_read_with_its_27_rows_and_1586_cases() -> None:
    table = read_table(lines())
    assert tuple(row.referrer_type for row in table) == STANDARD_CODES
    assert sum(row.total for row in table) == 1586
    police = next(row for row in table if row.referrer_type == "police")
    assert [number for _, number in police.cells()] == [159, 90, 73, 9]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Police,159", "Polise,159", "line 27, Polise: is not the label of a referrer type"),
        ("Police,159", "Police,-1", "line 27, Police: closed_and_logged is not a whole number"),
        ("Police,159", "Police,", "line 27, Police: closed_and_logged is not a whole number"),
        ("Police,159", "Police,160", "line 27, Police: total is 331, its columns add up to 332"),
        ("Probation,", "Police,", "line 28, Police: stands in the table twice"),
        ("Total,617", "Total,618", "line 29, Total: closed_and_logged is 618, its rows .* 617"),
        ("closed_and_logged,", "closed,", "line 1, header: lacks the columns closed_and_logged"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line_and_label(old: str, new: str, message: str) -> None:
    changed = [line.replace(old, new, 1) if old in line else line for line in lines()]
    with pytest.raises(TableError, match=message):
        read_table(changed)


def test_a_table_that_lacks_a_row_is_refused_by_the_label_of_the_row() -> None:
    without = [line for line in lines() if not line.startswith("Health - Community / District")]
    with pytest.raises(TableError, match="lacks the rows Health - Community / District Nurse"):
        read_table(without)


def test_a_table_without_its_totals_or_with_rows_after_them_is_refused() -> None:
    *rows, total = lines()
    with pytest.raises(TableError, match="lacks the row Total"):
        read_table(rows)
    with pytest.raises(TableError, match="line 30, Police: stands after the Total row"):
        read_table([*rows, total, "Police,0,0.0,0,0.0,0,0.0,0,0.0,0,0.0"])


def test_the_records_add_up_to_the_published_table(published: list[SyntheticRecord]) -> None:
    assert len(published) == 1586
    assert cells(published) == expected_cells(read_table(lines()))


@settings(max_examples=40, deadline=None)
@given(table=tables(), seed=st.integers())
def test_the_records_add_up_to_any_table(table: list[TableRow], seed: int) -> None:
    assert cells(records_of(table, seed=seed)) == expected_cells(table)


def test_a_seed_makes_the_same_records_again_and_another_seed_makes_others() -> None:
    assert records_of(ONE_OF_EACH, seed=7) == records_of(ONE_OF_EACH, seed=7)
    assert records_of(ONE_OF_EACH, seed=7) != records_of(ONE_OF_EACH, seed=8)


def test_records_come_in_order_of_receipt_from_the_first_day_to_the_last(
    published: list[SyntheticRecord],
) -> None:
    instants = [received(each) for each in published]
    assert instants == sorted(instants)
    days = [received_on(each) for each in published]
    assert (days[0], days[-1]) == (QUARTER.start, QUARTER.end)
    assert len(set(days)) > 80


@settings(max_examples=30, deadline=None)
@given(start=st.dates(date(2012, 1, 1), date(2025, 1, 1)), length=st.integers(6, 40))
def test_receipt_is_within_the_period_on_any_calendar(start: date, length: int) -> None:
    period = period_between(start, start + timedelta(days=length))
    records = records_of(ONE_OF_EACH[-8:], period=period)
    days = {received_on(each) for each in records}
    assert min(days) == period.start
    assert max(days) == period.end


def test_senders_keep_their_hours(varied: list[SyntheticRecord]) -> None:
    seen: Counter[str] = Counter()
    for record in varied:
        local = received(record).astimezone(London)
        clock = local.strftime("%H:%M")
        works = is_working_day(local.date())
        referrer_type = text(record, "referrer_type")
        if referrer_type.startswith("education"):
            assert works
            assert "08:30" <= clock <= "16:30"
        elif referrer_type == "emergency_duty_team":
            assert not works or clock < "08:30" or clock >= "17:00"
        elif referrer_type in {"police", "health_a_and_e", "individuals"}:
            seen[f"{referrer_type} {'at work' if works else 'at rest'}"] += 1
        else:
            assert works
    assert len(seen) == 6


def test_decisions_follow_receipt_and_each_other_in_office_hours(
    published: list[SyntheticRecord],
) -> None:
    for record in published:
        instants = [received(record), *decided(record)]
        assert all(earlier < later for earlier, later in pairwise(instants))
        for instant in instants[1:]:
            local = instant.astimezone(London)
            assert is_working_day(local.date())
            assert "09:00" <= local.strftime("%H:%M") < "17:00"


def test_section_47_moves_to_an_assessment_on_the_same_day(
    published: list[SyntheticRecord],
) -> None:
    found = [each for each in published if "section_47_threshold_met" in str(each.decisions)]
    assert found
    for record in found:
        sitting = record.decisions[-1]
        assert len(sitting) == 3
        assert len({str(decision["decided_at"])[:10] for decision in sitting}) == 1


def test_decisions_carry_codes_of_the_definitions_and_every_ending_has_a_reason(
    varied: list[SyntheticRecord],
) -> None:
    for decision in (each for record in varied for each in taken(record)):
        assert set(decision) <= DECISION_FIELDS
        assert decision["decided_by"]
        assert decision["rationale"]
        kind = vocabulary.DecisionKind(str(decision["decision"]))
        assert ("reason" in decision) is (kind in {"close_and_log", "no_further_action"})
        assert ("assessment_type" in decision) is (kind == "start_assessment")
        vocabulary.Reason(str(decision.get("reason", "other")))
        vocabulary.AssessmentType(str(decision.get("assessment_type", "single")))
        vocabulary.Priority(str(decision.get("priority", "red")))


def test_references_are_unique_for_an_agency(published: list[SyntheticRecord]) -> None:
    keys = Counter((each.agency, text(each, "agency_reference")) for each in published)
    assert max(keys.values()) == 1
    assert ("cleveland-police", "CLEVELAND-POLICE-2014-000001") in keys


def test_payloads_are_json_and_hold_only_what_the_contract_knows(
    varied: list[SyntheticRecord],
) -> None:
    for record in varied:
        assert json.loads(json.dumps(record.payload)) == record.payload
        assert set(record.payload) <= FIELDS[""]
        for name in ("child", "referrer", "domestic_incident", "family_agreement"):
            assert set(part(record, name)) <= FIELDS[name]
        assert None not in part(record, "child").values()
        assert "{" not in text(record, "narrative")


def parsed(record: SyntheticRecord) -> dict[str, object]:
    child, kind = part(record, "child"), record.payload.get("individual_kind")
    days = {
        name: date.fromisoformat(str(child[name]))
        for name in ("date_of_birth", "expected_date_of_birth")
        if name in child
    }
    kinds = {"individual_kind": vocabulary.IndividualKind(str(kind))} if kind else {}
    return record.payload | kinds | {"child": child | days, "parents_carers": []}


def test_the_rules_on_records_refuse_none_and_warn_about_few(
    published: list[SyntheticRecord],
) -> None:
    warned: Counter[str] = Counter()
    for record in published:
        terms = SubmissionTerms(
            is_accepted_at_once=False,
            emergency_telephone="01632 960000",
            receipt_cut_off=time(17),
            referrer_type=text(record, "referrer_type"),
        )
        body, day = parsed(record), received_on(record)
        assert not list(record_errors(body, terms=terms, today=day))
        assert not list(decide_only_errors(body))
        warned.update(each.code for each in record_warnings(body, terms=terms, received_on=day))
    assert set(warned) <= {"identifier_missing", "domestic_incident_not_risk_assessed"}
    assert warned.total() < len(published) / 10


def test_codes_in_payloads_are_those_of_the_definitions(varied: list[SyntheticRecord]) -> None:
    for record in varied:
        vocabulary.PresentingNeed(text(record, "presenting_need"))
        concerns = record.payload["concerns"]
        assert isinstance(concerns, list)
        assert concerns
        assert all(vocabulary.Concern(each) for each in concerns)
        vocabulary.SubmittedAs(record.submitted_as)
        vocabulary.Ethnicity(str(part(record, "child")["ethnicity"]))
        vocabulary.Sex(str(part(record, "child")["sex"]))
        vocabulary.AgreementStatus(str(part(record, "family_agreement").get("status", "given")))
        levels = part(record, "domestic_incident")
        vocabulary.RiskLevel(str(levels.get("victim_risk_level", "high")))
        assert record.payload.get("original_referrer_type", "police") in STANDARD_CODES


def test_identifiers_are_valid_and_of_ranges_that_no_person_has(
    published: list[SyntheticRecord],
) -> None:
    numbers = [str(each["nhs_number"]) for each in children(published) if "nhs_number" in each]
    assert all(is_nhs_number(each) and each.startswith("999") for each in numbers)
    assert 0.6 < len(numbers) / len(published) < 0.8
    pupils = [str(each["upn"]) for each in children(published) if "upn" in each]
    assert pupils
    assert all(is_upn(each) and each[1:4] == "999" for each in pupils)
    for record in published:
        referrer = part(record, "referrer")
        assert str(referrer.get("email", "a@x.example.org")).endswith(".example.org")
        assert str(referrer.get("phone", "01632 960000"))[:9] in {"01632 960", "07700 900"}


def test_one_nhs_number_is_one_child(published: list[SyntheticRecord]) -> None:
    names: dict[object, set[tuple[object, ...]]] = {}
    for child in children(published):
        if "nhs_number" in child:
            key = (child["given_name"], child["family_name"], child["date_of_birth"])
            names.setdefault(child["nhs_number"], set()).add(key)
    assert {len(each) for each in names.values()} == {1}


def test_children_are_under_18_or_unborn_and_live_in_the_locality(
    published: list[SyntheticRecord],
) -> None:
    unborn = 0
    for record in published:
        child, day = part(record, "child"), received_on(record)
        assert is_postcode(str(child["postcode"]))
        assert "TS17" <= str(child["postcode"])[:4] <= "TS23"
        if "expected_date_of_birth" in child:
            unborn += 1
            assert child["sex"] == "U"
            assert date.fromisoformat(str(child["expected_date_of_birth"])) > day
        else:
            born_on = date.fromisoformat(str(child["date_of_birth"]))
            assert born_on < day < date(born_on.year + 18, born_on.month, min(born_on.day, 28))
    assert 0 < unborn < 40


def test_some_children_come_again_and_siblings_share_their_incident(
    published: list[SyntheticRecord],
) -> None:
    known = Counter(
        (each["given_name"], each["family_name"], each["address"]) for each in children(published)
    )
    assert 0.03 < sum(number - 1 for number in known.values()) / len(published) < 0.1
    incidents: dict[object, list[SyntheticRecord]] = {}
    for record in published:
        if "incident_reference" in record.payload:
            incidents.setdefault(record.payload["incident_reference"], []).append(record)
    groups = [each for each in incidents.values() if len(each) > 1]
    assert len(groups) > 100
    for group in groups:
        assert len({part(each, "child")["address"] for each in group}) == 1
        assert len({each.payload["received_at"] for each in group}) == 1
        births = {part(each, "child").get("date_of_birth") for each in group}
        assert len(births) == len(group)


def test_who_referred_is_told_as_the_contract_asks(varied: list[SyntheticRecord]) -> None:
    for record in varied:
        referrer_type = text(record, "referrer_type")
        assert ("individual_kind" in record.payload) is (referrer_type == "individuals")
        assert ("referrer_detail" in record.payload) is (referrer_type == "other")
        is_anonymous = record.payload.get("individual_kind") == "anonymous"
        assert ("referrer" in record.payload) is not is_anonymous
    assert any(each.payload.get("individual_kind") == "anonymous" for each in varied)


def test_most_police_records_of_domestic_abuse_grade_the_children_s_risk(
    published: list[SyntheticRecord],
) -> None:
    incidents = [
        part(each, "domestic_incident")
        for each in published
        if each.payload["referrer_type"] == "police"
        and "domestic_abuse" in str(each.payload["concerns"])
    ]
    assert all(incidents)
    graded = sum("child_risk_level" in each for each in incidents)
    assert 0.8 < graded / len(incidents) < 1


def test_another_authority_s_towns_and_postcodes_can_be_given() -> None:
    made = make_records(
        [TableRow(referrer_type="police", to_assessment=20)],
        period=QUARTER,
        seed=1,
        agencies=AGENCIES,
        reference_prefix=PREFIXES,
        locality=Locality(towns=("Hartlepool",), postcode_districts=("TS24",)),
    )
    for child in children(list(made)):
        assert str(child["address"]).endswith(", Hartlepool")
        assert str(child["postcode"]).startswith("TS24 ")


def test_a_table_that_cannot_be_sent_is_refused_before_the_first_record() -> None:
    table = [TableRow(referrer_type="courts", closed_and_logged=1)]
    with pytest.raises(ValueError, match="no agency sends for the referrer types courts"):
        make_records(table, period=QUARTER, seed=1, agencies={}, reference_prefix={})
    with pytest.raises(ValueError, match="no reference prefix is given for the agencies cafcass"):
        make_records(
            table, period=QUARTER, seed=1, agencies={"courts": ["cafcass"]}, reference_prefix={}
        )
    weekend = period_between(date(2014, 1, 4), date(2014, 1, 5))
    with pytest.raises(ValueError, match="no working day"):
        records_of(table, period=weekend)
