"""The commands by which authorities, agencies, wordings and keys are kept."""

import csv
import itertools
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api import create_app
from core.settings import Settings
from core.throw_away_postgres import throw_away_server
from domain.access import Role
from models import IdempotencyKey, LedgerEntry
from services.writing import columns_of
from tests.support.hub import POLICE, Client, Hub
from tests.support.settings import settings_for

CODES = itertools.count(1)
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "CONTENT_DIGEST_KEY": "only-for-a-database-that-is-away-0",
}


@pytest.fixture
def flask(app):
    """Run a command; what it printed must have come with the status that is expected."""

    def run(*arguments, status=0):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == status, result.output
        return result

    return run


@pytest.fixture
def authority(flask):
    """The code of a new authority, made by the command."""
    code = f"S12{next(CODES):06d}"
    flask("authorities", "add", code, f"Council {code}", "--telephone", "01632 960001")
    return code


def sentence(result):
    """The one line that an error is."""
    *usage, last = result.stderr.splitlines()
    assert all(line.startswith(("Usage:", "Try ")) or not line for line in usage)
    return last


def line_of(result, word):
    """The cells of the one line that begins with a word."""
    (line,) = [each for each in result.stdout.splitlines() if each.startswith(word)]
    return cells_of(line)


def cells_of(line):
    """The cells of a line of columns."""
    return re.split(r" {2,}", line)


def referrer_type(client, code):
    """A referrer type as the authority's reference data show it."""
    answer = client.get(f"/v1/reference/referrer-types?authority={client.at.split('/')[-1]}")
    return next((each for each in answer.get_json()["items"] if each["code"] == code), None)


def test_an_authority_is_added_with_defaults_and_its_settings_change(flask, authority):
    assert line_of(flask("authorities", "list"), authority) == [
        authority,
        f"Council {authority}",
        "01632 960001",
        "17:00",
        "10",
        "by-hand",
    ]
    said = flask(
        *("authorities", "add", authority, f"Council {authority}", "--telephone", "01632 960002"),
        *("--cut-off", "16:30", "--reporting-lag", "5"),
    )
    assert said.stdout == f"{authority} Council {authority} is set.\n"
    assert line_of(flask("authorities", "list"), authority)[2:] == [
        *("01632 960002", "16:30", "5"),
        "by-hand",
    ]


def test_a_known_authority_keeps_its_name(flask, authority):
    said = flask("authorities", "add", authority, "Another", "--telephone", "999", status=1)
    assert sentence(said) == (
        f"Error: {authority} is known as Council {authority}, and a name never changes."
    )


def test_a_partnership_is_added_and_grows(flask, hub, authority):
    code = f"mash-{authority.lower()}"
    flask("partnerships", "add", code, "A MASH", "--authority", authority)
    flask("partnerships", "add", code, "A MASH", "--authority", hub.authority)
    areas = hub.decider.get("/v1/reference/areas").get_json()["items"]
    assert next(area for area in areas if area["code"] == code) == {
        "code": code,
        "label": "A MASH",
        "authorities": sorted([authority, hub.authority]),
    }
    again = flask("partnerships", "add", code, "B MASH", "--authority", authority, status=1)
    assert sentence(again) == f"Error: {code} is known as A MASH, and a name never changes."


def test_an_agency_is_added_to_several_authorities(flask, hub, authority):
    arguments = ["agencies", "add", "north-school", "North School", "--kind", "education"]
    both = ["--authority", authority, "--authority", hub.authority]
    flask(*arguments, *both, "--backdate-days", "unlimited", "--accept-at-once")
    for each in (authority, hub.authority):
        found = flask("agencies", "list", "--authority", each)
        row = next(line for line in found.stdout.splitlines() if "north-school" in line)
        assert cells_of(row) == [each, "north-school", "North School", "education"]
    sender = hub.client(Role.SUBMIT, agency="north-school")
    answer = sender.post(
        "referrals",
        {
            "agency_reference": "1",
            "referrer_type": "education_teacher",
            "received_at": "2014-01-06T09:12:00Z",
            "child": {"given_name": "Robin"},
        },
    )
    assert answer.get_json()["is_referral"]
    assert answer.get_json()["received_at"] == "2014-01-06T09:12:00Z"


