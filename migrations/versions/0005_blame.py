"""Who holds a lease, who is there, and leases lost with their whole worker."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LEASED = ("jobs", "job_ranges")


def upgrade() -> None:
    for table in LEASED:
        op.add_column(table, sa.Column("holder", sa.String(), nullable=True))
        op.add_column(table, sa.Column("orphaned", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "instances",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
        sa.CheckConstraint("role IN ('worker','beat')", name=op.f("ck_instances_role")),
    )


def downgrade() -> None:
    op.drop_table("instances")
    for table in LEASED:
        op.drop_column(table, "orphaned")
        op.drop_column(table, "holder")
