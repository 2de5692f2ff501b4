"""`batch.completed`: once, when nothing is left to do, however the last job came to its end."""

import asyncio
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from models.chunk import PROFILE
from models.parsed import parser_profile
from models.tables.batches import BatchRecord
from models.tables.jobs import JobState
from models.tables.tenants import DEFAULT_TENANT
from models.tables.webhooks import DeliveryRecord, EventRecord
from services.documents.batches import Item, submit_all
from services.documents.deletion import delete
from services.documents.sources import Source
from services.jobs import batches
from services.jobs.cancelling import request_cancel
from services.jobs.failures import Failure
from services.jobs.finishing import complete, fail
from services.jobs.redriving import redrive
from services.jobs.settling import settle
from services.webhooks import endpoints
from tests.integration.webhooks.scene import POLICY
from tests.make import OPTIONS, Sessions, chunk_set, take
from tests.rows import events_of

MANIFEST = {"chunks": 3, "coverage": 1.0, "profile": PROFILE, "parser": parser_profile()}
BAD = Failure("encrypted", "The document is encrypted.", False, "parsing")


async def sent(
    sessions: Sessions, *words: str, endpoint_id: str | None = None
) -> tuple[BatchRecord, Sequence[batches.ItemStanding]]:
    """A batch of these texts, and its items."""
    sources = [Source("a.txt", sha256(word.encode()).hexdigest(), len(word)) for word in words]
    items = [Item(source, OPTIONS) for source in sources]
    async with sessions.begin() as session:
        batch = await submit_all(session, tenant_id=DEFAULT_TENANT, items=items, endpoint_id=endpoint_id)
        return batch, await batches.items_of(session, tenant_id=DEFAULT_TENANT, batch_id=batch.id)


async def ends(sessions: Sessions, how: str, one: batches.ItemStanding) -> None:
    """The item's job comes to its end."""
    job_id, document_id = one.item.job_id, one.item.document_id
    if how in {"succeeded", "failed"}:
        claim = await take(sessions, job_id)
        async with sessions.begin() as session:
            await (
                complete(session, claim, chunk_set(claim, manifest=MANIFEST))
                if how == "succeeded"
                else fail(session, claim, BAD)
            )
        return
    async with sessions.begin() as session:
        if how == "cancelled":
            await request_cancel(session, tenant_id=DEFAULT_TENANT, job_id=job_id)
        else:
            await delete(session, tenant_id=DEFAULT_TENANT, document_id=document_id)


async def settled(sessions: Sessions) -> int:
    async with sessions.begin() as session:
        return await settle(session)


async def told(sessions: Sessions, batch: BatchRecord) -> list[dict[str, Any]]:
    """Bodies of the batch's events."""
    return [json.loads(found.body) for found in await events_of(sessions, batch.id)]


@pytest.mark.parametrize("last", ["succeeded", "failed", "cancelled", "deleted"])
async def test_it_is_told_once_when_the_last_job_has_ended_in_whatever_way(
    sessions: Sessions, last: str
) -> None:
    batch, (first, second) = await sent(sessions, "one", "two")
    assert await settled(sessions) == 0
    await ends(sessions, "succeeded", first)
    assert await settled(sessions) == 0
    await ends(sessions, last, second)
    assert [await settled(sessions) for _ in range(3)] == [1, 0, 0]
    (event,) = await told(sessions, batch)
    assert event["type"] == "batch.completed"
    counts = dict.fromkeys(("succeeded", "failed", "cancelled", "deleted"), 0)
    counts["succeeded"] += 1
    counts[last] += 1
    assert event["data"] == {
        "batch": batch.id,
        "sequence": 1,
        "counts": counts,
        "url": f"/v1/batches/{batch.id}/items",
    }


async def test_a_running_job_and_one_that_is_being_cancelled_are_waited_for(sessions: Sessions) -> None:
    batch, (only,) = await sent(sessions, "one")
    await take(sessions, only.item.job_id)
    assert await settled(sessions) == 0
    async with sessions.begin() as session:
        job = await request_cancel(session, tenant_id=DEFAULT_TENANT, job_id=only.item.job_id)
        assert job.state == JobState.CANCELLING
    assert await settled(sessions) == 0
    assert await told(sessions, batch) == []


async def test_last_jobs_that_end_together_while_several_settle_make_one_event(sessions: Sessions) -> None:
    for number in range(8):
        batch, items = await sent(sessions, *(f"{number} {n}" for n in range(4)))
        ways = ["succeeded", "failed", "cancelled", "deleted"]
        endings = [ends(sessions, how, one) for how, one in zip(ways, items, strict=True)]
        await asyncio.gather(*endings, *(settled(sessions) for _ in range(4)))
        await asyncio.gather(*(settled(sessions) for _ in range(3)))
        (event,) = await told(sessions, batch)
        assert set(event["data"]["counts"].values()) == {1}


async def test_a_batch_of_work_that_was_done_before_is_completed_at_once(sessions: Sessions) -> None:
    _, items = await sent(sessions, "one", "two")
    for one in items:
        await ends(sessions, "succeeded", one)
    assert await settled(sessions) == 1
    again, _ = await sent(sessions, "two", "one", "two")
    assert await settled(sessions) == 1
    (event,) = await told(sessions, again)
    assert event["data"]["counts"]["succeeded"] == 3


async def test_a_job_of_two_batches_ends_both(sessions: Sessions) -> None:
    one, (only,) = await sent(sessions, "shared")
    other, _ = await sent(sessions, "shared")
    await ends(sessions, "failed", only)
    assert await settled(sessions) == 2
    assert len(await told(sessions, one)) == len(await told(sessions, other)) == 1


async def test_what_is_driven_again_runs_again_and_nothing_is_told_twice(sessions: Sessions) -> None:
    batch, (only,) = await sent(sessions, "one")
    await ends(sessions, "failed", only)
    await settled(sessions)
    async with sessions.begin() as session:
        await redrive(session, tenant_id=DEFAULT_TENANT, job_id=only.item.job_id)
        standing = await batches.get(session, tenant_id=DEFAULT_TENANT, batch_id=batch.id)
        assert standing.state == "running"
    await ends(sessions, "succeeded", only)
    assert await settled(sessions) == 0
    assert len(await told(sessions, batch)) == 1


async def test_it_goes_to_those_who_subscribed_and_to_the_address_of_the_call(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        made = [
            await endpoints.register(
                session,
                tenant_id=DEFAULT_TENANT,
                url=f"http://127.0.0.1:9999/{number}",
                events=events,
                policy=POLICY,
                per_upload=number == 3,
            )
            for number, events in enumerate([["batch.completed"], ["document.failed"], [], []])
        ]
    batch, (only,) = await sent(sessions, "one", endpoint_id=made[3].id)
    await ends(sessions, "cancelled", only)
    await settled(sessions)
    async with sessions() as session:
        query = (
            select(DeliveryRecord.endpoint_id)
            .join(EventRecord, EventRecord.id == DeliveryRecord.event_id)
            .where(EventRecord.document_id == batch.id)
        )
        assert set(await session.scalars(query)) == {made[0].id, made[2].id, made[3].id}
