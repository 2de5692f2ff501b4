"""Sessions that pause before each statement, so that those who meet do so in every order."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.util import await_only

from services.infra.database import make_engine, make_sessions


@asynccontextmanager
async def dawdling(
    url: str, *, parties: int, longest: float, seed: int
) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """For so many parties at once, each on a connection of its own; `longest` is in seconds."""
    engine = make_engine(url, pool_size=parties)
    chance = random.Random(seed)

    def dawdle(*_: object) -> None:
        await_only(asyncio.sleep(chance.random() * longest))

    event.listen(engine.sync_engine, "before_cursor_execute", dawdle)
    try:
        yield make_sessions(engine)
    finally:
        await engine.dispose()
