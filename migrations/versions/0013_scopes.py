"""What API keys may do, until when, and when they were used last."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("scope", sa.String(), server_default="write", nullable=False))
    op.create_check_constraint(op.f("ck_api_keys_scope"), "api_keys", "scope IN ('read','write','admin')")
    for name in ("expires_at", "last_used_at"):
        op.add_column("api_keys", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("last_used_at", "expires_at", "scope"):
        op.drop_column("api_keys", name)
