"""Whose fault a lost lease is: the document's when its worker lived on, nobody's when all of it was lost."""

from typing import Any

import pytest
from sqlalchemy import text

from models.tables.jobs import JobState
from services.jobs import claims, ranges
from services.jobs.failures import MOST_LOST, MOST_ORPHANED
from services.jobs.leases import LONGEST_REST
from services.jobs.reconciling import Reconciled, reconcile
from services.jobs.redriving import redrive
from tests.make import LEASE, Sessions, create_job
from tests.part_rows import expire_range, planned, range_of
from tests.rows import events_of, expire, job_of

ALIVE = (300.0, 0.0)
"""Heard of since five minutes, and just now."""

LOST_WITH_IT = (300.0, 31.0)
"""As ALIVE, until it fell silent together with an attempt whose lease of 30 s ran out a second ago."""


async def stand(sessions: Sessions, holder: str, seconds: tuple[float, float]) -> None:
    """A worker has been heard of since so many seconds ago, the last time so many seconds ago."""
    statement = """
        INSERT INTO instances (id, role, since, seen_at)
        SELECT :id, 'worker', clock_timestamp() - make_interval(secs => :since),
               clock_timestamp() - make_interval(secs => :seen)
            ON CONFLICT (id) DO UPDATE SET since = excluded.since, seen_at = excluded.seen_at"""
    since, seen = seconds
    async with sessions.begin() as session:
        await session.execute(text(statement), {"id": holder, "since": since, "seen": seen})


async def take(sessions: Sessions, job_id: str, holder: str) -> None:
    async with sessions.begin() as session:
        assert await claims.claim(session, job_id, holder=holder, lease=LEASE) is not None


async def taken_by(sessions: Sessions, holder: str, **columns: Any) -> str:
    """A job that the worker has in hand."""
    async with sessions.begin() as session:
        job = await create_job(session, **columns)
    await take(sessions, job.id, holder)
    return job.id


async def round_of(sessions: Sessions) -> Reconciled:
    async with sessions.begin() as session:
        return await reconcile(session, lease=LEASE)


async def wake(sessions: Sessions, job_id: str) -> None:
    """The job has rested enough."""
    async with sessions.begin() as session:
        await session.execute(text("UPDATE jobs SET lease_until = NULL WHERE id = :id"), {"id": job_id})


async def lose(sessions: Sessions, job_id: str, holder: str, seconds: tuple[float, float]) -> Reconciled:
    """The lease of the job runs out while its worker stands like this; what a reconciler makes of it."""
    await stand(sessions, holder, seconds)
    await expire(sessions, job_id)
    return await round_of(sessions)


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [
        (ALIVE, (1, 0)),
        (LOST_WITH_IT, (0, 1)),
        ((300.0, 15.0), (0, 1)),  # it was silent well before the lease was over
        ((20.0, 0.0), (0, 1)),  # it came back after a silence, so it cannot tell what had happened before
    ],
)
async def test_a_loss_counts_against_the_document_only_if_its_worker_lived_on(
    sessions: Sessions, seconds: tuple[float, float], counts: tuple[int, int]
) -> None:
    job_id = await taken_by(sessions, "ins_a")
    assert await lose(sessions, job_id, "ins_a", seconds) == Reconciled(requeued=1)
    job = await job_of(sessions, job_id)
    assert (job.state, job.lost, job.orphaned) == (JobState.QUEUED, *counts)


async def test_a_worker_that_nobody_remembers_was_lost(sessions: Sessions) -> None:
    job_id = await taken_by(sessions, "ins_forgotten")
    await expire(sessions, job_id)
    assert await round_of(sessions) == Reconciled(requeued=1)
    assert (await job_of(sessions, job_id)).orphaned == 1


async def test_all_that_a_lost_worker_had_in_hand_is_forgiven_and_what_a_living_one_lost_is_not(
    sessions: Sessions,
) -> None:
    company = [await taken_by(sessions, "ins_dead") for _ in range(3)]
    victim, healthy = await taken_by(sessions, "ins_alive"), await taken_by(sessions, "ins_alive")
    await stand(sessions, "ins_dead", LOST_WITH_IT)
    await stand(sessions, "ins_alive", ALIVE)
    for job_id in (*company, victim):
        await expire(sessions, job_id)
    assert await round_of(sessions) == Reconciled(requeued=4)
    losses = [await job_of(sessions, job_id) for job_id in (*company, victim, healthy)]
    assert [(job.lost, job.orphaned) for job in losses] == [(0, 1)] * 3 + [(1, 0), (0, 0)]


