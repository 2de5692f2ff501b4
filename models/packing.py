"""Number columns and compressed JSON as the stored forms have them, checked when they come back."""

import base64
import sys
import zlib
from array import array
from collections.abc import Sequence
from typing import Any

from models.geometry import Box

MOST_BYTES = 2 * 1024**3


def packed(column: "array[Any]") -> str:
    """The numbers, little endian, as base64."""
    return base64.b64encode(_little_endian(column).tobytes()).decode("ascii")


def unpacked(typecode: str, column: str) -> "array[Any]":
    """The numbers again; ValueError or binascii.Error for what `packed` did not make."""
    values: array[Any] = array(typecode)
    values.frombytes(base64.b64decode(column, validate=True))
    return _little_endian(values)


def inflated(data: bytes | memoryview) -> bytes:
    """What was compressed; ValueError or zlib.error when it is cut off, too large or followed by more."""
    stream = zlib.decompressobj()
    raw = stream.decompress(data, MOST_BYTES)
    if not stream.eof or stream.unused_data:
        raise ValueError("the compressed part is cut off, too large, or followed by something")
    return raw


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
