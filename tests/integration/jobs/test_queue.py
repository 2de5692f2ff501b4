"""Hints: a few at a time, urgent first, fair between tenants, never two for one job at once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Text, TextClause, func, select, text
from sqlalchemy.exc import DBAPIError

from models.tables.jobs import JobRecord, JobState
from services.jobs import cancelling, queue, turns
from tests.make import Sessions, create_claim, create_job, create_tenant, take
from tests.rows import age_hints, job_of

RESEND = timedelta(seconds=60)
GATE = 42
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
IDLE = text("""
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'
""")


class Sent(list[str]):
    """A broker that keeps what it is given."""

    async def send(self, job_id: str) -> None:
        self.append(job_id)
        await asyncio.sleep(0)


async def relay(sessions: Sessions, sent: Sent, *, window: int = 20) -> int:
    """A round in which the tenth place is the first that belongs to the patient."""
    async with sessions.begin() as session:
        return await queue.dispatch(session, window=window, resend_after=RESEND, send=sent.send, phase=0)


async def counted(sessions: Sessions, query: TextClause) -> int:
    """What the query counts now; within one transaction the server's statistics stand still."""
    async with sessions() as session:
        return int((await session.execute(query)).scalar_one())


async def queue_jobs(
    sessions: Sessions, count: int, *, tenant_id: str = "default", priority: int = 0
) -> list[str]:
    async with sessions.begin() as session:
        jobs = [await create_job(session, tenant_id=tenant_id, priority=priority) for _ in range(count)]
    return [job.id for job in jobs]


async def test_hints_go_out_oldest_first_until_the_window_is_full(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 5)
    sent = Sent()
    assert await relay(sessions, sent, window=3) == 3
    assert sent == jobs[:3]
    assert await relay(sessions, sent, window=3) == 0
    await take(sessions, jobs[0])
    assert await relay(sessions, sent, window=3) == 1
    assert sent == jobs[:4]


async def test_a_function_that_is_not_a_coroutine_may_send(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 2)
    sent: list[str] = []
    async with sessions.begin() as session:
        assert await queue.dispatch(session, window=9, resend_after=RESEND, send=sent.append) == 2
    assert sent == jobs


async def test_an_unanswered_hint_is_sent_again_after_a_while(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 2)
    sent = Sent()
    await relay(sessions, sent)
    await age_hints(sessions, 30)
    assert await relay(sessions, sent) == 0
    await age_hints(sessions, 31)
    assert await relay(sessions, sent) == 2
    assert sent == jobs * 2


async def test_urgent_jobs_of_a_tenant_come_first(sessions: Sessions) -> None:
    patient = await queue_jobs(sessions, 3, priority=1)
    urgent = await queue_jobs(sessions, 3, priority=0)
    sent = Sent()
    await relay(sessions, sent, window=4)
    assert sent == [*urgent, patient[0]]


async def test_tenants_take_turns_however_long_their_queues_are(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "small")
        await create_tenant(session, "medium")
    crowd = await queue_jobs(sessions, 40)
    medium = await queue_jobs(sessions, 5, tenant_id="medium")
    small = await queue_jobs(sessions, 2, tenant_id="small")
    sent = Sent()
    await relay(sessions, sent, window=9)
    assert sent == [
        *(crowd[0], medium[0], small[0]),
        *(crowd[1], medium[1], small[1]),
        *(crowd[2], medium[2], crowd[3]),
    ]


async def test_a_tenant_with_work_in_hand_lets_others_go_first(sessions: Sessions) -> None:
    """With one place free at a time the older queue would otherwise always win."""
    async with sessions.begin() as session:
        await create_tenant(session, "late")
    crowd = await queue_jobs(sessions, 10)
    sent = Sent()
    await relay(sessions, sent, window=4)
    for job_id in sent:
        await take(sessions, job_id)
    late = await queue_jobs(sessions, 2, tenant_id="late")
    for _ in range(3):
        await relay(sessions, sent, window=1)
        await take(sessions, sent[-1])
    assert sent == [*crowd[:4], *late, crowd[4]]


async def test_a_patient_job_does_not_wait_behind_urgent_ones_of_others(sessions: Sessions) -> None:
    """Between tenants only what they have in hand counts; of two that are equal the urgent one goes first."""
    async with sessions.begin() as session:
        await create_tenant(session, "patient")
    [patient] = await queue_jobs(sessions, 1, tenant_id="patient", priority=1)
    urgent = await queue_jobs(sessions, 30)
    sent = Sent()
    await relay(sessions, sent, window=30)
    assert sent[:3] == [urgent[0], patient, urgent[1]]


async def test_jobs_that_do_not_wait_get_no_hint(sessions: Sessions) -> None:
    running = await create_claim(sessions)
    [cancelled, waiting] = await queue_jobs(sessions, 2)
    async with sessions.begin() as session:
        await cancelling.request_cancel(session, tenant_id="default", job_id=cancelled)
    sent = Sent()
    await relay(sessions, sent)
    assert sent == [waiting]
    assert running.job_id not in sent


