"""Imports: the report that is kept of each, and a mark on decisions that came by one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IN_SCOPE = (
    "authority_code = ANY (string_to_array(current_setting('frontdoor.authorities', true), ','))"
    " AND NULLIF(current_setting('frontdoor.agency', true), '') IN ('*', agency_code)"
)
TABLES = ("import_run", "import_result")
# The rest of an import, and every result, is for ever.
CHANGEABLE = (
    "state, received, created, replayed, conflicting, rejected, unwritten, with_warnings,"
    " last_line, finished_at"
)


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("replayed", sa.Integer(), nullable=False),
        sa.Column("conflicting", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("unwritten", sa.Integer(), nullable=False),
        sa.Column("with_warnings", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode IN ('partial', 'atomic')", name=op.f("ck_import_run_mode_known")),
        sa.CheckConstraint("format IN ('ndjson', 'csv')", name=op.f("ck_import_run_format_known")),
        sa.CheckConstraint(
            "state IN ('running', 'finished', 'refused', 'broken_off', 'failed')",
            name=op.f("ck_import_run_state_known"),
        ),
        sa.CheckConstraint(
            "agency_code NOT IN ('', '*')", name=op.f("ck_import_run_agency_code_not_wildcard")
        ),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_import_run_authority_code"),
        ),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.key_id"], name=op.f("fk_import_run_key_id")),
        sa.PrimaryKeyConstraint("authority_code", "import_id", name=op.f("pk_import_run")),
    )
    op.create_index(
        "ix_import_run_newest", "import_run", ["authority_code", "started_at", "import_id"]
    )
    op.create_table(
        "import_result",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("agency_reference", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("errors", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("warnings", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "result IN ('created', 'replayed', 'conflicting', 'rejected', 'unwritten')",
            name=op.f("ck_import_result_result_known"),
        ),
        sa.CheckConstraint(
            "agency_code NOT IN ('', '*')", name=op.f("ck_import_result_agency_code_not_wildcard")
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "import_id", "line", name=op.f("pk_import_result")
        ),
    )
    op.create_index(
        "ix_import_result_refused",
        "import_result",
        ["authority_code", "import_id", "line"],
        postgresql_where=sa.text("result IN ('conflicting', 'rejected')"),
    )
    op.add_column("decision", sa.Column("content_digest", sa.LargeBinary(), nullable=True))
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY scope ON {table} USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO frontdoor_app")
    op.execute(f"GRANT UPDATE ({CHANGEABLE}) ON import_run TO frontdoor_app")


def downgrade() -> None:
    op.drop_column("decision", "content_digest")
    op.drop_index("ix_import_result_refused", table_name="import_result")
    op.drop_table("import_result")
    op.drop_index("ix_import_run_newest", table_name="import_run")
    op.drop_table("import_run")
