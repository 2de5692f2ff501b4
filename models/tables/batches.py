"""Batches and what they hold. How an item stands is what its job says: nothing of it is kept here."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import LONGEST_TRACEPARENT, Base, Tenanted, Timestamped


class BatchRecord(Timestamped, Tenanted, Base):
    """Documents that came in one call. `completed_at` is when `batch.completed` was written.

    `endpoint_id` and `traceparent` are those of its jobs; the endpoint may have been deleted since.
    """

    __tablename__ = "batches"
    __table_args__ = (
        Index(None, "tenant_id", "created_at", "id"),
        Index("ix_batches_open", "id", postgresql_where="completed_at IS NULL"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    endpoint_id: Mapped[str | None] = mapped_column(default=None)
    traceparent: Mapped[str | None] = mapped_column(String(LONGEST_TRACEPARENT), default=None)
    completed_at: Mapped[datetime | None] = mapped_column(default=None)


class BatchItemRecord(Tenanted, Base):
    """One file of a batch, by its place in the call; document and job may have been deleted since."""

    __tablename__ = "batch_items"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    document_id: Mapped[str]
    job_id: Mapped[str]
