"""How a source is read: parsing options of documents, jobs and versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("documents", "jobs", "document_versions")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("parsing", pg.JSONB(), server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "parsing")
