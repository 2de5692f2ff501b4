"""Buckets of requests; an index to the jobs that succeeded last."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_buckets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rate_buckets"),
        prefixes=["UNLOGGED"],
    )
    op.create_index(
        "ix_jobs_succeeded", "jobs", ["finished_at"], postgresql_where=sa.text("state = 'succeeded'")
    )


def downgrade() -> None:
    op.drop_index("ix_jobs_succeeded", "jobs")
    op.drop_table("rate_buckets")
