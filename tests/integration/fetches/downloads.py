"""Steps that the tests of downloads share."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models.errors import KerfError
from models.fetching import FetchError
from services.fetches.download import Download, Downloader
from services.fetches.policy import USUAL, FetchPolicy, Patience
from services.infra.storage import LocalStorage
from tests.integration.fetches.source import Script, source

LIMIT = 1 << 20


TEXT = b"Either party may terminate this agreement.\n"


OPEN = FetchPolicy(allow_private=True)


SECRET = "sig-0123456789"


@asynccontextmanager
async def downloader(
    storage: LocalStorage,
    policy: FetchPolicy = OPEN,
    patience: Patience = USUAL,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Downloader]:
    made = Downloader(storage, policy, patience, most_bytes=LIMIT, tls=tls)
    try:
        yield made
    finally:
        await made.aclose()


async def fetched(storage: LocalStorage, script: Script, path: str = "/report.txt") -> Download:
    with source(script) as server:
        async with downloader(storage) as one:
            return await one.download(server.url(path), limit=LIMIT)


async def error_of(
    storage: LocalStorage, url: str, policy: FetchPolicy = OPEN, patience: Patience = USUAL
) -> KerfError:
    """What the download ends with; it leaves nothing in the store."""
    async with downloader(storage, policy, patience) as one:
        with pytest.raises(KerfError) as raised:
            await one.download(url, limit=LIMIT)
    assert not [path for path in storage._root.rglob("*") if path.is_file()]
    assert SECRET not in raised.value.detail
    return raised.value


def cause_of(error: KerfError) -> tuple[str, str, bool]:
    assert isinstance(error, FetchError)
    return error.code, error.cause, error.retryable
