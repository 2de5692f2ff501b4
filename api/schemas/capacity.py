"""Capacity on the wire."""

from pydantic import BaseModel, Field


class QuotaOut(BaseModel):
    """The caller's share of the installation; null is no limit."""

    weight: float = Field(description="Of its jobs beside those of other tenants with work.")
    max_running: int | None = Field(description="Jobs and page ranges worked on, or handed out, at a time.")
    max_queued: int | None = Field(description="Jobs that wait.")
    max_bytes: int | None = Field(
        description="Bytes of all documents, and of all resumable uploads as they were declared."
    )
    requests_per_minute: int | None = Field(description="Of one key.")
    pages_per_day: int | None = Field(description="Pages read for jobs that have ended, each day (UTC).")
    pages_per_month: int | None = Field(description="The same in each month.")
    max_uploads: int | None = Field(description="Resumable uploads that are not complete.")


class CapacityOut(BaseModel):
    """What there is room for."""

    queued: int = Field(ge=0, description="Your jobs that wait.")
    running: int = Field(ge=0, description="Your jobs that are worked on.")
    pages_today: int = Field(ge=0, description="Pages read for your jobs that have ended today (UTC).")
    pages_this_month: int = Field(ge=0)
    workers: int = Field(ge=0, description="Workers that were heard of within the last minute.")
    slots: int = Field(ge=0, description="Documents that they work on at a time.")
    slots_busy: int = Field(ge=0)
    estimated_wait_seconds: float = Field(
        ge=0,
        description="Until a job that goes last would be begun: estimated costs at the pace measured last.",
    )
    accepting: bool = Field(description="Whether an upload would be taken now.")
    reason: str | None = Field(description="The code of the problem, if not.", examples=["over_capacity"])
    retry_after: int | None = Field(description="Seconds after which it may be, if that is known.")
    quota: QuotaOut
