"""At least once, with a receiver that does everything wrong and senders that are killed (goal W2)."""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import func, select, text

from models.tables.webhooks import DeliveryRecord
from services.webhooks.claims import UNFINISHED
from tests.integration.webhooks import scene
from tests.integration.webhooks.receiver import Received, Reply, receiver
from tests.integration.webhooks.scene import Sessions

DEADLINE, GRACE = 0.5, 1.0
PROGRESS = 15
"""Requests between two kills at least, however long a sender takes to start on this machine."""
SENDER = """
import asyncio, sys
from services.infra.database import make_engine, make_sessions
from services.infra.secrets import Cipher
from services.webhooks.client import make_client
from services.webhooks.delivery import Pace, Sender

async def main(url, key, deadline, grace):
    sessions = make_sessions(make_engine(url))
    async with make_client(allow_private=True) as client:
        pace = Pace(deadline=float(deadline), grace=float(grace))
        await Sender(sessions, client, Cipher([key]), pace=pace).run(asyncio.Event(), poll=0.05)

asyncio.run(main(*sys.argv[1:]))
"""


class Misbehaving:
    """20 % server errors, 10 % answers that come too late, 5 % resets, 2 % garbage; the rest is a 200."""

    def __init__(self, seed: int) -> None:
        self.accepted: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._replies = [
            Reply(),
            Reply(503),
            Reply(delay=DEADLINE * 1.6),
            Reply(reset=True),
            Reply(garbage=b"?\r\n"),
        ]

    def __call__(self, received: Received) -> Reply:
        reply = self._chance.choices(self._replies, [63, 20, 10, 5, 2])[0]
        if reply == Reply():
            self.accepted[received.message_id] += 1
        return reply


class Senders:
    """One sender process at a time; `kill` takes it with SIGKILL and starts the next."""

    def __init__(self, database_url: str) -> None:
        self._command = [sys.executable, "-c", SENDER, database_url, scene.KEY, str(DEADLINE), str(GRACE)]
        self._process: asyncio.subprocess.Process | None = None
        self.kills = 0

    async def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
            self.kills += 1
        environment = {**os.environ, "PYTHONPATH": "."}
        self._process = await asyncio.create_subprocess_exec(*self._command, env=environment)

    async def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()


async def hurry(sessions: Sessions) -> int:
    """Retries become due at once, leases stay; how many deliveries are still open."""
    async with sessions.begin() as session:
        soon = {"lease": DEADLINE + GRACE + 0.5}
        await session.execute(
            text("""UPDATE webhook_deliveries SET next_at = now(), attempts = least(attempts, 5)
                     WHERE delivered_at IS NULL AND next_at > now() + make_interval(secs => :lease)"""),
            soon,
        )
        open_ones = select(func.count()).where(DeliveryRecord.delivered_at.is_(None))
        return await session.scalar(open_ones) or 0


async def storm(
    sessions: Sessions, database_url: str, *, events: int, kill_every: float, at_most: float
) -> None:
    script = Misbehaving(seed=events)
    senders = Senders(database_url)
    began = killed = time.monotonic()
    with receiver(script) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        secret = await scene.secret_of(sessions, endpoint)
        await senders.kill()
        try:
            published = heard = 0
            while published < events or await hurry(sessions):
                assert time.monotonic() - began < at_most, await hurry(sessions)
                if published < events:
                    names = range(published, min(published + 20, events))
                    await scene.publish(sessions, *[scene.event(f"doc_{n}") for n in names])
                    published += len(names)
                if time.monotonic() - killed > kill_every and len(server.requests) > heard + PROGRESS:
                    await senders.kill()
                    killed, heard = time.monotonic(), len(server.requests)
                await asyncio.sleep(0.1)
        finally:
            await senders.end()
    sent = await scene.deliveries(sessions)
    assert len(sent) == events
    assert {delivery.event_id for delivery in sent} == set(script.accepted), "every event got its 2xx"
    bodies = {request.message_id: request.body for request in server.requests}
    for request in server.requests:
        assert request.body == bodies[request.message_id]
        request.verify(secret)
    log = await scene.attempts(sessions)
    nothing_said = sum(entry.error == UNFINISHED for entry in log)
    # an attempt is in the log before its first byte is sent, so a kill may leave one that nobody has seen
    assert len(log) - nothing_said <= len(server.requests) <= len(log)
    assert senders.kills >= 3
    assert nothing_said >= 1, "the kills came while messages were sent"


async def test_every_event_arrives_through_errors_and_kills(sessions: Sessions, postgres_url: str) -> None:
    await storm(sessions, postgres_url, events=60, kill_every=0.5, at_most=500)


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_every_event_arrives_through_a_long_storm(sessions: Sessions, postgres_url: str) -> None:
    await storm(sessions, postgres_url, events=2_000, kill_every=6, at_most=540)
