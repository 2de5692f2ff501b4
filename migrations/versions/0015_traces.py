"""Where the trace of a job and of an event goes on; what instances tell of themselves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TRACED = ("jobs", "events")


def upgrade() -> None:
    for table in TRACED:
        op.add_column(table, sa.Column("traceparent", sa.String(55), nullable=True))
    op.add_column("instances", sa.Column("memory", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("instances", sa.Column("loops", pg.JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    for name in ("loops", "memory"):
        op.drop_column("instances", name)
    for table in TRACED:
        op.drop_column(table, "traceparent")
