"""Read the scope once a statement: the tables that imports fill, and lists read, by the thousand.

Within a subquery of its own a setting is read and taken apart once, where it was for every row. The
conditions mean what they did.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    "contact",
    "contact_identity",
    "contact_version",
    "decision",
    "decision_identity",
    "outcome_ledger",
    "import_result",
)
AUTHORITIES = "string_to_array(current_setting('frontdoor.authorities', true), ',')"
AGENCY = "NULLIF(current_setting('frontdoor.agency', true), '')"
FOR_EACH_ROW = f"authority_code = ANY ({AUTHORITIES}) AND {AGENCY} IN ('*', agency_code)"
ONCE = (
    f"authority_code = ANY ((SELECT {AUTHORITIES})::text[])"
    f" AND (SELECT {AGENCY}) IN ('*', agency_code)"
)


def upgrade() -> None:
    set_condition(ONCE)


def downgrade() -> None:
    set_condition(FOR_EACH_ROW)


def set_condition(condition: str) -> None:
    for table in TABLES:
        op.execute(f"ALTER POLICY scope ON {table} USING ({condition}) WITH CHECK ({condition})")
