"""Page ranges of long documents: rows that any worker may take, each with a lease of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HELD = "token_while_running"
ONE_HOLDER = "(state IN ('running','cancelling')) = (token IS NOT NULL)"
IS_KEPT = "artifact IS NOT NULL"
HOLDERS = ("jobs", "document_versions")
HOLDER_OR_RANGES = "(state IN ('running','cancelling') AND NOT in_ranges) = (token IS NOT NULL)"


def upgrade() -> None:
    op.add_column(
        "jobs", sa.Column("in_ranges", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("jobs", sa.Column("artifact", sa.String(), nullable=True))
    op.drop_constraint(f"ck_jobs_{HELD}", "jobs")
    op.create_check_constraint(op.f(f"ck_jobs_{HELD}"), "jobs", HOLDER_OR_RANGES)
    op.create_check_constraint(
        op.f("ck_jobs_in_ranges_while_running"), "jobs", "state = 'running' OR NOT in_ranges"
    )
    op.create_index("ix_jobs_in_ranges", "jobs", ["id"], postgresql_where="in_ranges")
    for table in HOLDERS:
        op.create_index(f"ix_{table}_artifact", table, ["artifact"], postgresql_where=IS_KEPT)
    create_ranges()
    create_indexes()


def downgrade() -> None:
    op.drop_table("job_ranges")
    op.execute("UPDATE jobs SET state = 'queued', dispatched_at = NULL, in_ranges = false WHERE in_ranges")
    for table in HOLDERS:
        op.drop_index(f"ix_{table}_artifact", table)
    op.drop_index("ix_jobs_in_ranges", "jobs")
    op.drop_constraint("ck_jobs_in_ranges_while_running", "jobs")
    op.drop_constraint(f"ck_jobs_{HELD}", "jobs")
    op.create_check_constraint(op.f(f"ck_jobs_{HELD}"), "jobs", ONE_HOLDER)
    op.drop_column("jobs", "artifact")
    op.drop_column("jobs", "in_ranges")


def create_ranges() -> None:
    op.create_table(
        "job_ranges",
        *(string(name) for name in ("id", "tenant_id", "job_id", "sha256", "state")),
        *(number(name) for name in ("first_page", "last_page")),
        *(number(name, default="0") for name in ("priority", "pages_done", "attempt", "lost", "crashed")),
        sa.Column("token", sa.Uuid(), nullable=True),
        *(moment(name, nullable=True) for name in ("lease_until", "dispatched_at")),
        moment("created_at", nullable=False),
        *(string(name, nullable=True) for name in ("profile", "artifact")),
        sa.PrimaryKeyConstraint("id", name="pk_job_ranges"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_job_ranges_tenant_id_tenants", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_job_ranges_job_id_jobs", ondelete="CASCADE"
        ),
        sa.CheckConstraint("state IN ('queued','running','done')", name=op.f("ck_job_ranges_state")),
        sa.CheckConstraint("(state = 'running') = (token IS NOT NULL)", name=op.f(f"ck_job_ranges_{HELD}")),
        sa.CheckConstraint(
            "state <> 'done' OR (artifact IS NOT NULL AND profile IS NOT NULL)",
            name=op.f("ck_job_ranges_kept_when_done"),
        ),
        sa.CheckConstraint("1 <= first_page AND first_page <= last_page", name=op.f("ck_job_ranges_pages")),
    )


def create_indexes() -> None:
    op.create_index("ix_job_ranges_job_id", "job_ranges", ["job_id"])
    op.create_index("ix_job_ranges_tenant_id", "job_ranges", ["tenant_id"])
    partial("queued", ["tenant_id", "priority", "created_at", "id"], "state = 'queued'")
    partial("hinted", ["dispatched_at"], "state = 'queued' AND dispatched_at IS NOT NULL")
    partial("leased", ["lease_until"], "state = 'running'")
    partial("kept", ["sha256", "first_page"], "state = 'done'")
    partial("artifact", ["artifact"], IS_KEPT)


def partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(f"ix_job_ranges_{name}", "job_ranges", columns, postgresql_where=where)


def string(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=nullable)


def number(name: str, *, default: str | None = None) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def moment(name: str, *, nullable: bool) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
