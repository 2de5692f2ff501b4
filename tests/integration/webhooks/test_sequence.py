"""The events of one document are numbered 1, 2, 3 … though many of its jobs end at once (goal W6)."""

import asyncio
import json

from sqlalchemy import select

from models.events import MOST_BYTES
from models.tables.jobs import JobRecord
from models.tables.webhooks import EventRecord
from services.jobs.cancelling import request_cancel
from services.jobs.failures import Failure
from services.jobs.finishing import complete, fail
from services.webhooks import outbox
from tests import make
from tests.integration.webhooks import scene
from tests.integration.webhooks.scene import TENANT, Sessions

JOBS = 24
CORRUPT = Failure(code="corrupt", message="x" * 1_000_000, retryable=False, stage="parsing")


async def events(sessions: Sessions) -> list[EventRecord]:
    async with sessions() as session:
        return list(await session.scalars(select(EventRecord).order_by(EventRecord.sequence)))


async def jobs_of_one_document(sessions: Sessions) -> list[JobRecord]:
    async with sessions.begin() as session:
        document = await make.create_document(session)
        return [await make.create_job(session, document=document) for _ in range(JOBS)]


async def test_many_endings_at_once_are_numbered_without_a_gap(sessions: Sessions) -> None:
    jobs = await jobs_of_one_document(sessions)

    async def end(number: int, job: JobRecord) -> None:
        claim = await make.take(sessions, job.id) if number % 3 else None
        async with sessions.begin() as session:
            if claim is None:
                await request_cancel(session, tenant_id=TENANT, job_id=job.id)
            elif number % 3 == 1:
                await complete(session, claim, make.chunk_set(claim))
            else:
                await fail(session, claim, CORRUPT)

    await asyncio.gather(*[end(number, job) for number, job in enumerate(jobs)])
    found = await events(sessions)
    assert [event.sequence for event in found] == list(range(1, JOBS + 1))
    assert [json.loads(event.body)["data"]["sequence"] for event in found] == list(range(1, JOBS + 1))
    assert {json.loads(event.body)["data"]["job"] for event in found} == {job.id for job in jobs}
    moments = [event.created_at for event in found]
    assert moments == sorted(moments), "a later number is never of an earlier moment"
    assert max(len(event.body.encode()) for event in found) <= MOST_BYTES


async def test_a_message_is_stored_short_whatever_is_published(sessions: Sessions) -> None:
    event = scene.event()
    huge = type(event)(
        event.type,
        event.document_id,
        1,
        event.timestamp,
        {**event.data, "ids": ["chk_" + "0" * 32] * 1_000_000},
    )
    async with sessions.begin() as session:
        await outbox.publish(session, tenant_id=TENANT, event=huge, endpoint_id=None)
    (stored,) = await events(sessions)
    data = json.loads(stored.body)["data"]
    assert len(stored.body.encode()) <= MOST_BYTES
    assert (data["shortened"], data["chunks"], data["url"]) == (["ids"], 3, "/v1/documents/doc_1/chunks")
