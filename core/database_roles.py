"""The three database roles and what each may do, as SQL for PostgreSQL 15 to 18.

`frontdoor_owner` owns the database and the schema and runs the migrations. `frontdoor_app` owns
nothing and is held by row-level security. `frontdoor_reports` cannot log in: the application steps
into it (`SET LOCAL ROLE`) to read figures. Rights on tables are given by the migrations.
"""

OWNER = "frontdoor_owner"
APPLICATION = "frontdoor_app"
REPORTS = "frontdoor_reports"

_BOUNDED = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
# Without NOINHERIT the policies made for the reports' role would widen what the application sees.
_ATTRIBUTES = {
    OWNER: f"LOGIN {_BOUNDED}",
    APPLICATION: f"LOGIN NOINHERIT {_BOUNDED}",
    REPORTS: f"NOLOGIN {_BOUNDED}",
}
_APPLICATION_SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


def role_statements(*, database: str, owner_password: str, application_password: str) -> list[str]:
    """Return the statements that make the roles and their rights, without semicolons.

    A superuser runs them, connected to `database`, which must exist. They may be run again at any
    time; the passwords are then set anew.
    """
    name = quote_identifier(database)
    return [
        *(_make_role(role, attributes) for role, attributes in _ATTRIBUTES.items()),
        f"ALTER ROLE {OWNER} PASSWORD {quote_literal(owner_password)}",
        f"ALTER ROLE {APPLICATION} PASSWORD {quote_literal(application_password)}",
        f"ALTER ROLE {OWNER} SET timezone = 'UTC'",
        *(
            f"ALTER ROLE {APPLICATION} SET {setting} = {quote_literal(value)}"
            for setting, value in _APPLICATION_SETTINGS.items()
        ),
        f"GRANT {REPORTS} TO {APPLICATION}",
        f"ALTER DATABASE {name} OWNER TO {OWNER}",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO {APPLICATION}",
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION}, {REPORTS}",
    ]


def role_script(*, database: str, owner_password: str, application_password: str) -> str:
    """Return the same as a script for psql, which also makes the database if it is missing."""
    name = quote_literal(database)
    create = f"CREATE DATABASE {quote_identifier(database)} ENCODING 'UTF8' TEMPLATE template0"
    statements = role_statements(
        database=database,
        owner_password=owner_password,
        application_password=application_password,
    )
    lines = [
        r"\set ON_ERROR_STOP on",
        f"SELECT {quote_literal(create)}",
        f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {name}) \\gexec",
        rf"\connect {quote_identifier(database)}",
        "BEGIN;",
        "SET LOCAL client_min_messages = warning;",
        *(f"{statement};" for statement in statements),
        "COMMIT;",
    ]
    return "\n".join(lines) + "\n"


def quote_identifier(text: str) -> str:
    """Return `text` as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """Return `text` as an SQL string, whatever `standard_conforming_strings` says."""
    escaped = text.replace("'", "''")
    if "\\" in escaped:
        return "E'" + escaped.replace("\\", "\\\\") + "'"
    return f"'{escaped}'"


def _make_role(role: str, attributes: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
        f" THEN CREATE ROLE {role} {attributes}; END IF; END $$"
    )
