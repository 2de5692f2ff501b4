"""Rotated secrets of webhooks, their log by age, and the counters behind the metrics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "webhook_endpoints", sa.Column("old_secrets", pg.JSONB(), server_default="[]", nullable=False)
    )
    op.create_index(
        "ix_webhook_deliveries_endpoint_id_created_at_id",
        "webhook_deliveries",
        ["endpoint_id", "created_at", "id"],
    )
    op.drop_index("ix_webhook_deliveries_endpoint_id", "webhook_deliveries")
    op.create_index("ix_events_tenant_id_created_at_id", "events", ["tenant_id", "created_at", "id"])
    op.create_index("ix_events_created_at", "events", ["created_at"], postgresql_using="brin")
    create_counters()


def create_counters() -> None:
    op.create_table(
        "metric_samples",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        *counted(),
        sa.PrimaryKeyConstraint("id", name="pk_metric_samples"),
    )
    op.create_table(
        "metric_totals",
        *counted(),
        sa.PrimaryKeyConstraint("name", "label", "bucket", name="pk_metric_totals"),
    )


def counted() -> "tuple[sa.Column[object], ...]":
    return (
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("bucket", sa.Double(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("metric_totals")
    op.drop_table("metric_samples")
    op.drop_index("ix_events_created_at", "events")
    op.drop_index("ix_events_tenant_id_created_at_id", "events")
    op.create_index("ix_webhook_deliveries_endpoint_id", "webhook_deliveries", ["endpoint_id"])
    op.drop_index("ix_webhook_deliveries_endpoint_id_created_at_id", "webhook_deliveries")
    op.drop_column("webhook_endpoints", "old_secrets")
