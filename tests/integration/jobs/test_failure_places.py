"""A job that failed says at which page and in which stage, whoever ended it."""

from dataclasses import dataclass

from models.errors import MemoryLimit
from services.jobs import claims, finishing
from services.jobs.claims import Claim
from services.jobs.failures import MOST_CRASHED, MOST_LOST, Failure, Place
from services.jobs.reconciling import reconcile
from tests.make import LEASE, Sessions, create_claim, take
from tests.rows import expire, job_of


@dataclass(frozen=True)
class Reached:
    """Progress as the runner reports it."""

    stage: str
    pages_done: int
    pages_total: int | None


async def reach(sessions: Sessions, claim: Claim, reached: Reached) -> None:
    async with sessions.begin() as session:
        await claims.beat(session, claim, lease=LEASE, progress=reached)


async def test_the_last_attempt_that_died_names_its_page(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    for _ in range(MOST_CRASHED):
        failure = Failure.of(MemoryLimit(), Place("parsing", 40, 80))
        async with sessions.begin() as session:
            await finishing.fail(session, claim, failure)
        if (await job_of(sessions, claim.job_id)).failure is None:
            claim = await take(sessions, claim.job_id)
    failed = (await job_of(sessions, claim.job_id)).failure or {}
    assert (failed["code"], failed["stage"], failed["page"]) == ("memory_limit", "parsing", 41)


async def test_a_worker_that_fell_silent_was_last_seen_at_a_page(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    for _ in range(MOST_LOST):
        await reach(sessions, claim, Reached("parsing", 12, 80))
        await expire(sessions, claim.job_id)
        async with sessions.begin() as session:
            await reconcile(session)
        if (await job_of(sessions, claim.job_id)).failure is None:
            claim = await take(sessions, claim.job_id)
    failed = (await job_of(sessions, claim.job_id)).failure or {}
    assert (failed["code"], failed["stage"], failed["page"]) == ("worker_lost", "parsing", 13)


async def test_the_pace_of_an_attempt_begins_with_what_it_found(sessions: Sessions) -> None:
    claim = await create_claim(sessions)
    await reach(sessions, claim, Reached("parsing", 5, 80))
    first = await job_of(sessions, claim.job_id)
    await reach(sessions, claim, Reached("parsing", 9, 80))
    second = await job_of(sessions, claim.job_id)
    await reach(sessions, claim, Reached("chunking", 9, 80))
    third = await job_of(sessions, claim.job_id)
    assert [row.pages_before for row in (first, second, third)] == [5, 5, 5]
    assert first.reading_at == second.reading_at == third.reading_at is not None
    assert first.pages_at is not None
    assert second.pages_at is not None
    assert first.pages_at < second.pages_at == third.pages_at
    assert second.progress_at is not None
    assert third.progress_at is not None
    assert second.progress_at < third.progress_at
    async with sessions.begin() as session:
        await finishing.release(session, claim)
    again = await take(sessions, claim.job_id)
    row = await job_of(sessions, again.job_id)
    assert (row.reading_at, row.pages_at, row.progress_at) == (None, None, None)
