"""Packed bytes, unpacked from the front to the end, once: never more than a piece at a time in memory."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO, cast

from models.errors import CorruptDocument, ExpansionLimit
from models.limits import MEGABYTE, Limits

PIECE = 1 << 16
GZIP, BZIP2, XZ = "application/gzip", "application/x-bzip2", "application/x-xz"
_MAGIC = {b"\x1f\x8b": GZIP, b"BZh": BZIP2, b"\xfd7zXZ\0": XZ}
_OPENERS: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {
    GZIP: lambda source: cast("BinaryIO", gzip.GzipFile(fileobj=source)),
    BZIP2: lambda source: cast("BinaryIO", bz2.BZ2File(source)),
    XZ: lambda source: cast("BinaryIO", lzma.LZMAFile(source)),  # noqa: SIM115 - the source is the caller's
}
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


def packing_of(head: bytes) -> str | None:
    """How a stream that begins so is packed, if it is."""
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


class Stream:
    """The unpacked bytes of a source, from its start. CorruptDocument; ExpansionLimit for bombs."""

    def __init__(self, source: BinaryIO, packing: str | None, limits: Limits) -> None:
        self._packed_size = source.seek(0, 2)
        source.seek(0)
        self._source = _OPENERS[packing](source) if packing else source
        self._limits = limits
        self._is_packed = packing is not None
        self._taken = 0

    def some(self, size: int) -> bytes:
        """So many bytes; fewer at the end only."""
        parts: list[bytes] = []
        while size > 0:
            try:
                part = self._source.read(min(size, PIECE))
            except _DAMAGED as error:
                raise CorruptDocument("The archive is damaged: it cannot be unpacked.") from error
            if not part:
                break
            self._count(len(part))
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def read(self, size: int) -> bytes:
        """So many bytes."""
        data = self.some(size)
        if len(data) < size:
            raise CorruptDocument("The archive is cut off.")
        return data

    def skip(self, size: int) -> None:
        """Go on behind so many bytes."""
        while size > 0:
            size -= len(self.read(min(size, PIECE)))

    def _count(self, size: int) -> None:
        self._taken += size
        most, ratio = self._limits.max_expanded_bytes, self._limits.max_ratio
        if self._taken > most:
            raise ExpansionLimit(f"The archive unpacks to more than {most} bytes.")
        if self._is_packed and self._taken > max(MEGABYTE, ratio * self._packed_size):
            raise ExpansionLimit(f"The archive unpacks to more than {ratio} times its size.")
