"""Jobs whose worker fell silent come back or end, once, whoever notices."""

import asyncio
import json
from datetime import timedelta

from sqlalchemy import func, select

from models.tables.jobs import JobState
from services.jobs import claims, finishing
from services.jobs.cancelling import request_cancel
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.failures import MOST_LOST
from services.jobs.queue import dispatch
from services.jobs.reconciling import Reconciled, end_silent, reconcile
from tests.make import LEASE, Sessions, chunk_set, create_claim, create_job, take
from tests.rows import events_of, expire, job_of, written


async def round_of(sessions: Sessions, limit: int = 100) -> Reconciled:
    async with sessions.begin() as session:
        return await reconcile(session, limit=limit)


async def test_a_job_with_an_expired_lease_waits_again(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await expire(sessions, claim.job_id)
    assert await round_of(sessions) == Reconciled(requeued=1)
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.lost, job.attempt) == (JobState.QUEUED, 1, 1)
    assert (job.token, job.lease_until, job.dispatched_at) == (None, None, None)
    async with sessions.begin() as session:
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.LOST
    assert await written(sessions) == (0, 0, 0)


async def test_a_job_that_lost_its_fifth_worker_fails_with_an_event(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    for _ in range(MOST_LOST - 1):
        await expire(sessions, claim.job_id)
        assert await round_of(sessions) == Reconciled(requeued=1)
        await take(sessions, claim.job_id)
    await expire(sessions, claim.job_id)
    assert await round_of(sessions) == Reconciled(failed=1)
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.lost, job.attempt) == (JobState.FAILED, MOST_LOST, MOST_LOST)
    assert job.failure is not None
    assert (job.failure["code"], job.failure["retryable"]) == ("worker_lost", True)
    [told] = await events_of(sessions, claim.document_id)
    assert told.type == "document.failed"
    assert json.loads(told.body)["data"]["failure"] == job.failure


async def test_a_cancelling_job_whose_worker_is_gone_is_cancelled(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await request_cancel(session, tenant_id="default", job_id=claim.job_id)
    assert await round_of(sessions) == Reconciled()
    await expire(sessions, claim.job_id)
    assert await round_of(sessions) == Reconciled(cancelled=1)
    assert (await job_of(sessions, claim.job_id)).state == JobState.CANCELLED
    assert [told.type for told in await events_of(sessions, claim.document_id)] == ["document.cancelled"]


async def test_jobs_that_are_well_are_left_alone(sessions: Sessions) -> None:
    running, done = await create_claim(sessions), await create_claim(sessions)
    async with sessions.begin() as session:
        waiting = await create_job(session)
        await finishing.complete(session, done, chunk_set(done))
    assert await round_of(sessions) == Reconciled()
    states = [(await job_of(sessions, job_id)).state for job_id in (running.job_id, done.job_id, waiting.id)]
    assert states == [JobState.RUNNING, JobState.SUCCEEDED, JobState.QUEUED]


async def test_a_worker_that_beats_at_the_last_moment_keeps_its_job(sessions: Sessions) -> None:
    dying, cancelling = await create_claim(sessions, lost=MOST_LOST - 1), await create_claim(sessions)
    async with sessions.begin() as session:
        await request_cancel(session, tenant_id="default", job_id=cancelling.job_id)
    async with sessions.begin() as session:
        # As if both had been found expired just before.
        assert await end_silent(session, dying.job_id) is None
        assert await end_silent(session, cancelling.job_id) is None
    assert (await job_of(sessions, dying.job_id)).token == dying.token
    assert (await job_of(sessions, cancelling.job_id)).state == JobState.CANCELLING


async def test_a_job_rests_longer_with_each_worker_it_loses(sessions: Sessions) -> None:
    unit, losses = timedelta(seconds=100), range(MOST_LOST - 1)
    claim = await create_claim(sessions)
    for before in losses:
        await expire(sessions, claim.job_id)
        async with sessions.begin() as session:
            assert await reconcile(session, lease=unit) == Reconciled(requeued=1)
            now = await session.scalar(select(func.clock_timestamp()))
        until = (await job_of(sessions, claim.job_id)).lease_until
        rest = (until - now) / unit if until and now else 0.0
        assert 0.7 * before**2 <= rest <= 1.25 * before**2
        assert await hinted(sessions) == ([] if until else [claim.job_id])
        await take(sessions, claim.job_id)


async def hinted(sessions: Sessions) -> list[str]:
    """What a relay would send now."""
    sent: list[str] = []
    async with sessions.begin() as session:
        await dispatch(session, window=9, resend_after=timedelta(seconds=60), send=sent.append)
    return sent


async def test_a_round_takes_no_more_than_its_limit(sessions: Sessions) -> None:
    for _ in range(3):
        await expire(sessions, (await create_claim(sessions)).job_id)
    assert (await round_of(sessions, limit=2)).requeued == 2
    assert (await round_of(sessions, limit=2)).requeued == 1


async def test_concurrent_reconcilers_do_each_job_once(sessions: Sessions) -> None:
    dying = [await create_claim(sessions, lost=MOST_LOST - 1) for _ in range(6)]
    silent = [await create_claim(sessions) for _ in range(6)]
    for claim in dying + silent:
        await expire(sessions, claim.job_id)
    rounds = await asyncio.gather(*(round_of(sessions) for _ in range(4)))
    rounds += await asyncio.gather(*(round_of(sessions) for _ in range(4)))
    assert sum(found.failed for found in rounds) == 6
    assert sum(found.requeued for found in rounds) == 6
    assert [len(await events_of(sessions, claim.document_id)) for claim in dying] == [1] * 6
    assert [(await job_of(sessions, claim.job_id)).lost for claim in silent] == [1] * 6


async def test_a_reconciler_does_not_wait_for_an_attempt_that_is_just_finishing(sessions: Sessions) -> None:
    claim = await create_claim(sessions, lost=MOST_LOST - 1)
    await expire(sessions, claim.job_id)
    async with sessions.begin() as session:
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.SUCCEEDED
        assert await asyncio.wait_for(round_of(sessions), 60) == Reconciled()
    assert await round_of(sessions) == Reconciled()
    assert (await job_of(sessions, claim.job_id)).state == JobState.SUCCEEDED


async def test_whatever_meets_an_expired_lease_leaves_one_result_or_a_waiting_job(sessions: Sessions) -> None:
    for _ in range(10):
        first = await create_claim(sessions)
        await expire(sessions, first.job_id)
        await asyncio.gather(
            complete(sessions, first), take_and_complete(sessions, first.job_id), round_of(sessions)
        )
        job = await job_of(sessions, first.job_id)
        events = await events_of(sessions, first.document_id)
        assert job.state in {JobState.SUCCEEDED, JobState.QUEUED}
        assert [told.type for told in events] == ["document.succeeded"] * (job.version or 0)
        assert (job.version == 1) == (job.state == JobState.SUCCEEDED)


async def complete(sessions: Sessions, claim: Claim) -> Ending:
    async with sessions.begin() as session:
        return await finishing.complete(session, claim, chunk_set(claim))


async def take_and_complete(sessions: Sessions, job_id: str) -> None:
    """A second worker that heard of the job."""
    async with sessions.begin() as session:
        second = await claims.claim(session, job_id, lease=LEASE)
    if second is not None:
        await complete(sessions, second)