async def test_a_document_that_its_worker_outlives_five_times_fails(sessions: Sessions) -> None:
    job_id = await taken_by(sessions, "ins_a")
    for _ in range(MOST_LOST - 1):
        assert await lose(sessions, job_id, "ins_a", ALIVE) == Reconciled(requeued=1)
        await wake(sessions, job_id)
        await take(sessions, job_id, "ins_a")
    assert await lose(sessions, job_id, "ins_a", ALIVE) == Reconciled(failed=1)
    job = await job_of(sessions, job_id)
    assert (job.state, job.lost, job.orphaned) == (JobState.FAILED, MOST_LOST, 0)


async def test_a_document_that_takes_every_host_with_it_ends_typed_too(sessions: Sessions) -> None:
    job_id = await taken_by(sessions, "ins_0")
    for number in range(MOST_ORPHANED - 1):
        assert await lose(sessions, job_id, f"ins_{number}", LOST_WITH_IT) == Reconciled(requeued=1)
        await wake(sessions, job_id)
        await take(sessions, job_id, f"ins_{number + 1}")
    assert await lose(sessions, job_id, f"ins_{MOST_ORPHANED - 1}", LOST_WITH_IT) == Reconciled(failed=1)
    job = await job_of(sessions, job_id)
    assert (job.state, job.lost, job.orphaned) == (JobState.FAILED, 0, MOST_ORPHANED)
    assert job.failure is not None
    assert (job.failure["code"], job.failure["retryable"]) == ("worker_lost", True)
    assert [told.type for told in await events_of(sessions, job.document_id)] == ["document.failed"]


async def test_each_cause_has_a_bound_of_its_own(sessions: Sessions) -> None:
    job_id = await taken_by(sessions, "ins_a", lost=MOST_LOST - 1, orphaned=3)
    assert await lose(sessions, job_id, "ins_a", LOST_WITH_IT) == Reconciled(requeued=1)
    job = await job_of(sessions, job_id)
    assert (job.lost, job.orphaned) == (MOST_LOST - 1, 4)


async def test_a_rest_is_never_longer_than_the_longest(sessions: Sessions) -> None:
    job_id = await taken_by(sessions, "ins_a", orphaned=MOST_ORPHANED - 2)
    await lose(sessions, job_id, "ins_a", LOST_WITH_IT)
    async with sessions.begin() as session:
        rest = await session.scalar(text("SELECT lease_until - clock_timestamp() FROM jobs"))
    assert rest is not None
    assert 0.7 * LONGEST_REST * LEASE < rest <= 1.25 * LONGEST_REST * LEASE


async def test_what_was_lost_together_does_not_come_back_together(sessions: Sessions) -> None:
    for _ in range(8):
        await expire(sessions, await taken_by(sessions, "ins_a", orphaned=10))
    await round_of(sessions)
    async with sessions.begin() as session:
        spread = await session.scalar(text("SELECT max(lease_until) - min(lease_until) FROM jobs"))
    assert spread is not None
    assert spread > LEASE


async def test_ranges_are_judged_as_jobs_are(sessions: Sessions) -> None:
    first, second, _ = await planned(sessions)
    for name, holder in ((first, "ins_dead"), (second, "ins_alive")):
        async with sessions.begin() as session:
            assert await ranges.take(session, name, holder=holder, lease=LEASE)
        await expire_range(sessions, name)
    await stand(sessions, "ins_dead", LOST_WITH_IT)
    await stand(sessions, "ins_alive", ALIVE)
    assert await round_of(sessions) == Reconciled(requeued=2)
    found = [await range_of(sessions, name) for name in (first, second)]
    assert [(part.lost, part.orphaned) for part in found if part] == [(0, 1), (1, 0)]


async def test_driven_again_a_job_has_all_its_attempts(sessions: Sessions) -> None:
    job_id = await taken_by(sessions, "ins_a", orphaned=MOST_ORPHANED - 1)
    assert await lose(sessions, job_id, "ins_a", LOST_WITH_IT) == Reconciled(failed=1)
    async with sessions.begin() as session:
        await redrive(session, tenant_id="default", job_id=job_id)
    assert (await job_of(sessions, job_id)).orphaned == 0
