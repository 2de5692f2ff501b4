"""Removing stored bytes that nothing refers to: reference check, set aside, grace, reference check, gone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.documents.unused import referenced
from services.infra import counters
from services.infra.config import Settings
from services.infra.counters import Meter, counted
from services.infra.quarantine import Aside, Blob, older_than
from services.infra.stores import make_quarantine, make_storage

LOG = structlog.get_logger(__name__)

Sessions = async_sessionmaker[AsyncSession]

BATCH = 1_000
"""Addresses asked for at a time."""

PAUSE_SECONDS = 15.0
"""Between two folders of the store; all 256 of them take about an hour."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many blobs, and their bytes."""

    blobs: int = 0
    bytes: int = 0

    @classmethod
    def of(cls, blobs: Sequence[Blob]) -> "Found":
        """All of these."""
        return cls(len(blobs), sum(blob.size for blob in blobs))

    def __add__(self, other: "Found") -> "Found":
        return Found(self.blobs + other.blobs, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one look found: all that is stored, what of it is old and nothing refers to, what became of that.

    `unused` counts what was set aside before, as long as it is there; `removed` is gone for good.
    """

    stored: Found = Found()
    unused: Found = Found()
    set_aside: Found = Found()
    removed: Found = Found()

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            self.stored + other.stored,
            self.unused + other.unused,
            self.set_aside + other.set_aside,
            self.removed + other.removed,
        )


class BlobSweep:
    """Looks through one store. Only with `removes` is anything moved or removed, else it is only counted.

    `grace` seconds must pass since bytes were stored before they may be set aside, and as many again before
    they are removed. Whatever is between storing bytes and committing their row takes less.
    """

    def __init__(self, sessions: Sessions, quarantine: Aside, *, grace: float, removes: bool) -> None:
        self._sessions = sessions
        self._quarantine = quarantine
        self._grace = grace
        self._removes = removes

    async def whole(self) -> Swept:
        """Every address, and what is aside."""
        swept = await self.aside()
        for shard in await asyncio.to_thread(self._quarantine.shards):
            swept += await self.shard(shard)
        return swept

    async def shard(self, shard: str) -> Swept:
        """The addresses that begin so; what is unused and old is set aside."""
        kept = await asyncio.to_thread(self._quarantine.kept, shard)
        unused = await self._unused(older_than(kept, self._grace))
        moved = []
        if self._removes:
            moved = [blob for blob in unused if await asyncio.to_thread(self._quarantine.set_aside, blob)]
        return Swept(stored=Found.of(kept), unused=Found.of(unused), set_aside=Found.of(moved))

    async def aside(self) -> Swept:
        """What was set aside before: back if something refers to it again, gone if it lay long enough."""
        waiting = await asyncio.to_thread(self._quarantine.waiting)
        unused = await self._unused(waiting)
        if not self._removes:
            return Swept(stored=Found.of(waiting), unused=Found.of(unused))
        known = {blob.sha256 for blob in unused}
        for blob in waiting:
            if blob.sha256 not in known:
                await asyncio.to_thread(self._quarantine.put_back, blob.sha256)
        removed = [
            blob
            for blob in older_than(unused, self._grace)
            if await asyncio.to_thread(self._quarantine.remove, blob.sha256)
        ]
        gone = Found.of(removed)
        if removed:
            async with self._sessions.begin() as session:
                await counters.add(
                    session,
                    [counted(Meter.BLOBS_SWEPT, by=gone.blobs), counted(Meter.BYTES_SWEPT, by=gone.bytes)],
                )
        return Swept(stored=Found.of(waiting), unused=Found.of(unused), removed=gone)

    async def _unused(self, blobs: Sequence[Blob]) -> list[Blob]:
        """Those that nothing refers to, asked in short transactions."""
        found: list[Blob] = []
        for start in range(0, len(blobs), BATCH):
            batch = blobs[start : start + BATCH]
            async with self._sessions.begin() as session:
                named = await referenced(session, [blob.sha256 for blob in batch])
            found += [blob for blob in batch if blob.sha256 not in named]
        return found


class Rounds:
    """The loop's part: a folder of the store each turn, and one line in the log when all have been seen."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._removes = settings.sweep_blobs == "remove"
        self._grace = settings.sweep_grace
        self._storage = make_storage(settings.storage_url, settings.objects_dir)
        self._quarantine = make_quarantine(settings.storage_url, settings.objects_dir)
        self._sweep = BlobSweep(
            sessions, self._quarantine, grace=self._grace.total_seconds(), removes=self._removes
        )
        self._left: list[str] | None = None
        self._so_far = Swept()

    async def turn(self) -> bool:
        """The next folder; never more at once."""
        if self._left is None:
            self._so_far = await self._sweep.aside()
            if self._removes:
                await self._storage.sweep(self._grace)
            self._left = await asyncio.to_thread(self._quarantine.shards)
        if self._left:
            self._so_far += await self._sweep.shard(self._left[0])
            del self._left[0]  # only now: a folder whose turn failed has another one
        if not self._left:
            self._report()
            self._left = None
        return False

    def _report(self) -> None:
        found = self._so_far
        if found.unused.blobs:
            LOG.info(
                "blobs_unused",
                mode="remove" if self._removes else "report",
                blobs=found.unused.blobs,
                bytes=found.unused.bytes,
                removed=found.removed.blobs,
            )
