"""Every table of the first version, and the tenant `default`."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.sql.schema import SchemaItem

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "tenants",
    "api_keys",
    "documents",
    "document_versions",
    "chunks",
    "webhook_endpoints",
    "jobs",
    "events",
    "webhook_deliveries",
    "webhook_attempts",
)


def upgrade() -> None:
    create_tenants()
    create_documents()
    create_versions()
    create_chunks()
    create_endpoints()
    create_jobs()
    create_events()
    create_deliveries()
    create_attempts()
    op.execute("INSERT INTO tenants (id, name) VALUES ('default', 'default')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def create_tenants() -> None:
    op.create_table("tenants", string("id"), string("name"), created_at(), primary("tenants", "id"))
    create_tenanted(
        "api_keys",
        string("id"),
        string("name"),
        string("prefix"),
        string("digest"),
        moment("revoked_at"),
        primary("api_keys", "id"),
        unique("api_keys", "digest"),
    )


def create_documents() -> None:
    create_tenanted(
        "documents",
        string("id"),
        string("name"),
        string("sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        string("media_type", nullable=True),
        number("page_count", nullable=True),
        string("artifact", nullable=True),
        number("current_version", nullable=True),
        number("sequence", default="0"),
        primary("documents", "id"),
    )
    index("documents", "sha256")
    index("documents", "tenant_id", "created_at", "id")


def create_versions() -> None:
    create_tenanted(
        "document_versions",
        string("document_id"),
        number("number"),
        string("job_id"),
        json("options"),
        json("manifest"),
        primary("document_versions", "document_id", "number"),
        foreign("document_versions", "document_id", "documents.id"),
        unique("document_versions", "job_id"),
    )


def create_chunks() -> None:
    create_tenanted(
        "chunks",
        string("document_id"),
        number("version"),
        number("index"),
        string("id"),
        string("kind"),
        string("text"),
        number("tokens"),
        sa.Column("pages", pg.ARRAY(sa.Integer()), nullable=False),
        sa.Column("headings", pg.ARRAY(sa.Text()), nullable=False),
        json("body"),
        primary("chunks", "document_id", "version", "index"),
        sa.ForeignKeyConstraint(
            ["document_id", "version"],
            ["document_versions.document_id", "document_versions.number"],
            name="fk_chunks_document_id_version_document_versions",
            ondelete="CASCADE",
        ),
        dated=False,
    )
    index("chunks", "tenant_id", "id")
    op.create_index("ix_chunks_pages", "chunks", ["pages"], postgresql_using="gin")


def create_endpoints() -> None:
    create_tenanted(
        "webhook_endpoints",
        string("id"),
        string("url"),
        string("secret"),
        sa.Column("events", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("per_upload", sa.Boolean(), nullable=False),
        moment("disabled_at"),
        moment("failing_since"),
        primary("webhook_endpoints", "id"),
        unique("webhook_endpoints", "tenant_id", "url", "per_upload"),
    )


def create_jobs() -> None:
    create_tenanted(
        "jobs",
        string("id"),
        string("document_id"),
        json("options"),
        string("endpoint_id", nullable=True),
        string("state"),
        string("stage", nullable=True),
        number("pages_done", default="0"),
        number("pages_total", nullable=True),
        number("priority", default="0"),
        number("attempt", default="0"),
        number("lost", default="0"),
        number("crashed", default="0"),
        sa.Column("token", sa.Uuid(), nullable=True),
        *(moment(name) for name in ("lease_until", "dispatched_at", "started_at", "finished_at")),
        number("version", nullable=True),
        json("failure", nullable=True),
        primary("jobs", "id"),
        foreign("jobs", "document_id", "documents.id"),
        foreign("jobs", "endpoint_id", "webhook_endpoints.id", ondelete="SET NULL"),
        check(
            "ck_jobs_state",
            "state IN ('queued','running','cancelling','succeeded','failed','cancelled')",
        ),
        check(
            "ck_jobs_token_while_running",
            "(state IN ('running','cancelling')) = (token IS NOT NULL)",
        ),
    )
    index("jobs", "document_id")
    index("jobs", "tenant_id", "created_at", "id")
    create_queue_indexes()


def create_queue_indexes() -> None:
    """Small indexes, however many jobs there are: over those that are not final or have an endpoint."""
    partial("ix_jobs_queued", "jobs", ["tenant_id", "priority", "created_at", "id"], "state = 'queued'")
    partial("ix_jobs_hinted", "jobs", ["dispatched_at"], "state = 'queued' AND dispatched_at IS NOT NULL")
    partial("ix_jobs_leased", "jobs", ["lease_until"], "state IN ('running','cancelling')")
    partial("ix_jobs_endpoint_id", "jobs", ["endpoint_id"], "endpoint_id IS NOT NULL")


def create_events() -> None:
    create_tenanted(
        "events",
        string("id"),
        string("type"),
        string("document_id"),
        number("sequence"),
        string("body"),
        primary("events", "id"),
        unique("events", "document_id", "sequence"),
    )


def create_deliveries() -> None:
    create_tenanted(
        "webhook_deliveries",
        string("id"),
        string("event_id"),
        string("endpoint_id"),
        number("attempts", default="0"),
        moment("next_at", default=sa.func.clock_timestamp()),
        moment("delivered_at"),
        primary("webhook_deliveries", "id"),
        foreign("webhook_deliveries", "event_id", "events.id"),
        foreign("webhook_deliveries", "endpoint_id", "webhook_endpoints.id"),
        unique("webhook_deliveries", "event_id", "endpoint_id"),
    )
    index("webhook_deliveries", "endpoint_id")
    partial(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["next_at"],
        "delivered_at IS NULL AND next_at IS NOT NULL",
    )


def create_attempts() -> None:
    create_tenanted(
        "webhook_attempts",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        string("delivery_id"),
        number("status", nullable=True),
        string("error", nullable=True),
        number("duration_ms"),
        json("response"),
        primary("webhook_attempts", "id"),
        foreign("webhook_attempts", "delivery_id", "webhook_deliveries.id"),
    )
    index("webhook_attempts", "delivery_id")


def create_tenanted(table: str, *parts: SchemaItem, dated: bool = True) -> None:
    """A table whose rows belong to a tenant and, when `dated`, know when they were made."""
    dates = (created_at(),) if dated else ()
    op.create_table(table, *parts, *dates, string("tenant_id"), foreign(table, "tenant_id", "tenants.id"))
    index(table, "tenant_id")


def string(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=nullable)


def number(name: str, *, nullable: bool = False, default: str | None = None) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def moment(name: str, *, default: sa.ColumnElement[object] | None = None) -> SchemaItem:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True, server_default=default)


def json(name: str, *, nullable: bool = False) -> SchemaItem:
    return sa.Column(name, pg.JSONB(), nullable=nullable)


def created_at() -> SchemaItem:
    return sa.Column(
        "created_at",
        sa.DateTime(timezone=True),
        server_default=sa.func.clock_timestamp(),
        nullable=False,
    )


def primary(table: str, *columns: str) -> SchemaItem:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def unique(table: str, *columns: str) -> SchemaItem:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def check(name: str, rule: str) -> SchemaItem:
    return sa.CheckConstraint(rule, name=op.f(name))


def foreign(table: str, column: str, target: str, *, ondelete: str = "CASCADE") -> SchemaItem:
    name = f"fk_{table}_{column}_{target.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def partial(name: str, table: str, columns: Sequence[str], where: str) -> None:
    op.create_index(name, table, list(columns), postgresql_where=where)
