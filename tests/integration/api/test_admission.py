"""Who is refused for now, with what, and until when: rates of keys, quotas of tenants, the load of all."""

import asyncio

import httpx2
from sqlalchemy import text

from services import quotas
from services.jobs.presence import Instance, Role, appear
from tests.integration.api.conftest import Sessions
from tests.integration.api.doors import Standing, upload
from tests.make import LEASE, create_job, create_tenant


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
