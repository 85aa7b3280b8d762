"""Publications as they were printed, and the true figures that they were chosen from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EVERY_AGENCY = " AND NULLIF(current_setting('frontdoor.agency', true), '') = '*'"
AUTHORITIES = "string_to_array(current_setting('frontdoor.authorities', true), ',')"
POLICIES = {
    # An area may be several authorities: all of them have to be in the scope.
    "publication": f"authorities <@ {AUTHORITIES}{EVERY_AGENCY}",
    "published_figures": f"authority_code = ANY ({AUTHORITIES}){EVERY_AGENCY}",
}


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("publication_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("authorities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("as_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("first_hidden", sa.Integer(), nullable=False),
        sa.Column("further_hidden", sa.Integer(), nullable=False),
        sa.Column("display", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("csv", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "report IN ('table-1', 'inputs')", name=op.f("ck_publication_report_known")
        ),
        sa.CheckConstraint(
            "cardinality(authorities) > 0", name=op.f("ck_publication_has_authorities")
        ),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.key_id"], name=op.f("fk_publication_key_id")),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "area_code", "report", "period", name=op.f("uq_publication_area_code_report_period")
        ),
    )
    op.create_table(
        "published_figures",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("as_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position_on", sa.Date(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_published_figures_authority_code"),
        ),
        sa.PrimaryKeyConstraint("authority_code", "period", name=op.f("pk_published_figures")),
    )
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY scope ON {table} USING ({condition}) WITH CHECK ({condition})")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO frontdoor_app")
    op.execute("GRANT SELECT ON publication TO frontdoor_reports")


def downgrade() -> None:
    op.drop_table("published_figures")
    op.drop_table("publication")
