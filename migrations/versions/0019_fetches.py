"""Documents that are fetched from a URL: jobs that wait for their bytes, and where these come from."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("documents", "jobs")
STATES = "'queued','running','cancelling','succeeded','failed','cancelled'"
MOMENT = sa.DateTime(timezone=True)


SOURCE = "(sha256 IS NULL) = (size IS NULL)"
CHECKS = {
    "ck_documents_source": SOURCE,
    "ck_documents_source_of_version": "sha256 IS NOT NULL OR current_version IS NULL",
    "ck_jobs_source": SOURCE,
    "ck_jobs_source_of_state": "CASE WHEN sha256 IS NULL THEN state IN ('fetching','failed','cancelled')"
    " ELSE state <> 'fetching' END",
    "ck_jobs_state": f"state IN ('fetching',{STATES})",
}


def upgrade() -> None:
    for table in TABLES:
        op.alter_column(table, "sha256", nullable=True)
        op.alter_column(table, "size", nullable=True)
    op.drop_constraint(op.f("ck_jobs_state"), "jobs")
    for name, rule in CHECKS.items():
        op.execute(f"ALTER TABLE {name.split('_')[1]} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID")
    op.add_column("jobs", sa.Column("url", sa.String(), nullable=True))
    op.create_table(
        "fetches",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("next_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=True),
        sa.Column("token", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("attempts", "failed", "lost")
        ),
        sa.Column("created_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_fetches_job_id_jobs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_fetches_tenant_id_tenants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_fetches")),
    )
    op.create_index(op.f("ix_fetches_tenant_id"), "fetches", ["tenant_id"])
    op.create_index("ix_fetches_due", "fetches", ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_table("fetches")
    op.execute("DELETE FROM jobs WHERE sha256 IS NULL")
    op.execute("DELETE FROM documents WHERE sha256 IS NULL")
    op.drop_column("jobs", "url")
    for name in CHECKS:
        op.drop_constraint(op.f(name), name.split("_")[1])
    op.create_check_constraint(op.f("ck_jobs_state"), "jobs", f"state IN ({STATES})")
    for table in TABLES:
        op.alter_column(table, "sha256", nullable=False)
        op.alter_column(table, "size", nullable=False)
