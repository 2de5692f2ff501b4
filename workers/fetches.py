"""The loop that fetches documents from URLs, beside those that send webhooks."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.fetches.download import Downloader
from services.fetches.fetcher import Fetcher, Pace, Usual
from services.fetches.policy import FetchPolicy, Patience
from services.infra.config import Settings
from services.infra.stores import make_storage
from services.webhooks.own import Own


async def fetch(
    settings: Settings, sessions: async_sessionmaker[AsyncSession], stopping: asyncio.Event
) -> None:
    """Fetches until `stopping` is set."""
    downloader = Downloader(
        make_storage(settings.storage_url, settings.objects_dir),
        FetchPolicy(
            settings.fetch_urls, settings.fetch_allow_private, Own.of(settings.port, settings.public_url)
        ),
        Patience(deadline=settings.fetch_timeout_seconds),
        most_bytes=settings.max_upload_bytes,
    )
    pace = Pace(flights=settings.fetch_concurrency, lease=settings.lease)
    try:
        fetcher = Fetcher(sessions, downloader, Usual(settings.limits, settings.quota), pace)
        await fetcher.run(stopping, poll=settings.fetch_interval_seconds)
    finally:
        await downloader.aclose()
