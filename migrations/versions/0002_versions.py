"""Sources and numbers of versions, names that callers give, answers kept for repeated requests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER_JOBS = """
    UPDATE jobs SET ordinal = numbered.ordinal
    FROM (
        SELECT jobs.id, coalesce(
            jobs.version,
            coalesce(made.last, 0) + row_number() OVER (
                PARTITION BY jobs.document_id, jobs.version IS NULL ORDER BY jobs.created_at, jobs.id
            )
        ) AS ordinal
        FROM jobs LEFT JOIN (
            SELECT document_id, max(number) AS last FROM document_versions GROUP BY document_id
        ) AS made ON made.document_id = jobs.document_id
    ) AS numbered
    WHERE numbered.id = jobs.id
"""
"""Versions keep their numbers; jobs that made none come after, oldest first."""

COUNT_JOBS = """
    UPDATE documents SET submissions = counted.last
    FROM (SELECT document_id, max(ordinal) AS last FROM jobs GROUP BY document_id) AS counted
    WHERE counted.document_id = documents.id
"""

COPY_SOURCE = """
    UPDATE {} AS made SET name = document.name, sha256 = document.sha256, size = document.size
    FROM documents AS document WHERE document.id = made.document_id
"""


def upgrade() -> None:
    op.add_column("documents", sa.Column("external_id", sa.String(), nullable=True))
    op.add_column("documents", sa.Column("submissions", sa.Integer(), server_default="0", nullable=False))
    op.create_unique_constraint(
        "uq_documents_tenant_id_external_id", "documents", ["tenant_id", "external_id"]
    )
    upgrade_jobs()
    upgrade_versions()
    create_keys()


def upgrade_jobs() -> None:
    add_source("jobs")
    op.add_column("jobs", sa.Column("ordinal", sa.Integer(), nullable=True))
    op.execute(NUMBER_JOBS)
    op.execute(COUNT_JOBS)
    op.alter_column("jobs", "ordinal", nullable=False)
    op.create_unique_constraint("uq_jobs_document_id_ordinal", "jobs", ["document_id", "ordinal"])
    op.drop_index("ix_jobs_document_id", "jobs")
    for name in ("reading_at", "pages_at", "progress_at"):
        op.add_column("jobs", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("jobs", sa.Column("pages_before", sa.Integer(), server_default="0", nullable=False))
    op.add_column("jobs", sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False))


def upgrade_versions() -> None:
    add_source("document_versions")
    op.add_column("document_versions", sa.Column("media_type", sa.String(), nullable=True))
    op.add_column("document_versions", sa.Column("page_count", sa.Integer(), nullable=True))
    op.add_column("document_versions", sa.Column("artifact", sa.String(), nullable=True))
    op.add_column("document_versions", sa.Column("diff", pg.JSONB(), nullable=True))
    op.execute("""
        UPDATE document_versions AS version
        SET media_type = document.media_type, page_count = document.page_count, artifact = document.artifact
        FROM documents AS document WHERE document.id = version.document_id
    """)


def add_source(table: str) -> None:
    """Until now a document had one source, and so have all that was made of it."""
    for column in (
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
    ):
        op.add_column(table, column)
    op.execute(COPY_SOURCE.format(table))
    for name in ("name", "sha256", "size"):
        op.alter_column(table, name, nullable=False)
    op.create_index(f"ix_{table}_sha256", table, ["sha256"])


def create_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("pending_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", pg.JSONB(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.clock_timestamp(),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_idempotency_keys_tenant_id_tenants", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_index("ix_document_versions_sha256", "document_versions")
    for name in ("name", "sha256", "size", "media_type", "page_count", "artifact", "diff"):
        op.drop_column("document_versions", name)
    op.create_index("ix_jobs_document_id", "jobs", ["document_id"])
    op.drop_constraint("uq_jobs_document_id_ordinal", "jobs")
    op.drop_index("ix_jobs_sha256", "jobs")
    clocks = ("reading_at", "pages_at", "progress_at", "pages_before")
    for name in ("name", "sha256", "size", "ordinal", *clocks, "revision"):
        op.drop_column("jobs", name)
    op.drop_constraint("uq_documents_tenant_id_external_id", "documents")
    for name in ("external_id", "submissions"):
        op.drop_column("documents", name)
