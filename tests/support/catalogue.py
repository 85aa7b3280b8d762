"""What PostgreSQL's own catalogue says against the tables: who is let in, and who could be."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

APPLICATION = "frontdoor_app"
REPORTS = "frontdoor_reports"

# Names of authorities and of their partnerships are public: anybody may read them.
PUBLIC = frozenset({"authority", "partnership", "partnership_member"})
# Every sender of an authority reads which agencies send to it.
READ_BY_EVERY_AGENCY = frozenset({"agency", "agency_setting"})
# Sums over agencies: only whoever reads for every agency.
SUMS = frozenset({"ledger_balance", "ledger_fold", "ledger_fold_progress"})
# So is how far the records of all agencies were held against each other, and the figures that
# publications start from, which no report reads.
OVER_AGENCIES = SUMS | {"caf_link_pass", "published_figures"}
# What is published of an area, which may be several authorities: only whoever has all of them.
OF_AREAS = frozenset({"publication"})
# A key may have roles in several authorities: it is found by its own id, before any is known.
FOUND_BY_KEY = frozenset({"api_key", "api_key_role"})
# Holds one row, the migrations' version, which the readiness check reads.
NOT_OURS = frozenset({"alembic_version"})

DELETABLE = frozenset({"idempotency_key"})
READ_BY_REPORTS = (
    PUBLIC
    | SUMS
    | {
        "agency",
        "agency_setting",
        "authority_setting",
        "caf_version",
        "measure_setting",
        "outcome_ledger",
        "publication",
        "referrer_type_setting",
    }
)
# The columns that are for ever, of the tables in which anything may be changed.
FIXED = {
    "api_key": {"key_id", "agency_code", "name", "digest", "created_at", "expires_at"},
    "caf": {
        "authority_code",
        "caf_id",
        "agency_code",
        "agency_reference",
        "content_digest",
        "created_at",
    },
    "caf_identity": {"authority_code", "caf_id", "agency_code"},
    "caf_link_pass": {"authority_code"},
    "contact": {
        "authority_code",
        "contact_id",
        "agency_code",
        "agency_reference",
        "submitted_as",
        "content_digest",
        "created_at",
    },
    "contact_identity": {"authority_code", "contact_id", "agency_code"},
    "idempotency_key": {
        "authority_code",
        "key_id",
        "endpoint",
        "idempotency_key",
        "agency_code",
    },
    "ledger_balance": {"authority_code", "received_month", "referrer_type"},
    "ledger_fold": {
        "authority_code",
        "received_month",
        "recorded_week",
        "effective_month",
        "referrer_type",
    },
    "ledger_fold_progress": {"authority_code"},
    "import_run": {
        "authority_code",
        "import_id",
        "agency_code",
        "key_id",
        "recorded_by",
        "mode",
        "is_dry_run",
        "format",
        "started_at",
    },
}


@dataclass(frozen=True)
class Table:
    """A table of the schema: its columns in order, its owner, and whether rows are protected."""

    name: str
    owner: str
    is_protected: bool
    is_forced: bool
    columns: tuple[str, ...]

    @property
    def is_a_tenants(self) -> bool:
        """Whether each row belongs to one authority."""
        return "authority_code" in self.columns and self.name not in PUBLIC

    @property
    def scope_settings(self) -> set[str]:
        """The settings of the transaction that its policies have to ask."""
        if self.name in FOUND_BY_KEY:
            return {"frontdoor.key"}
        if self.name in OF_AREAS:
            return {"frontdoor.authorities", "frontdoor.agency"}
        asked = {"frontdoor.authorities"} if self.is_a_tenants else set()
        has_agency = "agency_code" in self.columns and self.name not in READ_BY_EVERY_AGENCY
        if has_agency or self.name in OVER_AGENCIES:
            asked.add("frontdoor.agency")
        return asked


def tables(connection: Connection) -> list[Table]:
    """Every table of the schema, by name, but `NOT_OURS`."""
    found = connection.execute(
        text(
            "SELECT c.relname, pg_get_userbyid(c.relowner), c.relrowsecurity,"
            " c.relforcerowsecurity, array_agg(a.attname::text ORDER BY a.attnum)"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
            " AND NOT a.attisdropped"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
            " GROUP BY c.oid ORDER BY c.relname"
        )
    )
    return [Table(*row[:4], tuple(row[4])) for row in found if row.relname not in NOT_OURS]


def faults(connection: Connection) -> list[str]:
    """Everything that would let somebody in who should not be; a sentence each."""
    found = tables(connection)
    tenants = {each.name for each in found if each.is_a_tenants}
    return [
        *(fault for table in found for fault in _faults_of(connection, table, tenants)),
        *_ways_around(connection),
        *_rights_of_roles(connection),
    ]


def _faults_of(connection: Connection, table: Table, tenants: set[str]) -> Iterator[str]:
    if not table.is_protected:
        yield f"{table.name}: row-level security is off"
    if not table.is_forced:
        yield f"{table.name}: row-level security is not forced"
    if table.owner in {APPLICATION, REPORTS}:
        yield f"{table.name}: {table.owner} owns it"
    yield from _faults_of_policies(connection, table)
    if table.is_a_tenants:
        yield from _faults_of_keys(connection, table, tenants)
    yield from _faults_of_rights(connection, table)


def _faults_of_policies(connection: Connection, table: Table) -> Iterator[str]:
    policies = connection.execute(
        text(
            "SELECT policyname, qual, with_check FROM pg_policies"
            " WHERE schemaname = 'public' AND tablename = :table"
        ),
        {"table": table.name},
    ).all()
    if not policies:
        yield f"{table.name}: there is no policy"
    for name, *conditions in policies:
        for kind, condition in zip(("USING", "WITH CHECK"), conditions, strict=True):
            is_open = condition in {None, "true"} and table.name not in PUBLIC
            unasked = [each for each in table.scope_settings if each not in (condition or "")]
            if is_open or unasked:
                yield f"{table.name}: {kind} of {name} lets in more than the scope"


def _faults_of_keys(connection: Connection, table: Table, tenants: set[str]) -> Iterator[str]:
    """Keys of tenants' tables begin with the authority, on both sides of a foreign key."""
    if not _constraints(connection, table.name, "p"):
        yield f"{table.name}: there is no primary key"
    for name, columns, other, other_columns in _constraints(connection, table.name, "puf"):
        is_elsewhere = other is not None and other not in tenants
        if not is_elsewhere and columns[0] != "authority_code":
            yield f"{table.name}: {name} does not begin with the authority"
        if other is not None and not is_elsewhere and other_columns[0] != "authority_code":
            yield f"{table.name}: {name} does not lead to the same authority"


