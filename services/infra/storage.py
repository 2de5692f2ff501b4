"""Where bytes live: content-addressed, so equal bytes are kept once and names are never the user's."""

import asyncio
import errno
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from models.errors import StorageError, StorageFull, TooLarge

DIGEST = re.compile(r"[0-9a-f]{64}")
INCOMING = "incoming"
QUARANTINE = "quarantine"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a disk that is full says, one on which a quota is used up, or a limit on the size of files."""

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """The address of kept bytes (hexadecimal SHA-256) and how many they are."""

    sha256: str
    size: int


class Storage(Protocol):
    """Keeps bytes under their SHA-256. What was returned as `Stored` survives a power cut."""

    async def put_stream(self, chunks: AsyncIterator[bytes], *, limit: int) -> Stored:
        """Keep a stream; TooLarge beyond `limit` bytes, and then nothing stays behind."""
        ...

    async def put(self, data: bytes) -> Stored:
        """Keep bytes that are in memory."""
        ...

    async def put_file(self, path: Path, part: range | None = None) -> Stored:
        """Keep a copy of a file, or of the bytes of it that `part` numbers."""
        ...

    async def fetch(self, sha256: str) -> Path:
        """A local path to read the bytes from; StorageError when they are not here."""
        ...

    async def delete(self, sha256: str) -> None:
        """Forget the bytes; nothing happens when they are not here."""
        ...


@contextmanager
def reported() -> Iterator[None]:
    """Trouble with the disk as a StorageError that names the trouble, not the path."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        raise StorageError(f"The document store failed: {error.strerror or type(error).__name__}.") from error


def drop_older(paths: Iterable[Path], before: float) -> int:
    """Remove the files that were changed before; how many. Others may move or remove them meanwhile."""
    dropped = 0
    for path in paths:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                dropped += 1
    return dropped


class Draft:
    """Bytes on their way in: a file under a temporary name until `keep` gives it its address."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._digest = hashlib.sha256()
        self.size = 0
        folder = root / INCOMING
        make_folder(folder)
        self._path = folder / uuid4().hex
        self._file = self._path.open("xb")

    def write(self, piece: bytes) -> None:
        """Append and hash."""
        self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    @property
    def sha256(self) -> str:
        """The address of what was written so far."""
        return self._digest.hexdigest()

    def keep(self) -> Stored:
        """Force the bytes to the disk, then let them appear under their address in one step."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        target = address(self._root, self.sha256)
        make_folder(target.parent)
        self._path.replace(target)
        sync_folder(target.parent)
        return Stored(self.sha256, self.size)

    def discard(self) -> None:
        """Leave nothing behind; harmless after `keep`."""
        with suppress(OSError):  # what is buffered still may find no room on a full disk
            self._file.close()
        self._path.unlink(missing_ok=True)


class LocalStorage:
    """A folder: `ab/cd/<sha256>` for kept bytes, `incoming/` for those still arriving.

    `quarantine/<sha256>` is what a sweep has set aside; whoever asks for it gets it back.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put_stream(self, chunks: AsyncIterator[bytes], *, limit: int) -> Stored:
        """See Storage. Memory stays flat: one piece at a time, written off the event loop."""
        pieces = gathered(chunks, limit=limit)
        with reported():
            first, second = await anext(pieces, b""), await anext(pieces, None)
            if second is None:
                return await self.put(first)
            draft = await asyncio.to_thread(Draft, self._root)
            try:
                await asyncio.to_thread(draft.write, first + second)
                del first, second  # not kept until the last byte has come
                async for piece in pieces:
                    await asyncio.to_thread(draft.write, piece)
                return await asyncio.to_thread(draft.keep)
            finally:
                await asyncio.to_thread(draft.discard)

    async def put(self, data: bytes) -> Stored:
        """See Storage."""
        return await asyncio.to_thread(self._keep, iter([data]))

    async def put_file(self, path: Path, part: range | None = None) -> Stored:
        """See Storage; read piece by piece."""
        return await asyncio.to_thread(self._keep, pieces(path, part))

    async def fetch(self, sha256: str) -> Path:
        """See Storage; the path is the kept file itself: read it, never write it."""
        path = address(self._root, sha256)
        if not await asyncio.to_thread(self._is_there, path):
            raise StorageError("The bytes of this document are not in the store.")
        return path

    async def delete(self, sha256: str) -> None:
        """See Storage."""
        with reported():
            for path in (address(self._root, sha256), self._root / QUARANTINE / sha256):
                await asyncio.to_thread(path.unlink, missing_ok=True)

    async def sweep(self, older_than: timedelta) -> int:
        """Remove what uploads that never finished left behind; the number of files removed."""
        with reported():
            return await asyncio.to_thread(self._sweep, time.time() - older_than.total_seconds())

    def _is_there(self, path: Path) -> bool:
        if not path.is_file():
            with reported():
                put_back(self._root, path.name)
        return path.is_file()

    def _sweep(self, before: float) -> int:
        return drop_older((self._root / INCOMING).glob("*"), before)

    def _keep(self, data: Iterator[bytes]) -> Stored:
        with reported():
            draft = Draft(self._root)
            try:
                for piece in data:
                    draft.write(piece)
                return draft.keep()
            finally:
                draft.discard()


def address(root: Path, sha256: str) -> Path:
    """The place of an address; StorageError for anything that is not a SHA-256 in lower-case hex."""
    if not DIGEST.fullmatch(sha256):
        raise StorageError("This is not the address of stored bytes.")
    return root / sha256[:2] / sha256[2:4] / sha256


def put_back(root: Path, sha256: str) -> None:
    """What a sweep has set aside stands at its address again; nothing happens when nothing is aside."""
    aside, target = root / QUARANTINE / sha256, address(root, sha256)
    try:
        os.utime(aside)
        aside.replace(target)
    except FileNotFoundError:
        return
    sync_folder(target.parent)


async def gathered(chunks: AsyncIterator[bytes], *, limit: int) -> AsyncIterator[bytes]:
    """The same bytes, a MiB or more at a time: small pieces are not worth a thread each.

    TooLarge beyond `limit` bytes.
    """
    size, waiting = 0, bytearray()
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"The upload is larger than {limit:,} bytes.")
        waiting += chunk
        if len(waiting) >= PIECE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def pieces(path: Path, part: range | None = None) -> Iterator[bytes]:
    """The bytes of a file or of a part of it, a MiB at a time."""
    with path.open("rb") as file:
        start, end = (part.start, part.stop) if part is not None else (0, path.stat().st_size)
        file.seek(start)
        while piece := file.read(min(PIECE, end - file.tell())):
            yield piece


def make_folder(path: Path) -> None:
    """Make a private folder with its parents, each entry forced to the disk."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Force a folder's entries to the disk, so a rename survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
