"""Removing a tenant with every row and byte of it. Killed anywhere, it goes on when it is run again."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services import uploads
from services.documents import erasing
from services.documents.unused import referenced
from services.infra.partials import Partials
from services.infra.quarantine import Aside

LOG = structlog.get_logger(__name__)

Sessions = async_sessionmaker[AsyncSession]

DOCUMENTS = 50
"""Deleted in one transaction."""

ADDRESSES = 500
"""Looked at together."""

IN_FLIGHT_SECONDS = 900.0
"""Somebody else may just have stored the same bytes and not have written their row yet: for no longer."""

PATIENCE_SECONDS = 35.0
"""For workers that are told to stop: a lease and some seconds."""

LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Erased:
    """What went this time. `waiting` stored files are too young to go: somebody may store the same bytes.

    `is_over` tells that nothing is left, not even the tenant.
    """

    documents: int = 0
    blobs: int = 0
    waiting: int = 0
    is_over: bool = False


class Eraser:
    """Erases tenants of one database and one store. Several may work at the same time."""

    def __init__(
        self,
        sessions: Sessions,
        quarantine: Aside,
        partials: Partials,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._sessions = sessions
        self._quarantine = quarantine
        self._partials = partials
        self._patience = patience

    async def erase(self, tenant_id: str) -> Erased:
        """Everything of the tenant, as far as it can go at once; NotFound. Keys first, rows, then bytes."""
        async with self._sessions.begin() as session:
            await erasing.begin(session, tenant_id)
        await self._stop_work(tenant_id)
        documents = await self._rows(tenant_id)
        blobs, waiting = await self._bytes(tenant_id)
        async with self._sessions.begin() as session:
            is_over = await erasing.finish(session, tenant_id)
        LOG.info("tenant_erased", documents=documents, blobs=blobs, waiting=waiting, is_over=is_over)
        return Erased(documents, blobs, waiting, is_over)

    async def go_on(self) -> bool:
        """The loop's part: whatever erasure is not over yet. Never asks for another turn at once."""
        async with self._sessions.begin() as session:
            tenants = await erasing.begun(session)
        for tenant_id in tenants:
            await self.erase(tenant_id)
        return False

    async def _stop_work(self, tenant_id: str) -> None:
        """Cancels, and waits until no worker stores anything for the tenant any more; not for ever."""
        async with self._sessions.begin() as session:
            await erasing.cancel(session, tenant_id)
        async with self._sessions.begin() as session:
            until = await erasing.stop_parts(session, tenant_id)
        give_up = time.monotonic() + self._patience
        while time.monotonic() < give_up and await self._is_worked_on(tenant_id, until):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(LOOK_SECONDS)

    async def _is_worked_on(self, tenant_id: str, until: datetime | None) -> bool:
        async with self._sessions.begin() as session:
            return await erasing.is_worked_on(session, tenant_id, until)

    async def _rows(self, tenant_id: str) -> int:
        documents = 0
        while True:
            async with self._sessions.begin() as session:
                gone = await erasing.forget_documents(session, tenant_id, limit=DOCUMENTS)
            documents += gone
            if not gone:
                break
        async with self._sessions.begin() as session:
            begun = await uploads.of_tenant(session, tenant_id)
        for upload in begun:
            await self._partials.forget(upload)
        async with self._sessions.begin() as session:
            await erasing.forget_rest(session, tenant_id)
        return documents

    async def _bytes(self, tenant_id: str) -> tuple[int, int]:
        """How many files went, and how many must wait. First aside, then asked for, then gone."""
        gone = waiting = 0
        after = ""
        while True:
            async with self._sessions.begin() as session:
                some = await erasing.written_down(session, tenant_id, after=after, limit=ADDRESSES)
            if not some:
                return gone, waiting
            removed, done = await self._remove(some)
            async with self._sessions.begin() as session:
                await erasing.strike_out(session, tenant_id, done)
            gone, waiting, after = gone + removed, waiting + len(some) - len(done), some[-1]

    async def _remove(self, addresses: Sequence[str]) -> tuple[int, list[str]]:
        """How many files are gone by this, and the addresses with which nothing is left to do."""
        for address in addresses:
            await asyncio.to_thread(self._quarantine.take_away, address, grace=IN_FLIGHT_SECONDS)
        async with self._sessions.begin() as session:
            named = await referenced(session, addresses)
        removed = 0
        for address in addresses:
            if address in named:
                await asyncio.to_thread(self._quarantine.put_back, address)
            else:
                removed += await asyncio.to_thread(self._quarantine.remove, address)
        left = [each for each in addresses if await asyncio.to_thread(self._quarantine.is_kept, each)]
        return removed, [each for each in addresses if each in named or each not in left]
