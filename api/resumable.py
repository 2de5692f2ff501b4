"""Bytes on their way into a resumable upload, and the job that it becomes when the last one is there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api import tus
from api.admission import Door, door_of
from api.dependencies import policy_of
from api.errors import InvalidRequest
from api.processing import Processing, endpoint_of, read_parsing, read_processing
from api.state import Policy
from api.tus import Checksum
from api.uploads import file_name, parse_object, read_urgency
from models.errors import KerfError, StorageError, TooLarge
from models.resuming import ChecksumMismatch, WrongOffset
from models.tables.uploads import UploadRecord
from models.urgency import Urgency
from services import uploads
from services.documents.sources import Source
from services.documents.submission import refuse_external_id, submit
from services.infra.partials import Partials
from services.infra.storage import Storage
from services.uploads import Piece, Wanted

PIECE = 2 << 20
"""Bytes that are made safe at a time: what the death of a process loses at most."""

MOST_PIECES = 10_000
"""So many more than a file of this length needs: nobody is cut off that often."""

USED = ("filename", "options", "parsing", "webhook_url", "external_id", "priority")
FOREIGN = ("name", "type", "filetype", "relativePath")
"""Keys that clients send by themselves. The type comes from the bytes."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a request about an upload needs."""

    request: Request
    storage: Storage
    partials: Partials
    policy: Policy
    door: Door

    @property
    def lasts(self) -> timedelta:
        """How long an upload waits for its next byte."""
        return self.policy.upload_lasts

    async def begin(self) -> UploadRecord:
        """A new upload, checked and let in before a byte of it is read."""
        wanted = read_wanted(self.request, self.policy)
        await self.door.let_in()
        async with self.door.sessions.begin() as session:
            await self.door.keep_quota(session, wanted.length)
            most = self.door.quota.max_uploads
            return await uploads.begin(session, self.door.tenant, wanted, lasts=self.lasts, most=most)

    async def find(self, upload_id: str) -> UploadRecord:
        """NotFound, UploadExpired."""
        async with self.door.sessions() as session:
            return await uploads.find(session, self.door.tenant, upload_id)

    async def go_on(self, upload_id: str, offset: int) -> UploadRecord:
        """The upload for this request alone; WrongOffset, NotFound, UploadExpired."""
        async with self.door.sessions.begin() as session:
            return await uploads.go_on(session, self.door.tenant, upload_id, offset)

    async def take(self, upload: UploadRecord) -> UploadRecord:
        """The upload with the body of the request, from where it stands; a job if it is complete by that."""
        checksum = tus.read_checksum(self.request)
        if tus.has_body(self.request):
            tus.require_bytes(self.request)
        if upload.received + tus.declared(self.request) > upload.length:
            raise TooLarge(f"The upload has {upload.length:,} bytes; these are more.")
        async with self.door.sessions() as session:
            if len(await uploads.names(session, upload)) > MOST_PIECES + upload.length // PIECE:
                raise InvalidRequest("this upload came in too many parts; begin another", pointer="")
        return await Arrival(self, upload, checksum).take(self.request.stream())

    async def terminate(self, upload_id: str) -> None:
        """The upload and its bytes go."""
        async with self.door.sessions.begin() as session:
            await uploads.remove(session, self.door.tenant, upload_id)
        await self.partials.forget(upload_id)


async def desk_of(request: Request) -> Desk:
    """That of this request; UnsupportedVersion."""
    tus.require_version(request)
    policy, door = await policy_of(request), await door_of(request)
    return Desk(request, request.state.storage, request.state.partials, policy, door)


DeskDep = Annotated[Desk, Depends(desk_of)]


def read_wanted(request: Request, policy: Policy) -> Wanted:
    """What is to be made of the upload, as the parts of a form say it; InvalidInput, TooLarge."""
    length = tus.read_length(request)
    if length > policy.limits.max_bytes:
        raise TooLarge(f"The upload is larger than {policy.limits.max_bytes:,} bytes.")
    text, told = tus.read_metadata(request)
    if unknown := sorted(told.keys() - {*USED, *FOREIGN}):
        raise InvalidRequest(f"keys are {', '.join(USED)}", pointer=f"/{unknown[0]}")
    external_id = told.get("external_id")
    refuse_external_id(external_id)
    options, parsing = (parse_object(told.get(part, "{}"), part) for part in ("options", "parsing"))
    processing = read_processing(options, policy, webhook_url=told.get("webhook_url"), at=("options",))
    wanted = {
        **processing.as_json(),
        "name": file_name(told.get("filename", told.get("name"))),
        "parsing": read_parsing(parsing) if "parsing" in told else {},
        "external_id": external_id,
        "priority": read_urgency(told.get("priority", Urgency.AUTO)).value,
    }
    return Wanted(length, text, wanted)


