"""Set the scope of a transaction by one function: every transaction begins so.

The server reads and plans seven calls of `set_config` anew each time; what is in a function it
plans once a connection.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FUNCTION = "begin_scope(text, text, text, text, text, text)"


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION begin_scope(
            authorities text, agency text, key text, acting_role text,
            patience_for_locks text, patience_for_statements text
        ) RETURNS timestamptz LANGUAGE plpgsql AS $$
        DECLARE
            was_set text;
        BEGIN
            was_set := set_config('frontdoor.authorities', authorities, true);
            was_set := set_config('frontdoor.agency', agency, true);
            was_set := set_config('frontdoor.key', key, true);
            was_set := set_config('lock_timeout', patience_for_locks, true);
            was_set := set_config('statement_timeout', patience_for_statements, true);
            was_set := set_config('timezone', 'UTC', true);
            was_set := set_config('role', acting_role, true);
            RETURN clock_timestamp();
        END
        $$
    """)
    op.execute(f"REVOKE ALL ON FUNCTION {FUNCTION} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO frontdoor_app")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {FUNCTION}")
