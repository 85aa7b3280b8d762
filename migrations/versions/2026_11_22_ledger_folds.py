"""Folds of the ledger, the balances of months, and how far folding has come.

A sum over agencies belongs to no agency: only a transaction in the scope of every agency sees it.
The role for reports reads the ledger in that scope alone, too; so its policy asks for no column
but the authority's, and the indexes suffice.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A list that is made once a statement and looked up by hash: it may name 153 authorities.
IN_SCOPE = (
    "authority_code IN (SELECT unnest("
    "string_to_array(current_setting('frontdoor.authorities', true), ','))"
    " WHERE current_setting('frontdoor.agency', true) = '*')"
)
CELLS = (
    "contact_closed_and_logged",
    "contact_no_further_action",
    "contact_to_assessment",
    "contact_yet_to_proceed",
    "referral_closed_and_logged",
    "referral_no_further_action",
    "referral_to_assessment",
    "referral_yet_to_proceed",
)
CHANGEABLE = {
    "ledger_fold": ", ".join(CELLS),
    "ledger_balance": ", ".join(CELLS),
    "ledger_fold_progress": "folded_to",
}
INCLUDED = ["received_on", "effective_on", "referrer_type", "outcome", "is_referral", "n"]


def upgrade() -> None:
    op.create_table(
        "ledger_fold",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("received_month", sa.Date(), nullable=False),
        sa.Column("recorded_week", sa.Date(), nullable=False),
        sa.Column("effective_month", sa.Date(), nullable=False),
        sa.Column("referrer_type", sa.Text(), nullable=False),
        *(sa.Column(cell, sa.Integer(), nullable=False) for cell in CELLS),
        sa.PrimaryKeyConstraint(
            "authority_code",
            "received_month",
            "recorded_week",
            "effective_month",
            "referrer_type",
            name=op.f("pk_ledger_fold"),
        ),
    )
    op.create_table(
        "ledger_balance",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("received_month", sa.Date(), nullable=False),
        sa.Column("referrer_type", sa.Text(), nullable=False),
        *(sa.Column(cell, sa.Integer(), nullable=False) for cell in CELLS),
        sa.PrimaryKeyConstraint(
            "authority_code", "received_month", "referrer_type", name=op.f("pk_ledger_balance")
        ),
    )
    op.create_table(
        "ledger_fold_progress",
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("folded_to", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority_code", name=op.f("pk_ledger_fold_progress")),
    )
    op.create_index(
        "ix_outcome_ledger_recorded",
        "outcome_ledger",
        ["authority_code", "recorded_at"],
        unique=False,
        postgresql_include=INCLUDED,
    )
    for table, columns in CHANGEABLE.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY scope ON {table} USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO frontdoor_app")
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO frontdoor_app")
        op.execute(f"GRANT SELECT ON {table} TO frontdoor_reports")
    op.execute("ALTER POLICY scope ON outcome_ledger TO frontdoor_app, CURRENT_USER")
    op.execute(
        "CREATE POLICY scope_of_reports ON outcome_ledger TO frontdoor_reports"
        f" USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})"
    )


def downgrade() -> None:
    op.execute("DROP POLICY scope_of_reports ON outcome_ledger")
    op.execute("ALTER POLICY scope ON outcome_ledger TO PUBLIC")
    op.drop_index(
        "ix_outcome_ledger_recorded",
        table_name="outcome_ledger",
        postgresql_include=INCLUDED,
    )
    for table in CHANGEABLE:
        op.drop_table(table)
