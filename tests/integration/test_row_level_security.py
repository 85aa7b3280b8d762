"""Row-level security: on every table, for every role, and with the application's filters away."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from cli.link_cafs import link_authority
from core.database import EVERY_AGENCY, EVERY_KEY, Database, Scope
from domain.measures.measure import MeasureSetting, Polarity
from domain.referrer_types import ReferrerGroup
from models import Base
from services.ledger.fold import fold_step
from services.reference.measure_settings import set_measure
from services.reference.publication_settings import set_automatic
from services.reference.register import (
    ReferrerTypeDetails,
    register_alias,
    register_partnership,
    register_referrer_type,
)
from tests.factories.contacts import a_contact
from tests.support.cafs import a_submitted_caf
from tests.support.catalogue import (
    DELETABLE,
    FIXED,
    FOUND_BY_KEY,
    PUBLIC,
    READ_BY_REPORTS,
    Table,
    faults,
    tables,
)
from tests.support.hub import HEALTH, POLICE, Hub
from tests.support.imports import an_import, sender_of
from tests.support.publishing import published

REFUSED = "42501"
VIOLATION_OF_CHECK = "23514"


@pytest.fixture(scope="module")
def superuser(server) -> Iterator[Connection]:
    """A connection that passes by every policy; what it changes is rolled back."""
    engine = create_engine(server.superuser_url())
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def trial(superuser) -> Iterator[Connection]:
    """The same connection in a transaction that is rolled back."""
    superuser.rollback()
    yield superuser
    superuser.rollback()


@pytest.fixture(scope="module")
def hubs(app) -> tuple[Hub, Hub]:
    """Two authorities that each have rows in every table, of two agencies."""
    return tuple(_full_hub(app) for _ in range(2))


def _full_hub(app) -> Hub:
    hub = Hub(app)
    with hub.transaction() as session:
        register_alias(session, authority=hub.authority, alias="Bobbies", referrer_type="police")
        details = ReferrerTypeDetails(label="Constabulary", group=ReferrerGroup.JUSTICE)
        register_referrer_type(session, authority=hub.authority, code="police", details=details)
        setting = MeasureSetting(polarity=Polarity.LOWER)
        set_measure(session, authority=hub.authority, measure="referrals", setting=setting)
        set_automatic(session, authority=hub.authority, is_automatic=True)
        code = f"mash-{hub.authority.lower()}"
        register_partnership(session, code=code, name=code, authorities=(hub.authority,))
    for sender in (hub.police, hub.health):
        headers = {"Idempotency-Key": f"first-of-{hub.authority}"}
        record = sender.post("contacts", a_contact(), headers=headers).get_json()
        at = f"contacts/{record['id']}"
        assert sender.patch(at, {"narrative": "More."}, etag='"1"').status_code == 200
        assert sender.post(f"{at}/information", {"information": "New."}).status_code == 201
        caf = f"cafs/{a_submitted_caf(sender)['id']}"
        assert sender.patch(caf, {"closed_on": "2014-02-14"}, etag='"1"').status_code == 200
        closing = hub.decider.decide(record, "close_and_log", reason="advice_given")
        assert closing.status_code == 201
    for client, agency in ((hub.police, POLICE), (hub.health, HEALTH), (hub.decider, None)):
        an_import(hub, caller=sender_of(hub, client, agency))
    with hub.transaction() as session:
        assert fold_step(session, authority=hub.authority, margin=timedelta(0)) > 0
    link_authority(hub.database, hub.authority)
    assert published(hub).is_created
    return hub


@pytest.fixture(scope="module")
def every_table(superuser) -> list[Table]:
    found = tables(superuser)
    superuser.rollback()
    return found


def test_nothing_in_the_catalogue_lets_anybody_in(trial):
    assert faults(trial) == []


def test_the_walk_sees_every_table_of_the_models(every_table):
    names = {each.name for each in every_table}
    assert names == set(Base.metadata.tables)
    assert PUBLIC | FOUND_BY_KEY | DELETABLE | READ_BY_REPORTS | set(FIXED) <= names


NEW = "CREATE TABLE note (authority_code text, agency_code text, note_id int, {})"
KEY = "PRIMARY KEY (authority_code, note_id)"
BY_CONTACT_ALONE = (
    "CREATE UNIQUE INDEX by_contact ON contact (contact_id);"
    " ALTER TABLE decision ADD about uuid REFERENCES contact (contact_id)"
)
PROTECT = (
    "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY; ALTER TABLE {0} FORCE ROW LEVEL SECURITY; "
    "CREATE POLICY scope ON {0} USING ({1}) WITH CHECK ({1})"
)
IN_SCOPE = (
    "authority_code = current_setting('frontdoor.authorities')"
    " AND agency_code = current_setting('frontdoor.agency')"
)


def test_a_new_table_that_is_protected_is_no_fault(trial):
    trial.exec_driver_sql(NEW.format(KEY))
    trial.exec_driver_sql(PROTECT.format("note", IN_SCOPE))
    assert faults(trial) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (NEW.format(KEY), "note: there is no policy"),
        (NEW.format(KEY), "note: row-level security is off"),
        (NEW.format(KEY), "note: row-level security is not forced"),
        ("CREATE TABLE note (note_id int)", "note: there is no policy"),
        (
            f"{NEW.format(KEY)}; {PROTECT.format('note', 'true')}",
            "note: USING of scope lets in more than the scope",
        ),
        (
            f"{NEW.format(KEY)}; {PROTECT.format('note', IN_SCOPE.partition(' AND ')[0])}",
            "note: WITH CHECK of scope lets in more than the scope",
        ),
        (
            "CREATE POLICY wide ON contact USING (true)",
            "contact: USING of wide lets in more than the scope",
        ),
        (
            NEW.format("PRIMARY KEY (note_id, authority_code)"),
            "note: note_pkey does not begin with the authority",
        ),
        (
            NEW.format(f"{KEY}, UNIQUE (note_id)"),
            "note: note_note_id_key does not begin with the authority",
        ),
        (NEW.format("UNIQUE (authority_code)"), "note: there is no primary key"),
        (
            BY_CONTACT_ALONE,
            "decision: decision_about_fkey does not lead to the same authority",
        ),
        ("ALTER TABLE contact NO FORCE ROW LEVEL SECURITY", "contact: row-level security is not"),
        ("ALTER TABLE contact OWNER TO frontdoor_app", "contact: frontdoor_app owns it"),
        ("GRANT TRUNCATE ON decision TO frontdoor_app", "decision: frontdoor_app may TRUNCATE"),
        ("GRANT TRIGGER ON decision TO PUBLIC", "decision: frontdoor_reports may TRIGGER"),
        ("GRANT DELETE ON contact TO frontdoor_app", "contact: frontdoor_app may DELETE"),
        (
            "GRANT SELECT (narrative) ON contact_identity TO frontdoor_reports",
            "contact_identity: frontdoor_reports may SELECT",
        ),
        (
            "GRANT UPDATE (agency_code) ON contact TO frontdoor_app",
            "contact: frontdoor_app may change agency_code",
        ),
        (
            "GRANT UPDATE (n) ON outcome_ledger TO frontdoor_app",
            "outcome_ledger: frontdoor_app may change n",
        ),
        ("CREATE VIEW names AS SELECT * FROM contact_identity", "names: it is no plain table"),
        (
            "CREATE FUNCTION leak() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            "leak: it runs with its owner's rights",
        ),
        ("ALTER ROLE frontdoor_app BYPASSRLS", "frontdoor_app: rolbypassrls"),
        ("ALTER ROLE frontdoor_app SUPERUSER", "frontdoor_app: rolsuper"),
        ("ALTER ROLE frontdoor_app CREATEROLE", "frontdoor_app: rolcreaterole"),
        ("ALTER ROLE frontdoor_app INHERIT", "frontdoor_app: it inherits"),
        ("ALTER ROLE frontdoor_reports LOGIN", "frontdoor_reports: it may log in"),
        ("GRANT frontdoor_owner TO frontdoor_app", "frontdoor_app: it may act as frontdoor_owner"),
        ("GRANT CREATE ON SCHEMA public TO frontdoor_app", "frontdoor_app: it may make tables"),
    ],
)
def test_the_walk_finds_what_a_change_opens(trial, change, fault):
    trial.exec_driver_sql(change)
    assert [found for found in faults(trial) if found.startswith(fault)]


def rows_of(connection: Any, table: str, where: str = "true") -> list[dict[str, Any]]:
    """Every row that the connection sees, as JSON."""
    found = connection.scalars(
        text(f"SELECT to_jsonb(t) FROM {table} AS t WHERE {where}")  # noqa: S608
    )
    return found.all()


def everything_of(
    trial: Any, hubs: tuple[Hub, Hub], tables: Sequence[Table]
) -> dict[str, list[dict[str, Any]]]:
    """All rows of two authorities by table: other tests' authorities may hold very many."""
    codes = ", ".join(f"'{each.authority}'" for each in hubs)
    return {
        table.name: rows_of(
            trial,
            table.name,
            f"authority_code IN ({codes})"
            if table.is_a_tenants and table.name not in FOUND_BY_KEY
            else "true",
        )
        for table in tables
    }


