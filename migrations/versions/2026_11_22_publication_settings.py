"""Whether an authority's reports are published by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IN_AUTHORITIES = (
    "authority_code = ANY (string_to_array(current_setting('frontdoor.authorities', true), ','))"
)


def upgrade() -> None:
    op.create_table(
        "publication_setting",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_publication_setting_authority_code"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "recorded_at", name=op.f("pk_publication_setting")
        ),
    )
    op.execute("ALTER TABLE publication_setting ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE publication_setting FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY scope ON publication_setting"
        f" USING ({IN_AUTHORITIES}) WITH CHECK ({IN_AUTHORITIES})"
    )
    op.execute("GRANT SELECT, INSERT ON publication_setting TO frontdoor_app")


def downgrade() -> None:
    op.drop_table("publication_setting")