def test_a_key_works_for_its_role_and_agency_until_it_is_revoked(flask, app, hub):
    said = flask(
        *("keys", "issue", "--name", "a police key", "--role", "submit"),
        *("--authority", hub.authority, "--agency", POLICE),
    )
    key = said.stdout.strip()
    key_id = key.split("_")[2]
    assert key.startswith("fd_test_")
    assert said.stderr == f"Keep it now: it is not shown again. Its id is {key_id}.\n"
    client = Client(app, key, hub.authority)
    assert client.get("/v1/me").get_json()["agency"] == POLICE
    assert client.get("/v1/reports/table-1?period=2013-14&area=E92000001").status_code == 403

    listed = flask("keys", "list", "--authority", hub.authority)
    cells = line_of(listed, key_id)
    assert cells[1:4] == ["a police key", POLICE, f"{hub.authority} submit"]
    assert cells[5:] == ["-", "-"]
    assert key not in listed.output
    assert flask("keys", "revoke", key_id).stdout == f"{key_id} is revoked.\n"
    assert client.get("/v1/me").status_code == 401
    assert line_of(flask("keys", "list"), key_id)[6].startswith("20")


def test_a_key_has_every_role_in_every_authority_it_was_issued_for(flask, app, hub, authority):
    said = flask(
        *("keys", "issue", "--name", "two roles", "--role", "decide", "--role", "report"),
        *("--authority", hub.authority, "--authority", authority, "--expires", "2099-06-30"),
    )
    answer = Client(app, said.stdout.strip(), hub.authority).get("/v1/me").get_json()
    assert answer["roles"] == {
        hub.authority: ["decide", "report"],
        authority: ["decide", "report"],
    }
    assert answer["expires_at"] == "2099-06-30T22:59:59Z"


def test_the_keys_of_one_authority_are_listed_without_those_of_others(flask, hub, authority):
    listed = flask("keys", "list", "--authority", authority).stdout.splitlines()
    assert len(listed) == 1
    assert hub.authority in flask("keys", "list").stdout


def test_an_alias_means_a_type_until_it_is_removed(flask, hub):
    said = flask(
        *("aliases", "add", "School - Headteacher", "education_head_teacher"),
        *("--authority", hub.authority),
    )
    assert said.stdout == "School - Headteacher means education_head_teacher.\n"
    record = hub.police.submit(referrer_type="school  HEADTEACHER", agency_reference="alias-1")
    assert record["referrer_type"] == "education_head_teacher"

    flask("aliases", "remove", "school headteacher", "--authority", hub.authority)
    assert referrer_type(hub.decider, "education_head_teacher")["aliases"] == []
    again = flask("aliases", "remove", "HT", "--authority", hub.authority, status=1)
    assert sentence(again) == f"Error: {hub.authority} has no alias of this wording."


def test_a_referrer_type_is_added_renamed_and_retired(flask, hub):
    at = ("--authority", hub.authority)
    group = ("--group", "council", "--census-source", "5B", "--from", "2014-01-01")
    flask("referrer-types", "add", "troubled_families", "Troubled Families", *at, *group)
    flask("referrer-types", "rename", "troubled_families", "Supporting Families", *at)
    flask("referrer-types", "retire", "troubled_families", *at, "--to", "2020-03-31")
    found = referrer_type(hub.decider, "troubled_families")
    assert found == {
        "code": "troubled_families",
        "label": "Supporting Families",
        "group": "council",
        "position": 28,
        "census_source": "5B",
        "valid_from": "2014-01-01",
        "valid_to": "2020-03-31",
        "aliases": [],
    }
    again = flask("referrer-types", "add", "police", "Police", *at, *group[:2], status=1)
    assert sentence(again) == (
        f"Error: {hub.authority} has the referrer type police: rename or retire it."
    )
    none = flask("referrer-types", "rename", "nobody", "Nobody", *at, status=1)
    assert sentence(none) == f"Error: {hub.authority} has no referrer type nobody."


def test_renaming_a_standard_type_keeps_its_place_and_source(flask, hub):
    before = referrer_type(hub.decider, "police")
    flask("referrer-types", "rename", "police", "The Police", "--authority", hub.authority)
    assert referrer_type(hub.decider, "police") == before | {"label": "The Police"}


def test_the_ledger_is_verified_authority_by_authority(flask, hub, authority):
    hub.decider.decide(hub.police.submit(), "close_and_log", reason="advice_given")
    hub.health.submit()
    at = ("--authority", hub.authority)
    said = flask("ledger", "verify", *at, "--authority", authority)
    assert said.stdout == "The ledger agrees with the records of 2 contacts.\n"


