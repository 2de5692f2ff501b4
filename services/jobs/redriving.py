"""Giving a failed job another chance. The caller commits."""

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict, NotFound, Stage
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord, JobState
from services.infra import tracing
from services.infra.plain import is_plain
from services.jobs import ending
from services.jobs.leases import requeue


async def redrive(session: AsyncSession, *, tenant_id: str, job_id: str) -> JobRecord:
    """Put a failed job back into the queue, or let its bytes be fetched again, with all its attempts.

    NotFound; Conflict in any other state.

    It keeps its place among the document's submissions: what was asked for later stays current.
    """
    locked = await ending.lock(session, job_id) if is_plain(job_id) else None
    if locked is None or locked.job.tenant_id != tenant_id:
        raise NotFound("There is no such job.")
    job = locked.job
    if job.state != JobState.FAILED:
        raise Conflict(f"Only a failed job can be driven again; this one is {job.state}.")
    job.lost = job.orphaned = job.crashed = 0
    job.failure = job.finished_at = job.started_at = None
    job.stage = job.reading_at = job.pages_at = job.progress_at = None
    tracing.link(job.traceparent)
    job.traceparent = tracing.traceparent() or job.traceparent
    requeue(job)
    if job.sha256 is None:
        job.state, job.stage = JobState.FETCHING, Stage.FETCHING
        afresh = {"next_at": func.clock_timestamp(), "token": None, "failed": 0, "lost": 0}
        await session.execute(update(FetchRecord).where(FetchRecord.job_id == job.id).values(afresh))
    await session.flush()
    return job
