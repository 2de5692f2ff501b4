"""Whether stored bytes are there, and are still those that their address names."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from services.infra.storage import QUARANTINE, address, pieces


class Standing(StrEnum):
    """How stored bytes were found."""

    WHOLE = "whole"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Examined:
    """One address: how it stands, and how many bytes are stored there."""

    standing: Standing
    size: int = 0


MISSING = Examined(Standing.MISSING)


class Examiner(Protocol):
    """Looks at an address without changing anything. StorageError when the store itself does not answer."""

    async def examine(self, sha256: str, *, reads: bool) -> Examined:
        """With `reads` all bytes are read and hashed, else only looked for."""
        ...


class LocalExaminer:
    """Of a LocalStorage's folder; what a sweep has set aside is still there for whoever needs it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def examine(self, sha256: str, *, reads: bool) -> Examined:
        """See Examiner."""
        return await asyncio.to_thread(self._examine, sha256, reads=reads)

    def _examine(self, sha256: str, *, reads: bool) -> Examined:
        kept = address(self._root, sha256)
        for path in (kept, self._root / QUARANTINE / sha256, kept):  # it may be put back at this moment
            try:
                return judged(sha256, pieces(path)) if reads else whole(path.stat().st_size)
            except FileNotFoundError:
                continue
            except OSError:  # a disk that does not give it back
                return Examined(Standing.DAMAGED)
        return MISSING


def whole(size: int) -> Examined:
    """So many bytes that nobody has doubts about."""
    return Examined(Standing.WHOLE, size)


def judged(sha256: str, data: Iterable[bytes]) -> Examined:
    """What the bytes of an address are worth."""
    digest, size = hashlib.sha256(), 0
    for piece in data:
        digest.update(piece)
        size += len(piece)
    return whole(size) if digest.hexdigest() == sha256 else Examined(Standing.DAMAGED, size)
