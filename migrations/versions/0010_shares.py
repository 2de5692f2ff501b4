"""Quotas of tenants; what jobs and ranges are likely to cost; the slots of workers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COSTLY = ("jobs", "job_ranges")


def upgrade() -> None:
    op.add_column("tenants", sa.Column("quotas", pg.JSONB(), nullable=True))
    for table in COSTLY:
        op.add_column(table, sa.Column("cost", sa.Float(), nullable=False, server_default="0"))
    op.add_column("instances", sa.Column("slots", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("instances", "slots")
    for table in COSTLY:
        op.drop_column(table, "cost")
    op.drop_column("tenants", "quotas")
