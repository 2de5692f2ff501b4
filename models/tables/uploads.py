"""Resumable uploads: what is known of each, and the pieces that have arrived."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Tenanted, Timestamped


class UploadRecord(Timestamped, Tenanted, Base):
    """An upload of `length` bytes, of which the first `received` are kept.

    `described` is its `Upload-Metadata` as it came, `request` what follows from it; `writer` names the HTTP
    request that went on with it last. The last byte is received in the transaction that makes the job, so an
    upload is complete exactly if it has a `job_id`.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        Index("ix_uploads_incomplete", "tenant_id", postgresql_where="received < length"),
        CheckConstraint("received BETWEEN 0 AND length", name="received"),
        CheckConstraint("job_id IS NULL OR received = length", name="complete"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    described: Mapped[str]
    request: Mapped[dict[str, Any]] = mapped_column(JSONB)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    writer: Mapped[UUID | None] = mapped_column(default=None)
    job_id: Mapped[str | None] = mapped_column(default=None)


class PieceRecord(Tenanted, Base):
    """Bytes of an upload from `start` on, which the store keeps under this name of the upload."""

    __tablename__ = "upload_pieces"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    size: Mapped[int]
    name: Mapped[str]
