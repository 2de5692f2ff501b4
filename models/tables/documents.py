"""Documents, their versions (one per finished job) and the chunks of each version."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import REAL, Integer, Text

from models.tables.base import Base, Tenanted, Timestamped
from models.tables.sources import Awaited, Found, Parsed, Sourced


class DocumentRecord(Found, Parsed, Awaited, Timestamped, Tenanted, Base):
    """A document: source and parse are those of `current_version`, which readers go through.

    Until a job has succeeded `current_version` is None and the source that of the newest upload, if its bytes
    are here.
    `external_id` is the caller's name for it; `submissions` counts its jobs, `sequence` its events.
    `archive_id` is the archive that it is a member of; then its name is its path in there.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("(sha256 IS NULL) = (size IS NULL)", name="source"),
        CheckConstraint("sha256 IS NOT NULL OR current_version IS NULL", name="source_of_version"),
        Index(None, "tenant_id", "created_at", "id"),
        Index(
            "ix_documents_archive_id_name",
            "archive_id",
            "name",
            unique=True,
            postgresql_where="archive_id IS NOT NULL",
        ),
        UniqueConstraint("tenant_id", "external_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(default=None)
    archive_id: Mapped[str | None] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), default=None
    )
    current_version: Mapped[int | None] = mapped_column(default=None)
    submissions: Mapped[int] = mapped_column(default=0, server_default="0")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")


class VersionRecord(Parsed, Sourced, Timestamped, Tenanted, Base):
    """One complete chunk set of a document: its source, its options and what was measured of it.

    `number` is the place of its job among the document's submissions: a larger one was asked for later.
    `diff` counts what changed against the version that was current before; None if this never was current.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        Index("ix_document_versions_artifact", "artifact", postgresql_where="artifact IS NOT NULL"),
    )

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(unique=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
    diff: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), default=None)

    @property
    def no_text(self) -> bool:
        """Whether there was nothing to cut."""
        return bool(self.manifest.get("no_text"))

    @property
    def members(self) -> int | None:
        """How many documents an archive holds; None of what is no archive."""
        found: int | None = self.manifest.get("members")
        return found

    @property
    def pages_failed(self) -> int:
        """How many pages could not be read."""
        return len(self.manifest.get("pages_failed", ()))


class ChunkRecord(Tenanted, Base):
    """One chunk as the wire shows it; `body` has what nobody filters by.

    `vector`, where one was asked for, is read only by those who undefer it.
    """

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
    vector: Mapped[list[float] | None] = mapped_column(ARRAY(REAL), deferred=True, default=None)
