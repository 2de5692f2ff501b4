"""Who is refused for now, with what, and until when: rates of keys, quotas of tenants, the load of all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.app import create_app
from models.tables.jobs import JobRecord, JobState
from models.tables.tenants import DEFAULT_TENANT
from services import quotas
from services.infra.config import Settings
from services.infra.storage import LocalStorage
from services.jobs import pages
from services.jobs.presence import Instance, Role, appear
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.make import LEASE, create_job, create_tenant

Standing = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
def standing(settings: Settings, sessions: Sessions, storage: LocalStorage, new_key: NewKey) -> Standing:
    """An API with other settings, and a caller with a key of its own."""

    @asynccontextmanager
    async def made(tenant: str = DEFAULT_TENANT, **other: Any) -> AsyncIterator[httpx2.AsyncClient]:
        app = create_app(settings.model_copy(update=other), sessions=sessions, storage=storage)
        async with client_of(app) as client:
            client.headers.update(await new_key(tenant))
            yield client

    return made


async def upload(client: httpx2.AsyncClient, words: str = "Either party may end it.") -> httpx2.Response:
    return await client.post("/v1/documents", files={"file": ("a.txt", words.encode())})


async def age(sessions: Sessions, seconds: float) -> None:
    """All buckets were asked for so much earlier."""
    async with sessions.begin() as session:
        statement = text("UPDATE rate_buckets SET at = at - make_interval(secs => :by)")
        await session.execute(statement, {"by": seconds})


async def test_without_a_limit_nothing_is_counted(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    answer = await client.get("/v1/limits")
    assert not {name for name in answer.headers if name.startswith("ratelimit")}
    async with sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM rate_buckets")) == 0


async def test_a_key_that_sends_too_much_is_told_when_to_go_on(
    standing: Standing, sessions: Sessions
) -> None:
    """`Retry-After` is true: then there is a token, and more than a second earlier there is none."""
    async with standing(requests_per_minute=12) as client:
        left = [(await client.get("/v1/limits")).headers["ratelimit"] for _ in range(12)]
        assert left[0].startswith('"requests";r=11;t=')
        assert left[-1].startswith('"requests";r=0;t=')
        refused = await client.get("/v1/limits")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused.json()["limit"] == 12
        assert refused.headers["ratelimit-policy"] == '"requests";q=12;w=60'
        wait = int(refused.headers["retry-after"])
        assert 4 <= wait <= 5  # a token every five seconds
        await age(sessions, wait - 1.5)
        assert (await client.get("/v1/limits")).status_code == 429
        await age(sessions, 1.5)
        assert (await client.get("/v1/limits")).status_code == 200
        assert (await client.get("/livez")).status_code == 200


async def test_all_processes_of_the_api_count_together_and_each_key_for_itself(
    standing: Standing,
) -> None:
    limit = {"requests_per_minute": 6}
    async with standing(**limit) as one, standing(**limit) as two, standing(**limit) as stranger:
        two.headers["Authorization"] = one.headers["Authorization"]
        answers = await asyncio.gather(*((one, two)[n % 2].get("/v1/limits") for n in range(20)))
        assert sorted(answer.status_code for answer in answers) == [200] * 6 + [429] * 14
        assert (await stranger.get("/v1/limits")).status_code == 200
        del two.headers["Authorization"]
        two.headers["X-API-Key"] = one.headers["Authorization"].removeprefix("Bearer ")
        assert (await two.get("/v1/limits")).status_code == 429


async def test_a_tenant_has_a_rate_of_its_own(standing: Standing, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "many")
        await quotas.change(session, "many", {"requests_per_minute": 500})
    async with standing("many", requests_per_minute=1) as client:
        answer = await client.get("/v1/capacity")
        assert answer.headers["ratelimit-policy"] == '"requests";q=500;w=60'
        assert answer.json()["quota"]["requests_per_minute"] == 500


async def test_of_uploads_at_the_same_moment_no_more_are_taken_than_may_wait(standing: Standing) -> None:
    async with standing(tenant_max_queued=3) as client:
        answers = await asyncio.gather(*(upload(client, f"Document {n}.") for n in range(8)))
        assert sorted(answer.status_code for answer in answers) == [202] * 3 + [429] * 5
        refused = next(answer for answer in answers if answer.status_code == 429)
        told = refused.json()
        assert (told["code"], told["quota"], told["limit"], told["used"]) == (
            *("quota_exceeded", "max_queued"),
            *(3, 3),
        )
        assert int(refused.headers["retry-after"]) >= 1
        job = next(answer.json()["id"] for answer in answers if answer.status_code == 202)
        capacity = (await client.get("/v1/capacity")).json()
        assert (capacity["queued"], capacity["accepting"], capacity["reason"]) == (3, False, "quota_exceeded")
        await client.delete(f"/v1/jobs/{job}")
        assert (await upload(client, "One more.")).status_code == 202


async def test_bytes_beyond_the_quota_are_refused_until_something_is_deleted(
    standing: Standing, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "small")
        await quotas.change(session, "small", {"max_bytes": 100})
    async with standing("small") as client:
        job = (await upload(client, "x" * 80)).json()
        refused = await upload(client, "y" * 21)
        assert (refused.status_code, refused.json()["used"]) == (429, 80)
        assert "retry-after" not in refused.headers  # waiting alone changes nothing
        assert (await upload(client, "y" * 20)).status_code == 202
        await client.delete(f"/v1/documents/{job['document']}")
        assert (await upload(client, "z" * 80)).status_code == 202


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


async def test_a_repeated_upload_gets_its_answer_though_nothing_more_is_taken(standing: Standing) -> None:
    async with standing(tenant_max_queued=1) as client:
        client.headers["Idempotency-Key"] = '"first"'
        first = await upload(client)
        again = await upload(client)
        assert (first.status_code, again.status_code, again.json()) == (202, 202, first.json())


async def test_uploads_are_refused_while_too_much_work_waits_and_taken_again_when_it_is_done(
    standing: Standing, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await appear(session, Instance.new(Role.WORKER, 4), lease=LEASE)
        jobs = [await create_job(session, cost=100.0) for _ in range(8)]
    async with standing(max_wait_seconds=150) as client:
        refused = await upload(client)
        assert (refused.status_code, refused.json()["code"]) == (503, "over_capacity")
        assert refused.json()["reason"] == "queue"
        assert refused.headers["retry-after"] == "50"  # 800 s for four slots, and 150 s may wait
        shown = (await client.get("/v1/capacity")).json()
        assert (shown["accepting"], shown["reason"], shown["retry_after"]) == (False, "over_capacity", 50)
        assert (shown["slots"], shown["workers"], shown["queued"]) == (4, 1, 8)
        assert shown["estimated_wait_seconds"] == 200
        async with sessions.begin() as session:
            done = text("UPDATE jobs SET state = 'cancelled' WHERE id = ANY(:ids)")
            await session.execute(done, {"ids": [job.id for job in jobs[3:]]})
        while not (await client.get("/v1/capacity")).json()["accepting"]:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.05)
        assert (await upload(client)).status_code == 202


async def test_the_wait_is_reckoned_at_the_pace_of_the_jobs_that_succeeded_last(
    standing: Standing, sessions: Sessions
) -> None:
    finished = """UPDATE jobs SET state = 'succeeded', started_at = now() - interval '30 seconds',
        finished_at = now() WHERE id = ANY(:ids)"""
    async with sessions.begin() as session:
        done = [(await create_job(session, cost=10.0)).id for _ in range(6)]
        await session.execute(text(finished), {"ids": done})
        await create_job(session, cost=50.0)
    async with standing() as client:
        assert (await client.get("/v1/capacity")).json()["estimated_wait_seconds"] == 150


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
