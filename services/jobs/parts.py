"""Page ranges of a job: planned once the pages are counted, kept when read, bound when all are there.

Each function is one transaction's work, to be called again after a commit whose outcome is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import costs
from models.errors import Stage
from models.tables.jobs import JobRecord, JobState
from models.tables.ranges import RangeRecord, RangeState
from services.jobs import ending
from services.jobs.claims import Claim
from services.jobs.ending import Ending, Locked
from services.jobs.finishing import outcome
from services.jobs.leases import requeue
from services.jobs.ranges import RangeClaim, range_id


@dataclass(frozen=True, slots=True)
class Plan:
    """How many pages a document has, how many are read at a time, and by which version of the reader.

    `unsound` are the addresses of kept ranges whose bytes are gone or damaged. `by_sight`: pictures of pages
    are read.
    """

    pages: int
    size: int
    profile: str
    unsound: frozenset[str] = frozenset()
    by_sight: bool = False

    def cost(self, pages: int) -> float:
        """What so many of its pages are likely to take (models.costs)."""
        return costs.of_pages(pages, by_sight=self.by_sight)

    def ranges(self) -> list[tuple[int, int]]:
        """First and last page of each."""
        starts = range(1, self.pages + 1, self.size)
        return [(first, min(first + self.size - 1, self.pages)) for first in starts]


async def plan(session: AsyncSession, claim: Claim, how: Plan) -> Ending:
    """Let the job wait, uncounted, while any worker reads its page ranges.

    Ranges that were read before, for this job or for another one of the tenant on the same bytes, are
    taken over. When nothing is left to read, the job may be claimed again at once.
    """
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked):
        return locked
    job = locked.job
    known = {part.id: part for part in await ranges_of(session, job.id)}
    kept = await kept_ranges(session, job.tenant_id, claim.sha256, how)
    planned = []
    for pages in how.ranges():
        part = known.pop(range_id(job.id, *pages), None) or new_range(job, claim.sha256, pages)
        part.cost = how.cost(part.pages)
        fill(part, kept.get(pages), how.profile)
        planned.append(part)
    session.add_all(planned)
    for part in known.values():
        await session.delete(part)
    requeue(job)
    job.attempt -= 1
    job.stage, job.pages_total = Stage.PARSING, how.pages
    job.cost = how.cost(how.pages)
    job.pages_done = sum(part.pages_done for part in planned)
    if any(part.state != RangeState.DONE for part in planned):
        job.state, job.in_ranges = JobState.RUNNING, True
    await session.flush()
    return Ending.PLANNED


def new_range(job: JobRecord, sha256: str, pages: tuple[int, int]) -> RangeRecord:
    """A range of the job's source at the job's place in the queue."""
    return RangeRecord(
        id=range_id(job.id, *pages),
        tenant_id=job.tenant_id,
        job_id=job.id,
        sha256=sha256,
        first_page=pages[0],
        last_page=pages[1],
        priority=job.priority,
        created_at=job.created_at,
    )


def fill(part: RangeRecord, kept: str | None, profile: str) -> None:
    """The range is done if what it gives is kept at that address, else it waits to be read."""
    requeue(part)
    part.artifact, part.profile, part.pages_done = None, None, 0
    if kept is not None:
        part.state, part.artifact = RangeState.DONE, kept
        part.profile, part.pages_done = profile, part.pages


async def kept_ranges(
    session: AsyncSession, tenant_id: str, sha256: str, how: Plan
) -> dict[tuple[int, int], str]:
    """What the same reader has read for the tenant in the same bytes: addresses by first and last page."""
    query = select(RangeRecord.first_page, RangeRecord.last_page, RangeRecord.artifact).where(
        RangeRecord.state == RangeState.DONE,
        RangeRecord.sha256 == sha256,
        RangeRecord.tenant_id == tenant_id,
        RangeRecord.profile == how.profile,
        RangeRecord.artifact.not_in(how.unsound),
    )
    rows = await session.execute(query)
    return {(first, last): artifact for first, last, artifact in rows if artifact is not None}


async def keep(session: AsyncSession, claim: RangeClaim, *, artifact: str, profile: str) -> Ending:
    """The range has been read. The last one makes its job claimable again, to be bound and cut.

    SUCCEEDED also when an earlier call of the same attempt did it.
    """
    locked = await ending.lock_owned(session, claim)
    if not isinstance(locked, Locked) or locked.part is None:
        done = await outcome(session, claim) is Ending.SUCCEEDED
        return Ending.SUCCEEDED if done else Ending.LOST
    part = locked.part
    part.state, part.token, part.lease_until = RangeState.DONE, None, None
    part.artifact, part.profile, part.pages_done = artifact, profile, part.pages
    await session.flush()
    ranges = await ranges_of(session, claim.job_id)
    locked.job.pages_done = sum(part.pages_done for part in ranges)
    if all(part.state == RangeState.DONE for part in ranges):
        resume(locked.job)
    await session.flush()
    return Ending.SUCCEEDED


async def keep_bound(session: AsyncSession, claim: Claim, *, artifact: str) -> None:
    """The ranges have been bound to this document: an attempt that comes after this one has only to cut it.

    The first time, lost leases are counted anew: cutting is a step of its own, as each range was. Nothing
    is written when the attempt does not hold the job any more.
    """
    is_first = JobRecord.artifact.is_(None)
    counts = (JobRecord.lost, JobRecord.orphaned)
    anew = {count.key: case((is_first, 0), else_=count) for count in counts}
    kept = (
        update(JobRecord)
        .where(JobRecord.id == claim.job_id, JobRecord.token == claim.token)
        .values(artifact=artifact, **anew)
    )
    await session.execute(kept, execution_options={"synchronize_session": False})


async def all_ranges(session: AsyncSession, job_id: str, *, profile: str) -> Sequence[RangeRecord]:
    """The job's ranges if they are all its pages, read as that reader reads them; else none.

    A job that failed keeps only those that had been read.
    """
    ranges = await ranges_of(session, job_id)
    total = await session.scalar(select(JobRecord.pages_total).where(JobRecord.id == job_id))
    is_read = all(part.state == RangeState.DONE and part.profile == profile for part in ranges)
    return ranges if is_read and sum(part.pages for part in ranges) == total else ()


def resume(job: JobRecord) -> None:
    """All pages of the job have been read: it waits for a worker that binds them."""
    requeue(job)
    job.in_ranges = False
    if job.pages_total:
        job.cost = costs.of_pages(job.pages_total)  # what is left to do: to bind them, and to cut


async def ranges_of(session: AsyncSession, job_id: str) -> Sequence[RangeRecord]:
    """The job's ranges in the order of their pages, as the database has them now."""
    query = select(RangeRecord).where(RangeRecord.job_id == job_id).order_by(RangeRecord.first_page)
    return (await session.scalars(query, execution_options={"populate_existing": True})).all()
