"""Row-level security, forced on every table, and what each role may do.

The scope of a transaction is in three settings (core/database.py): a list of authorities, an
agency or '*', a key or '*'. An unset scope is NULL or '' and shows nothing.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IN_AUTHORITIES = (
    "authority_code = ANY (string_to_array(current_setting('frontdoor.authorities', true), ','))"
)
IN_AGENCY = "NULLIF(current_setting('frontdoor.agency', true), '') IN ('*', agency_code)"
IN_KEY = "NULLIF(current_setting('frontdoor.key', true), '') IN ('*', key_id)"

RECORDS = (
    "contact",
    "contact_identity",
    "contact_information",
    "contact_version",
    "contact_version_identity",
    "decision",
    "decision_identity",
    "outcome_ledger",
    "idempotency_key",
)
OF_AN_AUTHORITY = (
    "authority_setting",
    "agency",
    "agency_setting",
    "referrer_type_setting",
    "referrer_type_alias",
)
# Which authorities and partnerships there are is public; only who acts for one may add to it.
AREAS = {"authority": IN_AUTHORITIES, "partnership": "true", "partnership_member": IN_AUTHORITIES}
KEYS = ("api_key", "api_key_role")

# What is missing here is never changed: a correction is a new row, a code is for ever.
CHANGEABLE = {
    "contact": (
        "received_at, received_on, is_received_time_known, sent_received_at, referrer_type,"
        " individual_kind, original_referrer_type, census_source, incident_reference, relates_to,"
        " presenting_need, concerns, has_active_caf, immediate_concern, victim_risk_level,"
        " child_risk_level, children_present, family_agreement_status, family_informed,"
        " safe_to_contact, is_referral, is_open, is_void, referred_at, referred_on, outcome,"
        " outcome_rule, outcome_since, ruleset_version, reason, decision_due_on,"
        " decision_stopped_on, information_gathering_due_on, information_gathering_stopped_on,"
        " section_47_due_on, section_47_stopped_on, new_information_at, warnings, version,"
        " updated_at"
    ),
    "contact_identity": (
        "agency_child_reference, local_id, nhs_number, upn, given_name, family_name,"
        " also_known_as, matching_name, date_of_birth, expected_date_of_birth, estimated_age,"
        " sex, ethnicity, address, postcode, referrer_detail, referrer, parents_carers,"
        " family_agreement_given_by, family_agreement_reason, narrative"
    ),
    "api_key": "revoked_at",
    "idempotency_key": "body_digest, status, contact_id, created_at",
}
READ_BY_REPORTS = (
    "outcome_ledger",
    "authority_setting",
    "agency",
    "agency_setting",
    "referrer_type_setting",
    *AREAS,
)


def upgrade() -> None:
    for table in RECORDS:
        protect(table, f"{IN_AUTHORITIES} AND {IN_AGENCY}")
    for table in OF_AN_AUTHORITY:
        protect(table, IN_AUTHORITIES)
    for table, may_add in AREAS.items():
        force(table)
        op.execute(f"CREATE POLICY scope ON {table} FOR SELECT USING (true)")
        op.execute(f"CREATE POLICY adding ON {table} FOR INSERT WITH CHECK ({may_add})")
    for table in KEYS:
        protect(table, IN_KEY)
    for table in (*RECORDS, *OF_AN_AUTHORITY, *AREAS, *KEYS):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO frontdoor_app")
    for table, columns in CHANGEABLE.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO frontdoor_app")
    op.execute("GRANT DELETE ON idempotency_key TO frontdoor_app")
    op.execute("GRANT SELECT ON alembic_version TO frontdoor_app")
    for table in READ_BY_REPORTS:
        op.execute(f"GRANT SELECT ON {table} TO frontdoor_reports")


def force(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def protect(table: str, condition: str) -> None:
    force(table)
    op.execute(f"CREATE POLICY scope ON {table} USING ({condition}) WITH CHECK ({condition})")


def downgrade() -> None:
    for table in AREAS:
        op.execute(f"DROP POLICY adding ON {table}")
    for table in (*RECORDS, *OF_AN_AUTHORITY, *AREAS, *KEYS):
        op.execute(f"REVOKE ALL ON {table} FROM frontdoor_app, frontdoor_reports")
        op.execute(f"DROP POLICY scope ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("REVOKE ALL ON alembic_version FROM frontdoor_app")