class Arrival:
    """The bytes of one request. Each piece is counted when it is safe; with a checksum, all or none."""

    def __init__(self, desk: Desk, upload: UploadRecord, checksum: Checksum | None) -> None:
        self._desk = desk
        self._upload = upload
        self._checksum = checksum
        self._end = upload.received
        self._buffer = bytearray()
        self._held: list[Piece] = []

    async def take(self, body: AsyncIterator[bytes]) -> UploadRecord:
        """The upload as it stands at the end of the body. Who is cut off keeps what has arrived.

        Pieces go again only where it is certain that they do not count: not after a commit without an answer.
        """
        try:
            await self._read(body)
            return await self._settle()
        except (KerfError, ClientDisconnect, HTTPException):
            with suppress(StorageError):
                await self._desk.partials.drop(self._upload.id, [piece.name for piece in self._held])
            raise

    async def _read(self, body: AsyncIterator[bytes]) -> None:
        try:
            async for data in body:
                await self._read_some(data)
        except (ClientDisconnect, HTTPException):
            if self._checksum is None:
                await self._settle()
            raise
        if self._checksum and not self._checksum.is_met:
            raise ChecksumMismatch

    async def _read_some(self, data: bytes) -> None:
        self._end += len(data)
        if self._end > self._upload.length:
            raise TooLarge(f"The upload has {self._upload.length:,} bytes; these are more.")
        self._buffer += data
        if self._checksum:
            self._checksum.update(data)
        while len(self._buffer) > PIECE:  # the last byte of an upload is never among these
            await self._write(PIECE)
            if self._checksum is None:
                await self._count()

    async def _settle(self) -> UploadRecord:
        """All that has arrived is counted, and makes the job if nothing is missing."""
        if self._upload.job_id is not None:
            return self._upload
        if self._buffer:
            await self._write(len(self._buffer))
        if self._end == self._upload.length:
            self._upload = await complete(self._desk, self._upload, [piece.name for piece in self._held])
            self._held = []
        elif self._held:
            await self._count()
        return self._upload

    async def _write(self, size: int) -> None:
        piece = Piece(uuid4().hex, size)
        self._held.append(piece)
        await self._desk.partials.add(self._upload.id, piece.name, bytes(self._buffer[:size]))
        del self._buffer[:size]

    async def _count(self) -> None:
        async with self._desk.door.sessions.begin() as session:
            self._upload = await uploads.add(session, self._upload, self._held, lasts=self._desk.lasts)
        self._held = []


async def complete(desk: Desk, upload: UploadRecord, held: Sequence[str]) -> UploadRecord:
    """The upload with its job, made of the pieces that count and those that are `held`, as of a form.

    Its last bytes count in the transaction that makes the job, so none is made twice and none is missing.
    """
    async with desk.door.sessions() as session:
        counted = await uploads.names(session, upload)
    try:
        joined = _joined(desk.partials, upload.id, [*counted, *held])
        stored = await desk.storage.put_stream(joined, limit=upload.length)
        if stored.size != upload.length:
            raise StorageError("Bytes of this upload are not in the store.")
    except StorageError:
        now = await desk.find(upload.id)
        if now.job_id is not None:  # another request was faster
            raise WrongOffset(now.received, now.job_id) from None
        raise
    wanted: dict[str, Any] = upload.request
    source = Source(wanted["name"], stored.sha256, stored.size, wanted["parsing"])
    processing = Processing(wanted["options"], wanted["webhook_url"])
    async with desk.door.sessions.begin() as session:
        endpoint = await endpoint_of(session, desk.door.tenant, processing, desk.policy)
        row = await uploads.advance(session, upload, upload.length, lasts=desk.lasts)
        await desk.door.keep_quota(session, stored.size)
        job = await submit(
            session,
            tenant_id=desk.door.tenant,
            source=source,
            options=processing.options,
            endpoint_id=endpoint,
            external_id=wanted["external_id"],
            urgency=Urgency(wanted["priority"]),
        )
        await uploads.end(session, row, job.id)
    with suppress(KerfError):  # a sweep does it as well
        await desk.partials.forget(upload.id)
    return row


async def _joined(partials: Partials, upload_id: str, names: Sequence[str]) -> AsyncIterator[bytes]:
    for name in names:
        yield await partials.read(upload_id, name)
