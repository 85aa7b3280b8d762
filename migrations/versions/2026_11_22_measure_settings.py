"""An authority's own polarity and tolerance of a measure."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IN_AUTHORITIES = (
    "authority_code = ANY (string_to_array(current_setting('frontdoor.authorities', true), ','))"
)


def upgrade() -> None:
    op.create_table(
        "measure_setting",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("polarity", sa.Text(), nullable=True),
        sa.Column("tolerance", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.CheckConstraint(
            "polarity IN ('lower', 'higher', 'none')",
            name=op.f("ck_measure_setting_polarity_known"),
        ),
        sa.CheckConstraint(
            "tolerance BETWEEN 0 AND 100", name=op.f("ck_measure_setting_tolerance_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_measure_setting_authority_code"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "measure", "recorded_at", name=op.f("pk_measure_setting")
        ),
    )
    op.execute("ALTER TABLE measure_setting ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE measure_setting FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY scope ON measure_setting"
        f" USING ({IN_AUTHORITIES}) WITH CHECK ({IN_AUTHORITIES})"
    )
    op.execute("GRANT SELECT, INSERT ON measure_setting TO frontdoor_app")
    op.execute("GRANT SELECT ON measure_setting TO frontdoor_reports")


def downgrade() -> None:
    op.drop_table("measure_setting")
