"""The vector of a chunk, where one was asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chunks", sa.Column("vector", postgresql.ARRAY(sa.REAL()), nullable=True))


def downgrade() -> None:
    op.drop_column("chunks", "vector")
