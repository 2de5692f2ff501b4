"""Asking for a job to stop. The caller commits."""

from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict, NotFound
from models.tables.jobs import JobRecord, JobState
from services.infra.plain import is_plain
from services.jobs import ending, pages

WAITING = frozenset({JobState.FETCHING, JobState.QUEUED})


async def request_cancel(session: AsyncSession, *, tenant_id: str, job_id: str) -> JobRecord:
    """Cancel a job that waits at once; tell the worker of a running one, which then is `cancelling`.

    One whose pages are being read in ranges is cancelled at once too: their readers find them gone; so does
    who fetches the bytes of one. While that one moves to another document it is looked for a second time.

    Asking twice is fine while it is cancelling. NotFound; Conflict when the job is final already.
    """
    locked = None
    if is_plain(job_id):
        locked = await ending.lock(session, job_id) or await ending.lock(session, job_id)
    if locked is None or locked.job.tenant_id != tenant_id:
        raise NotFound("There is no such job.")
    job = locked.job
    if JobState(job.state).is_final:
        raise Conflict(f"The job is {job.state} already.")
    if job.state in WAITING or job.in_ranges:
        await ending.cancel(session, locked)
        await pages.count_reached(session, job)
    else:
        job.state = JobState.CANCELLING
        await session.flush()
    return job
