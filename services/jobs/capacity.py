"""How busy the installation is, by what its work is likely to cost, and whether it takes on more."""

from dataclasses import dataclass

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models.quotas import Quota
from models.refusals import OverCapacity, QuotaExceeded
from models.tables.jobs import JobRecord, JobState
from models.tables.uploads import UploadRecord
from services.jobs import pages, presence
from services.jobs.leases import is_queued
from services.jobs.presence import Role
from services.jobs.turns import TABLES, is_worked_on

RECENT = 50
FEWEST = 5
"""So many jobs, of the last RECENT that succeeded, tell how far costs are off on these machines."""

LEAST_PACE, MOST_PACE = 0.1, 20.0
QUOTA_SECONDS = 5.0
LONGEST_WAIT = 3600.0
"""Nobody is told to come back later than that: more workers may have come meanwhile."""


@dataclass(frozen=True, slots=True)
class Load:
    """What waits and what is worked on, jobs and page ranges alike.

    `cost` is the likely cost of both in seconds of a slot, `pace` how many real seconds one of these takes.
    """

    queued: int
    running: int
    cost: float
    workers: int
    slots: int
    pace: float

    @property
    def wait(self) -> float:
        """Seconds until a job that goes last is likely to be begun, with one slot at least."""
        return self.cost * self.pace / max(self.slots, 1) if self.running + self.queued > self.slots else 0.0

    def admit(self, longest: float) -> None:
        """OverCapacity where the wait is longer than `longest` seconds; tells when it will not be."""
        if self.wait > longest:
            detail = f"There is work for some {self.wait:,.0f} seconds; try again later."
            members = {"reason": "queue", "estimated_wait_seconds": round(self.wait, 1)}
            raise OverCapacity(detail, retry_after=min(self.wait - longest, LONGEST_WAIT), members=members)


@dataclass(frozen=True, slots=True)
class Use:
    """What a tenant has of the installation just now."""

    queued: int
    running: int


async def load(session: AsyncSession) -> Load:
    """The installation's load."""
    parts = [
        select(literal(waits).label("waits"), table.cost).where(rows)
        for table in TABLES
        for waits, rows in ((True, is_queued(table)), (False, is_worked_on(table)))
    ]
    rows = union_all(*parts).subquery()
    queued = func.count().filter(rows.c.waits)
    cost = func.coalesce(func.sum(rows.c.cost), 0.0)
    waiting, working, seconds = (await session.execute(select(queued, func.count() - queued, cost))).one()
    workers = (await presence.present(session))[Role.WORKER]
    return Load(waiting, working, seconds, workers, await presence.slots(session), await pace(session))


async def pace(session: AsyncSession) -> float:
    """Real seconds for each second of cost, by the jobs that succeeded last; 1 while too few have.

    Those that were begun more than once, or read in ranges, have also waited between their beginning and end.
    """
    took = func.extract("epoch", JobRecord.finished_at - JobRecord.started_at)
    last = (
        select(took.label("took"), JobRecord.cost)
        .where(JobRecord.state == JobState.SUCCEEDED, JobRecord.finished_at.is_not(None), JobRecord.cost > 0)
        .where(JobRecord.attempt <= 1, JobRecord.artifact.is_(None))
        .order_by(JobRecord.finished_at.desc())
        .limit(RECENT)
        .subquery()
    )
    query = select(func.count(), func.sum(last.c.took), func.sum(last.c.cost))
    number, took_all, cost = (await session.execute(query)).one()
    if number < FEWEST:
        return 1.0
    found: float = min(max(float(took_all) / cost, LEAST_PACE), MOST_PACE)
    return found


async def use(session: AsyncSession, tenant_id: str) -> Use:
    """How many jobs of the tenant wait (for bytes, too), and how many are under way (in ranges, too)."""
    busy = JobRecord.state.in_((JobState.RUNNING, JobState.CANCELLING))
    working = select(func.count()).where(JobRecord.tenant_id == tenant_id, busy)
    return Use(await _waiting(session, tenant_id), await session.scalar(working) or 0)


async def keep_quota(
    session: AsyncSession,
    tenant_id: str,
    quota: Quota,
    *,
    more_bytes: int | None = None,
    jobs: int = 1,
    alone: bool = False,
) -> None:
    """QuotaExceeded where so many more jobs, or more bytes, are more than the tenant may have.

    `more_bytes` is None for work on bytes that are stored already, which goes on when no more pages may be
    read. `alone` lets the tenant through one at a time until the commit, so that none slips past.
    """
    if more_bytes is not None and not (quota.pages_per_day is None and quota.pages_per_month is None):
        (await pages.read(session, tenant_id)).keep(quota)
    bytes_count = quota.max_bytes is not None and more_bytes is not None
    if quota.max_queued is None and not bytes_count:
        return
    if alone:
        key = func.hashtextextended(f"quota {tenant_id}", 0)
        await session.execute(select(func.pg_advisory_xact_lock(key)))
    if quota.max_queued is not None:
        queued = await _waiting(session, tenant_id)
        if queued + jobs > quota.max_queued:
            wait = (
                QUOTA_SECONDS if jobs <= quota.max_queued else None
            )  # more than there will ever be room for
            raise _exceeded("max_queued", quota.max_queued, queued, "jobs wait", retry_after=wait)
    if quota.max_bytes is not None and more_bytes is not None:
        used = await bytes_of(session, tenant_id)
        if used + more_bytes > quota.max_bytes or used >= quota.max_bytes:
            raise _exceeded("max_bytes", quota.max_bytes, used, "bytes are kept or declared")


async def bytes_of(session: AsyncSession, tenant_id: str) -> int:
    """Bytes that are kept for the tenant, and those declared for resumable uploads that are not complete.

    Of a document that is there all that was ever uploaded for it counts: its versions, and what waits.
    """
    kept = (
        select(JobRecord.document_id, JobRecord.sha256, JobRecord.size)
        .where(JobRecord.tenant_id == tenant_id)
        .distinct()
        .subquery()
    )
    coming = UploadRecord.tenant_id == tenant_id, UploadRecord.received < UploadRecord.length
    uploads = select(func.sum(UploadRecord.length)).where(*coming)
    return sum([int(await session.scalar(query) or 0) for query in (select(func.sum(kept.c.size)), uploads)])


async def _waiting(session: AsyncSession, tenant_id: str) -> int:
    waits = JobRecord.state.in_((JobState.FETCHING, JobState.QUEUED))
    waiting = select(func.count()).where(JobRecord.tenant_id == tenant_id, waits)
    return await session.scalar(waiting) or 0


def _exceeded(
    name: str, limit: int, used: int, what: str, *, retry_after: float | None = None
) -> QuotaExceeded:
    members = {"quota": name, "limit": limit, "used": used}
    detail = f"Your quota {name} is {limit:,}; {used:,} {what}."
    return QuotaExceeded(detail, retry_after=retry_after, members=members)
