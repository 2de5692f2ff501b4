"""A failed job may be tried again, in one call."""

import pytest

from models.errors import Conflict, NotFound
from models.tables.jobs import JobRecord, JobState
from services.jobs import finishing
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.failures import Failure
from services.jobs.redriving import redrive
from tests.make import Sessions, chunk_set, create_claim, create_job, create_tenant, take
from tests.rows import document_of, events_of, job_of

DENIED = Failure("encrypted", "It is encrypted.", False, "parsing")


async def failed(sessions: Sessions) -> Claim:
    """The last claim of a job that has failed for good."""
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        assert await finishing.fail(session, claim, DENIED) is Ending.FAILED
    return claim


async def test_a_failed_job_is_driven_again_with_all_its_attempts(sessions: Sessions) -> None:
    claim = await failed(sessions)
    async with sessions.begin() as session:
        row = await session.get_one(JobRecord, claim.job_id)
        row.lost, row.crashed = 4, 3
    async with sessions.begin() as session:
        await redrive(session, tenant_id="default", job_id=claim.job_id)
    row = await job_of(sessions, claim.job_id)
    assert (row.state, row.lost, row.crashed, row.failure) == (JobState.QUEUED, 0, 0, None)
    assert (row.finished_at, row.dispatched_at, row.stage) == (None, None, None)
    again = await take(sessions, claim.job_id)
    async with sessions.begin() as session:
        assert await finishing.complete(session, again, chunk_set(again)) is Ending.SUCCEEDED
    told = [event.type for event in await events_of(sessions, claim.document_id)]
    assert told == ["document.failed", "document.succeeded"]


async def test_a_job_driven_again_does_not_overtake_what_came_after_it(sessions: Sessions) -> None:
    first = await failed(sessions)
    second = await create_claim(sessions, document=await document_of(sessions, first.document_id))
    async with sessions.begin() as session:
        await finishing.complete(session, second, chunk_set(second))
        await redrive(session, tenant_id="default", job_id=first.job_id)
    again = await take(sessions, first.job_id)
    async with sessions.begin() as session:
        await finishing.complete(session, again, chunk_set(again))
    assert (await document_of(sessions, first.document_id)).current_version == 2


async def test_only_a_failed_job_of_the_tenant_is_driven_again(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        theirs = await create_job(session, tenant_id="other")
    async with sessions.begin() as session:
        with pytest.raises(Conflict, match="running"):
            await redrive(session, tenant_id="default", job_id=claim.job_id)
        for job_id in (theirs.id, "job_unknown", "job_\0"):
            with pytest.raises(NotFound):
                await redrive(session, tenant_id="default", job_id=job_id)
