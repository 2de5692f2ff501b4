"""Bytes in a bucket that speaks S3, with a folder of this machine for what arrives and what is being read.

Every time bytes are stored they become an object of their own, `ab/<sha256>/<random>`, which is never written
again: so a sweep may remove one and never meets what is being stored at that moment. What the sweep has set
aside has an empty object `aside/ab/<sha256>/<size>`; only what is older than that is removed with it.
Endpoint, region and keys are the client's (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, …).
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from models.errors import StorageError
from services.infra.quarantine import SHARD, Blob, older_than
from services.infra.storage import DIGEST, Draft, LocalStorage, Stored, address, drop_older

ASIDE = "aside"
CACHED = timedelta(hours=1)
"""How long a copy stays here after it was last asked for: longer than anybody reads in it."""

TIDY_SECONDS = 60.0
CONNECT = timedelta(seconds=5)
ANSWER = timedelta(minutes=5)
PATIENCE = timedelta(seconds=20)
RETRIES = 4
PART = 8 << 20
PARTS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Copy:
    """One object with the bytes of an address: its key, their number, when it was stored there."""

    key: str
    size: int
    since: float


def bucket(url: str, *, patience: timedelta = PATIENCE) -> S3Store:
    """The client for `s3://bucket/prefix`, which tries again for so long. Nothing is asked yet."""
    parts = urlsplit(url)
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        client_options={"connect_timeout": CONNECT, "timeout": ANSWER, "allow_http": True},
        retry_config={"max_retries": RETRIES, "retry_timeout": patience},
    )


@contextmanager
def answered() -> Iterator[None]:
    """Trouble with the bucket as a StorageError that names its kind, and nothing that the server said."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise StorageError(f"The document store failed: {type(error).__name__}.") from error


def folder_of(sha256: str) -> str:
    """Where the copies of an address are; StorageError for what is none."""
    if not DIGEST.fullmatch(sha256):
        raise StorageError("This is not the address of stored bytes.")
    return f"{sha256[:SHARD]}/{sha256}"


def copies(store: S3Store, folder: str) -> list[Copy]:
    """What is stored below a folder, the oldest first."""
    with answered():
        found = [item for page in obstore.list(store, prefix=folder) for item in page]
    made = [Copy(item["path"], item["size"], item["last_modified"].timestamp()) for item in found]
    return sorted(made, key=lambda copy: copy.since)


def forget(store: S3Store, known: list[Copy]) -> None:
    """Remove these objects."""
    if known:
        with answered():
            obstore.delete(store, [copy.key for copy in known])


class S3Storage:
    """The Storage of a bucket. `cache` is a folder that nobody else tidies."""

    def __init__(self, store: S3Store, cache: Path) -> None:
        self._store = store
        self._cache = cache
        self._here = LocalStorage(cache)
        self._tidied = 0.0

    async def put_stream(self, chunks: AsyncIterator[bytes], *, limit: int) -> Stored:
        """See Storage. The bytes are hashed on their way into a file here, and sent from it in parts."""
        return await self._sent(await self._here.put_stream(chunks, limit=limit))

    async def put(self, data: bytes) -> Stored:
        """See Storage."""
        return await self._sent(await self._here.put(data))

    async def put_file(self, path: Path, part: range | None = None) -> Stored:
        """See Storage."""
        return await self._sent(await self._here.put_file(path, part))

    async def fetch(self, sha256: str) -> Path:
        """See Storage: a copy here, held against its address. It stays for an hour after this."""
        folder = folder_of(sha256)
        await self._tidy()
        path = address(self._cache, sha256)
        try:
            await asyncio.to_thread(os.utime, path)
        except FileNotFoundError:
            await self._fetched(sha256, folder)
        return path

    async def delete(self, sha256: str) -> None:
        """See Storage."""
        folder = folder_of(sha256)
        await self._here.delete(sha256)
        await asyncio.to_thread(forget, self._store, await asyncio.to_thread(copies, self._store, folder))

    async def sweep(self, older_than: timedelta) -> int:
        """Remove what uploads that never finished left in the folder; how many files that were."""
        return await self._here.sweep(older_than)

    async def _sent(self, stored: Stored) -> Stored:
        """The bytes in the bucket, as its newest copy of them; older ones are of no use then."""
        await self._tidy()
        folder = folder_of(stored.sha256)
        key = f"{folder}/{uuid4().hex}"
        path = address(self._cache, stored.sha256)
        with answered():
            await obstore.put_async(self._store, key, path, chunk_size=PART, max_concurrency=PARTS_AT_ONCE)
        known = await asyncio.to_thread(copies, self._store, folder)
        ours = next((copy.since for copy in known if copy.key == key), 0.0)
        await asyncio.to_thread(forget, self._store, [copy for copy in known if copy.since < ours])
        return stored

    async def _fetched(self, sha256: str, folder: str) -> None:
        known = await asyncio.to_thread(copies, self._store, folder)
        if not known:
            raise StorageError("The bytes of this document are not in the store.")
        draft = await asyncio.to_thread(Draft, self._cache)
        try:
            with answered():
                found = await obstore.get_async(self._store, known[-1].key)
                async for piece in found.stream(min_chunk_size=PART):
                    await asyncio.to_thread(draft.write, bytes(piece))
            if draft.sha256 != sha256:
                raise StorageError("The bytes of this document are damaged in the store.")
            await asyncio.to_thread(draft.keep)
        finally:
            await asyncio.to_thread(draft.discard)

    async def _tidy(self) -> None:
        """Now and then, copies here go that nobody has asked for within the hour, and what broke off."""
        if time.monotonic() - self._tidied < TIDY_SECONDS:
            return
        self._tidied = time.monotonic()
        await self.sweep(CACHED)
        await asyncio.to_thread(self._drop_old)

    def _drop_old(self) -> None:
        drop_older(self._cache.glob("*/*/*"), time.time() - CACHED.total_seconds())


