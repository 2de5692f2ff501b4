"""Archives: documents that are members of another one, and how many members an archive has."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("documents", "jobs")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("members", sa.Integer(), nullable=True))
    op.add_column("documents", sa.Column("archive_id", sa.String(), nullable=True))
    op.create_foreign_key(
        "fk_documents_archive_id_documents",
        "documents",
        "documents",
        ["archive_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_documents_archive_id_name",
        "documents",
        ["archive_id", "name"],
        unique=True,
        postgresql_where=sa.text("archive_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_documents_archive_id_name", table_name="documents")
    op.drop_constraint("fk_documents_archive_id_documents", "documents", type_="foreignkey")
    op.drop_column("documents", "archive_id")
    for table in TABLES:
        op.drop_column(table, "members")
