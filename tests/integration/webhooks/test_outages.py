"""Endpoints that fail for long or for good, senders that die, and a receiver that does everything wrong."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator

import httpx2
import pytest

from models.errors import Conflict
from services.webhooks import endpoints
from services.webhooks.client import make_client
from services.webhooks.delivery import Sender, deliver_due
from services.webhooks.replay import replay
from tests.integration.webhooks import scene
from tests.integration.webhooks.receiver import Received, Reply, receiver
from tests.integration.webhooks.scene import TENANT, Sessions

SENDER = """
import asyncio, sys
from services.infra.database import make_engine, make_sessions
from services.infra.secrets import Cipher
from services.webhooks.client import make_client
from services.webhooks.delivery import deliver_due

async def main():
    sessions = make_sessions(make_engine(sys.argv[1]))
    await deliver_due(sessions, make_client(allow_private=True), Cipher([sys.argv[2]]), limit=10)

asyncio.run(main())
"""


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_client(allow_private=True) as client:
        yield client


async def test_gone_disables_the_endpoint_at_once(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    with receiver(lambda _received: Reply(410)) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event("doc_1"))
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
        await scene.publish(sessions, scene.event("doc_2"))
        await scene.wait_out(sessions)
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 0
    assert (await scene.look(sessions, endpoint.id)).disabled_at is not None
    (delivery,) = await scene.deliveries(sessions)
    assert (delivery.next_at, delivery.delivered_at) == (None, None)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("hours", "disabled"), [(119, False), (121, True), (239, True), (241, False)])
async def test_five_days_of_failure_disable_the_endpoint_unless_they_are_long_past(
    sessions: Sessions, client: httpx2.AsyncClient, hours: float, *, disabled: bool
) -> None:
    with receiver(lambda _received: Reply(500)) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event("doc_1"), scene.event("doc_2"))
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
        await scene.pass_time(sessions, hours)
        await scene.wait_out(sessions)
        await deliver_due(sessions, client, scene.CIPHER, limit=1)
    assert ((await scene.look(sessions, endpoint.id)).disabled_at is not None) is disabled
    open_ones = [delivery for delivery in await scene.deliveries(sessions) if delivery.next_at is not None]
    assert len(open_ones) == (0 if disabled else 2)


async def test_one_success_ends_a_series_of_failures(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    status = 500
    with receiver(lambda _received: Reply(status)) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event("doc_1"))
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
        assert (await scene.look(sessions, endpoint.id)).failing_since is not None
        await scene.pass_time(sessions, 119)
        await scene.wait_out(sessions)
        status = 204
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
        assert (await scene.look(sessions, endpoint.id)).failing_since is None
        status = 500
        await scene.publish(sessions, scene.event("doc_2"))
        await deliver_due(sessions, client, scene.CIPHER, limit=10)
    assert (await scene.look(sessions, endpoint.id)).disabled_at is None


async def test_an_endpoint_switched_on_again_gets_new_events_and_old_ones_only_when_asked(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event("doc_1"))
        async with sessions.begin() as session:
            await endpoints.disable(session, TENANT, endpoint.id)
        await scene.publish(sessions, scene.event("doc_2"))
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 0
        (old,) = await scene.deliveries(sessions)
        async with sessions.begin() as session:
            with pytest.raises(Conflict):
                await replay(session, tenant_id=TENANT, endpoint_id=endpoint.id, delivery_id=old.id)
            await endpoints.enable(session, TENANT, endpoint.id)
        await scene.publish(sessions, scene.event("doc_3"))
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 1
        async with sessions.begin() as session:
            await replay(session, tenant_id=TENANT, endpoint_id=endpoint.id, delivery_id=old.id)
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 1
    secret = await scene.secret_of(sessions, endpoint)
    assert [request.verify(secret)["data"]["document"] for request in server.requests] == [
        "doc_3",
        "doc_1",
    ]


async def test_an_attempt_under_way_when_its_endpoint_goes_away_harms_nothing(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver(lambda _received: Reply(500, delay=0.3)) as server:
        kept = await scene.endpoint(sessions, server.url)
        gone = await scene.endpoint(sessions, server.url + "/2")
        await scene.publish(sessions, scene.event())
        sending = asyncio.create_task(deliver_due(sessions, client, scene.CIPHER, limit=10))
        await asyncio.to_thread(server.wait_for, 2)
        async with sessions.begin() as session:
            await endpoints.disable(session, TENANT, kept.id)
            await endpoints.delete(session, TENANT, gone.id)
        assert await sending == 2
    (delivery,) = await scene.deliveries(sessions)
    assert (delivery.endpoint_id, delivery.next_at) == (kept.id, None)
    assert [entry.status for entry in await scene.attempts(sessions)] == [500]


async def test_a_sender_killed_half_way_loses_nothing(
    sessions: Sessions, client: httpx2.AsyncClient, postgres_url: str
) -> None:
    killed = asyncio.Event()
    with receiver(lambda _received: Reply(delay=0 if killed.is_set() else 20)) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        sender = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SENDER, postgres_url, scene.KEY), env={**os.environ, "PYTHONPATH": "."}
        )
        await asyncio.to_thread(server.wait_for, 1)
        sender.send_signal(signal.SIGKILL)
        await sender.wait()
        killed.set()
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 0, "its lease still runs"
        assert [entry.error for entry in await scene.attempts(sessions)] == ["unfinished"]
        await scene.wait_out(sessions)
        assert await deliver_due(sessions, client, scene.CIPHER, limit=10) == 1
    first, second = server.requests
    assert (first.message_id, first.body) == (second.message_id, second.body)
    second.verify(await scene.secret_of(sessions, endpoint))
    (delivery,) = await scene.deliveries(sessions)
    assert delivery.delivered_at is not None
    assert delivery.attempts == len(await scene.attempts(sessions)) == 2


async def test_a_late_failure_of_a_lost_lease_changes_no_schedule(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    replies = iter([Reply(500, delay=0.8), Reply(500), Reply(500)])
    with receiver(lambda _received: next(replies)) as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        first = asyncio.create_task(deliver_due(sessions, client, scene.CIPHER, limit=1))
        await asyncio.to_thread(server.wait_for, 1)
        for _ in range(2):
            await scene.wait_out(sessions)
            assert await deliver_due(sessions, client, scene.CIPHER, limit=1) == 1
        (before,) = await scene.deliveries(sessions)
        assert await first == 1
    (after,) = await scene.deliveries(sessions)
    assert (after.next_at, after.attempts) == (before.next_at, 3)


async def test_a_running_sender_finds_new_work_by_itself_and_ends_when_told(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    stopping = asyncio.Event()
    with receiver(lambda _received: Reply(delay=0.3)) as server:
        await scene.endpoint(sessions, server.url)
        running = asyncio.create_task(Sender(sessions, client, scene.CIPHER).run(stopping, poll=0.05))
        await scene.publish(sessions, scene.event())
        await asyncio.to_thread(server.wait_for, 1)
        stopping.set()
        await running
    (delivery,) = await scene.deliveries(sessions)
    assert delivery.delivered_at is not None, "the attempt under way was not waited for"


async def test_a_receiver_that_fails_in_every_way_still_gets_everything(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    chance = random.Random(7)
    accepted: Counter[str] = Counter()
    weights = {
        Reply(): 60,
        Reply(503): 15,
        Reply(429, (("Retry-After", "9"),)): 5,
        Reply(reset=True): 8,
        Reply(302): 5,
        Reply(delay=0.6): 3,
        Reply(garbage=b"\0\1\2\r\n\r\n"): 4,
    }

    def script(received: Received) -> Reply:
        reply = chance.choices(list(weights), list(weights.values()))[0]
        if reply == Reply():
            accepted[received.message_id] += 1
        return reply

    with receiver(script) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, *[scene.event(f"doc_{n}") for n in range(80)])
        for _ in range(9):
            await deliver_due(sessions, client, scene.CIPHER, limit=1_000, deadline=0.4)
            await scene.wait_out(sessions)
    sent = await scene.deliveries(sessions)
    assert [delivery.id for delivery in sent if delivery.delivered_at is None] == []
    assert set(accepted) == {delivery.event_id for delivery in sent}
    assert set(accepted.values()) == {1}
    assert len(server.requests) == len(await scene.attempts(sessions)) > 80
    bodies = {request.message_id: request.body for request in server.requests}
    assert all(request.body == bodies[request.message_id] for request in server.requests)
    secret = await scene.secret_of(sessions, endpoint)
    for request in server.requests:
        request.verify(secret)
