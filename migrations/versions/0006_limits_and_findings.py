"""Limits that are lower for a tenant; documents and jobs tell of missing text and of pages that failed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("documents", "jobs")
FINDINGS = """
WITH found AS (
    SELECT document_id, number, job_id,
           manifest @> '{"no_text": true}' AS no_text,
           CASE jsonb_typeof(manifest -> 'pages_failed')
                WHEN 'array' THEN jsonb_array_length(manifest -> 'pages_failed') ELSE 0 END AS pages_failed
      FROM document_versions
), documented AS (
    UPDATE documents AS t SET no_text = found.no_text, pages_failed = found.pages_failed
      FROM found WHERE found.document_id = t.id AND found.number = t.current_version
)
UPDATE jobs AS t SET no_text = found.no_text, pages_failed = found.pages_failed
  FROM found WHERE found.job_id = t.id
"""


def upgrade() -> None:
    op.add_column("tenants", sa.Column("lowered", pg.JSONB(), nullable=True))
    for table in TABLES:
        op.add_column(table, sa.Column("no_text", sa.Boolean(), nullable=True))
        op.add_column(table, sa.Column("pages_failed", sa.Integer(), nullable=True))
    op.execute(FINDINGS)


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "pages_failed")
        op.drop_column(table, "no_text")
    op.drop_column("tenants", "lowered")
