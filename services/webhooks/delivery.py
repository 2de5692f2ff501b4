"""Sending what is due: claim, send outside any transaction, record."""

import asyncio
import logging
import time
from collections import Counter
from datetime import timedelta

import httpx2
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.webhooks.claims import LEASE_SECONDS, Message, claim
from services.webhooks.outcome import settle
from services.webhooks.post import DEADLINE_SECONDS, post
from services.webhooks.signing import sign

SHARE = 4
FLIGHTS = 64
POLL_SECONDS = 0.5

logger = logging.getLogger(__name__)

Sessions = async_sessionmaker[AsyncSession]


async def deliver_due(
    sessions: Sessions, client: httpx2.AsyncClient, *, limit: int, deadline: float = DEADLINE_SECONDS
) -> int:
    """Attempt what is due, `limit` deliveries at most, until nothing is; the number of attempts made."""
    return await Sender(sessions, client, deadline=deadline).drain(limit)


class Sender:
    """Keeps up to `flights` attempts under way, of each endpoint no more than `share`.

    A slow endpoint therefore holds its own share and nothing else. Several senders may run: a delivery
    is claimed by one. Whatever stops a sender, what it had claimed is sent again after the lease.
    """

    def __init__(
        self,
        sessions: Sessions,
        client: httpx2.AsyncClient,
        *,
        flights: int = FLIGHTS,
        share: int = SHARE,
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self._sessions = sessions
        self._client = client
        self._room = flights
        self._share = share
        self._deadline = deadline
        self._lease = timedelta(seconds=deadline + LEASE_SECONDS)
        self._flights: dict[asyncio.Task[None], str] = {}

    async def run(self, stopping: asyncio.Event, *, poll: float = POLL_SECONDS) -> None:
        """Send until `stopping` is set, then let the attempts under way end; looks every `poll` seconds."""
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                await self._take_off(self._room)
                await asyncio.wait({stop, *self._flights}, timeout=poll, return_when=asyncio.FIRST_COMPLETED)
            await self._land()
        finally:
            stop.cancel()
            await self._abandon()

    async def drain(self, limit: int) -> int:
        """Attempt what is due now, `limit` deliveries at most; the number of attempts made."""
        try:
            started = await self._take_off(limit)
            while self._flights:
                await asyncio.wait(self._flights, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                started += await self._take_off(limit - started)
        finally:
            await self._abandon()
        return started

    async def _take_off(self, limit: int) -> int:
        room = min(limit, self._room - len(self._flights))
        if room <= 0:
            return 0
        flights = Counter(self._flights.values())
        async with self._sessions.begin() as session:
            messages = await claim(session, limit=room, share=self._share, flights=flights, lease=self._lease)
        for message in messages:
            flight = asyncio.create_task(self._attempt(message))
            self._flights[flight] = message.endpoint_id
            flight.add_done_callback(self._flights.pop)
        return len(messages)

    async def _land(self) -> None:
        if self._flights:
            await asyncio.wait(self._flights)

    async def _abandon(self) -> None:
        """Cancel what is still under way; nothing is, unless the sender itself was cancelled or failed."""
        for flight in self._flights:
            flight.cancel()
        await self._land()

    async def _attempt(self, message: Message) -> None:
        body = message.body.encode()
        headers = sign(message.secret, message.message_id, int(time.time()), body)
        headers["content-type"] = "application/json"
        answer = await post(self._client, message.url, headers=headers, body=body, deadline=self._deadline)
        try:
            async with self._sessions.begin() as session:
                await settle(session, message, answer)
        except SQLAlchemyError:
            logger.exception("an attempt was not recorded: delivery %s is sent again", message.delivery_id)
