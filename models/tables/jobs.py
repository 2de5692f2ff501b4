"""Jobs: the queue of record. A broker message is only a hint that names one of these rows."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from models.tables.base import LONGEST_TRACEPARENT, Base, Tenanted, Timestamped
from models.tables.sources import Awaited, Found


class JobState(StrEnum):
    """Where a job stands; the last three are final. One that is fetching waits for its bytes."""

    FETCHING = "fetching"
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self in FINAL_STATES


FINAL_STATES = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


class Leased(MappedAsDataclass, kw_only=True):
    """Work that one attempt at a time holds: queued, or running under a lease.

    `token` is the random lease of the running attempt: every write of the attempt is fenced by it.
    `attempt` counts claims, `lost` leases that ran out though the worker lived on, `orphaned` those that ran
    out with their whole worker, `crashed` attempts that ended in an AttemptError. `holder` is the instance
    (InstanceRecord) of the last attempt; None if it is not known.
    `lease_until` of a queued row is until when it rests, after several leases ran out.
    `cost` is what it is likely to take: seconds of one slot of a worker (models.costs).
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default=JobState.QUEUED)
    pages_done: Mapped[int] = mapped_column(default=0, server_default="0")
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    cost: Mapped[float] = mapped_column(default=0.0, server_default="0")
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    lost: Mapped[int] = mapped_column(default=0, server_default="0")
    orphaned: Mapped[int] = mapped_column(default=0, server_default="0")
    crashed: Mapped[int] = mapped_column(default=0, server_default="0")
    holder: Mapped[str | None] = mapped_column(default=None)
    token: Mapped[UUID | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    dispatched_at: Mapped[datetime | None] = mapped_column(default=None)


class JobRecord(Leased, Found, Awaited, Timestamped, Tenanted, Base):
    """One piece of work on one document: cutting the bytes of its source, which may have to be fetched first.

    `url` is where from, without its query, which may be a secret (FetchRecord has all of it).

    `ordinal` counts the document's jobs in the order of their submission; the version made has its number.
    While `in_ranges` it is running and no attempt holds it: its page ranges are being read (RangeRecord).
    `artifact` is the address of what they were bound to, kept before it is cut.
    `revision` grows with every change of the row. `reading_at` is when the attempt was first seen reading,
    after `pages_before` pages; `pages_at` when `pages_done` last grew, `progress_at` when it last beat.
    `traceparent` is the request that asked for it, where traces are on.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(
            "state IN ('fetching','queued','running','cancelling','succeeded','failed','cancelled')",
            name="state",
        ),
        CheckConstraint("(sha256 IS NULL) = (size IS NULL)", name="source"),
        CheckConstraint(
            "CASE WHEN sha256 IS NULL THEN state IN ('fetching','failed','cancelled')"
            " ELSE state <> 'fetching' END",
            name="source_of_state",
        ),
        CheckConstraint(
            "(state IN ('running','cancelling') AND NOT in_ranges) = (token IS NOT NULL)",
            name="token_while_running",
        ),
        CheckConstraint("state = 'running' OR NOT in_ranges", name="in_ranges_while_running"),
        Index(
            "ix_jobs_queued",
            "tenant_id",
            "priority",
            "created_at",
            "id",
            postgresql_where="state = 'queued'",
        ),
        Index(
            "ix_jobs_hinted",
            "dispatched_at",
            postgresql_where="state = 'queued' AND dispatched_at IS NOT NULL",
        ),
        Index("ix_jobs_leased", "lease_until", postgresql_where="state IN ('running','cancelling')"),
        Index("ix_jobs_succeeded", "finished_at", postgresql_where="state = 'succeeded'"),
        Index("ix_jobs_in_ranges", "id", postgresql_where="in_ranges"),
        Index("ix_jobs_artifact", "artifact", postgresql_where="artifact IS NOT NULL"),
        Index(None, "endpoint_id", postgresql_where="endpoint_id IS NOT NULL"),
        Index(None, "tenant_id", "created_at", "id"),
        UniqueConstraint("document_id", "ordinal"),
    )
    __mapper_args__ = MappingProxyType({"eager_defaults": True})  # `revision` is read where nothing is loaded

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    url: Mapped[str | None] = mapped_column(default=None)
    endpoint_id: Mapped[str | None] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="SET NULL"), default=None
    )
    in_ranges: Mapped[bool] = mapped_column(default=False, server_default="false")
    artifact: Mapped[str | None] = mapped_column(default=None)
    stage: Mapped[str | None] = mapped_column(default=None)
    traceparent: Mapped[str | None] = mapped_column(String(LONGEST_TRACEPARENT), default=None)
    pages_total: Mapped[int | None] = mapped_column(default=None)
    reading_at: Mapped[datetime | None] = mapped_column(default=None)
    pages_before: Mapped[int] = mapped_column(default=0, server_default="0")
    pages_at: Mapped[datetime | None] = mapped_column(default=None)
    progress_at: Mapped[datetime | None] = mapped_column(default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int | None] = mapped_column(default=None)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), default=None)
    revision: Mapped[int] = mapped_column(
        BigInteger, default=0, server_default="0", onupdate=literal_column("jobs.revision + 1")
    )
