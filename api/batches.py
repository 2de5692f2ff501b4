"""The form of a batch: small parts first, then files, each of which goes to storage while it arrives."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from api.batch_plans import FIELDS, Plans
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
from services.infra.storage import Storage, Stored

MAX_ITEMS_BYTES = 2 << 20


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


@dataclass(slots=True)
class _Form:
    """What has arrived so far."""

    storage: Storage
    policy: Policy
    fields: dict[str, str] = field(default_factory=dict)
    plans: Plans | None = None
    items: list[Item] = field(default_factory=list)
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

    def finished(self) -> Batch:
        """What has come, when nothing more comes."""
        if self.plans is None:
            raise InvalidRequest("there is no part `file`", pointer="/file")
        self.plans.refuse_unused()
        return Batch(self.items, self.plans.processing)

    async def _file(self, part: PartStart, events: AsyncIterator[Event]) -> None:
        """Refused before a byte of it is stored, where that is known already."""
        index, most = len(self.items), self.policy.limits.max_batch_files
        if index == most:
            raise TooManyFiles(f"A batch has at most {most:,} files.", pointer=pointer("file", index))
        name = _name(part.filename, index)
        self.plans = self.plans or Plans(self.fields, self.policy)
        plan = self.plans.of(index, name)
        stored = await self._stored(events, index)
        source = Source(name, stored.sha256, stored.size, plan.parsing)
        self.items.append(Item(source, plan.options, plan.external_id, plan.urgency))
        self.size += stored.size

    async def _stored(self, events: AsyncIterator[Event], index: int) -> Stored:
        limits = self.policy.limits
        room = limits.max_batch_bytes - self.size
        try:
            return await self.storage.put_stream(content_of(events), limit=min(limits.max_bytes, room))
        except TooLarge as error:
            whole = f"The files of a batch have at most {limits.max_batch_bytes:,} bytes together."
            detail = whole if room < limits.max_bytes else error.detail
            raise TooLarge(detail, pointer=pointer("file", index)) from None


async def receive(request: Request, storage: Storage, policy: Policy) -> Batch:
    """Reads the form to its end. The first thing that is wrong ends it, with a pointer to it."""
    form = _Form(storage, policy)
    most = len(FIELDS) + policy.limits.max_batch_files + 1
    events = form_events(request.stream(), request.headers.get("content-type", ""), most_parts=most)
    async with aclosing(events) as parts:
        async for event in parts:
            if isinstance(event, PartStart):
                await form.take(event, parts)
    return form.finished()


def _name(given: str | None, index: int) -> str:
    """A file of many is found again by its name, so it must have one. InvalidInput."""
    if not without_folders(given):
        raise InvalidRequest("a file of a batch needs a name", pointer=pointer("file", index))
    try:
        name = file_name(given)
    except InvalidInput as error:
        raise InvalidInput(error.detail, pointer=pointer("file", index)) from None
    return name
