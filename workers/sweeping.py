"""What must not grow for ever: old versions, documents past their time, keys nobody will repeat any more."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services import idempotency
from services.documents.retention import sweep_batches, sweep_outdated
from services.documents.sweeping import sweep_versions

PAUSE_SECONDS = 60.0


async def sweep(sessions: async_sessionmaker[AsyncSession], *, keep_versions: int) -> bool:
    """One round, in short transactions; whether there is probably more to remove."""
    async with sessions.begin() as session:
        versions = await sweep_versions(session, keep=keep_versions)
    async with sessions.begin() as session:
        await idempotency.forget(session)
    async with sessions.begin() as session:
        outdated = await sweep_outdated(session)
    async with sessions.begin() as session:
        outdated += await sweep_batches(session)
    return versions + outdated > 0
