"""Events on their way to a real receiver."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from services.webhooks.backoff import SCHEDULE
from services.webhooks.client import make_client
from services.webhooks.delivery import deliver_due
from services.webhooks.post import MOST_STORED
from tests.integration.webhooks import scene
from tests.integration.webhooks.receiver import Reply, Script, canary, receiver
from tests.integration.webhooks.scene import Sessions


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_client(allow_private=True) as client:
        yield client


def replies(*scripted: Reply) -> Script:
    """Each reply once, then success."""
    waiting: Iterator[Reply] = itertools.chain(scripted, itertools.repeat(Reply()))
    return lambda _received: next(waiting)


async def test_an_event_arrives_once_and_verifies(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        event = scene.event()
        await scene.publish(sessions, event)
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 1
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 0
    (request,) = server.requests
    payload = request.verify(await scene.secret_of(sessions, endpoint))
    assert request.body == event.body().encode()
    assert request.headers["content-type"] == "application/json"
    assert payload["type"] == "document.succeeded"
    assert payload["data"]["document"] == "doc_1"
    assert payload["data"]["sequence"] == 1
    (delivery,) = await scene.deliveries(sessions)
    assert delivery.delivered_at is not None
    assert delivery.next_at is None
    assert request.message_id == delivery.event_id
    (entry,) = await scene.attempts(sessions)
    assert (entry.status, entry.error, entry.response["body"]) == (200, None, "ok")


async def test_every_attempt_has_the_same_id_and_the_same_bytes(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver(replies(Reply(503), Reply(reset=True), Reply(500))) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        for _ in range(5):
            await deliver_due(sessions, client, scene.CIPHER, limit=10)
            await scene.wait_out(sessions)
    assert len(server.requests) == 4
    assert {(request.message_id, request.body) for request in server.requests} == {
        (server.requests[0].message_id, server.requests[0].body)
    }
    secret = await scene.secret_of(sessions, endpoint)
    for request in server.requests:
        request.verify(secret)
    log = [(entry.status, entry.error) for entry in await scene.attempts(sessions)]
    assert log == [(503, None), (None, "connection_lost"), (500, None), (200, None)]


async def test_a_failing_delivery_follows_the_schedule_and_then_rests(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver(lambda _received: Reply(500)) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        for base in SCHEDULE[1:]:
            await deliver_due(sessions, client, scene.CIPHER, limit=10)
            (delivery,) = await scene.deliveries(sessions)
            assert delivery.next_at is not None
            wait = (delivery.next_at - datetime.now(UTC)).total_seconds()
            assert 0.8 * base - 2 <= wait <= 1.2 * base
            await scene.wait_out(sessions)
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
    (delivery,) = await scene.deliveries(sessions)
    assert (delivery.attempts, delivery.next_at, delivery.delivered_at) == (10, None, None)
    assert len(server.requests) == 10
    assert (await scene.look(sessions, endpoint.id)).disabled_at is None


@pytest.mark.parametrize(
    ("asked", "least", "most"), [("1", 4, 5), ("8", 7, 8), ("3600", 9, 10), ("never", 3, 6)]
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_followed_between_one_and_two_waits(
    sessions: Sessions, client: httpx2.AsyncClient, asked: str, least: float, most: float, status: int
) -> None:
    with receiver(replies(Reply(status, (("Retry-After", asked),)))) as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        before = datetime.now(UTC)
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
        after = datetime.now(UTC)
    (delivery,) = await scene.deliveries(sessions)
    assert delivery.next_at is not None
    assert (delivery.next_at - before).total_seconds() >= least
    assert (delivery.next_at - after).total_seconds() <= most


@pytest.mark.parametrize("status", [301, 303, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(
    sessions: Sessions, client: httpx2.AsyncClient, status: int
) -> None:
    with (
        canary() as trap,
        receiver(
            lambda _received: Reply(status, (("Location", f"http://127.0.0.1:{trap.port}/"),))
        ) as server,
    ):
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
        assert trap.count() == 0
    (delivery,) = await scene.deliveries(sessions)
    assert delivery.delivered_at is None
    assert delivery.next_at is not None
    assert [entry.status for entry in await scene.attempts(sessions)] == [status]


@pytest.mark.parametrize(
    ("reply", "deadline", "status", "error"),
    [
        (Reply(delay=600), 0.4, None, "timeout"),
        (Reply(body=b"x" * 600, drip=1), 5, 200, "timeout"),
        (Reply(reset=True), 60, None, "connection_lost"),
        (Reply(body=b"x", headers=(("Content-Length", "9"),)), 60, 200, "not_http"),
        (Reply(garbage=b"what?\r\n\r\n"), 60, None, "not_http"),
        (Reply(headers=(("X-Long", "x" * 90_000),)), 60, None, "connection_lost"),
    ],
)
async def test_an_answer_that_is_late_or_broken_is_a_failure(
    sessions: Sessions,
    client: httpx2.AsyncClient,
    reply: Reply,
    deadline: float,
    status: int | None,
    error: str,
) -> None:
    with receiver(lambda _received: reply) as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, scene.CIPHER, limit=10, deadline=deadline)
    (entry,) = await scene.attempts(sessions)
    assert (entry.status, entry.error) == (status, error)
    (delivery,) = await scene.deliveries(sessions)
    assert delivery.delivered_at is None
    assert delivery.next_at is not None


async def test_nobody_listening_is_a_failure(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    with receiver() as server:
        url = server.url
    await scene.endpoint(sessions, url)
    await scene.publish(sessions, scene.event())
    await deliver_due(sessions, client, scene.CIPHER, limit=10)
    (entry,) = await scene.attempts(sessions)
    assert (entry.status, entry.error) == (None, "connection_refused")


async def test_little_of_a_long_answer_is_read_and_less_is_kept(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    endless = Reply(body=("é\0" * 1_000_000).encode())
    with receiver(lambda _received: endless) as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
    (entry,) = await scene.attempts(sessions)
    assert (entry.status, entry.error) == (200, None)
    assert entry.response["body"].startswith("é\N{REPLACEMENT CHARACTER}é")
    assert MOST_STORED - 4 <= len(entry.response["body"].encode()) <= MOST_STORED


async def test_bytes_that_are_no_text_can_be_logged(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    with receiver(lambda _received: Reply(500, body=bytes(range(256)))) as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
    (entry,) = await scene.attempts(sessions)
    assert entry.status == 500
    assert "\0" not in entry.response["body"]


async def test_two_senders_at_once_send_each_event_once(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, *[scene.event(f"doc_{n}") for n in range(60)])
        sent = await asyncio.gather(
            *[deliver_due(sessions, client, scene.CIPHER, limit=100) for _ in range(3)]
        )
    assert sum(sent) == 60
    assert len({request.message_id for request in server.requests}) == len(server.requests) == 60


async def test_a_slow_endpoint_holds_up_nobody_else(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    with receiver(lambda _received: Reply(delay=5)) as slow, receiver() as quick:
        await scene.endpoint(sessions, slow.url)
        await scene.publish(sessions, *[scene.event(f"doc_{n}") for n in range(50)])
        await scene.endpoint(sessions, quick.url, events=["document.succeeded"])
        await scene.publish(sessions, *[scene.event(f"late_{n}") for n in range(30)])
        sending = asyncio.create_task(deliver_due(sessions, client, scene.CIPHER, limit=1_000))
        await asyncio.to_thread(quick.wait_for, 30, 4)
        assert slow.most_under_way <= 4
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
