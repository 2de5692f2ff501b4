"""Forgetting page ranges that nobody will bind any more."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord
from services.jobs.leases import CLOCK

KEPT_AFTER_FAILURE = timedelta(days=7)
"""How long what was read for a failed job may spare another try the reading."""


async def sweep(session: AsyncSession, *, limit: int = 1000) -> list[str]:
    """Forget ranges of final jobs; the addresses, to be deleted after the commit, that no range has any more.

    A range that is just being planned may take such an address over and not find its bytes: the job then
    has that range read once more.
    """
    failed_long_ago = and_(
        JobRecord.state == JobState.FAILED, JobRecord.finished_at < CLOCK - KEPT_AFTER_FAILURE
    )
    over = or_(JobRecord.state.in_((JobState.SUCCEEDED, JobState.CANCELLED)), failed_long_ago)
    idle = (
        select(RangeRecord.id)
        .join(JobRecord, JobRecord.id == RangeRecord.job_id)
        .where(over)
        .limit(limit)
        .with_for_update(of=RangeRecord, skip_locked=True)
    )
    forgotten = (
        delete(RangeRecord)
        .where(RangeRecord.id.in_((await session.scalars(idle)).all()))
        .returning(RangeRecord.artifact)
        .execution_options(synchronize_session=False)
    )
    addresses = {address for address in await session.scalars(forgotten) if address is not None}
    return sorted(addresses - set(await referenced(session, addresses)))


async def referenced(session: AsyncSession, addresses: set[str]) -> Sequence[str | None]:
    """Those of the addresses that a range refers to."""
    query = select(RangeRecord.artifact).where(RangeRecord.artifact.in_(addresses))
    return (await session.scalars(query)).all()
