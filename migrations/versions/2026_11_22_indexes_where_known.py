"""Indexes of what is mostly not known leave those rows out: a contact writes fewer entries."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_contact_incident": ("contact", "incident_reference"),
    "ix_contact_identity_nhs_number": ("contact_identity", "nhs_number"),
    "ix_contact_identity_local_id": ("contact_identity", "local_id"),
    "ix_contact_identity_upn": ("contact_identity", "upn"),
    "ix_contact_identity_agency_child_reference": ("contact_identity", "agency_child_reference"),
}


def upgrade() -> None:
    for name, (table, column) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.execute(
            f"CREATE INDEX {name} ON {table} (authority_code, {column}) WHERE {column} IS NOT NULL"
        )


def downgrade() -> None:
    for name, (table, column) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, ["authority_code", column])