class S3Quarantine:
    """What Quarantine is for a folder. Nothing is moved: an empty object tells that, and since when."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def shards(self) -> list[str]:
        """The first two characters of all addresses in use, in order."""
        with answered():
            found = obstore.list_with_delimiter(self._store)["common_prefixes"]
        return sorted(name for path in found if len(name := path.strip("/")) == SHARD)

    def kept(self, shard: str) -> list[Blob]:
        """What is stored at the addresses that begin so, and not aside."""
        newest: dict[str, Copy] = {}
        for copy in copies(self._store, shard):
            newest[_sha256_of(copy)] = copy
        aside = {_sha256_of(mark): mark.since for mark in copies(self._store, f"{ASIDE}/{shard}")}
        return [
            Blob(sha256, copy.size, copy.since)
            for sha256, copy in sorted(newest.items())
            if DIGEST.fullmatch(sha256) and copy.since >= aside.get(sha256, 0.0)
        ]

    def waiting(self) -> list[Blob]:
        """What is set aside, with the moment when that was."""
        return [
            Blob(_sha256_of(mark), int(mark.key.rpartition("/")[2]), mark.since)
            for mark in copies(self._store, ASIDE)
        ]

    def set_aside(self, blob: Blob) -> bool:
        """Whether the bytes are aside by this; not if they were stored anew since the blob was seen."""
        folder = folder_of(blob.sha256)
        known = copies(self._store, folder)
        if not known or known[-1].since > blob.since:
            return False
        with answered():
            obstore.put(self._store, f"{ASIDE}/{folder}/{blob.size}", b"")
        return True

    def take_away(self, sha256: str, *, grace: float) -> None:
        """Aside, if the bytes were stored longer ago than so many seconds."""
        known = copies(self._store, folder_of(sha256))
        for blob in older_than([Blob(sha256, copy.size, copy.since) for copy in known[-1:]], grace):
            self.set_aside(blob)

    def is_kept(self, sha256: str) -> bool:
        """Whether the bytes are in the bucket."""
        return bool(copies(self._store, folder_of(sha256)))

    def put_back(self, sha256: str) -> None:
        """Aside no more; nothing happens when it is not."""
        forget(self._store, copies(self._store, f"{ASIDE}/{folder_of(sha256)}"))

    def remove(self, sha256: str) -> bool:
        """Whether bytes are gone for good by this: copies older than the object that sets them aside."""
        folder = folder_of(sha256)
        marks = copies(self._store, f"{ASIDE}/{folder}")
        if not marks:
            return False
        old = [copy for copy in copies(self._store, folder) if copy.since < marks[0].since]
        forget(self._store, old)
        forget(self._store, marks)
        return bool(old)


def _sha256_of(copy: Copy) -> str:
    """The address in a key: the name before the last one."""
    return copy.key.rpartition("/")[0].rpartition("/")[2]