def in_scope(row: dict[str, Any], table: Table, scope: Scope) -> bool:
    """Whether a scope shows a row, in the words of the design."""
    if table.name in PUBLIC:
        return True
    if table.name in FOUND_BY_KEY:
        return scope.key in {EVERY_KEY, row["key_id"]}
    if not {*row.get("authorities", [row.get("authority_code")])} <= {*scope.authorities}:
        return False
    is_confined = "frontdoor.agency" in table.scope_settings
    return not is_confined or scope.agency in {EVERY_AGENCY, row.get("agency_code", EVERY_AGENCY)}


def canonical(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def scopes(hubs: tuple[Hub, Hub]) -> list[Scope]:
    own, other = (each.authority for each in hubs)
    key = hubs[0].police.key.split("_")[2]
    return [
        Scope((own,), EVERY_AGENCY),
        Scope((own,), POLICE),
        Scope((other,), HEALTH),
        Scope((own, other), POLICE),
        Scope((own,), "of-nobody"),
        Scope((own,)),
        Scope((), EVERY_AGENCY),
        Scope(("*",), EVERY_AGENCY),
        Scope((), EVERY_AGENCY, key),
        Scope((), "", EVERY_KEY),
        Scope(),
    ]


def test_without_any_filter_only_rows_in_scope_are_read(hubs, trial, every_table, app):
    everything = everything_of(trial, hubs, every_table)
    for table in every_table:
        if table.is_a_tenants:
            assert {each.authority for each in hubs} <= {
                row["authority_code"] for row in everything[table.name]
            }, table.name
    for scope in scopes(hubs):
        with app.extensions["database"].transaction(scope) as session:
            for table in every_table:
                seen = rows_of(session, table.name)
                expected = [row for row in everything[table.name] if in_scope(row, table, scope)]
                assert canonical(seen) == canonical(expected), (scope, table.name)


def sqlstate(session: Any, statement: str, values: dict[str, Any] | None = None) -> str | None:
    """The SQLSTATE with which a statement is refused; None when it is carried out."""
    savepoint = session.begin_nested()
    try:
        session.execute(text(statement), values or {})
    except DBAPIError as error:
        return error.orig.pgcode
    finally:
        savepoint.rollback()
    return None


def test_without_any_filter_no_foreign_row_can_be_written(hubs, trial, every_table, app):
    scope = Scope((hubs[0].authority,), POLICE)
    everything = everything_of(trial, hubs, every_table)
    with app.extensions["database"].transaction(scope) as session:
        for table in every_table:
            if table.name in PUBLIC:
                continue
            foreign = [row for row in everything[table.name] if not in_scope(row, table, scope)]
            assert foreign, table.name
            copy = (
                f"INSERT INTO {table.name}"  # noqa: S608
                f" SELECT * FROM jsonb_populate_record(NULL::{table.name}, CAST(:row AS jsonb))"
            )
            for row in foreign:
                assert sqlstate(session, copy, {"row": json.dumps(row)}) == REFUSED, table.name


def test_a_row_cannot_be_moved_out_of_scope_by_the_only_updates_that_there_are(
    hubs, every_table, app
):
    scope = Scope((hubs[0].authority,), POLICE)
    with app.extensions["database"].transaction(scope) as session:
        for table in every_table:
            for column in table.columns:
                update = f"UPDATE {table.name} SET {column} = {column}"  # noqa: S608
                is_fixed = column in FIXED.get(table.name, set(table.columns))
                expected = REFUSED if is_fixed else None
                assert sqlstate(session, update) == expected, (table.name, column)


def test_updates_and_deletes_without_any_filter_reach_rows_in_scope_only(hubs, every_table, app):
    scope = Scope((hubs[0].authority,), POLICE)
    touched = {}
    with app.extensions["database"].transaction(scope) as session:
        for table in every_table:
            deletion = f"DELETE FROM {table.name}"  # noqa: S608
            expected = None if table.name in DELETABLE else REFUSED
            assert sqlstate(session, deletion) == expected, table.name
            assert sqlstate(session, f"TRUNCATE {table.name}") == REFUSED, table.name
        for table, changed in {
            "caf": "version = version",
            "caf_identity": "lead_agency = lead_agency",
            "caf_link_pass": "settled_at = now()",
            "contact": "version = version",
            "contact_identity": "narrative = narrative",
            "idempotency_key": "status = status",
            "import_run": "received = received",
            "ledger_balance": "contact_to_assessment = 0",
            "ledger_fold": "contact_to_assessment = 0",
            "ledger_fold_progress": "folded_to = now()",
            "api_key": "revoked_at = revoked_at",
        }.items():
            update = f"UPDATE {table} SET {changed}"  # noqa: S608
            touched[table] = session.execute(text(update)).rowcount
        touched["deleted"] = session.execute(text("DELETE FROM idempotency_key")).rowcount
        session.rollback()
    assert touched == {
        "caf": 1,
        "caf_identity": 1,
        "caf_link_pass": 0,
        "contact": 1,
        "contact_identity": 1,
        "idempotency_key": 1,
        "import_run": 1,
        "ledger_balance": 0,
        "ledger_fold": 0,
        "ledger_fold_progress": 0,
        "api_key": 0,
        "deleted": 1,
    }


def test_a_connection_without_a_scope_shows_nothing_before_and_after_one(hubs, every_table, server):
    """After COMMIT the settings are empty, not NULL: trap 9."""
    database = Database(server.connection.application_url, pool_size=1)
    own = hubs[0]
    try:
        with database.engine.connect() as connection:
            process = connection.scalar(text("SELECT pg_backend_pid()"))
            assert connection.scalar(SETTING) is None
            assert_nothing_is_shown(connection, every_table)
        with database.transaction(Scope((own.authority,), EVERY_AGENCY, EVERY_KEY)) as session:
            assert session.scalar(text("SELECT count(*) FROM contact")) == 2
            assert session.scalar(text("SELECT pg_backend_pid()")) == process
        with database.engine.connect() as connection:
            assert connection.scalar(text("SELECT pg_backend_pid()")) == process
            assert connection.scalar(SETTING) == ""
            assert_nothing_is_shown(connection, every_table)
            inserting = "INSERT INTO agency VALUES (:authority, 'new', now())"
            assert sqlstate(connection, inserting, {"authority": own.authority}) == REFUSED
    finally:
        database.dispose()


SETTING = text("SELECT current_setting('frontdoor.authorities', true)")


def assert_nothing_is_shown(connection: Connection, every_table: list[Table]) -> None:
    for table in every_table:
        if table.name not in PUBLIC:
            assert rows_of(connection, table.name) == [], table.name


def test_the_role_for_reports_ends_with_its_transaction(hubs, server):
    database = Database(server.connection.application_url, pool_size=1)
    scope = Scope((hubs[0].authority,), EVERY_AGENCY)
    user = text("SELECT current_user")
    try:
        with database.reports_transaction(scope) as session:
            assert session.scalar(user) == "frontdoor_reports"
        with database.transaction(scope) as session:
            assert session.scalar(user) == "frontdoor_app"
        with database.engine.connect() as connection:
            assert connection.scalar(user) == "frontdoor_app"
    finally:
        database.dispose()


def test_the_role_for_reports_reads_counts_and_settings_and_nothing_else(hubs, every_table, app):
    own = hubs[0].authority
    scope = Scope((own,), EVERY_AGENCY, EVERY_KEY)
    with app.extensions["database"].reports_transaction(scope) as session:
        for table in every_table:
            is_read = table.name in READ_BY_REPORTS
            reading = sqlstate(session, f"SELECT * FROM {table.name}")  # noqa: S608
            assert reading == (None if is_read else REFUSED), table.name
            counting = sqlstate(session, f"SELECT count(*) FROM {table.name}")  # noqa: S608
            assert counting == (None if is_read else REFUSED), table.name
            writing = sqlstate(session, f"INSERT INTO {table.name} DEFAULT VALUES")
            assert writing == REFUSED, table.name
            if is_read and table.is_a_tenants:
                seen = {row["authority_code"] for row in rows_of(session, table.name)}
                assert seen == {own}, table.name


IDEMPOTENCY = (
    "authority_code, agency_code, key_id, endpoint, idempotency_key, body_digest, status,"
    " created_at"
)


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("authority", "authority_code, name, recorded_at", "'{}', 'Nobody', now()"),
        ("agency", "authority_code, agency_code, recorded_at", "'{authority}', '{}', now()"),
        (
            "api_key",
            "key_id, agency_code, name, digest, created_at",
            "'0', '{}', 'Nobody', '', now()",
        ),
        ("api_key", "key_id, name, digest, created_at", "'{}', 'Nobody', '', now()"),
        (
            "idempotency_key",
            IDEMPOTENCY,
            "'{authority}', '{}', '0', 'POST /', '0', '', 201, now()",
        ),
        (
            "import_result",
            "authority_code, agency_code, import_id, line, result",
            "'{authority}', '{}', gen_random_uuid(), 1, 'created'",
        ),
    ],
)
@pytest.mark.parametrize("code", ["", "*"])
def test_no_code_is_empty_or_the_wildcard(hubs, trial, table, columns, values, code):
    authority = hubs[0].authority
    statement = (
        f"INSERT INTO {table} ({columns})"  # noqa: S608
        f" VALUES ({values.format(code, authority=authority)})"
    )
    assert sqlstate(trial, statement) == VIOLATION_OF_CHECK
