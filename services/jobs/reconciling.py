"""Taking back jobs and page ranges whose worker fell silent. Any number of reconcilers may run at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import WorkerLost
from models.tables.jobs import JobRecord, JobState, Leased
from models.tables.ranges import RangeRecord, RangeState
from services.jobs import ending, parts, presence, queue
from services.jobs.ending import Locked
from services.jobs.failures import Failure
from services.jobs.leases import is_given_up, is_silent, requeue_silent, was_outlived


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many jobs and ranges with an expired lease went back to the queue, how many jobs ended, and how."""

    requeued: int = 0
    failed: int = 0
    cancelled: int = 0


async def reconcile(session: AsyncSession, *, limit: int = 100, lease: timedelta = timedelta()) -> Reconciled:
    """Take back up to `limit` of each whose lease ran out. Busy rows are left for later.

    Who lost several leases rests before the next one; `lease` is the unit of it. Instances that fell silent
    are forgotten, and the hints that may have died with them sent again.
    """
    counted = {JobState.FAILED: 0, JobState.CANCELLED: 0}
    for job_id, range_id in await finished_by_silence(session, limit, lease):
        state = await end_silent(session, job_id, range_id, lease=lease)
        if state is not None:
            counted[state] += 1
    requeued = await requeue_silent(session, JobRecord, limit, lease=lease)
    requeued += await requeue_silent(session, RangeRecord, limit, lease=lease)
    requeued += await resume_idle(session, limit)
    if await presence.bury(session, lease=lease):
        await queue.recall(session, older_than=lease / 2)
    return Reconciled(requeued, counted[JobState.FAILED], counted[JobState.CANCELLED])


async def finished_by_silence(
    session: AsyncSession, limit: int, lease: timedelta
) -> Sequence[tuple[str, str | None]]:
    """The expired jobs that get no other attempt, some for a range of theirs; not locked yet."""
    is_cancelling = and_(JobRecord.state == JobState.CANCELLING, is_silent(JobRecord))
    over = or_(is_cancelling, is_given_up(JobRecord, lease))
    jobs = select(JobRecord.id).where(over).order_by(JobRecord.lease_until).limit(limit)
    ranges = select(RangeRecord.job_id, RangeRecord.id).where(is_given_up(RangeRecord, lease)).limit(limit)
    found: list[tuple[str, str | None]] = [(job_id, None) for job_id in await session.scalars(jobs)]
    return [*found, *((job_id, range_id) for job_id, range_id in await session.execute(ranges))]


async def end_silent(
    session: AsyncSession, job_id: str, range_id: str | None = None, *, lease: timedelta = timedelta()
) -> JobState | None:
    """End a job that is expired, or a range of which is; None when its rows are busy or it is alive again."""
    locked = await ending.lock(session, job_id, wait=False)
    if range_id is not None and locked is not None:
        locked = await ending.lock_range(session, locked, range_id, wait=False)
    if locked is None or not is_expired(locked):
        return None
    if locked.job.state == JobState.CANCELLING:
        await ending.cancel(session, locked)
        return JobState.CANCELLED
    if not await count_last(session, locked.held, lease):
        return None
    await ending.fail_for_good(session, locked, Failure.of(WorkerLost(), locked.reached))
    return JobState.FAILED


async def count_last(session: AsyncSession, held: Leased, lease: timedelta) -> bool:
    """Count the loss of a lease if it is the last one that the row may lose; whether it is."""
    table = type(held)
    over, outlived = is_given_up(table, lease), was_outlived(table, lease)
    is_last, blamed = (await session.execute(select(over, outlived).where(table.id == held.id))).one()
    if is_last and blamed:
        held.lost += 1
    elif is_last:
        held.orphaned += 1
    return bool(is_last)


def is_expired(locked: Locked) -> bool:
    """Whether what was held is held no more."""
    return locked.held.lease_until is not None and locked.held.lease_until < locked.now


async def resume_idle(session: AsyncSession, limit: int) -> int:
    """Jobs that wait for ranges of which none is open: nobody else would ever take them up again."""
    is_open = exists().where(RangeRecord.job_id == JobRecord.id, RangeRecord.state != RangeState.DONE)
    idle = select(JobRecord).where(JobRecord.in_ranges, ~is_open).limit(limit)
    jobs = (await session.scalars(idle.with_for_update(skip_locked=True, key_share=True))).all()
    for job in jobs:
        parts.resume(job)
    await session.flush()
    return len(jobs)
