"""The tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "agency_code NOT IN ('', '*')", name=op.f("ck_api_key_agency_code_not_wildcard")
        ),
        sa.CheckConstraint("key_id NOT IN ('', '*')", name=op.f("ck_api_key_key_id_not_wildcard")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_key")),
    )
    op.create_table(
        "authority",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "authority_code NOT IN ('', '*')", name=op.f("ck_authority_authority_code_not_wildcard")
        ),
        sa.PrimaryKeyConstraint("authority_code", name=op.f("pk_authority")),
    )
    op.create_table(
        "partnership",
        sa.Column("partnership_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "partnership_code NOT IN ('', '*')",
            name=op.f("ck_partnership_partnership_code_not_wildcard"),
        ),
        sa.PrimaryKeyConstraint("partnership_code", name=op.f("pk_partnership")),
    )
    op.create_table(
        "agency",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "agency_code NOT IN ('', '*')", name=op.f("ck_agency_agency_code_not_wildcard")
        ),
        sa.ForeignKeyConstraint(
            ["authority_code"], ["authority.authority_code"], name=op.f("fk_agency_authority_code")
        ),
        sa.PrimaryKeyConstraint("authority_code", "agency_code", name=op.f("pk_agency")),
    )
    op.create_table(
        "api_key_role",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('submit', 'decide', 'report', 'partner', 'admin')",
            name=op.f("ck_api_key_role_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_api_key_role_authority_code"),
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_key.key_id"], name=op.f("fk_api_key_role_key_id")
        ),
        sa.PrimaryKeyConstraint("authority_code", "key_id", "role", name=op.f("pk_api_key_role")),
    )
    op.create_table(
        "authority_setting",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("emergency_telephone", sa.Text(), nullable=False),
        sa.Column("receipt_cut_off", sa.Time(), nullable=False),
        sa.Column("reporting_lag", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_authority_setting_authority_code"),
        ),
        sa.PrimaryKeyConstraint("authority_code", "recorded_at", name=op.f("pk_authority_setting")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "agency_code NOT IN ('', '*')", name=op.f("ck_idempotency_key_agency_code_not_wildcard")
        ),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_idempotency_key_authority_code"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code",
            "key_id",
            "endpoint",
            "idempotency_key",
            name=op.f("pk_idempotency_key"),
        ),
    )
    op.create_table(
        "partnership_member",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("partnership_code", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_partnership_member_authority_code"),
        ),
        sa.ForeignKeyConstraint(
            ["partnership_code"],
            ["partnership.partnership_code"],
            name=op.f("fk_partnership_member_partnership_code"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "partnership_code", "recorded_at", name=op.f("pk_partnership_member")
        ),
    )
    op.create_table(
        "referrer_type_alias",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("referrer_type", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_referrer_type_alias_authority_code"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "alias", "recorded_at", name=op.f("pk_referrer_type_alias")
        ),
    )
    op.create_table(
        "referrer_type_setting",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("referrer_type", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("referrer_group", sa.Text(), nullable=False),
        sa.Column("census_source", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "referrer_group IN ('education', 'health', 'council', 'justice', 'public', 'other')",
            name=op.f("ck_referrer_type_setting_referrer_group_known"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_code"],
            ["authority.authority_code"],
            name=op.f("fk_referrer_type_setting_authority_code"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "referrer_type", "recorded_at", name=op.f("pk_referrer_type_setting")
        ),
    )
    op.create_table(
        "agency_setting",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("backdate_days", sa.Integer(), nullable=True),
        sa.Column("is_accepted_at_once", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('police', 'education', 'health', 'housing', 'council', 'justice', 'voluntary', 'public', 'other')",
            name=op.f("ck_agency_setting_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_code", "agency_code"],
            ["agency.authority_code", "agency.agency_code"],
            name=op.f("fk_agency_setting_authority_code_agency_code"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "agency_code", "recorded_at", name=op.f("pk_agency_setting")
        ),
    )
    op.create_table(
        "contact",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("agency_reference", sa.Text(), nullable=False),
        sa.Column("submitted_as", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("is_received_time_known", sa.Boolean(), nullable=False),
        sa.Column("sent_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referrer_type", sa.Text(), nullable=False),
        sa.Column("individual_kind", sa.Text(), nullable=True),
        sa.Column("original_referrer_type", sa.Text(), nullable=True),
        sa.Column("census_source", sa.Text(), nullable=False),
        sa.Column("incident_reference", sa.Text(), nullable=True),
        sa.Column("relates_to", sa.Text(), nullable=True),
        sa.Column("presenting_need", sa.Text(), nullable=True),
        sa.Column("concerns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("has_active_caf", sa.Boolean(), nullable=True),
        sa.Column("immediate_concern", sa.Boolean(), nullable=False),
        sa.Column("victim_risk_level", sa.Text(), nullable=True),
        sa.Column("child_risk_level", sa.Text(), nullable=True),
        sa.Column("children_present", sa.Boolean(), nullable=True),
        sa.Column("family_agreement_status", sa.Text(), nullable=True),
        sa.Column("family_informed", sa.Boolean(), nullable=True),
        sa.Column("safe_to_contact", sa.Boolean(), nullable=True),
        sa.Column("is_referral", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_rule", sa.Text(), nullable=False),
        sa.Column("outcome_since", sa.Date(), nullable=False),
        sa.Column("ruleset_version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decision_due_on", sa.Date(), nullable=True),
        sa.Column("decision_stopped_on", sa.Date(), nullable=True),
        sa.Column("information_gathering_due_on", sa.Date(), nullable=True),
        sa.Column("information_gathering_stopped_on", sa.Date(), nullable=True),
        sa.Column("section_47_due_on", sa.Date(), nullable=True),
        sa.Column("section_47_stopped_on", sa.Date(), nullable=True),
        sa.Column("new_information_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "agency_code NOT IN ('', '*')", name=op.f("ck_contact_agency_code_not_wildcard")
        ),
        sa.CheckConstraint(
            "child_risk_level IN ('standard', 'medium', 'high')",
            name=op.f("ck_contact_child_risk_level_known"),
        ),
        sa.CheckConstraint(
            "family_agreement_status IN ('given', 'not_sought', 'refused', 'overridden')",
            name=op.f("ck_contact_family_agreement_status_known"),
        ),
        sa.CheckConstraint(
            "individual_kind IN ('family', 'acquaintance', 'self', 'other_individual', 'anonymous', 'unknown')",
            name=op.f("ck_contact_individual_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('closed_and_logged', 'no_further_action', 'to_assessment', 'yet_to_proceed')",
            name=op.f("ck_contact_outcome_known"),
        ),
        sa.CheckConstraint(
            "presenting_need IN ('N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7', 'N8', 'N9', 'N0')",
            name=op.f("ck_contact_presenting_need_known"),
        ),
        sa.CheckConstraint(
            "submitted_as IN ('contact', 'referral')", name=op.f("ck_contact_submitted_as_known")
        ),
        sa.CheckConstraint(
            "victim_risk_level IN ('standard', 'medium', 'high')",
            name=op.f("ck_contact_victim_risk_level_known"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_code", "agency_code"],
            ["agency.authority_code", "agency.agency_code"],
            name=op.f("fk_contact_authority_code_agency_code"),
        ),
        sa.PrimaryKeyConstraint("authority_code", "contact_id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "authority_code",
            "agency_code",
            "agency_reference",
            name=op.f("uq_contact_authority_code_agency_code_agency_reference"),
        ),
    )
    op.create_index(
        "ix_contact_changed",
        "contact",
        ["authority_code", "updated_at", "contact_id"],
        unique=False,
    )
    op.create_index(
        "ix_contact_counted",
        "contact",
        ["authority_code", "received_on"],
        unique=False,
        postgresql_include=["referrer_type", "outcome", "is_referral"],
    )
    op.create_index(
        "ix_contact_incident", "contact", ["authority_code", "incident_reference"], unique=False
    )
    op.create_index(
        "ix_contact_newest",
        "contact",
        ["authority_code", "received_at", "contact_id"],
        unique=False,
    )
    op.create_index(
        "ix_contact_newest_of_agency",
        "contact",
        ["authority_code", "agency_code", "received_at", "contact_id"],
        unique=False,
    )
    op.create_table(
        "contact_identity",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
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
        sa.Column("referrer_detail", sa.Text(), nullable=True),
        sa.Column(
            "referrer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("parents_carers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("family_agreement_given_by", sa.Text(), nullable=True),
        sa.Column("family_agreement_reason", sa.Text(), nullable=True),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ethnicity IN ('WBRI', 'WIRI', 'WIRT', 'WROM', 'WOTH', 'MWBC', 'MWBA', 'MWAS', 'MOTH', 'AIND', 'APKN', 'ABAN', 'AOTH', 'BCRB', 'BAFR', 'BOTH', 'CHNE', 'OOTH', 'REFU', 'NOBT')",
            name=op.f("ck_contact_identity_ethnicity_known"),
        ),
        sa.CheckConstraint("sex IN ('F', 'M', 'U')", name=op.f("ck_contact_identity_sex_known")),
        sa.ForeignKeyConstraint(
            ["authority_code", "contact_id"],
            ["contact.authority_code", "contact.contact_id"],
            name=op.f("fk_contact_identity_authority_code_contact_id"),
        ),
        sa.PrimaryKeyConstraint("authority_code", "contact_id", name=op.f("pk_contact_identity")),
    )
    op.create_index(
        "ix_contact_identity_agency_child_reference",
        "contact_identity",
        ["authority_code", "agency_child_reference"],
        unique=False,
    )
    op.create_index(
        "ix_contact_identity_local_id",
        "contact_identity",
        ["authority_code", "local_id"],
        unique=False,
    )
    op.create_index(
        "ix_contact_identity_name",
        "contact_identity",
        ["authority_code", "matching_name"],
        unique=False,
    )
    op.create_index(
        "ix_contact_identity_nhs_number",
        "contact_identity",
        ["authority_code", "nhs_number"],
        unique=False,
    )
    op.create_index(
        "ix_contact_identity_upn", "contact_identity", ["authority_code", "upn"], unique=False
    )
    op.create_table(
        "contact_information",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("information_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_by_agency", sa.Text(), nullable=True),
        sa.Column("information", sa.Text(), nullable=False),
        sa.Column("immediate_concern", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code", "contact_id"],
            ["contact.authority_code", "contact.contact_id"],
            name=op.f("fk_contact_information_authority_code_contact_id"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "contact_id", "information_id", name=op.f("pk_contact_information")
        ),
    )
    op.create_table(
        "contact_version",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code", "contact_id"],
            ["contact.authority_code", "contact.contact_id"],
            name=op.f("fk_contact_version_authority_code_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_key.key_id"], name=op.f("fk_contact_version_key_id")
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "contact_id", "version", name=op.f("pk_contact_version")
        ),
    )
    op.create_table(
        "decision",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("decision_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("assessment_type", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("strategy_discussion_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transferred_to", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("retracts", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("duplicate_of", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "assessment_type IN ('initial', 'single')",
            name=op.f("ck_decision_assessment_type_known"),
        ),
        sa.CheckConstraint(
            "decision IN ('gather_information', 'section_47_threshold_met', 'close_and_log', 'accept_as_referral', 'no_further_action', 'start_assessment', 'reopen', 'retract', 'void')",
            name=op.f("ck_decision_decision_known"),
        ),
        sa.CheckConstraint(
            "priority IN ('red', 'amber', 'green')", name=op.f("ck_decision_priority_known")
        ),
        sa.ForeignKeyConstraint(
            ["authority_code", "contact_id"],
            ["contact.authority_code", "contact.contact_id"],
            name=op.f("fk_decision_authority_code_contact_id"),
        ),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.key_id"], name=op.f("fk_decision_key_id")),
        sa.PrimaryKeyConstraint(
            "authority_code", "contact_id", "decision_id", name=op.f("pk_decision")
        ),
        sa.UniqueConstraint(
            "authority_code",
            "contact_id",
            "sequence",
            name=op.f("uq_decision_authority_code_contact_id_sequence"),
        ),
    )
    op.create_table(
        "outcome_ledger",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("referrer_type", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("is_referral", sa.Boolean(), nullable=False),
        sa.Column("presenting_need", sa.Text(), nullable=True),
        sa.Column("has_active_caf", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('closed_and_logged', 'no_further_action', 'to_assessment', 'yet_to_proceed')",
            name=op.f("ck_outcome_ledger_outcome_known"),
        ),
        sa.CheckConstraint(
            "presenting_need IN ('N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7', 'N8', 'N9', 'N0')",
            name=op.f("ck_outcome_ledger_presenting_need_known"),
        ),
        sa.CheckConstraint("n <> 0", name=op.f("ck_outcome_ledger_n_not_zero")),
        sa.ForeignKeyConstraint(
            ["authority_code", "contact_id"],
            ["contact.authority_code", "contact.contact_id"],
            name=op.f("fk_outcome_ledger_authority_code_contact_id"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "contact_id", "version", "line", name=op.f("pk_outcome_ledger")
        ),
    )
    op.create_index(
        "ix_outcome_ledger_counted",
        "outcome_ledger",
        ["authority_code", "received_on"],
        unique=False,
        postgresql_include=[
            "referrer_type",
            "outcome",
            "is_referral",
            "effective_on",
            "recorded_at",
            "n",
        ],
    )
    op.create_table(
        "contact_version_identity",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_code", "contact_id", "version"],
            [
                "contact_version.authority_code",
                "contact_version.contact_id",
                "contact_version.version",
            ],
            name=op.f("fk_contact_version_identity_authority_code_contact_id_version"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "contact_id", "version", name=op.f("pk_contact_version_identity")
        ),
    )
    op.create_table(
        "decision_identity",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("decision_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("reopening_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_code", "contact_id", "decision_id"],
            ["decision.authority_code", "decision.contact_id", "decision.decision_id"],
            name=op.f("fk_decision_identity_authority_code_contact_id_decision_id"),
        ),
        sa.PrimaryKeyConstraint(
            "authority_code", "contact_id", "decision_id", name=op.f("pk_decision_identity")
        ),
    )


def downgrade() -> None:
    op.drop_table("decision_identity")
    op.drop_table("contact_version_identity")
    op.drop_index(
        "ix_outcome_ledger_counted",
        table_name="outcome_ledger",
        postgresql_include=[
            "referrer_type",
            "outcome",
            "is_referral",
            "effective_on",
            "recorded_at",
            "n",
        ],
    )
    op.drop_table("outcome_ledger")
    op.drop_table("decision")
    op.drop_table("contact_version")
    op.drop_table("contact_information")
    op.drop_index("ix_contact_identity_upn", table_name="contact_identity")
    op.drop_index("ix_contact_identity_nhs_number", table_name="contact_identity")
    op.drop_index("ix_contact_identity_name", table_name="contact_identity")
    op.drop_index("ix_contact_identity_local_id", table_name="contact_identity")
    op.drop_index("ix_contact_identity_agency_child_reference", table_name="contact_identity")
    op.drop_table("contact_identity")
    op.drop_index("ix_contact_newest_of_agency", table_name="contact")
    op.drop_index("ix_contact_newest", table_name="contact")
    op.drop_index("ix_contact_incident", table_name="contact")
    op.drop_index(
        "ix_contact_counted",
        table_name="contact",
        postgresql_include=["referrer_type", "outcome", "is_referral"],
    )
    op.drop_index("ix_contact_changed", table_name="contact")
    op.drop_table("contact")
    op.drop_table("agency_setting")
    op.drop_table("referrer_type_setting")
    op.drop_table("referrer_type_alias")
    op.drop_table("partnership_member")
    op.drop_table("idempotency_key")
    op.drop_table("authority_setting")
    op.drop_table("api_key_role")
    op.drop_table("agency")
    op.drop_table("partnership")
    op.drop_table("authority")
    op.drop_table("api_key")
