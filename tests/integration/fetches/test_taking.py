"""Leases of fetches: nothing is fetched twice, nothing is lost with a fetcher, and nobody takes it all."""

import asyncio
import hashlib
from datetime import timedelta

from models.quotas import Quota
from models.tables.jobs import JobState
from services.fetches.claims import Share, claim
from services.fetches.download import Download
from services.fetches.fetcher import MOST_LOST, Pace
from services.fetches.settling import Settled, arrive
from services.infra.storage import LocalStorage, Stored
from services.jobs import cancelling
from tests.integration.fetches.scene import (
    Sessions,
    asked_for,
    fetch_all,
    fetch_of,
    fetching,
    let_time_pass,
    seconds_to_wait,
)
from tests.integration.fetches.source import CHUNKED, Asked, Line, answer, chunked, saying, source
from tests.make import create_tenant
from tests.rows import job_of

TEXT = b"Either party may terminate this agreement.\n"


SHA256 = hashlib.sha256(TEXT).hexdigest()


LEASE = timedelta(seconds=30)


SHARE = Share()


async def test_a_killed_fetcher_loses_nothing_and_what_it_does_later_counts_nothing(
    sessions: Sessions, storage: LocalStorage
) -> None:
    with source(saying(answer(TEXT))) as server:
        job = await asked_for(sessions, server.url())
        async with sessions.begin() as session:
            (killed,) = await claim(session, limit=9, share=SHARE, lease=LEASE)
        await fetch_all(sessions, storage)
        assert server.asked == [], "it is another's"
        await let_time_pass(sessions)
        await fetch_all(sessions, storage)
        assert len(server.asked) == 1
    queued = await job_of(sessions, job.id)
    late = Download(Stored(hashlib.sha256(b"late").hexdigest(), 4), "late.txt")
    async with sessions.begin() as session:
        assert await arrive(session, killed, late, Quota(), seconds=1) is Settled.LOST
    after = await job_of(sessions, job.id)
    assert (queued.state, queued.sha256) == (after.state, after.sha256) == (JobState.QUEUED, SHA256)


async def test_one_that_is_lost_again_and_again_ends(sessions: Sessions, storage: LocalStorage) -> None:
    job = await asked_for(sessions, "http://127.0.0.1:9999/")
    for _ in range(MOST_LOST):
        async with sessions.begin() as session:
            assert len(await claim(session, limit=9, share=SHARE, lease=LEASE)) == 1
        await let_time_pass(sessions)
    await fetch_all(sessions, storage)
    row = await job_of(sessions, job.id)
    assert row.failure is not None
    assert (row.state, row.failure["code"]) == (JobState.FAILED, "fetch_failed")


async def test_two_fetchers_fetch_nothing_twice(sessions: Sessions, storage: LocalStorage) -> None:
    with source(saying(answer(TEXT))) as server:
        jobs = [
            await asked_for(sessions, server.url(f"/{number}"), options={"n": number}) for number in range(12)
        ]
        await asyncio.gather(*(fetch_all(sessions, storage) for _ in range(2)))
        assert len(server.asked) == len(jobs)
    assert {(await job_of(sessions, job.id)).state for job in jobs} == {JobState.QUEUED}


async def test_a_slow_host_holds_its_share_and_a_tenant_its_own(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    hosts = [f"http://10.0.0.{number}/" for number in range(1, 5)]
    for url in hosts:
        for _ in range(5):
            await asked_for(sessions, url)
    late = await asked_for(sessions, hosts[0], tenant_id="other")
    share = Share(of_tenant=8, of_host=4)
    async with sessions.begin() as session:
        first = await claim(session, limit=6, share=share, lease=LEASE)
    assert late.id in {fetch.job_id for fetch in first}, "it came last, and its tenant has least in hand"
    async with sessions.begin() as session:
        first += await claim(session, limit=100, share=share, lease=LEASE)
    mine = [fetch.url for fetch in first if fetch.tenant_id == "default"]
    assert len(mine) == share.of_tenant
    assert {url: mine.count(url) for url in set(mine)} == dict.fromkeys(hosts[:2], share.of_host)


async def test_whoever_loses_a_fetch_stops_and_whoever_keeps_it_renews_it(
    sessions: Sessions, storage: LocalStorage
) -> None:
    def script(_asked: Asked, line: Line) -> None:
        line.say(CHUNKED)
        line.drip(chunked(bytes(4096)), 0.05)

    stopping = asyncio.Event()
    with source(script) as server:
        job = await asked_for(sessions, server.url())
        async with fetching(sessions, storage, pace=Pace(lease=timedelta(seconds=3))) as fetcher:
            at_work = asyncio.create_task(fetcher.run(stopping, poll=0.05))
            await asyncio.to_thread(server.wait_for, 1)
            first = await fetch_of(sessions, job.id)
            assert first is not None
            second = first
            while second.next_at == first.next_at:
                await asyncio.sleep(0.05)
                second = await fetch_of(sessions, job.id) or first
            assert (second.token, second.attempts) == (first.token, 1)
            async with sessions.begin() as session:
                await cancelling.request_cancel(session, tenant_id="default", job_id=job.id)
            while fetcher._flights:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.05)
            stopping.set()
            await at_work


async def test_a_fetcher_that_is_told_to_stop_hands_back_what_it_has_uncounted(
    sessions: Sessions, storage: LocalStorage
) -> None:
    stopping = asyncio.Event()
    with source(lambda _asked, line: line.hang()) as server:
        job = await asked_for(sessions, server.url())
        async with fetching(sessions, storage) as fetcher:
            at_work = asyncio.create_task(fetcher.run(stopping, poll=0.05))
            await asyncio.to_thread(server.wait_for, 1)
            stopping.set()
            await at_work
    fetch = await fetch_of(sessions, job.id)
    assert fetch is not None
    assert (fetch.token, fetch.attempts, fetch.failed, fetch.lost) == (None, 0, 0, 0)
    assert await seconds_to_wait(sessions, job.id) <= 0