def _constraints(connection: Connection, table: str, kinds: str) -> list[tuple[str, ...]]:
    names = (
        "(SELECT array_agg(attname::text ORDER BY at.n) FROM unnest({keys})"
        " WITH ORDINALITY AS at (number, n)"
        " JOIN pg_attribute ON attrelid = {relation} AND attnum = at.number)"
    )
    own = names.format(keys="conkey", relation="conrelid")
    others = names.format(keys="confkey", relation="confrelid")
    found = connection.execute(
        text(
            f"SELECT conname, {own}, nullif(confrelid, 0)::regclass::text, {others}"  # noqa: S608
            " FROM pg_constraint"
            " WHERE conrelid = to_regclass(:table) AND position(contype::text IN :kinds) > 0"
        ),
        {"table": table, "kinds": kinds},
    )
    return [tuple(row) for row in found]


def _faults_of_rights(connection: Connection, table: Table) -> Iterator[str]:
    rights = _rights(connection, table)
    allowed = {(APPLICATION, "SELECT"), (APPLICATION, "INSERT")}
    if table.name in DELETABLE:
        allowed.add((APPLICATION, "DELETE"))
    if table.name in READ_BY_REPORTS:
        allowed.add((REPORTS, "SELECT"))
    for role, right in sorted(rights - allowed):
        yield f"{table.name}: {role} may {right}"
    for column in _changeable(connection, table) & FIXED.get(table.name, set(table.columns)):
        yield f"{table.name}: {APPLICATION} may change {column}"


def _rights(connection: Connection, table: Table) -> set[tuple[str, str]]:
    """The two roles' rights on the table, PUBLIC's included, and those of reports on any column."""
    asked = text(
        "SELECT role, kind FROM unnest(CAST(:roles AS text[])) AS role,"
        " unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS kind"
        " WHERE has_table_privilege(role, to_regclass(:table), kind)"
        " OR CASE WHEN role = :reports AND kind IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')"
        " THEN has_any_column_privilege(role, to_regclass(:table), kind) END"
    )
    values = {"roles": [APPLICATION, REPORTS], "reports": REPORTS, "table": table.name}
    return {(role, kind) for role, kind in connection.execute(asked, values)}


def _changeable(connection: Connection, table: Table) -> set[str]:
    asked = text("SELECT has_column_privilege(:role, to_regclass(:table), :column, 'UPDATE')")
    values = {"role": APPLICATION, "table": table.name}
    return {
        column for column in table.columns if connection.scalar(asked, {**values, "column": column})
    }


def _ways_around(connection: Connection) -> Iterator[str]:
    """Views run with their owner's rights, and so do functions that say so."""
    views = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('v', 'm', 'f')"
    )
    for view in connection.scalars(views):
        yield f"{view}: it is no plain table"
    functions = text(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    for function in connection.scalars(functions):
        yield f"{function}: it runs with its owner's rights"


def _rights_of_roles(connection: Connection) -> Iterator[str]:
    attributes = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
    rows = connection.execute(
        text("SELECT * FROM pg_roles WHERE rolname IN (:application, :reports)"),
        {"application": APPLICATION, "reports": REPORTS},
    ).mappings()
    for row in rows:
        yield from (f"{row['rolname']}: {name}" for name in attributes if row[name])
        if row["rolname"] == REPORTS and row["rolcanlogin"]:
            yield f"{REPORTS}: it may log in"
        if row["rolname"] == APPLICATION and row["rolinherit"]:
            yield f"{APPLICATION}: it inherits the rights of other roles"
    for role in (APPLICATION, REPORTS):
        schema = text("SELECT has_schema_privilege(:role, 'public', 'CREATE')")
        if connection.scalar(schema, {"role": role}):
            yield f"{role}: it may make tables"
        member = text(
            "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
            " WHERE m.member = (SELECT oid FROM pg_roles WHERE rolname = :role)"
        )
        for other in set(connection.scalars(member, {"role": role})) - {REPORTS}:
            yield f"{role}: it may act as {other}"