def test_the_ledger_names_the_contacts_that_disagree(flask, hub):
    good, bad = hub.police.submit(agency_reference="1"), hub.police.submit(agency_reference="2")
    with hub.transaction() as session:
        of_bad = select(LedgerEntry).where(LedgerEntry.contact_id == bad["id"])
        entry = session.scalars(of_bad).one()
        session.add(LedgerEntry(**(columns_of(entry) | {"line": 2})))
    said = flask("ledger", "verify", "--authority", hub.authority, status=1)
    assert said.stdout == "The ledger agrees with the records of 1 contacts.\n"
    assert said.stderr.splitlines() == [
        f"{hub.authority} {bad['id']}: the entries do not add up to the timeline",
        "Error: The ledger disagrees with the records of 1 contacts.",
    ]
    assert good["id"] not in said.stderr


def test_only_idempotency_keys_of_more_than_30_days_are_purged(flask, hub):
    record = hub.police.submit()
    for name in ("old", "new"):
        body = {"information": "More.", "immediate_concern": False}
        headers = {"Idempotency-Key": name}
        hub.police.post(f"contacts/{record['id']}/information", body, headers=headers)
    aged = update(IdempotencyKey).where(
        IdempotencyKey.authority_code == hub.authority, IdempotencyKey.idempotency_key == "old"
    )
    with hub.transaction() as session:
        session.execute(aged.values(created_at=datetime.now(UTC) - timedelta(days=31)))
    assert flask("idempotency-keys", "purge").stdout == "1 keys were deleted.\n"
    assert flask("idempotency-keys", "purge").stdout == "0 keys were deleted.\n"


def test_the_openapi_document_needs_no_database():
    app = create_app(Settings.from_env(NOWHERE))
    exported = app.test_cli_runner().invoke(args=["export-openapi"])
    assert exported.exit_code == 0
    assert exported.stdout == app.extensions["openapi_text"]()
    assert json.loads(exported.stdout)["openapi"].startswith("3.1")


def test_a_database_that_is_away_is_one_sentence():
    app = create_app(Settings.from_env(NOWHERE))
    result = app.test_cli_runner().invoke(args=["authorities", "list"])
    assert result.exit_code == 1
    assert sentence(result) == "Error: The database does not answer."


def test_a_database_without_tables_is_one_sentence():
    with throw_away_server() as empty:
        app = create_app(settings_for(empty))
        result = app.test_cli_runner().invoke(args=["keys", "list"])
        app.extensions["database"].dispose()
    assert result.exit_code == 1
    assert sentence(result) == (
        "Error: The database lacks the tables of this version: run the migrations first."
    )


def test_the_roles_script_has_the_passwords_that_were_given(flask, monkeypatch):
    monkeypatch.setenv("OWNER_PASSWORD", "it's secret")
    said = flask("print-roles-sql", "--database", "fd", "--application-password", "a-b").stdout
    assert "ALTER ROLE frontdoor_owner PASSWORD 'it''s secret';" in said
    assert "ALTER ROLE frontdoor_app PASSWORD 'a-b';" in said
    assert r'\connect "fd"' in said


def test_the_roles_script_makes_other_passwords_each_time(flask):
    assert flask("print-roles-sql").stdout != flask("print-roles-sql").stdout


