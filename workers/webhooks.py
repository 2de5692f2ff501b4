"""The turns of the loops that serve webhooks and metrics: sending, and keeping what was sent small."""

import asyncio
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.infra import counters
from services.infra.config import Settings
from services.webhooks import retention, rotation
from services.webhooks.client import make_client
from services.webhooks.delivery import Pace, Sender
from services.webhooks.policy import WebhookPolicy

UPKEEP_SECONDS = 10.0
BATCH = 1_000

Sessions = async_sessionmaker[AsyncSession]


def policy_of(settings: Settings) -> WebhookPolicy:
    """The same policy as the API's, from the same settings and the same key file."""
    return WebhookPolicy.load(
        secret_key=settings.secret_key.get_secret_value() if settings.secret_key else None,
        data_dir=settings.data_dir,
        allow_private=settings.webhooks_allow_private,
        public_url=settings.public_url,
        port=settings.port,
    )


async def send(
    settings: Settings, sessions: Sessions, policy: WebhookPolicy, stopping: asyncio.Event
) -> None:
    """Delivers until `stopping` is set."""
    async with make_client(allow_private=policy.allow_private, own=policy.own) as client:
        pace = Pace(deadline=settings.webhook_timeout_seconds)
        sending = Sender(sessions, client, policy.cipher, pace=pace)
        await sending.run(stopping, poll=settings.webhook_interval_seconds)


async def keep_small(sessions: Sessions, policy: WebhookPolicy, *, keep: timedelta) -> bool:
    """Forgets old deliveries and secrets and adds the counters up; whether there is more of it to do."""
    async with sessions.begin() as session:
        folded = await counters.fold(session)
    async with sessions.begin() as session:
        swept = await retention.sweep(session, keep=keep, limit=BATCH)
    async with sessions.begin() as session:
        await rotation.tidy(session, policy.cipher)
    return folded >= counters.FOLDED or BATCH in (swept.attempts, swept.events)
