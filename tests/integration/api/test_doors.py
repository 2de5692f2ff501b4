"""What passes the door, by which measure, and what nobody waits for there."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from models.tables.jobs import JobRecord, JobState
from models.tables.tenants import DEFAULT_TENANT
from services import quotas
from services.jobs import pages
from tests.integration.api.conftest import Sessions
from tests.integration.api.doors import Standing, upload
from tests.make import create_job, create_tenant


async def failed(sessions: Sessions, tenant: str = DEFAULT_TENANT) -> JobRecord:
    """A job that has failed, of a document that was never read."""
    async with sessions.begin() as session:
        job = await create_job(session, tenant_id=tenant)
        job.state, job.failure = JobState.FAILED, {"code": "corrupt"}
    return job


async def again(client: httpx2.AsyncClient, job: JobRecord, **headers: str) -> list[httpx2.Response]:
    """What is answered to cutting its document again, and to driving it again."""
    cut = await client.post(f"/v1/documents/{job.document_id}/chunks", json={}, headers=headers)
    return [cut, await client.post(f"/v1/jobs/{job.id}/redrive")]


async def test_cutting_and_driving_again_pass_the_door_of_uploads(
    standing: Standing, sessions: Sessions
) -> None:
    job = await failed(sessions)
    key = {"Idempotency-Key": '"cut"'}
    async with standing() as client:
        first = await client.post(f"/v1/documents/{job.document_id}/chunks", json={}, headers=key)
    async with standing(tenant_max_queued=1) as client:
        for refused in await again(client, job):
            assert (refused.status_code, refused.json()["quota"]) == (429, "max_queued")
            assert int(refused.headers["retry-after"]) >= 1
        cut, _ = await again(client, job, **key)
        assert (cut.status_code, cut.json()) == (202, first.json())
    async with sessions.begin() as session:
        await session.execute(text("UPDATE jobs SET cost = 1000 WHERE state = 'queued'"))
        await create_job(session, cost=1000.0)
    async with standing(max_wait_seconds=1) as client:
        for refused in await again(client, job):
            assert (refused.status_code, refused.json()["code"]) == (503, "over_capacity")
            assert int(refused.headers["retry-after"]) >= 1


async def test_what_stores_nothing_is_not_refused_for_the_bytes_there_are(
    standing: Standing, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "full")
        await quotas.change(session, "full", {"max_bytes": 1})
    job = await failed(sessions, "full")
    async with standing("full") as client:
        assert (await upload(client)).status_code == 429
        assert [answer.status_code for answer in await again(client, job)] == [202, 202]


async def test_who_has_read_all_pages_of_a_day_is_told_when_the_next_one_begins(
    standing: Standing, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "reader")
        await quotas.change(session, "reader", {"pages_per_day": 100})
        await pages.count(session, "reader", 99)
    job = await failed(sessions, "reader")
    async with standing("reader") as client:
        assert (await upload(client, "The hundredth page.")).status_code == 202
        async with sessions.begin() as session:
            await pages.count(session, "reader", 1)
            before = (await pages.read(session, "reader")).day_ends
        refused = await upload(client, "One more.")
        async with sessions() as session:
            after = (await pages.read(session, "reader")).day_ends
        told = refused.json()
        assert (refused.status_code, told["quota"], told["used"]) == (429, "pages_per_day", 100)
        assert after <= int(refused.headers["retry-after"]) <= before + 1
        assert [answer.status_code for answer in await again(client, job)] == [202, 202]
        shown = (await client.get("/v1/capacity")).json()
        assert (shown["pages_today"], shown["quota"]["pages_per_day"], shown["reason"]) == (
            *(100, 100),
            "quota_exceeded",
        )
        async with sessions.begin() as session:
            await session.execute(text("UPDATE page_counts SET day = day - 1"))
        assert (await upload(client, "One more.")).status_code == 202


async def test_who_names_a_slow_host_holds_neither_a_connection_nor_the_door(
    standing: Standing, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many uploads as there are connections wait for a name server; another one is taken meanwhile."""
    asked, answer = asyncio.Semaphore(0), asyncio.Event()

    async def slow(*_: object) -> list[str]:
        asked.release()
        await answer.wait()
        return ["127.0.0.1"]

    monkeypatch.setattr("services.webhooks.targets.system_lookup", slow)
    monkeypatch.setattr("services.webhooks.targets.LOOKUP_SECONDS", 60.0)
    bind: Any = sessions.kw["bind"]
    most = bind.pool.size() + bind.pool._max_overflow
    job = await failed(sessions)
    async with standing(tenant_max_queued=100) as client:

        async def hook(number: int) -> int:
            address = f"http://host{number}.example.com/"
            if number % 2:
                cut = {"webhook_url": address}
                return (await client.post(f"/v1/documents/{job.document_id}/chunks", json=cut)).status_code
            files = {"file": ("a.txt", f"Hooked {number}.".encode())}
            data = {"webhook_url": address}
            return (await client.post("/v1/documents", files=files, data=data)).status_code

        hooked = [asyncio.create_task(hook(number)) for number in range(most + 2)]
        for _ in hooked:
            await asked.acquire()
        assert bind.pool.checkedout() == 0
        assert (await upload(client, "Not hooked.")).status_code == 202
        answer.set()
        assert set(await asyncio.gather(*hooked)) == {202}


async def test_bytes_of_former_versions_and_of_those_that_wait_count_too(
    standing: Standing, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "steady")
        await quotas.change(session, "steady", {"max_bytes": 100})
    named = {"external_id": "contract"}
    async with standing("steady") as client:

        async def send(letter: str, **more: str) -> int:
            files = {"file": ("a.txt", letter.encode() * 40)}
            return (await client.post("/v1/documents", files=files, data={**named, **more})).status_code

        assert [await send("a"), await send("b"), await send("c")] == [202, 202, 429]
        document = (await client.get("/v1/documents?external_id=contract")).json()["data"][0]["id"]
        cut = await client.post(f"/v1/documents/{document}/chunks", json={"max_tokens": 300})
        assert cut.status_code == 202
        assert (await upload(client, "x" * 20)).status_code == 202  # a new cut is no new bytes
