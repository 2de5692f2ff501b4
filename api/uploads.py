"""The upload form: `file` goes to storage while it arrives, the small parts are checked first."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from api.errors import InvalidRequest
from api.multipart import Event, Mark, PartStart, form_events
from api.processing import Processing, read_parsing, read_processing
from api.state import Policy
from models.urgency import Urgency
from services.documents.sources import Source
from services.documents.submission import refuse_external_id, refuse_name
from services.infra.storage import Storage, Stored

MAX_FIELD_BYTES = 64 * 1024
PARTS = ("file", "options", "parsing", "webhook_url", "external_id", "priority")
UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file and what is to be done with it."""

    source: Source
    processing: Processing
    external_id: str | None
    urgency: Urgency = Urgency.AUTO

    def as_json(self) -> dict[str, Any]:
        """What two equal uploads have in common; as it was before there was `priority`, if none is given."""
        common = {
            "file": self.source.columns(),
            "external_id": self.external_id,
            **self.processing.as_json(),
        }
        return common if self.urgency is Urgency.AUTO else {**common, "priority": self.urgency.value}


@dataclass(slots=True)
class _Form:
    """What has arrived so far."""

    name: str = UNNAMED
    stored: Stored | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    parsing: Mapping[str, Any] = field(default_factory=dict)
    webhook_url: str | None = None
    external_id: str | None = None
    urgency: Urgency = Urgency.AUTO
    seen: set[str] = field(default_factory=set)

    def processing(self, policy: Policy) -> Processing:
        return read_processing(self.options, policy, webhook_url=self.webhook_url, at=("options",))


async def receive(request: Request, storage: Storage, policy: Policy) -> Upload:
    """Reads the form to its end. Fields sent before the file are checked before a byte of it is stored."""
    form = _Form()
    events = form_events(request.stream(), request.headers.get("content-type", ""))
    async with aclosing(events) as parts:
        async for event in parts:
            if isinstance(event, PartStart):
                await _take(form, event, parts, storage, policy)
    if form.stored is None:
        raise InvalidRequest("the part `file` is missing", pointer="/file")
    source = Source(form.name, form.stored.sha256, form.stored.size, form.parsing)
    return Upload(source, form.processing(policy), form.external_id, form.urgency)


async def _take(
    form: _Form, part: PartStart, events: AsyncIterator[Event], storage: Storage, policy: Policy
) -> None:
    if part.name not in PARTS or part.name in form.seen:
        raise InvalidRequest(f"a part is unknown or given twice; send {', '.join(PARTS)}", pointer="")
    form.seen.add(part.name)
    if part.name == "file":
        form.name = file_name(part.filename)
        form.processing(policy)
        form.stored = await storage.put_stream(content_of(events), limit=policy.limits.max_bytes)
    elif part.name == "options":
        form.options = parse_object(await field_of(part.name, events), part.name)
    elif part.name == "parsing":
        form.parsing = read_parsing(parse_object(await field_of(part.name, events), part.name))
    elif part.name == "webhook_url":
        form.webhook_url = await field_of(part.name, events)
    elif part.name == "priority":
        form.urgency = read_urgency(await field_of(part.name, events))
    else:
        form.external_id = await field_of(part.name, events)
        refuse_external_id(form.external_id)


def file_name(given: str | None) -> str:
    """The name without folders; a file sent without one is `unnamed`. InvalidInput when it cannot be kept."""
    name = without_folders(given) or UNNAMED
    refuse_name(name)
    return name


def without_folders(given: str | None) -> str:
    """The last part of a path of any system; empty where there is none."""
    return (given or "").replace("\\", "/").rpartition("/")[2].strip()


def read_urgency(text: str) -> Urgency:
    """What was asked for; InvalidRequest for what cannot be."""
    try:
        return Urgency(text)
    except ValueError:
        detail = f"priority is one of {', '.join(Urgency)}"
        raise InvalidRequest(detail, pointer="/priority") from None


def parse_object(text: str, part: str) -> dict[str, Any]:
    """A JSON object; InvalidRequest for anything else."""
    value = parse_json(text, part)
    if not isinstance(value, dict):
        raise InvalidRequest(f"{part} must be a JSON object", pointer=f"/{part}")
    return value


def parse_json(text: str, part: str) -> Any:
    """The value; InvalidRequest for what is no JSON, also for NaN and for nesting beyond reason."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidRequest(f"{part} is not JSON", pointer=f"/{part}") from None


async def content_of(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """The bytes of the part that has just begun."""
    async for event in events:
        if event is Mark.PART_END:
            return
        if isinstance(event, bytes):
            yield event


async def field_of(name: str, events: AsyncIterator[Event], *, most: int = MAX_FIELD_BYTES) -> str:
    """The text of a small part; HTTPException 413, InvalidRequest."""
    data = bytearray()
    async for piece in content_of(events):
        data += piece
        if len(data) > most:
            raise HTTPException(413, f"The part {name} is larger than {most} bytes.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidRequest(f"{name} is not UTF-8", pointer=f"/{name}") from None


def _refuse(constant: str) -> None:
    raise ValueError(constant)
