"""Claims of page ranges: as those of jobs, each range with a lease of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Stage
from models.tables.jobs import JobRecord
from models.tables.ranges import RangeRecord
from services.infra.plain import is_plain
from services.jobs import claims, leases
from services.jobs.claims import Claim, Held, Progress, clocked

SEPARATOR = ":"
"""Stands in the id of every range, and of no job."""


@dataclass(frozen=True, slots=True)
class RangeClaim(Claim):
    """One attempt at one page range (both pages included) of a job's document."""

    range_id: str
    first_page: int
    last_page: int


def range_id(job_id: str, first: int, last: int) -> str:
    """The name of a range: the names of a job's ranges sort as their pages do."""
    return f"{job_id}{SEPARATOR}{first:06}-{last:06}"


async def take(
    session: AsyncSession, hint: str, *, lease: timedelta, holder: str | None = None
) -> Claim | None:
    """The claim of whatever row the hint names, job or range; None when there is nothing to take."""
    kind = claim if SEPARATOR in hint else claims.claim
    return await kind(session, hint, lease=lease, holder=holder)


async def keep(session: AsyncSession, held: Claim, *, lease: timedelta, progress: Progress) -> Held:
    """The beat of either kind of claim."""
    if isinstance(held, RangeClaim):
        return await beat(session, held, lease=lease, pages_done=progress.pages_done)
    return await claims.beat(session, held, lease=lease, progress=progress)


async def claim(
    session: AsyncSession, row_id: str, *, lease: timedelta, holder: str | None = None
) -> RangeClaim | None:
    """Take a queued range; None when there is nothing to take."""
    if not is_plain(row_id):
        return None
    taken = (
        leases.taking(RangeRecord, row_id, holder=holder, lease=lease)
        .where(JobRecord.id == RangeRecord.job_id, JobRecord.in_ranges)
        .returning(JobRecord.document_id, JobRecord.parsing, JobRecord.traceparent, RangeRecord)
    )
    row = (await session.execute(taken)).one_or_none()
    return None if row is None else claim_of(*row)


def claim_of(
    document_id: str, parsing: Mapping[str, Any], traceparent: str | None, part: RangeRecord
) -> RangeClaim | None:
    """The claim of the attempt that holds the range."""
    if part.token is None:
        return None
    return RangeClaim(
        job_id=part.job_id,
        tenant_id=part.tenant_id,
        document_id=document_id,
        name="",
        sha256=part.sha256,
        artifact=None,
        options={},
        parsing=parsing,
        attempt=part.attempt,
        token=part.token,
        range_id=part.id,
        first_page=part.first_page,
        last_page=part.last_page,
        traceparent=traceparent,
    )


async def beat(session: AsyncSession, held: RangeClaim, *, lease: timedelta, pages_done: int) -> Held:
    """Extend the range's lease and show its progress in the job's. Anything but HELD: kill the work at once.

    LOST also when the job was cancelled or failed, for then its open ranges are gone. The job's row is
    locked before the range's, as by everybody who locks both.
    """
    others = select(func.coalesce(func.sum(RangeRecord.pages_done), 0)).where(
        RangeRecord.job_id == held.job_id, RangeRecord.id != held.range_id
    )
    read = others.scalar_subquery() + pages_done
    is_ours = exists().where(RangeRecord.id == held.range_id, RangeRecord.token == held.token)
    shown = (
        update(JobRecord)
        .where(JobRecord.id == held.job_id, JobRecord.in_ranges, is_ours)
        .values(pages_done=read, **clocked(Stage.PARSING, read))
        .execution_options(synchronize_session=False)
    )
    await session.execute(shown)
    extended = leases.extending(RangeRecord, held.range_id, held.token, lease=lease)
    state = await session.scalar(extended.values(pages_done=pages_done).returning(RangeRecord.state))
    return Held.LOST if state is None else Held.HELD
