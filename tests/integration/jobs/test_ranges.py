"""A long document's pages are read in ranges, each by whoever takes it; the job waits for the last one."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.errors import CorruptDocument, KerfError, MemoryLimit, StorageError
from models.tables.jobs import JobState
from models.tables.ranges import RangeState
from services.jobs import claims, finishing, ranges
from services.jobs.cancelling import request_cancel
from services.jobs.claims import Held
from services.jobs.ending import Ending
from services.jobs.failures import MOST_CRASHED, MOST_LOST, Failure
from services.jobs.ranges import RangeClaim
from services.jobs.reconciling import Reconciled, reconcile
from services.runner.values import Progress
from tests.make import LEASE, Sessions, chunk_set, create_claim, create_document, take
from tests.part_rows import (
    expire_range,
    job_with,
    keep,
    plan,
    planned,
    range_of,
    ranges_of,
    read,
    take_range,
)
from tests.rows import events_of, job_of, written


async def beat(sessions: Sessions, claim: RangeClaim, pages_done: int) -> Held:
    async with sessions.begin() as session:
        progress = Progress("parsing", pages_done, 100)
        return await ranges.keep(session, claim, lease=LEASE, progress=progress)


async def fail(sessions: Sessions, claim: RangeClaim, error: KerfError) -> Ending:
    async with sessions.begin() as session:
        return await finishing.fail(session, claim, Failure.of(error))


async def reconciled(sessions: Sessions) -> Reconciled:
    async with sessions.begin() as session:
        return await reconcile(session)


async def test_a_planned_job_runs_without_a_holder_and_the_attempt_is_not_counted(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await plan(sessions, claim) is Ending.PLANNED
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.in_ranges, job.token, job.lease_until) == (JobState.RUNNING, True, None, None)
    assert (job.attempt, job.stage, job.pages_done, job.pages_total) == (0, "parsing", 0, 250)
    parts = await ranges_of(sessions, job.id)
    assert [(part.first_page, part.last_page) for part in parts] == [(1, 100), (101, 200), (201, 250)]
    assert {(part.state, part.sha256, part.priority) for part in parts} == {("queued", claim.sha256, 0)}
    async with sessions.begin() as session:
        assert await claims.claim(session, job.id, lease=LEASE) is None
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.LOST
    assert await reconciled(sessions) == Reconciled()


async def test_the_last_range_lets_the_job_be_claimed_as_its_first_attempt(sessions: Sessions) -> None:
    first, second, third = await planned(sessions)
    await read(sessions, third)
    await read(sessions, first)
    assert (await job_with(sessions, first)).in_ranges
    await read(sessions, second)
    job = await job_with(sessions, first)
    assert (job.state, job.in_ranges, job.pages_done, job.dispatched_at) == ("queued", False, 250, None)
    claim = await take(sessions, job.id)
    assert (claim.attempt, (await job_of(sessions, job.id)).pages_done) == (1, 250)
    async with sessions.begin() as session:
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.SUCCEEDED


async def test_ranges_that_end_at_the_same_time_leave_no_job_behind(sessions: Sessions) -> None:
    for number in range(5):
        async with sessions.begin() as session:
            document = await create_document(session, data=bytes([number]))
        names = await planned(sessions, document=document)
        held = [await take_range(sessions, name) for name in names]
        await asyncio.gather(*(keep(sessions, claim) for claim in held))
        assert (await job_with(sessions, names[0])).state == JobState.QUEUED


async def test_of_many_simultaneous_hints_one_gets_the_range(sessions: Sessions) -> None:
    [name, *_] = await planned(sessions)

    async def try_take() -> claims.Claim | None:
        async with sessions.begin() as session:
            return await ranges.take(session, name, lease=LEASE)

    found = [claim for claim in await asyncio.gather(*(try_take() for _ in range(8))) if claim is not None]
    assert [(claim.range_id, claim.first_page) for claim in found if isinstance(claim, RangeClaim)] == [
        (name, 1)
    ]
    assert len(found) == 1
    for unknown in ("job_x:000001-000002", "job_\0:1"):
        async with sessions.begin() as session:
            assert await ranges.take(session, unknown, lease=LEASE) is None


async def test_progress_sums_over_the_ranges_that_are_read_and_being_read(sessions: Sessions) -> None:
    first, second, third = await planned(sessions)
    await read(sessions, third)
    one, two = await take_range(sessions, first), await take_range(sessions, second)
    assert await beat(sessions, one, 10) is Held.HELD
    assert await beat(sessions, two, 30) is Held.HELD
    assert (await job_with(sessions, first)).pages_done == 90
    await keep(sessions, two)
    assert (await job_with(sessions, first)).pages_done == 160


async def test_beats_and_ends_of_one_document_never_wait_for_each_other_for_ever(sessions: Sessions) -> None:
    names = await planned(sessions)
    held = [await take_range(sessions, name) for name in names]
    calls = [beat(sessions, claim, done) for claim in held for done in range(8)]
    await asyncio.wait_for(asyncio.gather(*calls, *(keep(sessions, claim) for claim in held)), 60)
    assert (await job_with(sessions, names[0])).pages_done == 250


async def test_a_silent_range_waits_again_and_its_late_result_is_not_written(sessions: Sessions) -> None:
    [name, *_] = await planned(sessions)
    silent = await take_range(sessions, name)
    await expire_range(sessions, name)
    assert await reconciled(sessions) == Reconciled(requeued=1)
    second = await take_range(sessions, name)
    assert await beat(sessions, silent, 99) is Held.LOST
    assert (await job_with(sessions, name)).pages_done == 0
    assert await keep(sessions, silent, "late") is Ending.LOST
    assert await keep(sessions, second, "second") is Ending.SUCCEEDED
    part, job = await range_of(sessions, name), await job_with(sessions, name)
    assert part is not None
    assert (part.artifact, part.attempt, part.lost) == ("second", 2, 1)
    assert (job.attempt, job.lost) == (0, 0)


async def test_a_range_that_loses_its_fifth_worker_fails_its_job_with_its_pages(sessions: Sessions) -> None:
    names = await planned(sessions)
    for _ in range(MOST_LOST - 1):
        await take_range(sessions, names[1])
        await expire_range(sessions, names[1])
        assert await reconciled(sessions) == Reconciled(requeued=1)
    await take_range(sessions, names[1])
    await expire_range(sessions, names[1])
    assert await reconciled(sessions) == Reconciled(failed=1)
    job = await job_with(sessions, names[0])
    assert (job.state, job.in_ranges) == (JobState.FAILED, False)
    assert job.failure is not None
    assert (job.failure["code"], job.failure["pages"]) == ("worker_lost", [101, 200])
    assert await ranges_of(sessions, job.id) == []


async def test_a_range_that_cannot_be_read_fails_the_job_and_stops_the_others(sessions: Sessions) -> None:
    first, second, third = await planned(sessions)
    await read(sessions, first)
    bad, other = await take_range(sessions, second), await take_range(sessions, third)
    assert await fail(sessions, bad, CorruptDocument("Torn.")) is Ending.FAILED
    job = await job_with(sessions, first)
    assert job.failure is not None
    assert (job.failure["code"], job.failure["pages"]) == ("corrupt", [101, 200])
    assert job.failure["message"] == "Pages 101 to 200: Torn."
    assert [told.type for told in await events_of(sessions, job.document_id)] == ["document.failed"]
    assert await beat(sessions, other, 5) is Held.LOST
    assert await keep(sessions, other) is Ending.LOST
    assert [part.id for part in await ranges_of(sessions, job.id)] == [first]


async def test_the_failure_names_the_page_of_the_document(sessions: Sessions) -> None:
    names = await planned(sessions)
    failure = Failure.of(MemoryLimit(), Progress("parsing", 41, 100))
    for _ in range(MOST_CRASHED):
        claim = await take_range(sessions, names[1])
        async with sessions.begin() as session:
            await finishing.fail(session, claim, failure)
    shown = (await job_with(sessions, names[0])).failure
    assert shown is not None
    assert (shown["page"], shown["pages"], shown["stage"]) == (142, [101, 200], "parsing")


@pytest.mark.parametrize("error", [MemoryLimit(), StorageError()])
async def test_an_attempt_at_a_range_that_died_is_repeated_until_the_third(
    sessions: Sessions, error: KerfError
) -> None:
    names = await planned(sessions)
    await read(sessions, names[0])
    endings = [await fail(sessions, await take_range(sessions, names[2]), error) for _ in range(MOST_CRASHED)]
    assert endings == [Ending.RETRYING, Ending.RETRYING, Ending.FAILED]
    job = await job_with(sessions, names[0])
    assert (job.crashed, job.state) == (0, JobState.FAILED)
    assert len(await ranges_of(sessions, job.id)) == (0 if isinstance(error, StorageError) else 1)


async def test_a_released_range_waits_at_once_and_no_attempt_is_counted(sessions: Sessions) -> None:
    [name, *_] = await planned(sessions)
    claim = await take_range(sessions, name)
    async with sessions.begin() as session:
        assert await finishing.release(session, claim) is Ending.RELEASED
    part = await range_of(sessions, name)
    assert part is not None
    assert (part.state, part.attempt, part.lost, part.token) == (RangeState.QUEUED, 0, 0, None)


async def test_a_cancel_while_ranges_are_read_is_final_at_once(sessions: Sessions) -> None:
    first, second, _ = await planned(sessions)
    await read(sessions, first)
    reader = await take_range(sessions, second)
    job = await job_with(sessions, first)
    async with sessions.begin() as session:
        cancelled = await request_cancel(session, tenant_id="default", job_id=job.id)
        assert (cancelled.state, cancelled.in_ranges) == (JobState.CANCELLED, False)
    assert await beat(sessions, reader, 50) is Held.LOST
    assert await keep(sessions, reader) is Ending.LOST
    assert await fail(sessions, reader, MemoryLimit()) is Ending.LOST
    assert await reconciled(sessions) == Reconciled()
    assert (await written(sessions))[2] == 1


async def test_an_unknown_commit_of_a_range_is_read_again(sessions: Sessions) -> None:
    [name, other, _] = await planned(sessions)
    claim, stranger = await take_range(sessions, name), await take_range(sessions, other)
    async with sessions.begin() as session:
        assert await finishing.outcome(session, claim) is None
    await keep(sessions, claim)
    await expire_range(sessions, other)
    assert await reconciled(sessions) == Reconciled(requeued=1)
    await take_range(sessions, other)
    async with sessions.begin() as session:
        assert await finishing.outcome(session, claim) is Ending.SUCCEEDED
        assert await finishing.outcome(session, stranger) is Ending.LOST
    assert await keep(sessions, claim) is Ending.SUCCEEDED


async def test_a_job_that_waits_for_no_range_is_taken_up_again(sessions: Sessions) -> None:
    names = await planned(sessions)
    async with sessions.begin() as session:
        await session.execute(text("DELETE FROM job_ranges"))
    assert await reconciled(sessions) == Reconciled(requeued=1)
    job = await job_with(sessions, names[0])
    assert (job.state, job.in_ranges) == (JobState.QUEUED, False)


async def test_the_database_itself_refuses_a_holder_of_a_job_in_ranges(sessions: Sessions) -> None:
    await planned(sessions)
    with pytest.raises(IntegrityError, match="ck_jobs_token_while_running"):
        async with sessions.begin() as session:
            await session.execute(text("UPDATE jobs SET token = gen_random_uuid() WHERE in_ranges"))
    with pytest.raises(IntegrityError, match="ck_jobs_in_ranges_while_running"):
        async with sessions.begin() as session:
            await session.execute(text("UPDATE jobs SET state = 'queued' WHERE in_ranges"))
