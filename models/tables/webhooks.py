"""Webhook endpoints, the outbox of events, and one delivery per event and endpoint with its log."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.tables.base import LONGEST_TRACEPARENT, Base, Tenanted, Timestamped


class EndpointRecord(Timestamped, Tenanted, Base):
    """Where events go. `events` empty means all of them.

    `per_upload` endpoints come from a `webhook_url` given with an upload and hear of those jobs only.
    `secret` is sealed; so are `old_secrets`, newest first, each of which signs too until its time:
    `[{"secret": …, "until": "2026-01-01T00:00:00+00:00"}]`.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (UniqueConstraint("tenant_id", "url", "per_upload"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    per_upload: Mapped[bool] = mapped_column(default=False)
    old_secrets: Mapped[list[dict[str, str]]] = mapped_column(
        JSONB, default_factory=list, server_default="[]"
    )
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)
    failing_since: Mapped[datetime | None] = mapped_column(default=None)


class EventRecord(Timestamped, Tenanted, Base):
    """Something that happened to a document, written in the transaction in which it happened.

    What tells of a batch has its id as `document_id`. `traceparent` is what made it happen, where traces
    are on.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("document_id", "sequence"),
        Index(None, "tenant_id", "created_at", "id"),
        Index(None, "created_at", postgresql_using="brin"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    document_id: Mapped[str]
    sequence: Mapped[int]
    body: Mapped[str]
    traceparent: Mapped[str | None] = mapped_column(String(LONGEST_TRACEPARENT), default=None)


class DeliveryRecord(Timestamped, Tenanted, Base):
    """One event on its way to one endpoint. Due while `next_at` is set and `delivered_at` is not."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint_id"),
        Index(None, "endpoint_id", "created_at", "id"),
        Index(
            "ix_webhook_deliveries_due",
            "next_at",
            postgresql_where="delivered_at IS NULL AND next_at IS NOT NULL",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime | None] = mapped_column(
        server_default=func.clock_timestamp(), default=None, init=False
    )
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)


class DeliveryAttemptRecord(Timestamped, Tenanted, Base):
    """The log: what one attempt met. `status` is the HTTP status, None when no answer came."""

    __tablename__ = "webhook_attempts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True, init=False)
    delivery_id: Mapped[str] = mapped_column(
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[int | None]
    error: Mapped[str | None]
    duration_ms: Mapped[int]
    response: Mapped[dict[str, Any]] = mapped_column(JSONB)
