"""Attempts are counted by their cause; a job that has no attempt left ends in a typed failure."""

import json

import pytest

from models.errors import (
    CorruptDocument,
    DeadlineExceeded,
    KerfError,
    LawViolation,
    MemoryLimit,
    StorageError,
    WorkerCrashed,
    WorkerLost,
)
from models.tables.jobs import JobState
from services.jobs import finishing
from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.failures import MOST_CRASHED, MOST_LOST, Failure
from tests.make import Sessions, chunk_set, create_claim, take, take_over
from tests.rows import document_of, events_of, job_of, written


async def fail(sessions: Sessions, claim: Claim, error: KerfError) -> Ending:
    async with sessions.begin() as session:
        return await finishing.fail(session, claim, Failure.of(error))


async def fail_until_the_end(sessions: Sessions, error: KerfError) -> tuple[list[Ending], Claim]:
    claim = await create_claim(sessions)
    endings = [await fail(sessions, claim, error)]
    while endings[-1] is Ending.RETRYING:
        claim = await take(sessions, claim.job_id)
        endings.append(await fail(sessions, claim, error))
    return endings, claim


async def test_a_document_that_cannot_be_read_fails_at_once(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await fail(sessions, claim, CorruptDocument("No page of it is whole.")) is Ending.FAILED
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.token) == (JobState.FAILED, None)
    assert job.failure == {
        "code": "corrupt",
        "message": "No page of it is whole.",
        "retryable": False,
        "stage": "parsing",
        "page": None,
        "pages": None,
    }
    [told] = await events_of(sessions, claim.document_id)
    assert told.type == "document.failed"
    assert json.loads(told.body)["data"]["failure"] == job.failure
    assert json.loads(told.body)["data"]["url"] == f"/v1/jobs/{claim.job_id}"


@pytest.mark.parametrize("error", [MemoryLimit(), DeadlineExceeded(), WorkerCrashed(), StorageError()])
async def test_an_attempt_that_died_is_repeated_until_the_third(sessions: Sessions, error: KerfError) -> None:
    endings, claim = await fail_until_the_end(sessions, error)
    assert endings == [Ending.RETRYING] * (MOST_CRASHED - 1) + [Ending.FAILED]
    job = await job_of(sessions, claim.job_id)
    assert (job.attempt, job.crashed, job.lost) == (3, 3, 0)
    assert job.failure is not None
    assert job.failure["code"] == error.code
    assert len(await events_of(sessions, claim.document_id)) == 1


async def test_a_lost_worker_is_forgiven_until_the_fifth(sessions: Sessions) -> None:
    endings, claim = await fail_until_the_end(sessions, WorkerLost())
    assert endings == [Ending.RETRYING] * (MOST_LOST - 1) + [Ending.FAILED]
    job = await job_of(sessions, claim.job_id)
    assert (job.crashed, job.lost) == (0, 5)


async def test_causes_are_counted_apart(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    for error in (WorkerLost(), MemoryLimit(), WorkerLost(), MemoryLimit(), WorkerLost()):
        assert await fail(sessions, claim, error) is Ending.RETRYING
        claim = await take(sessions, claim.job_id)
    job = await job_of(sessions, claim.job_id)
    assert (job.attempt, job.crashed, job.lost) == (6, 2, 3)


async def test_deploys_use_up_no_attempt(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    for _ in range(10):
        async with sessions.begin() as session:
            assert await finishing.release(session, claim) is Ending.RELEASED
        claim = await take(sessions, claim.job_id)
    assert claim.attempt == 1
    assert await fail(sessions, claim, MemoryLimit()) is Ending.RETRYING


async def test_a_bug_of_ours_is_not_repeated(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert (
        await fail(sessions, claim, LawViolation("coverage: 12 characters are in no chunk")) is Ending.FAILED
    )
    failure = (await job_of(sessions, claim.job_id)).failure
    assert failure is not None
    assert failure["code"] == "internal"


async def test_a_retried_job_waits_for_a_hint_and_shows_no_failure(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await fail(sessions, claim, MemoryLimit()) is Ending.RETRYING
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.token, job.dispatched_at, job.failure) == (JobState.QUEUED, None, None, None)
    assert await events_of(sessions, claim.document_id) == []


async def test_a_late_failure_is_not_written(sessions: Sessions) -> None:
    first = await create_claim(sessions)
    second = await take_over(sessions, first.job_id)
    assert await fail(sessions, first, CorruptDocument()) is Ending.LOST
    async with sessions.begin() as session:
        assert await finishing.complete(session, second, chunk_set(second)) is Ending.SUCCEEDED
    assert await fail(sessions, second, CorruptDocument()) is Ending.LOST
    assert (await job_of(sessions, first.job_id)).state == JobState.SUCCEEDED
    assert await written(sessions) == (1, 3, 1)


async def test_failing_again_after_an_unknown_commit_tells_once(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    assert await fail(sessions, claim, CorruptDocument()) is Ending.FAILED
    assert await fail(sessions, claim, CorruptDocument()) is Ending.LOST
    assert len(await events_of(sessions, claim.document_id)) == 1


async def test_a_failed_rechunk_leaves_the_version_there_was(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim))
    again = await create_claim(sessions, document=await document_of(sessions, claim.document_id))
    assert await fail(sessions, again, CorruptDocument()) is Ending.FAILED
    document = await document_of(sessions, claim.document_id)
    assert (document.current_version, document.sequence) == (1, 2)
