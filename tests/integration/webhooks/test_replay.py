"""Sending again: one delivery, a time range, what was missed; and forgetting what is old."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import func, select, text

from models.errors import Conflict, NotFound
from models.events import EventType
from models.refusals import QuotaExceeded
from models.tables.webhooks import DeliveryAttemptRecord, DeliveryRecord, EventRecord
from services.webhooks import endpoints
from services.webhooks.client import make_client
from services.webhooks.delivery import deliver_due
from services.webhooks.replay import Replayed, Span, replay, replay_span
from services.webhooks.retention import Swept, sweep
from tests.integration.webhooks import scene
from tests.integration.webhooks.receiver import Receiver, Reply, receiver
from tests.integration.webhooks.scene import CIPHER, TENANT, Sessions

LONG_AGO, FAR_AHEAD = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
ALL, FAILED = Span(LONG_AGO, FAR_AHEAD, only_failed=False), Span(LONG_AGO, FAR_AHEAD)
MONTH = timedelta(days=30)


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_client(allow_private=True) as client:
        yield client


async def again(sessions: Sessions, span: Span, endpoint_id: str, *, limit: int = 1_000) -> Replayed:
    async with sessions.begin() as session:
        return await replay_span(session, span, tenant_id=TENANT, endpoint_id=endpoint_id, limit=limit)


async def switch(sessions: Sessions, endpoint_id: str, *, on: bool) -> None:
    async with sessions.begin() as session:
        await (endpoints.enable if on else endpoints.disable)(session, TENANT, endpoint_id)


async def age(sessions: Sessions, table: str, days: int) -> None:
    async with sessions.begin() as session:
        await session.execute(
            text(f"UPDATE {table} SET created_at = created_at - CAST(:age AS interval)"),
            {"age": timedelta(days=days)},
        )


async def left(sessions: Sessions) -> tuple[int, int, int]:
    """Events, deliveries and attempts."""
    async with sessions() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (EventRecord, DeliveryRecord, DeliveryAttemptRecord)
        ]
    return counts[0] or 0, counts[1] or 0, counts[2] or 0


def documents(server: Receiver) -> list[str]:
    """Which documents the receiver has heard of, in order."""
    return [
        request.body.decode().partition('"document":"')[2].partition('"')[0] for request in server.requests
    ]


async def test_a_delivered_message_is_sent_again_with_its_id_and_bytes(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        other = await scene.endpoint(sessions, f"{server.url}/other", events=["document.failed"])
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, CIPHER, limit=10)
        (delivery,) = await scene.deliveries(sessions)
        async with sessions.begin() as session:
            with pytest.raises(NotFound):
                await replay(session, tenant_id=TENANT, endpoint_id=other.id, delivery_id=delivery.id)
            await replay(session, tenant_id=TENANT, endpoint_id=endpoint.id, delivery_id=delivery.id)
        assert await deliver_due(sessions, client, CIPHER, limit=10) == 1
    first, second = server.requests
    assert (first.message_id, first.body) == (second.message_id, second.body)
    (delivery,) = await scene.deliveries(sessions)
    assert (delivery.attempts, delivery.next_at) == (1, None)
    assert len(await scene.attempts(sessions)) == 2


async def test_a_range_is_replayed_by_the_time_of_its_events(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        for n in range(5):
            await scene.publish(sessions, scene.event(f"doc_{n}"))
        await deliver_due(sessions, client, CIPHER, limit=10)
        server.requests.clear()
        async with sessions() as session:
            times = list(
                await session.scalars(select(EventRecord.created_at).order_by(EventRecord.created_at))
            )
        span = Span(times[1], times[4], only_failed=False)
        assert await again(sessions, span, endpoint.id) == Replayed(3, None)
        assert await again(sessions, Span(times[1], times[4]), endpoint.id) == Replayed(3, None), (
            "not there yet"
        )
        await deliver_due(sessions, client, CIPHER, limit=10)
        assert await again(sessions, Span(times[1], times[4]), endpoint.id) == Replayed(0, None)
    assert sorted(documents(server)) == ["doc_1", "doc_2", "doc_3"]


async def test_only_what_failed_is_replayed_if_asked_so_the_given_up_and_the_missed_too(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    bad = {"doc_2"}
    with receiver(lambda received: Reply(410 if bad & set(documents_of(received.body)) else 200)) as server:
        endpoint = await scene.endpoint(sessions, server.url, events=["document.succeeded"])
        for n in (1, 2):
            await scene.publish(sessions, scene.event(f"doc_{n}"))
            await deliver_due(sessions, client, CIPHER, limit=10)
        await scene.publish(sessions, scene.event("doc_3"))  # 410 has switched it off: no delivery at all
        await scene.publish(
            sessions, scene.event("doc_4", kind=EventType.DOCUMENT_FAILED)
        )  # not subscribed to
        with pytest.raises(Conflict):
            await again(sessions, FAILED, endpoint.id)
        await switch(sessions, endpoint.id, on=True)
        assert await deliver_due(sessions, client, CIPHER, limit=10) == 0, "nothing is sent by itself"
        bad.clear()
        server.requests.clear()
        assert await again(sessions, FAILED, endpoint.id) == Replayed(2, None)
        await deliver_due(sessions, client, CIPHER, limit=10)
        assert sorted(documents(server)) == ["doc_2", "doc_3"]
        assert await again(sessions, FAILED, endpoint.id) == Replayed(0, None)


def documents_of(body: bytes) -> list[str]:
    return [body.decode().partition('"document":"')[2].partition('"')[0]]


async def test_events_from_before_an_endpoint_and_of_other_uploads_are_not_replayed(
    sessions: Sessions,
) -> None:
    await scene.publish(sessions, scene.event("doc_1"))
    late = await scene.endpoint(sessions, "http://127.0.0.1:8080/late")
    upload = await scene.endpoint(sessions, "http://127.0.0.1:8080/upload", per_upload=True)
    await scene.publish(sessions, scene.event("doc_2"))
    assert await again(sessions, ALL, late.id) == Replayed(1, None)
    assert await again(sessions, ALL, upload.id) == Replayed(0, None)


async def test_a_long_range_is_replayed_in_several_calls(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, *[scene.event(f"doc_{n}") for n in range(7)])
        await deliver_due(sessions, client, CIPHER, limit=10)
        server.requests.clear()
        since = LONG_AGO
        counts: list[int] = []
        while len(counts) < 10:
            span = Span(since, FAR_AHEAD, only_failed=False)
            done = await again(sessions, span, endpoint.id, limit=3)
            counts.append(done.count)
            if done.rest_since is None:
                break
            since = done.rest_since
        await deliver_due(sessions, client, CIPHER, limit=100)
    assert sorted(documents(server)) == [f"doc_{n}" for n in range(7)]
    assert counts == [3, 3, 3, 1], "the last of each call is the first of the next"


async def test_a_failure_that_was_on_its_way_does_not_put_a_replay_off(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    replies = iter([Reply(500), Reply(500), Reply(500, delay=0.5), Reply()])
    with receiver(lambda _received: next(replies)) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        for _ in range(2):
            await deliver_due(sessions, client, CIPHER, limit=1)
            await scene.wait_out(sessions)
        third = asyncio.create_task(deliver_due(sessions, client, CIPHER, limit=1))
        await asyncio.to_thread(server.wait_for, 3)
        assert (await again(sessions, FAILED, endpoint.id)).count == 1
        await third
        assert await deliver_due(sessions, client, CIPHER, limit=1) == 1, (
            "the replay is due now, not in half an hour"
        )
    (delivery,) = await scene.deliveries(sessions)
    assert delivery.delivered_at is not None


async def test_the_log_is_forgotten_after_its_time_and_what_is_still_to_be_sent_is_not(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server, receiver(lambda _received: Reply(500)) as broken:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, *[scene.event(f"doc_{n}") for n in range(5)])
        await deliver_due(sessions, client, CIPHER, limit=10)
        await scene.endpoint(sessions, broken.url)
        await scene.publish(sessions, scene.event("doc_open"))
        await deliver_due(sessions, client, CIPHER, limit=10)
        assert await left(sessions) == (6, 7, 7)
        await age(sessions, "events", 31)
        assert await swept(sessions, limit=100) == Swept(0, 0), "its attempts are of today"
        await age(sessions, "webhook_attempts", 31)
        assert await swept(sessions, limit=3) == Swept(3, 3)
        assert await swept(sessions, limit=3) == Swept(3, 2)
        assert await swept(sessions, limit=3) == Swept(1, 0)
        assert await swept(sessions, limit=3) == Swept(0, 0)
    assert await left(sessions) == (1, 2, 0)
    (still_open,) = [one for one in await scene.deliveries(sessions) if one.next_at is not None]
    assert still_open.delivered_at is None


async def swept(sessions: Sessions, *, limit: int) -> Swept:
    async with sessions.begin() as session:
        return await sweep(session, keep=MONTH, limit=limit)


async def test_a_young_log_is_kept(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    with receiver() as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, CIPHER, limit=10)
    for table in ("events", "webhook_attempts", "webhook_deliveries"):
        await age(sessions, table, 29)
    assert await swept(sessions, limit=100) == Swept(0, 0)
    assert await left(sessions) == (1, 1, 1)


async def test_no_more_is_asked_for_while_very_many_deliveries_wait(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.webhooks.replay.MOST_DUE", 3)
    endpoint = await scene.endpoint(sessions, "http://127.0.0.1:9999/")
    for n in range(3):
        assert (await again(sessions, ALL, endpoint.id)).rest_since is None
        await scene.publish(sessions, scene.event(f"doc_{n}"))
    with pytest.raises(QuotaExceeded) as refused:
        await again(sessions, ALL, endpoint.id)
    assert (refused.value.retry_after, refused.value.members["used"]) == (60, 3)
    other = await scene.endpoint(sessions, "http://127.0.0.1:9999/other")
    await again(sessions, ALL, other.id)
