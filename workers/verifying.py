"""Whether the bytes that rows name are all in the store, as after a backup was brought back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.documents.unused import named_by, next_named, referenced
from services.infra.integrity import Examined, Examiner, Standing

BATCH = 1_000
AT_ONCE = 4

Sessions = async_sessionmaker[AsyncSession]


@dataclass(frozen=True, slots=True)
class Named:
    """Stored bytes as they were found; `owners` are some of the documents that miss them."""

    address: str
    found: Examined
    owners: Sequence[str] = ()


class Verification:
    """Reads only, in short transactions, while the installation works or not."""

    def __init__(self, sessions: Sessions, examiner: Examiner, *, reads: bool) -> None:
        self._sessions = sessions
        self._examiner = examiner
        self._reads = reads

    async def whole(self) -> AsyncIterator[Named]:
        """Every address that a row names, in order."""
        last = ""
        while addresses := await self._after(last):
            for start in range(0, len(addresses), AT_ONCE):
                part = addresses[start : start + AT_ONCE]
                looks = (self._examiner.examine(address, reads=self._reads) for address in part)
                for address, found in zip(part, await asyncio.gather(*looks), strict=True):
                    if (named := await self._judged(address, found)) is not None:
                        yield named
            last = addresses[-1]

    async def _after(self, last: str) -> Sequence[str]:
        async with self._sessions() as session:
            return await next_named(session, after=last, limit=BATCH)

    async def _judged(self, address: str, found: Examined) -> Named | None:
        """None for what is not there and needed by nobody any more: it was deleted meanwhile."""
        if found.standing is Standing.WHOLE:
            return Named(address, found)
        async with self._sessions() as session:
            if not await referenced(session, [address]):
                return None
            return Named(address, found, await named_by(session, address))
