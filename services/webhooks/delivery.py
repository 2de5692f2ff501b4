"""Sending what is due: claim, send outside any transaction, record."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.events import EventType
from services.infra import tracing
from services.infra.secrets import Cipher, SecretUnreadable
from services.webhooks.claims import Message, claim
from services.webhooks.outcome import outcome_of, settle
from services.webhooks.post import DEADLINE_SECONDS, Answer, post
from services.webhooks.rotation import signing
from services.webhooks.signing import sign

POLL_SECONDS = 0.5

LOG = structlog.get_logger(__name__)

Sessions = async_sessionmaker[AsyncSession]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many attempts at a time in all and to one endpoint, and how long each may take.

    `grace` is what a sender may take beyond the deadline to record an attempt before another repeats it.
    """

    flights: int = 64
    share: int = 4
    deadline: float = DEADLINE_SECONDS
    grace: float = 45.0

    @property
    def lease(self) -> timedelta:
        """How long an attempt is nobody else's."""
        return timedelta(seconds=self.deadline + self.grace)


async def deliver_due(
    sessions: Sessions,
    client: httpx2.AsyncClient,
    cipher: Cipher,
    *,
    limit: int,
    deadline: float = DEADLINE_SECONDS,
) -> int:
    """Attempt what is due, `limit` deliveries at most, until nothing is; the number of attempts made."""
    return await Sender(sessions, client, cipher, pace=Pace(deadline=deadline)).drain(limit)


class Sender:
    """Keeps attempts under way, of each endpoint no more than its share.

    A slow endpoint therefore holds its own share and nothing else. Several senders may run: a delivery
    is claimed by one. Whatever stops a sender, what it had claimed is sent again after the lease.
    """

    def __init__(
        self,
        sessions: Sessions,
        client: httpx2.AsyncClient,
        cipher: Cipher,
        *,
        pace: Pace = Pace(),
    ) -> None:
        self._sessions = sessions
        self._client = client
        self._cipher = cipher
        self._pace = pace
        self._flights: dict[asyncio.Task[None], str] = {}

    async def run(self, stopping: asyncio.Event, *, poll: float = POLL_SECONDS) -> None:
        """Send until `stopping` is set, then let the attempts under way end; looks every `poll` seconds."""
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                await self._take_off(self._pace.flights)
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
        room = min(limit, self._pace.flights - len(self._flights))
        if room <= 0:
            return 0
        flights = Counter(self._flights.values())
        async with self._sessions.begin() as session:
            messages = await claim(
                session, limit=room, share=self._pace.share, flights=flights, lease=self._pace.lease
            )
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
        with tracing.arriving("webhook", "client", message.traceparent, _attributes(message)) as span:
            answer = await self._answer(message)
            span.tell({"http.response.status_code": answer.status})
            if not answer.is_success:
                span.fail(outcome_of(answer))
            await self._record(message, answer)

    async def _record(self, message: Message, answer: Answer) -> None:
        try:
            async with self._sessions.begin() as session:
                await settle(session, message, answer)
        except SQLAlchemyError as error:
            LOG.warning("webhook_not_recorded", **_names(message), error=type(error).__name__)
        LOG.info(
            "webhook_attempt",
            **_names(message),
            attempt=message.attempt,
            outcome=outcome_of(answer),
            status=answer.status,
            milliseconds=answer.duration_ms,
        )

    async def _answer(self, message: Message) -> Answer:
        body = message.body.encode()
        try:
            secret, *old = signing(
                self._cipher, message.secret, message.old_secrets, owner=message.endpoint_id, now=message.at
            )
        except SecretUnreadable:
            LOG.error("webhook_secret_unreadable", **_names(message))  # noqa: TRY400 - nothing more to tell
            return Answer(None, "secret_unreadable", 0, {}, b"")
        headers = sign(secret, message.message_id, int(time.time()), body, old=old)
        headers["content-type"] = "application/json"
        if (traceparent := tracing.traceparent()) is not None:
            headers["traceparent"] = traceparent
        return await post(self._client, message.url, headers=headers, body=body, deadline=self._pace.deadline)


def _names(message: Message) -> dict[str, str]:
    """What a line tells of an attempt; never the URL, whose path may be a secret of the receiver."""
    about = "batch" if message.type == EventType.BATCH_COMPLETED else "document"
    return {
        "delivery": message.delivery_id,
        "endpoint": message.endpoint_id,
        "event_id": message.message_id,
        about: message.document_id,
        "tenant": message.tenant_id,
    }


def _attributes(message: Message) -> tracing.Attributes:
    """What a span tells of it: the same, under names that no other tool has."""
    names = {f"kerf.{name}": value for name, value in _names(message).items()}
    return {**names, "kerf.event": message.type, "kerf.attempt": message.attempt}
