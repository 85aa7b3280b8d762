"""Let `count_now` count only for whoever doesn't know the counts yet.

Seeing that nothing at all was committed since costs the server next to nothing; seeing that nothing
was added that is counted here, a third of counting.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OUTCOMES = ("closed_and_logged", "no_further_action", "to_assessment", "yet_to_proceed")
CELLS = [f"{kind}_{outcome}" for kind in ("contact", "referral") for outcome in OUTCOMES]
SUMS = ", ".join(f"sum({cell})::int AS {cell}" for cell in CELLS)

BEFORE = "count_now(text[], date, date)"
AFTER = "count_now(text[], date, date, text, text)"
ROW_COUNT = """
    (SELECT count(*) FROM referrer_type_setting WHERE authority_code = ANY (authorities))
    + (SELECT count(*) FROM partnership_member)
"""
AREA = """
    SELECT code, coalesce(folded_to, '-infinity') AS cut
    FROM unnest(authorities) AS code
    LEFT JOIN ledger_fold_progress ON authority_code = code OFFSET 0
"""
# Of one server since it was started: another, or one brought back from a copy, may have lost rows
# and have got others in their place.
SERVER = "pg_postmaster_start_time() || ' '"
# A standby's snapshot doesn't list the transactions that are open.
SNAPSHOT = f"CASE WHEN NOT pg_is_in_recovery() THEN {SERVER} || pg_current_snapshot() END"
# What is counted is only ever added to, and folding moves the cut: where the cuts and the numbers
# of rows are the same, so is everything that is counted.
STATE = f"""
    SELECT {SERVER} || row_count || ' ' || md5(string_agg(concat_ws(' ', code, cut, (
        SELECT count(*) FROM outcome_ledger WHERE authority_code = code AND recorded_at >= cut
    )), ',' ORDER BY code))
    FROM ({AREA}) AS area
"""  # noqa: S608 - made of the above
COUNTS = f"""
    'folded',
    (SELECT json_agg(json_build_array(referrer_type, {", ".join(CELLS)})) FROM (
        SELECT referrer_type, {SUMS} FROM ledger_balance
        WHERE authority_code = ANY (authorities)
        AND received_month >= months_start AND received_month < months_end
        GROUP BY referrer_type
    ) AS folded),
    'not_folded',
    (SELECT json_agg(json_build_array(referrer_type, outcome, is_referral, n)) FROM (
        SELECT referrer_type, outcome, is_referral, sum(n) AS n
        FROM ({AREA}) AS area, LATERAL (
            SELECT * FROM outcome_ledger
            WHERE authority_code = code AND recorded_at >= cut OFFSET 0
        ) AS entry
        WHERE received_on >= months_start AND received_on < months_end
        GROUP BY referrer_type, outcome, is_referral
    ) AS not_folded)
"""  # noqa: S608 - made of the above
PLANNED_ONCE = "LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan"


def upgrade() -> None:
    op.execute(f"DROP FUNCTION {BEFORE}")
    op.execute(
        f"""
        CREATE FUNCTION count_now(
            authorities text[], months_start date, months_end date,
            known_snapshot text, known_state text
        )
        RETURNS json {PLANNED_ONCE} AS $$
        #variable_conflict use_column
        DECLARE
            snapshot text := {SNAPSHOT};
            row_count bigint;
            state text;
        BEGIN
            IF snapshot = known_snapshot THEN
                RETURN NULL;
            END IF;
            row_count := {ROW_COUNT};
            state := ({STATE});
            IF state = known_state THEN
                RETURN json_build_object('snapshot', snapshot, 'state', state);
            END IF;
            RETURN json_build_object(
                'snapshot', snapshot, 'state', state, 'row_count', row_count, {COUNTS}
            );
        END $$
        """
    )
    _grant(AFTER)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {AFTER}")
    op.execute(
        f"""
        CREATE FUNCTION count_now(authorities text[], months_start date, months_end date)
        RETURNS json {PLANNED_ONCE} AS $$
        #variable_conflict use_column
        BEGIN
            RETURN json_build_object('row_count', {ROW_COUNT}, {COUNTS});
        END $$
        """
    )
    _grant(BEFORE)


def _grant(function: str) -> None:
    op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO frontdoor_app, frontdoor_reports")
