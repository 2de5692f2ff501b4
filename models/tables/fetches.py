"""Bytes that are to be fetched from a URL: one row a job, as long as they are not here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Tenanted, Timestamped


class FetchRecord(Timestamped, Tenanted, Base):
    """What a job that is fetching waits for.

    Due when `next_at` is past; None once the job has failed. The attempt that holds it has the random `token`
    and keeps `next_at` ahead of the clock: one that is killed is followed by another when that has passed.
    `attempts` counts claims, `failed` those that met with an error, `lost` those never heard of again.
    `url` is whole and may be a secret; `host` (with its port) is what it leads to first. `urgency` is what
    was asked for (models.urgency): the job's priority depends on the size.
    """

    __tablename__ = "fetches"
    __table_args__ = (Index("ix_fetches_due", "next_at", postgresql_where="next_at IS NOT NULL"),)

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str]
    host: Mapped[str]
    urgency: Mapped[str]
    next_at: Mapped[datetime | None] = mapped_column(
        server_default=func.clock_timestamp(), default=None, init=False
    )
    token: Mapped[UUID | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    lost: Mapped[int] = mapped_column(default=0, server_default="0")
