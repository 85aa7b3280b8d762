"""Link contacts to the CAF records of the same child, whichever agencies sent them.

What other agencies recorded is read by one function alone, and stays below row-level security by
authority. A contact that comes in one round trip is taken so only where its child has no CAF.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CHILD_TABLES = (
    "contact_identity",
    "contact_version",
    "decision",
    "decision_identity",
    "outcome_ledger",
)
IN_SCOPE = (
    "authority_code = ANY (string_to_array(current_setting('frontdoor.authorities', true), ','))"
    " AND current_setting('frontdoor.agency', true) = '*'"
)
CAFS_OF_CHILDREN = "cafs_of_children(text, text[], text[])"
# Two look-ups by index instead of one condition that would read every CAF.
IDENTITIES = """
    SELECT authority_code, caf_id, nhs_number, local_id FROM caf_identity
    WHERE authority_code = authority AND nhs_number = ANY (nhs_numbers)
    UNION
    SELECT authority_code, caf_id, nhs_number, local_id FROM caf_identity
    WHERE authority_code = authority AND local_id = ANY (local_ids)
"""
# By its key, whatever the planner thinks of tables that were just filled.
CAF = """
    SELECT commenced_on, closed_on FROM caf
    WHERE caf.authority_code = identity.authority_code AND caf.caf_id = identity.caf_id OFFSET 0
"""
# Where the number is known, as those of contacts: so neither is ever taken for the other.
INDEXES = {"ix_caf_identity_nhs_number": "nhs_number", "ix_caf_identity_local_id": "local_id"}
UNLESS_A_CAF = """
            IF sent ? 'assumed'
                AND sent->'contact_identity'->0 ?| ARRAY['nhs_number', 'local_id']
            THEN
                IF EXISTS (
                    SELECT FROM cafs_of_children(
                        sent->'assumed'->>'authority',
                        ARRAY[sent->'contact_identity'->0->>'nhs_number'],
                        ARRAY[sent->'contact_identity'->0->>'local_id']
                    )
                ) THEN
                    RETURN;
                END IF;
            END IF;"""


def upgrade() -> None:
    op.add_column("contact", sa.Column("derived_active_caf", sa.Boolean(), nullable=True))
    op.execute("GRANT UPDATE (derived_active_caf) ON contact TO frontdoor_app")
    op.create_table(
        "caf_link_pass",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_code", name=op.f("pk_caf_link_pass")),
    )
    for name, column in INDEXES.items():
        op.drop_index(name, table_name="caf_identity")
        op.execute(
            f"CREATE INDEX {name} ON caf_identity (authority_code, {column})"
            f" WHERE {column} IS NOT NULL"
        )
    op.execute("ALTER TABLE caf_link_pass ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE caf_link_pass FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY scope ON caf_link_pass USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})")
    op.execute("GRANT SELECT, INSERT ON caf_link_pass TO frontdoor_app")
    op.execute("GRANT UPDATE (settled_at) ON caf_link_pass TO frontdoor_app")
    op.execute(
        f"""
        CREATE FUNCTION cafs_of_children(authority text, nhs_numbers text[], local_ids text[])
        RETURNS TABLE (nhs_number text, local_id text, commenced_on date, closed_on date)
        LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
        #variable_conflict use_column
        DECLARE
            agency text := coalesce(current_setting('frontdoor.agency', true), '');
            was_set text;
        BEGIN
            -- Only a superuser may bind a function to a setting of ours.
            was_set := set_config('frontdoor.agency', '*', true);
            -- Where none is recorded, no contact need look for its own.
            IF EXISTS (SELECT FROM caf_identity WHERE authority_code = authority) THEN
                RETURN QUERY SELECT nhs_number, local_id, commenced_on, closed_on
                FROM ({IDENTITIES}) AS identity, LATERAL ({CAF}) AS caf;
            END IF;
            was_set := set_config('frontdoor.agency', agency, true);
        END $$
        """  # noqa: S608 - made of the above
    )
    op.execute(f"REVOKE ALL ON FUNCTION {CAFS_OF_CHILDREN} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {CAFS_OF_CHILDREN} TO frontdoor_app")
    insert_contacts(UNLESS_A_CAF)


def downgrade() -> None:
    insert_contacts("")
    op.execute(f"DROP FUNCTION {CAFS_OF_CHILDREN}")
    for name, column in INDEXES.items():
        op.drop_index(name, table_name="caf_identity")
        op.create_index(name, "caf_identity", ["authority_code", column])
    op.drop_table("caf_link_pass")
    op.drop_column("contact", "derived_active_caf")


def insert_contacts(unless: str) -> None:
    """Make the function of revision 0005 anew, with a condition on which it writes nothing."""
    children = "".join(
        f"""
            IF sent ? '{table}' THEN
                INSERT INTO {table}
                SELECT * FROM jsonb_populate_recordset(
                    jsonb_populate_record(NULL::{table}, shared), sent->'{table}'
                ) AS new WHERE new.contact_id = ANY (added);
            END IF;"""  # noqa: S608 - names of tables
        for table in CHILD_TABLES
    )
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION insert_contacts(
            sent jsonb, OUT added uuid[], OUT recorded_at timestamptz
        ) LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            now timestamptz := coalesce((sent->>'recorded_at')::timestamptz, clock_timestamp());
            shared jsonb := sent->'shared' || jsonb_build_object(
                'created_at', now, 'updated_at', now, 'recorded_at', now);
        BEGIN
            IF sent ? 'assumed' AND NOT still_holds(sent->'assumed') THEN
                RETURN;
            END IF;{unless}
            IF sent ? 'idempotency_key' THEN
                INSERT INTO idempotency_key
                SELECT * FROM jsonb_populate_recordset(
                    jsonb_populate_record(NULL::idempotency_key, shared), sent->'idempotency_key'
                ) ON CONFLICT DO NOTHING;
                IF NOT FOUND THEN
                    RETURN;
                END IF;
            END IF;
            WITH new AS (
                INSERT INTO contact
                SELECT * FROM jsonb_populate_recordset(
                    jsonb_populate_record(NULL::contact, shared), sent->'contact'
                )
                ON CONFLICT ON CONSTRAINT uq_contact_authority_code_agency_code_agency_reference
                DO NOTHING
                RETURNING contact_id
            )
            SELECT array_agg(contact_id) INTO added FROM new;
            recorded_at := now;
            IF added IS NULL THEN
                -- The idempotency key claims a record that is not there.
                IF sent ? 'idempotency_key' THEN
                    RAISE unique_violation;
                END IF;
                RETURN;
            END IF;{children}
        END $$
        """  # noqa: S608 - made of the above
    )
