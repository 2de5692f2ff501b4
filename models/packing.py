"""Number columns and compressed JSON as the stored forms have them, checked when they come back."""

import base64
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from models.errors import ExpansionLimit
from models.geometry import Box

PIECE = 1 << 20


def packed(column: "array[Any]") -> str:
    """The numbers, little endian, as base64."""
    return base64.b64encode(_little_endian(column).tobytes()).decode("ascii")


def unpacked(typecode: str, column: str) -> "array[Any]":
    """The numbers again; ValueError or binascii.Error for what `packed` did not make."""
    values: array[Any] = array(typecode)
    values.frombytes(base64.b64decode(column, validate=True))
    return _little_endian(values)


def deflated(raw: bytes, level: int, *, most: int) -> bytes:
    """The bytes compressed; ExpansionLimit when they are more than `most`."""
    if len(raw) > most:
        raise too_large(most)
    return zlib.compress(raw, level)


def inflated(data: bytes | memoryview, *, most: int) -> bytes:
    """What was compressed; ExpansionLimit when it is more than `most` bytes, and no more is ever held.

    ValueError or zlib.error when it is cut off or followed by more.
    """
    stream = zlib.decompressobj()
    raw = stream.decompress(data, most + 1)
    if len(raw) > most:
        raise too_large(most)
    if not stream.eof or stream.unused_data:
        raise ValueError("the compressed part is cut off, or followed by something")
    return raw


def check_inflated(pieces: Iterable[bytes], *, most: int) -> None:
    """ExpansionLimit when the compressed pieces unpack to more than `most` bytes; no more than a MiB is held.

    ValueError or zlib.error when they are cut off or followed by more.
    """
    stream = zlib.decompressobj()
    left = most
    for piece in pieces:
        rest = piece
        while rest and not stream.eof:
            left -= len(stream.decompress(rest, PIECE))
            rest = stream.unconsumed_tail
            if left < 0:
                raise too_large(most)
        if rest:
            raise ValueError("the compressed part is followed by something")
    if not stream.eof and len(stream.flush()) > left:
        raise too_large(most)
    if not stream.eof or stream.unused_data:
        raise ValueError("the compressed part is cut off, or followed by something")


def too_large(most: int) -> ExpansionLimit:
    """The error for a stored form of more than `most` bytes."""
    return ExpansionLimit(f"What was read of the document takes more than {most:,} bytes.")


def box_of(edges: Sequence[float] | None) -> Box | None:
    """A box from a list of its edges."""
    return None if edges is None else Box(*map(float, edges))


def text_of(value: object) -> str:
    """The value, if it is a text; else TypeError."""
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _little_endian(column: "array[Any]") -> "array[Any]":
    if sys.byteorder == "little":
        return column
    swapped = column[:]
    swapped.byteswap()
    return swapped
