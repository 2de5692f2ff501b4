"""The checks of 0019 hold for rows from before, too: read under a lock that lets everybody work meanwhile."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CHECKS = {
    "documents": ("ck_documents_source", "ck_documents_source_of_version"),
    "jobs": ("ck_jobs_source", "ck_jobs_source_of_state", "ck_jobs_state"),
}


def upgrade() -> None:
    for table, names in CHECKS.items():
        for name in names:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    """Nothing: 0019 takes them away."""
