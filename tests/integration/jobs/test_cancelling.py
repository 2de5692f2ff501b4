"""A cancel is final: no late result, no other attempt and no failure takes its place."""

import asyncio

import pytest

from models.errors import Conflict, CorruptDocument, NotFound
from models.tables.jobs import JobRecord, JobState
from services.jobs import claims, finishing
from services.jobs.cancelling import request_cancel
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.failures import Failure
from tests.make import LEASE, Sessions, chunk_set, create_claim, create_job, create_tenant
from tests.rows import events_of, job_of, written


async def cancel(sessions: Sessions, job_id: str, tenant_id: str = "default") -> JobRecord:
    async with sessions.begin() as session:
        return await request_cancel(session, tenant_id=tenant_id, job_id=job_id)


async def complete(sessions: Sessions, claim: Claim) -> Ending:
    async with sessions.begin() as session:
        return await finishing.complete(session, claim, chunk_set(claim))


async def confirm(sessions: Sessions, claim: Claim) -> Ending:
    async with sessions.begin() as session:
        return await finishing.confirm_cancel(session, claim)


async def test_a_queued_job_is_cancelled_at_once(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        job = await create_job(session)
    row = await cancel(sessions, job.id)
    assert (row.state, row.finished_at is None) == (JobState.CANCELLED, False)
    [told] = await events_of(sessions, job.document_id)
    assert told.type == "document.cancelled"
    async with sessions.begin() as session:
        assert await claims.claim(session, job.id, lease=LEASE) is None


async def test_a_running_job_is_cancelled_when_its_worker_says_so(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert (await cancel(sessions, claim.job_id)).state == JobState.CANCELLING
    assert await events_of(sessions, claim.document_id) == []
    assert await confirm(sessions, claim) is Ending.CANCELLED
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.token) == (JobState.CANCELLED, None)
    assert [told.type for told in await events_of(sessions, claim.document_id)] == ["document.cancelled"]


async def test_a_late_result_never_overwrites_a_cancel(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await cancel(sessions, claim.job_id)
    assert await complete(sessions, claim) is Ending.CANCELLING
    assert await written(sessions) == (0, 0, 0)
    assert await confirm(sessions, claim) is Ending.CANCELLED
    assert await complete(sessions, claim) is Ending.LOST
    assert await written(sessions) == (0, 0, 1)
    assert (await job_of(sessions, claim.job_id)).state == JobState.CANCELLED


async def test_a_late_failure_or_release_never_overwrites_a_cancel(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await cancel(sessions, claim.job_id)
    async with sessions.begin() as session:
        assert await finishing.fail(session, claim, Failure.of(CorruptDocument())) is Ending.CANCELLING
        assert await finishing.release(session, claim) is Ending.CANCELLING
        assert await finishing.outcome(session, claim) is Ending.CANCELLING
    assert (await job_of(sessions, claim.job_id)).state == JobState.CANCELLING


async def test_a_cancel_and_a_result_at_the_same_time_end_as_one_of_them(sessions: Sessions) -> None:
    seen = set()
    for turn in range(20):
        claim = await create_claim(sessions)
        calls = [cancel(sessions, claim.job_id), complete(sessions, claim)]
        first, second = await asyncio.gather(*calls[:: 1 if turn % 2 else -1], return_exceptions=True)
        ending = next(found for found in (first, second) if isinstance(found, Ending))
        seen.add(ending)
        if ending is Ending.CANCELLING:
            assert await confirm(sessions, claim) is Ending.CANCELLED
        else:
            assert any(isinstance(found, Conflict) for found in (first, second))
        job = await job_of(sessions, claim.job_id)
        [told] = await events_of(sessions, claim.document_id)
        assert told.type == f"document.{job.state}"
        assert (job.version is not None) == (ending is Ending.SUCCEEDED)
    assert seen <= {Ending.SUCCEEDED, Ending.CANCELLING}


async def test_cancelling_twice_is_harmless_and_a_final_job_is_a_conflict(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await cancel(sessions, claim.job_id)
    assert (await cancel(sessions, claim.job_id)).state == JobState.CANCELLING
    await confirm(sessions, claim)
    with pytest.raises(Conflict, match="cancelled already"):
        await cancel(sessions, claim.job_id)
    assert len(await events_of(sessions, claim.document_id)) == 1


async def test_only_a_cancelling_job_is_confirmed_and_only_by_its_attempt(sessions: Sessions) -> None:
    claim, other = await create_claim(sessions), await create_claim(sessions)
    assert await confirm(sessions, claim) is Ending.LOST
    await cancel(sessions, claim.job_id)
    stranger = Claim(
        claim.job_id, "default", claim.document_id, "", "", None, {}, {}, attempt=1, token=other.token
    )
    assert await confirm(sessions, stranger) is Ending.LOST
    assert await confirm(sessions, claim) is Ending.CANCELLED
    assert await confirm(sessions, claim) is Ending.LOST


async def test_the_jobs_of_others_cannot_be_cancelled(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
        job = await create_job(session, tenant_id="other")
    for job_id in (job.id, "job_unknown", "job_\0"):
        with pytest.raises(NotFound):
            await cancel(sessions, job_id)
    assert (await cancel(sessions, job.id, "other")).state == JobState.CANCELLED