async def test_concurrent_relays_never_hint_at_a_job_twice(sessions: Sessions) -> None:
    """Small rounds, so that one relay often looks while another one is just committing."""
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    jobs = await queue_jobs(sessions, 60) + await queue_jobs(sessions, 60, tenant_id="other")
    sent = Sent()
    while len(sent) < len(jobs):
        await asyncio.gather(*(relay(sessions, sent, window=len(sent) + 2) for _ in range(6)))
    assert Counter(sent) == dict.fromkeys(jobs, 1)


async def test_a_relay_skips_what_another_one_is_sending(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 2)
    first, second = Sent(), Sent()
    async with sessions.begin() as session:
        await queue.dispatch(session, window=1, resend_after=RESEND, send=first.send)
        await relay(sessions, second, window=2)
    assert (first, second) == (jobs[:1], jobs[1:])


async def test_a_relay_that_looked_before_another_one_committed_sends_nothing(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 3)
    pause = select(func.pg_advisory_xact_lock(GATE).cast(Text)).scalar_subquery() == ""
    slow = turns.next_hints(turns.Turns(9, RESEND)).where(pause)  # sees the rows as they are before the pause
    sent = Sent()

    async def look() -> list[str]:
        async with sessions.begin() as session:
            return list(await session.scalars(slow))

    async with sessions.begin() as gate:
        await gate.execute(select(func.pg_advisory_xact_lock(GATE)))
        looking = asyncio.create_task(look())
        while not await counted(sessions, WAITING):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)
        await relay(sessions, sent)
    assert (sent, await looking) == (jobs, [])


async def test_a_relay_that_dies_before_its_commit_repeats_hints_and_forgets_none(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 3)
    sent = Sent()
    async with sessions() as session:
        await queue.dispatch(session, window=9, resend_after=RESEND, send=sent.send)
        await session.rollback()
    assert await relay(sessions, sent) == 3
    assert sent == jobs * 2


async def test_a_broker_that_fails_in_the_middle_costs_only_repeated_hints(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 3)
    sent = Sent()

    async def breaking(job_id: str) -> None:
        if len(sent) == 2:
            raise ConnectionError
        await sent.send(job_id)

    with pytest.raises(ConnectionError):
        async with sessions.begin() as session:
            await queue.dispatch(session, window=9, resend_after=RESEND, send=breaking)
    assert [(await job_of(sessions, job_id)).dispatched_at for job_id in jobs] == [None] * 3
    sent.clear()
    assert await relay(sessions, sent) == 3


async def test_a_worker_as_fast_as_its_hint_gets_the_job(sessions: Sessions) -> None:
    [job_id] = await queue_jobs(sessions, 1)
    claims = []

    async def send(hint: str) -> None:
        claims.append(asyncio.create_task(take(sessions, hint)))
        await asyncio.sleep(0.1)

    async with sessions.begin() as session:
        await queue.dispatch(session, window=1, resend_after=RESEND, send=send)
    assert (await claims[0]).job_id == job_id
    assert (await job_of(sessions, job_id)).state == JobState.RUNNING


async def test_a_relay_that_freezes_while_sending_loses_its_locks(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "HUNG_SECONDS", 1)
    [job_id] = await queue_jobs(sessions, 1)

    async def freeze(_: str) -> None:
        while await counted(sessions, IDLE):  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.1)

    with pytest.raises(DBAPIError, match="idle-in-transaction"):
        async with sessions.begin() as session:
            await queue.dispatch(session, window=1, resend_after=RESEND, send=freeze)
    sent = Sent()
    await relay(sessions, sent)
    assert sent == [job_id]


async def test_a_relay_takes_what_it_needs_of_ten_thousand_waiting_jobs(sessions: Sessions) -> None:
    [job_id] = await queue_jobs(sessions, 1)
    copies = """
        INSERT INTO jobs (id, document_id, ordinal, name, sha256, size, options, state, tenant_id)
        SELECT 'job_' || n, document_id, n + 1, name, sha256, size, options, 'queued', tenant_id
        FROM jobs, generate_series(1, 10000) AS n WHERE id = :id"""
    async with sessions.begin() as session:
        await session.execute(text(copies), {"id": job_id})
        await session.execute(text("ANALYZE jobs"))
    sent = Sent()
    for window in range(20, 220, 20):
        assert await relay(sessions, sent, window=window) == 20
    assert len(set(sent)) == 200


async def test_the_depth_of_the_queue_counts_jobs_and_the_age_of_the_oldest(sessions: Sessions) -> None:
    jobs = await queue_jobs(sessions, 3)
    await take(sessions, jobs[0])
    async with sessions.begin() as session:
        await session.execute(
            text("UPDATE jobs SET created_at = created_at - interval '1 minute' WHERE id = :id"),
            {"id": jobs[1]},
        )
        found = {depth.state: depth for depth in await queue.depths(session)}
        assert await session.get(JobRecord, jobs[2]) is not None
    assert {state: depth.rows for state, depth in found.items()} == {
        JobState.FETCHING: 0,
        JobState.QUEUED: 2,
        JobState.RUNNING: 1,
        JobState.CANCELLING: 0,
    }
    assert 60 <= found[JobState.QUEUED].oldest_seconds < 3600
    assert found[JobState.CANCELLING].oldest_seconds == 0
