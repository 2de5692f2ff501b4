"""The form of a batch: small parts first, then files, each of which goes to storage while it arrives."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from api.batch_plans import FIELDS, Plan, Plans
from api.errors import InvalidRequest
from api.multipart import Event, PartStart, form_events
from api.problems import pointer
from api.processing import Processing
from api.state import Policy
from api.uploads import content_of, field_of, file_name, without_folders
from models.batches import TooManyFiles
from models.errors import InvalidInput, TooLarge
from services.documents.batches import Item
from services.documents.sources import Source
from services.infra.storage import Storage, Stored, gathered

MAX_ITEMS_BYTES = 2 << 20
AT_ONCE = 8
"""Files of a call that are on their way to the store."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Stored files, and what is to be done with them."""

    items: Sequence[Item]
    processing: Processing

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(item.source.size for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """What two equal calls have in common."""
        items = [
            [item.source.columns(), item.options, item.external_id, item.urgency.value] for item in self.items
        ]
        return {"items": items, "webhook_url": self.processing.webhook_url}


class Storing:
    """Puts files into the store: small ones while the next arrive, a larger one while it arrives itself.

    Else a thousand small ones would wait for the disk, or a bucket, one by one.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._tasks: list[asyncio.Task[Stored]] = []
        self._room = asyncio.Semaphore(AT_ONCE)
        self._failed: BaseException | None = None

    async def take(self, content: AsyncIterator[bytes], *, limit: int) -> int:
        """How many bytes came; TooLarge. What went wrong with files before is raised, too."""
        pieces = gathered(content, limit=limit)
        first, second = await anext(pieces, b""), await anext(pieces, None)
        await self._room.acquire()
        if self._failed is not None:
            raise self._failed
        if second is None:
            self._begin(self._storage.put(first))
            return len(first)
        task = self._begin(self._storage.put_stream(_joined(first, second, pieces), limit=limit))
        return (await task).size

    async def stored(self) -> Sequence[Stored]:
        """All of them, in their order."""
        return await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Nothing is under way any more."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, Stored]) -> asyncio.Task[Stored]:
        self._tasks.append(task := asyncio.create_task(work))
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Stored]) -> None:
        self._room.release()
        if not task.cancelled():
            self._failed = self._failed or task.exception()


@dataclass(slots=True)
class _Form:
    """What has arrived so far: of each file its name and what is to be done with it."""

    storing: Storing
    policy: Policy
    fields: dict[str, str] = field(default_factory=dict)
    plans: Plans | None = None
    files: list[tuple[str, Plan]] = field(default_factory=list)
    size: int = 0

    async def take(self, part: PartStart, events: AsyncIterator[Event]) -> None:
        """One part."""
        if part.name == "file":
            await self._file(part, events)
            return
        if part.name not in FIELDS or part.name in self.fields:
            known = ", ".join((*FIELDS, "file"))
            raise InvalidRequest(f"a part is unknown or given twice; send {known}", pointer="")
        if self.plans is not None:
            raise InvalidRequest("send this part before the files", pointer=pointer(part.name))
        most = {"most": MAX_ITEMS_BYTES} if part.name == "items" else {}
        self.fields[part.name] = await field_of(part.name, events, **most)

    async def finished(self) -> Batch:
        """What has come, when nothing more comes."""
        if self.plans is None:
            raise InvalidRequest("there is no part `file`", pointer="/file")
        self.plans.refuse_unused()
        items = [
            Item(
                Source(name, stored.sha256, stored.size, plan.parsing),
                plan.options,
                plan.external_id,
                plan.urgency,
            )
            for (name, plan), stored in zip(self.files, await self.storing.stored(), strict=True)
        ]
        return Batch(items, self.plans.processing)

    async def _file(self, part: PartStart, events: AsyncIterator[Event]) -> None:
        """Refused before a byte of it is stored, where that is known already."""
        index, most = len(self.files), self.policy.limits.max_batch_files
        if index == most:
            raise TooManyFiles(f"A batch has at most {most:,} files.", pointer=pointer("file", index))
        name = _name(part.filename, index)
        self.plans = self.plans or Plans(self.fields, self.policy)
        self.files.append((name, self.plans.of(index, name)))
        limits = self.policy.limits
        room = limits.max_batch_bytes - self.size
        try:
            self.size += await self.storing.take(content_of(events), limit=min(limits.max_bytes, room))
        except TooLarge as error:
            whole = f"The files of a batch have at most {limits.max_batch_bytes:,} bytes together."
            detail = whole if room < limits.max_bytes else error.detail
            raise TooLarge(detail, pointer=pointer("file", index)) from None


async def receive(request: Request, storage: Storage, policy: Policy) -> Batch:
    """Reads the form to its end. The first thing that is wrong ends it, with a pointer to it."""
    form = _Form(Storing(storage), policy)
    most = len(FIELDS) + policy.limits.max_batch_files + 1
    events = form_events(request.stream(), request.headers.get("content-type", ""), most_parts=most)
    try:
        async with aclosing(events) as parts:
            async for event in parts:
                if isinstance(event, PartStart):
                    await form.take(event, parts)
        return await form.finished()
    finally:
        await form.storing.stop()


async def _joined(first: bytes, second: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    yield second
    async for piece in rest:
        yield piece


def _name(given: str | None, index: int) -> str:
    """A file of many is found again by its name, so it must have one. InvalidInput."""
    if not without_folders(given):
        raise InvalidRequest("a file of a batch needs a name", pointer=pointer("file", index))
    try:
        name = file_name(given)
    except InvalidInput as error:
        raise InvalidInput(error.detail, pointer=pointer("file", index)) from None
    return name
