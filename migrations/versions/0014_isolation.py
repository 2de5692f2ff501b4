"""Row-level security on every table of tenants; `migrations/env.py` guards those that come later."""

from alembic import op

from services.infra.isolation import enforce, lift

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    enforce(op.get_bind())


def downgrade() -> None:
    lift(op.get_bind())