ISSUE = ("keys", "issue", "--name", "somebody")
UNKNOWN = "S12999999"
CODE_EXPECTED = "this must be a code of up to 64 lower-case letters, digits and hyphens"
DAYS_EXPECTED = "this must be a number of days or unlimited"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            (*ISSUE, "--role", "submit", "--authority", "{known}"),
            "A key with the role submit needs an agency to submit for.",
        ),
        (
            (*ISSUE, "--role", "submit", "--authority", "{known}", "--agency", "nobody"),
            "{known} knows no agency nobody: add it first.",
        ),
        (
            (*ISSUE, "--role", "decide", "--authority", UNKNOWN),
            f"There is no authority {UNKNOWN}: add it first.",
        ),
        (("keys", "revoke", "0123456789ab"), "There is no key of this id."),
        (
            ("agencies", "add", "a", "A", "--kind", "other", "--authority", UNKNOWN),
            f"There is no authority {UNKNOWN}: add it first.",
        ),
        (
            ("partnerships", "add", "p", "P", "--authority", UNKNOWN),
            f"There is no authority {UNKNOWN}: add it first.",
        ),
        (
            ("ledger", "verify", "--authority", UNKNOWN),
            f"There is no authority {UNKNOWN}: add it first.",
        ),
        (
            ("aliases", "add", "HT", "head_teacher", "--authority", "{known}"),
            "This is no referrer type of the authority.",
        ),
        (
            ("aliases", "add", "Police", "housing", "--authority", "{known}"),
            "This wording is the code of another referrer type.",
        ),
        (
            ("aliases", "add", "!?", "housing", "--authority", "{known}"),
            "A wording has a letter or a digit at least.",
        ),
    ],
)
def test_what_a_service_refuses_is_one_sentence_and_status_1(flask, authority, arguments, said):
    result = flask(*(each.format(known=authority) for each in arguments), status=1)
    assert sentence(result) == f"Error: {said.format(known=authority)}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("authorities", "add", "06000004", "Stockton", "--telephone", "999"),
            "Error: Invalid value for 'CODE': this must be an ONS code: E, W, S or N and 8 digits.",
        ),
        (
            ("authorities", "add", "E06000004", " ", "--telephone", "999"),
            "Error: Invalid value for 'NAME': this must be 1 to 200 characters of one line.",
        ),
        (("authorities", "add", "E06000004", "Stockton"), "Error: Missing option '--telephone'."),
        (
            (
                *("authorities", "add", "E06000004", "Stockton", "--telephone", "999"),
                *("--cut-off", "25:00"),
            ),
            "Error: Invalid value for '--cut-off': this must be a London time such as 17:00.",
        ),
        (
            ("agencies", "add", "North School", "N", "--authority", "E06000004"),
            f"Error: Invalid value for 'CODE': {CODE_EXPECTED}.",
        ),
        (
            (
                *("agencies", "add", "n", "N", "--authority", "E06000004", "--kind", "other"),
                *("--backdate-days", "-1"),
            ),
            f"Error: Invalid value for '--backdate-days': {DAYS_EXPECTED}.",
        ),
        (
            (*ISSUE, "--role", "decide", "--authority", "E06000004", "--expires", "2027-02-30"),
            "Error: Invalid value for '--expires': this must be a London day such as 2027-01-31.",
        ),
        (
            (*ISSUE, "--role", "decide", "--authority", "E06000004", "--expires", "2020-01-01"),
            "Error: Invalid value for '--expires': this must be today or later.",
        ),
        (
            ("keys", "revoke", "stockton-decide"),
            "Error: Invalid value for 'KEY_ID': this must be a key's id, as keys list shows it.",
        ),
        (
            ("referrer-types", "retire", "police", "--authority", "E06000004"),
            "Error: Missing option '--to'.",
        ),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_status_2(flask, arguments, said):
    assert sentence(flask(*arguments, status=2)) == said


def test_what_is_set_for_a_measure_is_listed_and_what_was_set_before_is_not(flask, authority):
    def listed():
        lines = flask("measures", "list", "--authority", authority).stdout.splitlines()
        return next(cells for cells in map(cells_of, lines) if cells[1] == "referrals")

    assert listed() == [authority, "referrals", "none", "5.0"]
    for polarity, tolerance in (("lower", "2"), ("higher", "2.5")):
        flask(
            *("measures", "set", "referrals", "--authority", authority),
            *("--polarity", polarity, "--tolerance", tolerance),
        )
    assert listed() == [authority, "referrals", "higher", "2.5"]
    refused = flask(
        *("measures", "set", "referrals", "--authority", authority, "--tolerance", "100.5"),
        status=2,
    )
    assert "a number from 0 to 100 with at most one decimal" in refused.stderr


def test_the_report_of_delays_is_a_csv_of_numbers(app, flask, tmp_path):
    hub = Hub(app)
    record = hub.police.submit()
    assert hub.decider.decide(record, "section_47_threshold_met").status_code == 201
    report = tmp_path / "delays.csv"
    flask("delays-report", str(report), "--authority", hub.authority)
    header, *rows = csv.reader(report.read_text(encoding="utf-8").splitlines())
    assert header[:6] == ["on", "area", "group", "code", "label", "open"]
    (everything,) = [dict(zip(header, row, strict=True)) for row in rows if row[2] == "all"]
    assert (everything["open"], everything["past_information_gathering"]) == ("1", "1")
    assert {row[2] for row in rows} == {"all", "team", "referrer_type", "working_days"}
    assert record["id"] not in report.read_text(encoding="utf-8")
    printed = flask("delays-report", "--authority", hub.authority).stdout
    assert printed.splitlines()[0] == ",".join(header)
