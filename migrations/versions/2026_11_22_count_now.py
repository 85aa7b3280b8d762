"""Count whole months as they stand now, by a function: its plan is kept by each connection.

Planning the same statements for each table took more of the server's time than running them.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OUTCOMES = ("closed_and_logged", "no_further_action", "to_assessment", "yet_to_proceed")
CELLS = [f"{kind}_{outcome}" for kind in ("contact", "referral") for outcome in OUTCOMES]


def upgrade() -> None:
    sums = ", ".join(f"sum({cell})::int AS {cell}" for cell in CELLS)
    op.execute(
        f"""
        CREATE FUNCTION count_now(authorities text[], months_start date, months_end date)
        RETURNS json LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
        #variable_conflict use_column
        BEGIN
            RETURN json_build_object(
                'row_count',
                (SELECT count(*) FROM referrer_type_setting
                 WHERE authority_code = ANY (authorities))
                + (SELECT count(*) FROM partnership_member),
                'folded',
                (SELECT json_agg(json_build_array(referrer_type, {", ".join(CELLS)})) FROM (
                    SELECT referrer_type, {sums} FROM ledger_balance
                    WHERE authority_code = ANY (authorities)
                    AND received_month >= months_start AND received_month < months_end
                    GROUP BY referrer_type
                ) AS folded),
                'not_folded',
                (SELECT json_agg(json_build_array(referrer_type, outcome, is_referral, n)) FROM (
                    SELECT referrer_type, outcome, is_referral, sum(n) AS n FROM (
                        SELECT code, coalesce(folded_to, '-infinity') AS cut
                        FROM unnest(authorities) AS code
                        LEFT JOIN ledger_fold_progress ON authority_code = code OFFSET 0
                    ) AS area, LATERAL (
                        SELECT * FROM outcome_ledger
                        WHERE authority_code = code AND recorded_at >= cut OFFSET 0
                    ) AS entry
                    WHERE received_on >= months_start AND received_on < months_end
                    GROUP BY referrer_type, outcome, is_referral
                ) AS not_folded)
            );
        END $$
        """  # noqa: S608 - made of the above
    )
    op.execute("REVOKE ALL ON FUNCTION count_now(text[], date, date) FROM PUBLIC")
    op.execute(
        "GRANT EXECUTE ON FUNCTION count_now(text[], date, date)"
        " TO frontdoor_app, frontdoor_reports"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION count_now(text[], date, date)")
