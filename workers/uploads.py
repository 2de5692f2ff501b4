"""Uploads that nobody went on with, and bytes of those that are over."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services import uploads
from services.infra.partials import Partials

BATCH = 1_000


async def sweep(
    sessions: async_sessionmaker[AsyncSession], partials: Partials, *, strangers: bool = False
) -> int:
    """Remove what has expired, bytes first, and bytes of what is complete; of how many uploads.

    With `strangers` also bytes of uploads that this database does not know. An upload is known before its
    first byte is kept, so nothing that still arrives is met.
    """
    found = set(await partials.uploads())
    async with sessions.begin() as session:
        expired = await uploads.expired(session)
    over = [upload for upload in expired if upload in found]
    rest = sorted(found.difference(expired))
    for start in range(0, len(rest), BATCH):
        batch = rest[start : start + BATCH]
        async with sessions.begin() as session:
            known = await uploads.known(session, batch)
        over += [upload for upload in batch if not known.get(upload, not strangers)]
    for upload in over:
        await partials.forget(upload)
    async with sessions.begin() as session:
        await uploads.forget(session, expired)
    return len(over)
