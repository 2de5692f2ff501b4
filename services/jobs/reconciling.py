"""Taking back jobs whose worker fell silent. Any number of reconcilers may run at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import WorkerLost
from models.tables.jobs import JobRecord, JobState
from services.jobs import ending
from services.jobs.claims import IS_EXPIRED, IS_RUNNING
from services.jobs.failures import MOST_LOST, Failure


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many jobs with an expired lease went back to the queue, failed, or ended as cancelled."""

    requeued: int = 0
    failed: int = 0
    cancelled: int = 0


async def reconcile(session: AsyncSession, *, limit: int = 100) -> Reconciled:
    """Take back up to `limit` jobs whose lease ran out. Busy rows are not waited for but left for later."""
    counted = {JobState.FAILED: 0, JobState.CANCELLED: 0}
    for job_id in await finished_by_silence(session, limit):
        state = await end_silent(session, job_id)
        if state is not None:
            counted[state] += 1
    requeued = await requeue_silent(session, limit)
    return Reconciled(requeued, counted[JobState.FAILED], counted[JobState.CANCELLED])


async def finished_by_silence(session: AsyncSession, limit: int) -> Sequence[str]:
    """Ids of the expired jobs that get no other attempt; not locked yet."""
    over = or_(JobRecord.state == JobState.CANCELLING, and_(IS_RUNNING, JobRecord.lost + 1 >= MOST_LOST))
    query = select(JobRecord.id).where(over, IS_EXPIRED).order_by(JobRecord.lease_until).limit(limit)
    return (await session.scalars(query)).all()


async def end_silent(session: AsyncSession, job_id: str) -> JobState | None:
    """End an expired job, cancelled or failed; None when its rows are busy or it is alive again."""
    locked = await ending.lock(session, job_id, wait=False)
    if locked is None or locked.job.lease_until is None or locked.job.lease_until >= locked.now:
        return None
    if locked.job.state == JobState.CANCELLING:
        await ending.cancel(session, locked)
        return JobState.CANCELLED
    if locked.job.lost + 1 < MOST_LOST:
        return None
    locked.job.lost += 1
    await ending.fail_for_good(session, locked, Failure.of(WorkerLost()))
    return JobState.FAILED


async def requeue_silent(session: AsyncSession, limit: int) -> int:
    """Put expired jobs back into the queue, to be hinted at at once."""
    expired = (
        select(JobRecord.id)
        .where(IS_RUNNING, IS_EXPIRED, JobRecord.lost + 1 < MOST_LOST)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    returned = (
        update(JobRecord)
        .where(JobRecord.id.in_((await session.scalars(expired)).all()))
        .values(
            state=JobState.QUEUED,
            token=None,
            lease_until=None,
            dispatched_at=None,
            lost=JobRecord.lost + 1,
        )
        .returning(JobRecord.id)
        .execution_options(synchronize_session=False)
    )
    return len((await session.scalars(returned)).all())
