"""Page ranges for tests: jobs whose pages are read in ranges, and the rows as they are now."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from models.tables.jobs import JobRecord
from models.tables.ranges import RangeRecord
from services.jobs import parts, ranges
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.parts import Plan
from services.jobs.ranges import RangeClaim
from tests.make import LEASE, Sessions, create_claim

PROFILE = "reader-1"


async def plan(sessions: Sessions, claim: Claim, **fields: Any) -> Ending:
    """The attempt found out that the document is long: 250 pages, a hundred at a time."""
    found: dict[str, Any] = {"pages": 250, "size": 100, "profile": PROFILE} | fields
    async with sessions.begin() as session:
        return await parts.plan(session, claim, Plan(**found))


async def planned(sessions: Sessions, **columns: Any) -> list[str]:
    """The names of the ranges of a job that was just planned."""
    claim = await create_claim(sessions, **columns)
    assert await plan(sessions, claim) is Ending.PLANNED
    return [part.id for part in await ranges_of(sessions, claim.job_id)]


async def take_range(sessions: Sessions, range_id: str) -> RangeClaim:
    """The claim of a range that is known to be free."""
    async with sessions.begin() as session:
        claim = await ranges.take(session, range_id, lease=LEASE)
    assert isinstance(claim, RangeClaim)
    return claim


async def keep(sessions: Sessions, claim: RangeClaim, artifact: str = "", profile: str = PROFILE) -> Ending:
    """The range has been read."""
    async with sessions.begin() as session:
        return await parts.keep(session, claim, artifact=artifact or f"of {claim.range_id}", profile=profile)


async def read(sessions: Sessions, range_id: str) -> RangeClaim:
    """Take a free range and keep it."""
    claim = await take_range(sessions, range_id)
    assert await keep(sessions, claim) is Ending.SUCCEEDED
    return claim


async def ranges_of(sessions: Sessions, job_id: str) -> Sequence[RangeRecord]:
    """The job's ranges in order."""
    async with sessions() as session:
        return await parts.ranges_of(session, job_id)


async def range_of(sessions: Sessions, range_id: str) -> RangeRecord | None:
    """The range's row."""
    async with sessions() as session:
        found: RangeRecord | None = await session.scalar(
            select(RangeRecord).where(RangeRecord.id == range_id)
        )
        return found


async def job_with(sessions: Sessions, range_id: str) -> JobRecord:
    """The row of the range's job."""
    async with sessions() as session:
        query = select(JobRecord).where(JobRecord.id == range_id.partition(ranges.SEPARATOR)[0])
        return (await session.scalars(query)).one()


async def expire_range(sessions: Sessions, range_id: str) -> None:
    """The lease of the range ran out a second ago."""
    statement = "UPDATE job_ranges SET lease_until = clock_timestamp() - interval '1 second' WHERE id = :id"
    async with sessions.begin() as session:
        await session.execute(text(statement), {"id": range_id})
