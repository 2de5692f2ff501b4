"""Page ranges of jobs on long documents: read by any worker, kept until the document is put together."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Tenanted
from models.tables.jobs import Leased


class RangeState(StrEnum):
    """Where a range stands; the names are those of a job's states as far as they mean the same."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class RangeRecord(Leased, Tenanted, Base):
    """Pages `first_page` to `last_page` (from 1, both included) of the document that a job reads.

    `artifact` is the address of the raw pages. Equal `sha256` of the source, pages and `profile` (the
    version of the reader) give equal raw pages, so a range that was read before is not read again.
    `priority` and `created_at` are the job's: its ranges keep its place in the queue.
    """

    __tablename__ = "job_ranges"
    __table_args__ = (
        CheckConstraint("state IN ('queued','running','done')", name="state"),
        CheckConstraint("(state = 'running') = (token IS NOT NULL)", name="token_while_running"),
        CheckConstraint(
            "state <> 'done' OR (artifact IS NOT NULL AND profile IS NOT NULL)", name="kept_when_done"
        ),
        CheckConstraint("1 <= first_page AND first_page <= last_page", name="pages"),
        Index(
            "ix_job_ranges_queued",
            "tenant_id",
            "priority",
            "created_at",
            "id",
            postgresql_where="state = 'queued'",
        ),
        Index(
            "ix_job_ranges_hinted",
            "dispatched_at",
            postgresql_where="state = 'queued' AND dispatched_at IS NOT NULL",
        ),
        Index("ix_job_ranges_leased", "lease_until", postgresql_where="state = 'running'"),
        Index("ix_job_ranges_kept", "sha256", "first_page", postgresql_where="state = 'done'"),
        Index("ix_job_ranges_artifact", "artifact", postgresql_where="artifact IS NOT NULL"),
    )

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str]
    first_page: Mapped[int]
    last_page: Mapped[int]
    created_at: Mapped[datetime]
    profile: Mapped[str | None] = mapped_column(default=None)
    artifact: Mapped[str | None] = mapped_column(default=None)

    @property
    def pages(self) -> int:
        """How many they are."""
        return self.last_page - self.first_page + 1
