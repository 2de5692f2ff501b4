"""Steps that the tests of fetching share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.limits import DEFAULT_LIMITS
from models.quotas import Quota
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord
from models.tables.tenants import DEFAULT_TENANT
from services.fetches.download import Downloader
from services.fetches.fetcher import Fetcher, Pace, Usual
from services.fetches.policy import USUAL, FetchPolicy, Patience
from services.fetches.submission import Wanted, submit
from services.infra.storage import LocalStorage
from tests.make import OPTIONS

Sessions = async_sessionmaker[AsyncSession]

OPEN = FetchPolicy(allow_private=True)
USUAL_TERMS = Usual(DEFAULT_LIMITS, Quota())


async def asked_for(
    sessions: Sessions, url: str, *, tenant_id: str = DEFAULT_TENANT, **wanted: Any
) -> JobRecord:
    """A job that is to fetch this URL."""
    given = {"options": OPTIONS, "parsing": {}, **wanted}
    async with sessions.begin() as session:
        return await submit(session, tenant_id, Wanted(OPEN.read(url), **given))


@asynccontextmanager
async def fetching(
    sessions: Sessions,
    storage: LocalStorage,
    *,
    usual: Usual = USUAL_TERMS,
    pace: Pace = Pace(),  # noqa: B008 - never changed
    patience: Patience = USUAL,
) -> AsyncIterator[Fetcher]:
    """A fetcher to which private addresses are open."""
    downloader = Downloader(storage, OPEN, patience, most_bytes=usual.limits.max_bytes)
    try:
        yield Fetcher(sessions, downloader, usual, pace)
    finally:
        await downloader.aclose()


async def fetch_all(sessions: Sessions, storage: LocalStorage, usual: Usual = USUAL_TERMS) -> None:
    """Fetch what is due."""
    async with fetching(sessions, storage, usual=usual) as fetcher:
        await fetcher.drain()


async def fetch_of(sessions: Sessions, job_id: str) -> FetchRecord | None:
    """The fetch of a job as it stands."""
    async with sessions() as session:
        found: FetchRecord | None = await session.scalar(
            select(FetchRecord).where(FetchRecord.job_id == job_id)
        )
        return found


async def seconds_to_wait(sessions: Sessions, job_id: str) -> float:
    """Until the next attempt, by the database's clock."""
    query = "SELECT extract(epoch FROM next_at - clock_timestamp()) FROM fetches WHERE job_id = :id"
    async with sessions() as session:
        return float(await session.scalar(text(query), {"id": job_id}) or 0)


async def let_time_pass(sessions: Sessions) -> None:
    """Whatever waits is due, and every lease has run out."""
    async with sessions.begin() as session:
        await session.execute(text("UPDATE fetches SET next_at = created_at WHERE next_at IS NOT NULL"))
