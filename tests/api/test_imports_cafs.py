"""CAFs in an import: each becomes what it becomes when it is sent alone, beside other records."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from domain.access import Role
from models import Caf, CafChange, CafIdentity, CafVersion
from services.imports.run_import import ROWS_IN_A_BATCH
from tests.factories.cafs import a_caf
from tests.factories.contacts import a_contact
from tests.support.cafs import a_submitted_caf
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.imports import CSV, NDJSON, as_ndjson, imported, results_of, send, written
from tests.support.problems import problem
from tests.support.sent_parts import as_csv, flat

UPN = "C820200120001"
TABLES = (Caf, CafIdentity, CafVersion, CafChange)
OF_EACH = {"authority", "authority_code", "id", "caf_id", "key_id", "recorded_by"}
TIMES = {"created_at", "updated_at", "recorded_at"}
EVERY_WAY = ["", "?mode=atomic", "?dry_run=true", "?mode=atomic&dry_run=true"]
CONFLICT = {"pointer": "/agency_reference", "code": "sent_before_with_other_content"}
RESULTS = {201: "created", 200: "replayed", 409: "conflicting", 422: "rejected"}
_BATCHES = itertools.count(1)


def one_of(*values):
    return st.sampled_from(values)


def some(**fields):
    return st.fixed_dictionaries({}, optional=fields)


children = some(
    given_name=one_of("Ava", "Noé"),
    family_name=one_of("Marsh", "O'Hara, née Low"),
    nhs_number=one_of("9990000018", "999 000 0018"),
    date_of_birth=one_of("2009-05-14", "1990-01-01"),
    expected_date_of_birth=one_of("2014-05-14"),
    estimated_age=one_of(0, 7),
    sex=one_of("F", "U"),
    postcode=one_of("ts181au"),
)
known = {
    "stage": one_of(1, 2),
    "closed_on": one_of("2013-11-04", "2014-02-14"),
    "lead_agency": one_of("Sample Team", 'Health, "visiting"'),
}
# What CSV has no cell for.
NO_CELLS = (
    *({"colour": "red"}, {"stage": "2"}, {"stage": 1.5}, {"lead_agency": 7}, {"closed_on": None}),
    *({"child": []}, {"child": None}, {"commenced_on": None}, {"agency_kind": None}),
)
FLAWS = (
    *NO_CELLS,
    {"agency_kind": "police"},
    {"stage": 3},
    {"commenced_on": "2013-02-30"},
    {"commenced_on": "2099-01-01", "closed_on": "2098-01-01"},
    {"commenced_on": "1899-12-31"},
    {"closed_on": "2013-11-03"},
    {"closed_on": "soon"},
    {"agency": "nobody"},
    {"agency": POLICE},
    {"lead_agency": "x" * 201},
    {"referrer_type": "police", "narrative": "Seen.", "concerns": ["neglect"]},
    {"child": {"sex": "F"}},
    {"child": {"given_name": "Ava"}},
    {"child": {"given_name": "A\nB", "local_id": "L-7"}},
    {"child": {"nhs_number": "9990000019", "postcode": "TS18", "estimated_age": "seven"}},
    {"child": {"nhs_number": "9990000018", "date_of_birth": "2099-05-14"}},
)


@st.composite
def bodies(draw, *, decides):
    """A CAF that an agency or the authority might send: good, doubtful or bad."""
    body = {
        "agency_reference": draw(one_of("A", "B", "C")),
        "agency_kind": draw(one_of("health_visitors", "midwives")),
        "commenced_on": draw(one_of("2013-11-04", "2013-10-01")),
        "child": {**a_caf()["child"], **draw(children)},
        **draw(some(**known)),
    }
    if decides:
        body["agency"] = draw(one_of(HEALTH, POLICE))
        body["child"] |= draw(some(local_id=one_of("L-4711")))
    else:
        body |= draw(some(agency=one_of(HEALTH)))
    if draw(st.booleans()):
        return body
    if not draw(st.integers(0, 4)):
        del body[draw(st.sampled_from(sorted(body)))]
    for flaw in draw(st.lists(st.sampled_from(FLAWS), max_size=2)):
        body |= flaw
    return body


@st.composite
def deliveries(draw, *, decides):
    """CAFs in an order; some stand there twice, some with other content."""
    rows = draw(st.lists(bodies(decides=decides), min_size=1, max_size=6))
    repeated = draw(st.lists(st.sampled_from(rows), max_size=3))
    changed = [body | {"stage": 1} for body in draw(st.lists(st.sampled_from(rows), max_size=2))]
    return draw(st.permutations(rows + repeated + changed))


def of_hub(hub, sender):
    return hub.health if sender else hub.decider


def stored(hub, caf_id):
    """A CAF as it is read, and its rows, without what is made for each."""
    told = hub.decider.get(f"cafs/{caf_id}").get_json()
    with hub.transaction() as session:
        rows = [
            (table.__name__, {each.key: getattr(row, each.key) for each in columns_of(table)})
            for table in TABLES
            for row in session.scalars(select(table).where(table.caf_id == caf_id))
        ]
    return [lasting(told), *((name, lasting(row)) for name, row in rows)]


def columns_of(table):
    return inspect(table).column_attrs


def lasting(fields):
    return {name: value for name, value in fields.items() if name not in OF_EACH | TIMES}


@pytest.fixture(scope="module")
def twins(app):
    return [Hub(app) for _ in (NDJSON, CSV, "alone")]


@pytest.mark.parametrize("sender", [HEALTH, None])
def test_cafs_become_what_they_become_alone(twins, sender):
    of_ndjson, of_csv, alone = twins
    met = set()

    @settings(max_examples=60)
    @given(rows=deliveries(decides=sender is None))
    @example(rows=one_of_each(sender))
    def check(rows):
        rows = under_new_references(rows)
        answers = [of_hub(alone, sender).post("cafs", body) for body in rows]
        met.update(answer.status_code for answer in answers)
        lines = as_ndjson({"kind": "caf", **body} for body in rows)
        compare(answers, alone, of_ndjson, sender, lines, sent_as=NDJSON)
        in_cells = [has_cells(body) for body in rows]
        sheet = list(itertools.compress(rows, in_cells))
        if sheet:
            answers = list(itertools.compress(answers, in_cells))
            compare(answers, alone, of_csv, sender, as_sheet(sheet), sent_as=CSV)

    check()
    assert met == RESULTS.keys()


def one_of_each(sender):
    """CAFs of which one is taken, one repeated, one in conflict, and one refused."""
    good = a_caf(agency_reference="A") | ({} if sender else {"agency": HEALTH})
    return [good, good, good | {"stage": 1}, good | {"child": {"sex": "F"}}]


def under_new_references(rows):
    """The rows under references that no earlier example used."""
    number = next(_BATCHES)
    return [
        {**body, "agency_reference": f"{body['agency_reference']}-{number}"}
        if "agency_reference" in body
        else body
        for body in rows
    ]


def has_cells(body):
    return not any(part.items() <= body.items() for part in NO_CELLS)


def as_sheet(rows):
    rows = [{"kind": "caf", **body} for body in rows]
    columns = {name: None for row in rows for name in flat(row)}
    needed = ("agency_reference", "agency_kind", "commenced_on", "child.sex")
    return as_csv(rows, columns=list(columns | dict.fromkeys(needed)), ends="\r\n")


def compare(answers, alone, twin, sender, body, *, sent_as):
    client = of_hub(twin, sender)
    done = send(client, body, sent_as=sent_as)
    assert done.status_code == 200, done.text
    ids = {None: None}
    for answer, result in zip(answers, results_of(client, done.get_json()["id"]), strict=True):
        of_alone, id_ = id_in(answer), result["id"]
        assert result == as_told(answer, client, result, sent_as)
        if answer.status_code == 201:
            ids[of_alone] = id_
            assert stored(twin, id_) == stored(alone, of_alone)
        assert ids[of_alone] == id_


def id_in(answer):
    """The id of the CAF that an answer is about, None where it is about none."""
    told = answer.get_json()
    return told.get("id") or told.get("caf", "").rpartition("/")[2] or None


def as_told(answer, client, result, sent_as):
    """The result that an import has to give of a CAF that was answered so alone."""
    told = answer.get_json()
    expected = {
        **{name: result[name] for name in ("line", "agency_reference", "id")},
        "result": RESULTS[answer.status_code],
        "errors": [],
        "warnings": [],
    }
    if answer.status_code == 201:
        expected["warnings"] = placed(told["warnings"], sent_as)
    if answer.status_code == 422:
        expected["errors"] = placed(told["errors"], sent_as)
    if answer.status_code == 409:
        (error,) = placed([CONFLICT], sent_as)
        there = f"{client.at}/cafs/{result['id']}"
        expected["errors"] = [{**error, "detail": told["detail"], "caf": there}]
    return expected


def placed(findings, sent_as):
    if sent_as == NDJSON:
        return findings
    return [
        {"column": pointer.removeprefix("/").replace("/", "."), **finding}
        for pointer, finding in ((each["pointer"], without_pointer(each)) for each in findings)
    ]


def without_pointer(finding):
    return {name: value for name, value in finding.items() if name != "pointer"}


def caf(**fields):
    return {"kind": "caf", **a_caf(**fields)}


def contacts(count):
    """Contacts of a child who has no CAF."""
    return [a_contact(child={"upn": UPN}) for _ in range(count)]


def without_kind(row):
    return {name: value for name, value in row.items() if name != "kind"}


def outcomes(found):
    return [each["result"] for each in found]


def codes(result):
    return [error["code"] for error in result["errors"]]


def cafs(hub):
    return {each["agency_reference"] for each in hub.decider.get("cafs?limit=200").json["items"]}


def everything(hub):
    """How many rows there are of contacts and of CAFs."""
    with hub.transaction() as session:
        of_cafs = [
            len(session.scalars(select(table).where(table.authority_code == hub.authority)).all())
            for table in TABLES
        ]
    return written(hub), of_cafs


def test_a_csv_of_cafs_needs_no_column_of_a_contact(hub):
    body = (
        b"kind,agency_reference,agency_kind,stage,commenced_on,closed_on,lead_agency,"
        b"child.nhs_number,child.given_name,child.date_of_birth\r\n"
        b"caf,A,health_visitors,2,2013-11-04,2014-02-14,Sample Team,9990000018,Ava,2009-05-14\r\n"
        b"caf,B,midwives,,2013-11-04,,,,Ava,2009-05-14\r\n"
        b"caf,C,midwife,3,2013-11-04,2013-11-03,,,Ava,\r\n"
    )
    answer = send(hub.health, body, sent_as=CSV)
    assert answer.status_code == 200, answer.text
    first, second, third = results_of(hub.health, answer.json["id"])
    record = hub.health.get(f"cafs/{first['id']}").json
    assert (record["stage"], record["closed_on"]) == (2, "2014-02-14")
    assert (record["lead_agency"], record["child"]["nhs_number"]) == ("Sample Team", "9990000018")
    assert (first["warnings"], second["result"]) == ([], "created")
    assert [(each["column"], each["code"]) for each in second["warnings"]] == [
        ("child.nhs_number", "cannot_be_linked"),
        ("stage", "stage_missing"),
    ]
    assert (third["line"], third["id"]) == (4, None)
    told = [(each["line"], each["column"], each["code"]) for each in answer.json["errors"]]
    assert sorted(told) == [
        (4, "agency_kind", "not_one_of"),
        (4, "child", "child_unknown"),
        (4, "closed_on", "before_commenced"),
        (4, "stage", "out_of_range"),
    ]


def test_a_csv_may_mix_every_kind(hub):
    lines = (
        "kind,agency,agency_reference,referrer_type,decision,agency_kind,commenced_on,child.upn",
        f",{POLICE},A,police,,,,{UPN}",
        f"decision,{POLICE},A,,close_and_log,,,",
        f"caf,{HEALTH},A,,,midwives,2013-11-04,{UPN}",
        f"referral,{POLICE},B,police,,,,{UPN}",
        f"caf,{HEALTH},B,police,,midwives,2013-11-04,{UPN}",
    )
    answer = send(hub.decider, "\n".join(lines).encode(), sent_as=CSV)
    assert answer.status_code == 200, answer.text
    found = results_of(hub.decider, answer.json["id"])
    assert outcomes(found) == [*["created"] * 4, "rejected"]
    assert [(each["column"], each["code"]) for each in found[4]["errors"]] == [
        ("referrer_type", "unknown_field")
    ]
    assert found[0]["id"] == found[1]["id"]
    assert cafs(hub) == {"A"}


def test_a_reference_of_a_contact_is_free_for_a_caf(hub):
    rows = [a_contact(agency_reference="R"), caf(agency_reference="R")]
    _, found = imported(hub.health, rows)
    assert outcomes(found) == ["created", "created"]
    for path, result in zip(("contacts", "cafs"), found, strict=True):
        assert hub.health.get(f"{path}/{result['id']}").json["agency_reference"] == "R"
    assert outcomes(imported(hub.health, rows)[1]) == ["replayed", "replayed"]


def test_a_bad_caf_costs_no_other_record(hub):
    rows = [caf(stage=3), caf(), a_contact(), caf(), {"kind": "caf"}]
    done, found = imported(hub.health, rows)
    assert outcomes(found) == ["rejected", "created", "created", "created", "rejected"]
    assert (done["created"], done["rejected"], done["last_line"]) == (3, 2, 5)
    assert cafs(hub) == {rows[1]["agency_reference"], rows[3]["agency_reference"]}
    assert {error["line"] for error in done["errors"]} == {1, 5}


def test_an_atomic_import_is_refused_whole_for_one_caf(hub):
    there = a_caf()
    caf_id = hub.health.post("cafs", there).json["id"]
    rows = [a_contact(), caf(), {"kind": "caf", **there}, {"kind": "caf", **there, "stage": 1}]
    before = everything(hub)
    body = problem(send(hub.health, as_ndjson(rows), query="?mode=atomic"), "import-refused")
    found = results_of(hub.health, body["id"])
    assert [(each["result"], each["id"]) for each in found] == [
        ("unwritten", None),
        ("unwritten", None),
        ("replayed", caf_id),
        ("conflicting", caf_id),
    ]
    (error,) = body["errors"]
    assert (error["line"], error["caf"]) == (4, f"{hub.health.at}/cafs/{caf_id}")
    assert "contact" not in error
    assert everything(hub) == before


def test_an_atomic_import_of_cafs_writes_all_when_all_is_good(hub):
    rows = [*contacts(ROWS_IN_A_BATCH), caf(), caf()]
    done, found = imported(hub.health, rows, query="?mode=atomic")
    assert (done["state"], done["created"]) == ("finished", len(rows))
    assert hub.health.get(f"cafs/{found[-1]['id']}").status_code == 200
    assert len(cafs(hub)) == 2


@pytest.mark.parametrize("mode", ["partial", "atomic"])
def test_a_dry_run_tells_what_would_become_of_cafs_and_writes_none(hub, mode):
    there = a_caf()
    caf_id = hub.health.post("cafs", there).json["id"]
    rows = [caf(), {"kind": "caf", **there}]
    rows.append(rows[0])
    before = everything(hub)
    done, found = imported(hub.health, rows, query=f"?dry_run=true&mode={mode}")
    assert everything(hub) == before
    assert (done["dry_run"], done["state"]) == (True, "finished")
    assert outcomes(found) == ["created", "replayed", "replayed"]
    # Nobody is led to a record that was undone.
    assert [each["id"] for each in found] == [None, caf_id, None]
    assert outcomes(imported(hub.health, rows, query=f"?mode={mode}")[1]) == outcomes(found)


def test_a_conflict_with_a_caf_that_is_but_tried_leads_nowhere(hub):
    rows = [caf(agency_reference="R"), caf(agency_reference="R", stage=1)]
    done, found = imported(hub.health, rows, query="?dry_run=true")
    assert outcomes(found) == ["created", "conflicting"]
    assert (found[1]["id"], done["errors"][0].keys() & {"caf", "contact"}) == (None, set())


@pytest.mark.parametrize("first", ["", "?mode=atomic"])
def test_sending_all_cafs_again_writes_nothing(hub, first):
    rows = [caf(), caf(), *contacts(1)]
    _, made = imported(hub.health, rows, query=first)
    corrected = hub.health.patch(f"cafs/{made[0]['id']}", {"closed_on": "2014-02-14"}, '"1"')
    assert corrected.status_code == 200
    before = everything(hub)
    for query in EVERY_WAY:
        done, found = imported(hub.health, rows, query=query)
        assert (done["replayed"], done["received"]) == (3, 3)
        assert [each["id"] for each in found] == [each["id"] for each in made]
    assert everything(hub) == before


def test_a_caf_that_was_sent_alone_is_known_in_an_import_and_the_other_way_round(hub):
    alone, by_import = caf(), caf()
    record = a_submitted_caf(hub.health, **without_kind(alone))
    _, found = imported(hub.health, [by_import, alone])
    assert outcomes(found) == ["created", "replayed"]
    assert found[1]["id"] == record["id"]
    again = hub.health.post("cafs", without_kind(by_import))
    assert (again.status_code, again.json["id"]) == (200, found[0]["id"])


@pytest.mark.parametrize("between", [0, ROWS_IN_A_BATCH])
def test_a_reference_twice_is_a_replay_or_a_conflict_by_its_content(hub, between):
    sent = caf(agency_reference="TWICE")
    _, found = imported(hub.health, [sent, *contacts(between), sent, sent | {"stage": 1}])
    first, (again, conflicting) = found[0], found[-2:]
    assert outcomes([first, again, conflicting]) == ["created", "replayed", "conflicting"]
    assert first["id"] == again["id"] == conflicting["id"]
    assert codes(conflicting) == ["sent_before_with_other_content"]


def test_a_good_caf_after_a_bad_one_of_the_same_reference_is_taken(hub):
    rows = [caf(agency_reference="R", stage=3), caf(agency_reference="R")]
    assert outcomes(imported(hub.health, rows)[1]) == ["rejected", "created"]


def test_an_agencys_cafs_are_its_own_and_refused_one_by_one(hub):
    rows = [caf(agency=HEALTH), caf(agency=POLICE), caf(agency="nobody"), caf()]
    rows.append(caf(child={"local_id": "L-1"}))
    _, found = imported(hub.health, rows)
    assert outcomes(found) == ["created", "rejected", "rejected", "created", "rejected"]
    assert [codes(each) for each in found if each["errors"]] == [
        ["not_your_agency"],
        ["not_your_agency"],
        ["decide_only"],
    ]
    assert {each["agency"] for each in hub.decider.get("cafs").json["items"]} == {HEALTH}


def test_the_authority_says_whose_cafs_they_are(hub):
    rows = [caf(agency=HEALTH), caf(agency="nobody"), caf(), caf(agency=POLICE)]
    rows[3]["child"] |= {"local_id": "L-1"}
    _, found = imported(hub.decider, rows)
    assert [codes(each) for each in found] == [[], ["unknown_agency"], ["required"], []]
    assert hub.health.get(f"cafs/{found[0]['id']}").status_code == 200
    assert hub.health.get(f"cafs/{found[3]['id']}").status_code == 404
    assert hub.police.get(f"cafs/{found[3]['id']}").json["child"]["local_id"] is None


def test_an_agency_learns_nothing_of_anothers_cafs(hub):
    theirs = caf()
    assert hub.health.post("cafs", without_kind(theirs)).status_code == 201
    _, (result,) = imported(hub.police, [theirs])
    assert result["result"] == "created"
    assert hub.police.get(f"cafs/{result['id']}").json["agency"] == POLICE


def test_who_may_send_no_caf_may_import_none(hub):
    partner = hub.client(Role.PARTNER)
    for client in (hub.reporter, partner):
        problem(client.post("cafs", a_caf()), "forbidden")
        problem(send(client, as_ndjson([caf()])), "forbidden")
    assert cafs(hub) == set()


def test_the_results_lead_to_the_cafs_in_every_format(hub):
    sent = caf(child={**a_caf()["child"], "nhs_number": None})
    done, (result,) = imported(hub.health, [sent])
    results = hub.health.get(done["results"])
    assert results.json["items"] == [result]
    assert hub.health.get(f"cafs/{result['id']}").json["warnings"] == result["warnings"]
    sheet = hub.health.get(done["results"], headers={"Accept": CSV}).text.splitlines()
    told = result["warnings"][0]["detail"]
    assert sheet[1].startswith(f"1,{sent['agency_reference']},created,{result['id']},,")
    assert told in sheet[1]


def test_imported_cafs_count_in_inputs(hub):
    rows = [caf(agency_kind="midwives"), caf(stage=1), caf(agency_kind="midwives")]
    imported(hub.health, rows)
    path = f"/v1/reports/inputs?area={hub.authority}&period=2013-14-Q3&positions=now"
    measures = {each["code"]: each for each in hub.reporter.get(path).json["measures"]}
    assert measures["caf2_commenced"]["values"][-1]["number"] == 2
