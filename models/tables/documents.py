"""Documents, their versions (one per finished job) and the chunks of each version."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Integer, Text

from models.tables.base import Base, Tenanted, Timestamped


class DocumentRecord(Timestamped, Tenanted, Base):
    """An uploaded file. Readers go through `current_version`; None until a job has succeeded."""

    __tablename__ = "documents"
    __table_args__ = (Index(None, "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str | None] = mapped_column(default=None)
    page_count: Mapped[int | None] = mapped_column(default=None)
    artifact: Mapped[str | None] = mapped_column(default=None)
    current_version: Mapped[int | None] = mapped_column(default=None)
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")


class VersionRecord(Timestamped, Tenanted, Base):
    """One complete chunk set of a document: its options and what was measured of it."""

    __tablename__ = "document_versions"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(unique=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ChunkRecord(Tenanted, Base):
    """One chunk as the wire shows it; `body` has what nobody filters by."""

    __tablename__ = "chunks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "version"],
            ["document_versions.document_id", "document_versions.number"],
            ondelete="CASCADE",
        ),
        Index(None, "tenant_id", "id"),
        Index("ix_chunks_pages", "pages", postgresql_using="gin"),
    )

    document_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    tokens: Mapped[int]
    pages: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    headings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
