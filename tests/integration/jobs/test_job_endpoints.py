"""A job's own webhook endpoint may be deleted at any time without disturbing the job."""

import asyncio

from sqlalchemy import select

from models.tables.jobs import JobState
from models.tables.webhooks import DeliveryRecord, EndpointRecord
from services.jobs import ending, finishing
from services.jobs.ending import Ending
from services.webhooks import endpoints
from tests.make import Sessions, chunk_set, create_claim
from tests.rows import count_of, job_of


async def create_endpoint(sessions: Sessions, endpoint_id: str) -> str:
    async with sessions.begin() as session:
        session.add(
            EndpointRecord(
                id=endpoint_id,
                tenant_id="default",
                url=f"https://example.com/{endpoint_id}",
                secret="whsec_" + "A" * 32,
                events=[],
                per_upload=True,
            )
        )
    return endpoint_id


async def delete(sessions: Sessions, endpoint_id: str) -> None:
    async with sessions.begin() as session:
        await endpoints.delete(session, "default", endpoint_id)


async def test_the_event_of_a_job_goes_to_its_own_endpoint(sessions: Sessions) -> None:
    claim = await create_claim(sessions, endpoint_id=await create_endpoint(sessions, "whe_1"))
    await create_endpoint(sessions, "whe_2")
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim))
    async with sessions() as session:
        assert list(await session.scalars(select(DeliveryRecord.endpoint_id))) == ["whe_1"]


async def test_an_endpoint_deleted_while_its_job_finishes_waits_for_the_job(sessions: Sessions) -> None:
    claim = await create_claim(sessions, endpoint_id=await create_endpoint(sessions, "whe_1"))
    async with sessions.begin() as session:
        locked = await ending.lock_owned(session, claim)
        assert not isinstance(locked, Ending)
        deletion = asyncio.create_task(delete(sessions, "whe_1"))
        await asyncio.sleep(0.3)
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.SUCCEEDED
    await deletion
    job = await job_of(sessions, claim.job_id)
    assert (job.state, job.endpoint_id) == (JobState.SUCCEEDED, None)
    assert await count_of(sessions, EndpointRecord) == await count_of(sessions, DeliveryRecord) == 0
