"""Uploads that nobody went on with, and bytes of those that are over."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services import uploads
from services.infra.partials import Partials

Sessions = async_sessionmaker[AsyncSession]

BATCH = 1_000


async def sweep(sessions: Sessions, partials: Partials, *, strangers: bool = False) -> int:
    """Remove what has expired, bytes first, and bytes of what is complete; of how many uploads.

    With `strangers` also bytes of uploads that this database does not know. An upload is known before its
    first byte is kept, so nothing that still arrives is met.
    """
    found = set(await partials.uploads())
    removed = 0
    while expired := await _expired(sessions):
        removed += await _forget(partials, found.intersection(expired))
        found.difference_update(expired)
        async with sessions.begin() as session:
            await uploads.forget(session, expired)
    rest = sorted(found)
    for start in range(0, len(rest), BATCH):
        batch = rest[start : start + BATCH]
        async with sessions.begin() as session:
            known = await uploads.known(session, batch)
        removed += await _forget(partials, [each for each in batch if not known.get(each, not strangers)])
    return removed


async def _expired(sessions: Sessions) -> Sequence[str]:
    async with sessions.begin() as session:
        return await uploads.expired(session, limit=BATCH)


async def _forget(partials: Partials, over: Collection[str]) -> int:
    for upload in over:
        await partials.forget(upload)
    return len(over)
