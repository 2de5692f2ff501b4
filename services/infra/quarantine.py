"""Stored bytes that nobody seems to need, set aside before they are removed. Readers still find them there.

An upload of the same bytes may come at any moment, and the store has no locks. So nothing is removed from
its address. A rename sets it aside; whoever stores the same bytes again meanwhile makes a new file at the
address, and whoever reads them takes the old one back. Only what lay aside untouched is unlinked.
"""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.infra.storage import DIGEST, QUARANTINE, address, make_folder, put_back, reported

SHARD = 2
"""Characters of an address that name the folder which is looked through at a time."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: address, number, and when they were last stored or moved (seconds since the epoch)."""

    sha256: str
    size: int
    since: float


class Aside(Protocol):
    """How a sweep takes stored bytes out of use before they are removed, wherever they are kept."""

    def shards(self) -> list[str]:
        """The first two characters of all addresses in use, in order."""
        ...

    def kept(self, shard: str) -> list[Blob]:
        """What is stored at the addresses that begin so, and not aside."""
        ...

    def waiting(self) -> list[Blob]:
        """What is set aside, with the moment when that was."""
        ...

    def set_aside(self, blob: Blob) -> bool:
        """Whether the bytes are aside by this; not if they were stored anew since the blob was seen."""
        ...

    def take_away(self, sha256: str, *, grace: float) -> None:
        """Aside, if the bytes were stored longer ago than so many seconds."""
        ...

    def is_kept(self, sha256: str) -> bool:
        """Whether the bytes are stored and not aside."""
        ...

    def put_back(self, sha256: str) -> None:
        """Aside no more; nothing happens when they are not."""
        ...

    def remove(self, sha256: str) -> bool:
        """Whether the bytes are gone for good by this; not if somebody took them back first."""
        ...


class Quarantine:
    """The part of a LocalStorage's folder for what is set aside. Any number of sweepers may work on it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / QUARANTINE

    def shards(self) -> list[str]:
        """The first two characters of all addresses in use, in order."""
        with reported():
            return sorted(path.name for path in _entries(self._root) if len(path.name) == SHARD)

    def kept(self, shard: str) -> list[Blob]:
        """What is stored at the addresses that begin so."""
        with reported():
            folders = _entries(self._root / shard)
            return [blob for folder in folders for path in _entries(folder) for blob in _blobs(path)]

    def waiting(self) -> list[Blob]:
        """What is set aside, with the moment when that was."""
        with reported():
            return [blob for path in _entries(self._folder) for blob in _blobs(path)]

    def set_aside(self, blob: Blob) -> bool:
        """Whether the bytes are aside now; not if they were stored anew since the blob was seen."""
        path, aside = address(self._root, blob.sha256), self._folder / blob.sha256
        with reported():
            make_folder(self._folder)
            try:
                seen = path.stat()
                if seen.st_mtime > blob.since:
                    return False
                os.utime(path)
                path.rename(aside)
                if aside.stat().st_ino == seen.st_ino:
                    return True
            except FileNotFoundError:  # another sweeper was faster, or a reader
                return False
        put_back(self._root, blob.sha256)
        return False

    def take_away(self, sha256: str, *, grace: float) -> None:
        """Aside, if the bytes were stored longer ago than so many seconds."""
        with reported():
            found = list(_blobs(address(self._root, sha256)))
        for blob in older_than(found, grace):
            self.set_aside(blob)

    def is_kept(self, sha256: str) -> bool:
        """Whether the bytes are at their address."""
        with reported():
            return address(self._root, sha256).is_file()

    def put_back(self, sha256: str) -> None:
        """To its address; nothing happens when it is not aside any more."""
        with reported():
            put_back(self._root, sha256)

    def remove(self, sha256: str) -> bool:
        """Whether the bytes are gone for good by this; not if somebody took them back first."""
        with reported():
            try:
                (self._folder / sha256).unlink()
            except FileNotFoundError:
                return False
        return True


def older_than(blobs: list[Blob], seconds: float) -> list[Blob]:
    """Those that were neither stored nor moved for so long."""
    before = time.time() - seconds
    return [blob for blob in blobs if blob.since < before]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _blobs(path: Path) -> Iterator[Blob]:
    """The file as a blob; nothing for what is no address, or gone again."""
    with suppress(FileNotFoundError):
        found = path.stat()
        if DIGEST.fullmatch(path.name) and stat.S_ISREG(found.st_mode):
            yield Blob(path.name, found.st_size, found.st_mtime)
