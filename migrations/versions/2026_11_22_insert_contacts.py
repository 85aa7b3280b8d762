"""New contacts with all their rows by one call, planned once a connection.

The rows come as JSON by table, and `shared` holds columns that all have alike; a column that
stands in neither is NULL. A contact whose reference was used before is left out with all its rows.
The rules stand in the application: here is only what must be true in the same instant.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHILD_TABLES = (
    "contact_identity",
    "contact_version",
    "decision",
    "decision_identity",
    "outcome_ledger",
)


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION still_holds(assumed jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
            authority text := assumed->>'authority';
        BEGIN
            -- Reference data is only ever added, so as many rows are the same rows.
            RETURN clock_timestamp() >= (assumed->>'from')::timestamptz
                AND clock_timestamp() < (assumed->>'until')::timestamptz
                AND (assumed->>'row_count')::bigint =
                    (SELECT count(*) FROM authority_setting WHERE authority_code = authority)
                    + (SELECT count(*) FROM agency_setting WHERE authority_code = authority)
                    + (SELECT count(*) FROM referrer_type_setting WHERE authority_code = authority)
                    + (SELECT count(*) FROM referrer_type_alias WHERE authority_code = authority);
        END $$
        """
    )
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
        CREATE FUNCTION insert_contacts(sent jsonb, OUT added uuid[], OUT recorded_at timestamptz)
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            now timestamptz := coalesce((sent->>'recorded_at')::timestamptz, clock_timestamp());
            shared jsonb := sent->'shared' || jsonb_build_object(
                'created_at', now, 'updated_at', now, 'recorded_at', now);
        BEGIN
            IF sent ? 'assumed' AND NOT still_holds(sent->'assumed') THEN
                RETURN;
            END IF;
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
    for function in ("still_holds(jsonb)", "insert_contacts(jsonb)"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO frontdoor_app")


def downgrade() -> None:
    op.execute("DROP FUNCTION insert_contacts(jsonb)")
    op.execute("DROP FUNCTION still_holds(jsonb)")
