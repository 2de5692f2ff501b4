"""Requests that carry an Idempotency-Key, and the answers kept for their repetition."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Timestamped


class IdempotencyRecord(Timestamped, Base):
    """One key of one tenant. In flight while `status` is None and `pending_until` is to come.

    `token` names the request that holds the key; `fingerprint` is that of the request that was answered.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[UUID]
    pending_until: Mapped[datetime]
    fingerprint: Mapped[str | None] = mapped_column(default=None)
    status: Mapped[int | None] = mapped_column(default=None)
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), default=None)
    body: Mapped[str | None] = mapped_column(default=None)
