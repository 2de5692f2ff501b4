"""A job is worked on by one attempt at a time, which holds it only as long as it beats."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.tables.jobs import FINAL_STATES, JobRecord, JobState
from services.jobs import claims, finishing
from services.jobs.claims import Held
from services.jobs.ending import Ending
from tests.make import LEASE, Sessions, chunk_set, create_claim, create_document, create_job, take, take_over
from tests.rows import expire, job_of


@dataclass(frozen=True)
class Reached:
    """Progress as the runner reports it."""

    stage: str
    pages_done: int
    pages_total: int | None


async def try_claim(sessions: Sessions, job_id: str) -> claims.Claim | None:
    async with sessions.begin() as session:
        return await claims.claim(session, job_id, lease=LEASE)


async def try_beat(
    sessions: Sessions, claim: claims.Claim, progress: Reached | None = None, lease: timedelta = LEASE
) -> Held:
    async with sessions.begin() as session:
        return await claims.beat(session, claim, lease=lease, progress=progress)


async def test_a_claim_has_all_that_the_work_needs(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        document = await create_document(session, name="a.md")
        first = await create_job(session, document=document)
        job = await create_job(session, document=document, options={"strategy": "sentence"})
    parsed = await take(sessions, first.id)
    async with sessions.begin() as session:
        await finishing.complete(session, parsed, chunk_set(parsed, artifact="a" * 64))
    claim = await take(sessions, job.id)
    assert (claim.job_id, claim.document_id, claim.tenant_id) == (job.id, document.id, "default")
    assert (claim.name, claim.sha256, claim.artifact) == ("a.md", document.sha256, "a" * 64)
    assert claim.options == {"strategy": "sentence"}
    row = await job_of(sessions, job.id)
    assert (row.state, row.attempt, row.token) == (JobState.RUNNING, 1, claim.token)
    assert row.started_at is not None
    assert row.lease_until is not None
    assert timedelta(seconds=29) < row.lease_until - row.started_at < timedelta(seconds=31)


async def test_a_job_without_a_row_cannot_be_claimed(sessions: Sessions) -> None:
    assert await try_claim(sessions, "job_unknown") is None
    assert await try_claim(sessions, "job_\0") is None


async def test_of_many_simultaneous_hints_one_gets_the_job(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        jobs = [await create_job(session) for _ in range(5)]
    for job in jobs:
        found = await asyncio.gather(*(try_claim(sessions, job.id) for _ in range(8)))
        assert len([claim for claim in found if claim is not None]) == 1
        assert (await job_of(sessions, job.id)).attempt == 1


async def test_a_job_whose_lease_ran_out_is_not_taken_over_but_taken_back_first(sessions: Sessions) -> None:
    first = await create_claim(sessions)
    await expire(sessions, first.job_id)
    assert await try_claim(sessions, first.job_id) is None
    second = await take_over(sessions, first.job_id)
    assert (second.attempt, (await job_of(sessions, first.job_id)).lost) == (2, 1)


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
async def test_a_final_job_is_never_claimed(sessions: Sessions, state: JobState) -> None:
    async with sessions.begin() as session:
        job = await create_job(session, state=state)
    assert await try_claim(sessions, job.id) is None
    assert (await job_of(sessions, job.id)).state == state


async def test_a_running_or_cancelling_job_with_a_lease_is_not_claimed(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await try_claim(sessions, claim.job_id) is None
    async with sessions.begin() as session:
        job = await session.get_one(JobRecord, claim.job_id)
        job.state = JobState.CANCELLING
    await expire(sessions, claim.job_id)
    assert await try_claim(sessions, claim.job_id) is None


async def test_a_beat_extends_the_lease_and_shows_the_progress(sessions: Sessions) -> None:
    claim = await create_claim(sessions, lease=timedelta(seconds=2))
    before = (await job_of(sessions, claim.job_id)).lease_until
    assert await try_beat(sessions, claim, Reached("parsing", 3, 12)) is Held.HELD
    row = await job_of(sessions, claim.job_id)
    assert (row.stage, row.pages_done, row.pages_total) == ("parsing", 3, 12)
    assert before is not None
    assert row.lease_until is not None
    assert row.lease_until > before + timedelta(seconds=20)


async def test_a_beat_keeps_a_page_count_that_is_known_already(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await try_beat(sessions, claim, Reached("parsing", 3, 12))
    await try_beat(sessions, claim, Reached("chunking", 12, None))
    assert (await job_of(sessions, claim.job_id)).pages_total == 12


async def test_a_late_beat_saves_a_lease_that_nobody_took(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await expire(sessions, claim.job_id)
    assert await try_beat(sessions, claim) is Held.HELD
    assert await try_claim(sessions, claim.job_id) is None


async def test_a_beat_hears_that_another_attempt_has_the_job(sessions: Sessions) -> None:
    first = await create_claim(sessions)
    second = await take_over(sessions, first.job_id)
    assert await try_beat(sessions, first, Reached("parsing", 99, 99)) is Held.LOST
    assert await try_beat(sessions, second) is Held.HELD
    assert (await job_of(sessions, first.job_id)).pages_done == 0


async def test_a_beat_hears_that_the_job_is_cancelling_and_does_not_extend(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        job = await session.get_one(JobRecord, claim.job_id)
        job.state = JobState.CANCELLING
        lease_until = job.lease_until
    assert await try_beat(sessions, claim, lease=timedelta(hours=1)) is Held.CANCELLING
    assert (await job_of(sessions, claim.job_id)).lease_until == lease_until


async def test_the_time_of_a_lease_starts_at_the_claim_not_at_its_transaction(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        job = await create_job(session)
    async with sessions.begin() as session:
        began = await session.scalar(select(func.now()))
        await asyncio.sleep(0.1)
        await claims.claim(session, job.id, lease=LEASE)
    row = await job_of(sessions, job.id)
    assert row.lease_until is not None
    assert began is not None
    assert row.lease_until >= began + LEASE + timedelta(seconds=0.1)


async def test_a_released_job_waits_at_once_and_no_attempt_is_counted(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        assert await finishing.release(session, claim) is Ending.RELEASED
    row = await job_of(sessions, claim.job_id)
    assert (row.state, row.attempt, row.lost, row.crashed) == (JobState.QUEUED, 0, 0, 0)
    assert (row.token, row.lease_until, row.dispatched_at) == (None, None, None)
    assert (await take(sessions, claim.job_id)).attempt == 1


async def test_only_the_attempt_that_holds_a_job_releases_it(sessions: Sessions) -> None:
    first = await create_claim(sessions)
    second = await take_over(sessions, first.job_id)
    async with sessions.begin() as session:
        assert await finishing.release(session, first) is Ending.LOST
    assert await try_beat(sessions, second) is Held.HELD
