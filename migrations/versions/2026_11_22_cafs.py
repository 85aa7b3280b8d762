"""CAF records: their facts, every version of these, and apart from them who they are about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IN_SCOPE = (
    "authority_code = ANY (string_to_array(current_setting('frontdoor.authorities', true), ','))"
    " AND NULLIF(current_setting('frontdoor.agency', true), '') IN ('*', agency_code)"
)
TABLES = ("caf", "caf_identity", "caf_version", "caf_change")
# The rest, and every version, is for ever.
CHANGEABLE = {
    "caf": "agency_kind, stage, commenced_on, closed_on, version, updated_at",
    "caf_identity": (
        "agency_child_reference, local_id, nhs_number, upn, given_name, family_name,"
        " also_known_as, matching_name, date_of_birth, expected_date_of_birth, estimated_age,"
        " sex, ethnicity, address, postcode, lead_agency"
    ),
}


def upgrade() -> None:
    op.create_table(
        "caf",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("caf_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("agency_reference", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("agency_kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=True),
        sa.Column("commenced_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "agency_kind IN ('cesc_childrens_centres', 'cesc_schools', 'cesc_iyss',"
            " 'cesc_social_care', 'cesc_other', 'other_education', 'nepacs', 'health_visitors',"
            " 'midwives', 'school_nurses', 'health_other', 'drug_and_alcohol', 'housing',"
            " 'third_sector')",
            name=op.f("ck_caf_agency_kind_known"),
        ),
        sa.CheckConstraint("stage BETWEEN 1 AND 2", name=op.f("ck_caf_stage_known")),
        sa.CheckConstraint("closed_on >= commenced_on", name=op.f("ck_caf_closed_after_commenced")),
        sa.CheckConstraint(
            "agency_code NOT IN ('', '*')", name=op.f("ck_caf_agency_code_not_wildcard")
        ),
        sa.ForeignKeyConstraint(
            ["authority_code", "agency_code"],
            ["agency.authority_code", "agency.agency_code"],
            name=op.f("fk_caf_authority_code_agency_code"),
        ),
        sa.PrimaryKeyConstraint("authority_code", "caf_id", name=op.f("pk_caf")),
        sa.UniqueConstraint(
            "authority_code",
            "agency_code",
            "agency_reference",
            name=op.f("uq_caf_authority_code_agency_code_agency_reference"),
        ),
    )
    op.create_index("ix_caf_newest", "caf", ["authority_code", "created_at", "caf_id"])
    op.create_index(
        "ix_caf_newest_of_agency", "caf", ["authority_code", "agency_code", "created_at", "caf_id"]
    )
    op.create_index("ix_caf_changed", "caf", ["authority_code", "updated_at", "caf_id"])
    op.create_table(
        "caf_identity",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("caf_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("agency_child_reference", sa.Text(), nullable=True),
        sa.Column("local_id", sa.Text(), nullable=True),
        sa.Column("nhs_number", sa.Text(), nullable=True),
        sa.Column("upn", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("also_known_as", sa.Text(), nullable=True),
        sa.Column("matching_name", sa.Text(), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("expected_date_of_birth", sa.Date(), nullable=True),
        sa.Column("estimated_age", sa.Integer(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("ethnicity", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("lead_agency", sa.Text(), nullable=True),
        sa.CheckConstraint("sex IN ('F', 'M', 'U')", name=op.f("ck_caf_identity_sex_known")),
        sa.CheckConstraint(
            "ethnicity IN ('WBRI', 'WIRI', 'WIRT', 'WROM', 'WOTH', 'MWBC', 'MWBA', 'MWAS', 'MOTH',"
            " 'AIND', 'APKN', 'ABAN', 'AOTH', 'BCRB', 'BAFR', 'BOTH', 'CHNE', 'OOTH', 'REFU',"
            " 'NOBT')",
            name=op.f("ck_caf_identity_ethnicity_known"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_code", "caf_id"],
            ["caf.authority_code", "caf.caf_id"],
            name=op.f("fk_caf_identity_authority_code_caf_id"),
        ),
        sa.PrimaryKeyConstraint("authority_code", "caf_id", name=op.f("pk_caf_identity")),
    )
    op.create_index("ix_caf_identity_nhs_number", "caf_identity", ["authority_code", "nhs_number"])
    op.create_index("ix_caf_identity_local_id", "caf_identity", ["authority_code", "local_id"])
    op.create_table(
        "caf_version",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("caf_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("agency_kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=True),
        sa.Column("commenced_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code", "caf_id"],
            ["caf.authority_code", "caf.caf_id"],
            name=op.f("fk_caf_version_authority_code_caf_id"),
        ),
        sa.PrimaryKeyConstraint("authority_code", "caf_id", "version", name=op.f("pk_caf_version")),
    )
    op.create_index("ix_caf_version_commenced", "caf_version", ["authority_code", "commenced_on"])
    op.create_table(
        "caf_change",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("caf_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code", "caf_id", "version"],
            ["caf_version.authority_code", "caf_version.caf_id", "caf_version.version"],
            name=op.f("fk_caf_change_authority_code_caf_id_version"),
        ),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.key_id"], name=op.f("fk_caf_change_key_id")),
        sa.PrimaryKeyConstraint("authority_code", "caf_id", "version", name=op.f("pk_caf_change")),
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY scope ON {table} USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO frontdoor_app")
    for table, columns in CHANGEABLE.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO frontdoor_app")
    # Facts without a name, of which measures are counted.
    op.execute("GRANT SELECT ON caf_version TO frontdoor_reports")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
