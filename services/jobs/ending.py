"""How a job ends: its document and row locked, the final state, one event. Shared by all who end jobs.

Locks are always taken document first, job second, so that no two endings wait for each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.events import Event, EventType
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from services.jobs.claims import Claim
from services.jobs.failures import Failure
from services.webhooks.outbox import publish


class Ending(StrEnum):
    """What became of the end of an attempt.

    CANCELLING: nothing was written, the job waits for `confirm_cancel`. LOST: nothing was written; the
    job belongs to another attempt, is final already, or was deleted.
    """

    SUCCEEDED = "succeeded"
    RETRYING = "retrying"
    FAILED = "failed"
    RELEASED = "released"
    CANCELLED = "cancelled"
    CANCELLING = "cancelling"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Locked:
    """A job with its document, both locked until the commit, and the database's time."""

    document: DocumentRecord
    job: JobRecord
    now: datetime


async def lock(session: AsyncSession, job_id: str, *, wait: bool = True) -> Locked | None:
    """Lock the job's document, then the job; None if it is gone, or held elsewhere and `wait` is off."""
    fresh = {"populate_existing": True}
    of_job = select(JobRecord.document_id).where(JobRecord.id == job_id).scalar_subquery()
    documents = select(DocumentRecord, func.clock_timestamp()).where(DocumentRecord.id == of_job)
    locking = documents.with_for_update(key_share=True, skip_locked=not wait)
    found = (await session.execute(locking, execution_options=fresh)).one_or_none()
    if found is None:
        return None
    jobs = select(JobRecord).where(JobRecord.id == job_id)
    job = await session.scalar(
        jobs.with_for_update(key_share=True, skip_locked=not wait), execution_options=fresh
    )
    document, now = found
    return None if job is None else Locked(document, job, now)


async def lock_owned(session: AsyncSession, claim: Claim) -> Locked | Ending:
    """The claim's job, locked while the attempt still holds it; otherwise why nothing may be written."""
    locked = await lock(session, claim.job_id)
    if locked is None or locked.job.token != claim.token:
        return Ending.LOST
    return locked if locked.job.state == JobState.RUNNING else Ending.CANCELLING


async def succeed(session: AsyncSession, locked: Locked, *, version: VersionRecord, chunks: int) -> None:
    """The job has made its version; `current` tells whether readers find it from this commit on."""
    document, job = locked.document, locked.job
    job.version = version.number
    is_current = document.current_version == version.number
    data = {
        "version": version.number,
        "chunks": chunks,
        "url": f"/v1/documents/{document.id}/chunks",
        "current": is_current,
        "external_id": document.external_id,
        "diff": version.diff,
    }
    await end(session, locked, JobState.SUCCEEDED, EventType.DOCUMENT_SUCCEEDED, data)


async def fail_for_good(session: AsyncSession, locked: Locked, failure: Failure) -> None:
    """No more attempts."""
    locked.job.failure = failure.as_json()
    data = {"failure": failure.as_json(), "url": f"/v1/jobs/{locked.job.id}"}
    await end(session, locked, JobState.FAILED, EventType.DOCUMENT_FAILED, data)


async def cancel(session: AsyncSession, locked: Locked) -> None:
    """The job was not wanted any more."""
    data = {"url": f"/v1/jobs/{locked.job.id}"}
    await end(session, locked, JobState.CANCELLED, EventType.DOCUMENT_CANCELLED, data)


def requeue(job: JobRecord) -> None:
    """Let the job wait for its next attempt, to be hinted at once."""
    job.state, job.token, job.lease_until, job.dispatched_at = JobState.QUEUED, None, None, None


async def end(
    session: AsyncSession, locked: Locked, state: JobState, kind: EventType, data: Mapping[str, Any]
) -> None:
    """Set the final state and publish the event, with the document's next sequence number."""
    document, job = locked.document, locked.job
    job.state, job.token, job.lease_until = state, None, None
    job.finished_at = locked.now
    document.sequence += 1
    await session.flush()
    event = Event(kind, document.id, document.sequence, locked.now, {"job": job.id, **data})
    await publish(session, tenant_id=job.tenant_id, event=event, endpoint_id=job.endpoint_id)
