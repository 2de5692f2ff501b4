"""Length-prefixed JSON over a pipe: 4 bytes big endian, then UTF-8. Never pickle: a parser may be hostile."""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from models.errors import WorkerCrashed

HEADER = struct.Struct(">I")
LARGEST_FRAME = 16 << 20
"""Bytes: whoever sends more in one message is cut off."""

NO_MESSAGE = "the parser sent something that is no message"


def frame(message: Mapping[str, Any]) -> bytes:
    """One message as it goes over the pipe."""
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return HEADER.pack(len(data)) + data


def write_frame(stream: BinaryIO, message: Mapping[str, Any]) -> None:
    """Send one message, in ASCII: the name of a file may hold bytes that are no text."""
    data = json.dumps(message, separators=(",", ":")).encode("ascii")
    stream.write(HEADER.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: BinaryIO) -> Any:
    """The next message of somebody trusted; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return json.loads(stream.read(size))


class FrameBuffer:
    """Bytes in, whole messages out; WorkerCrashed when what arrives is no message, or too much of it."""

    def __init__(self, most_bytes: int) -> None:
        self._data = bytearray()
        self._left = most_bytes

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The messages that are complete with these bytes."""
        self._left -= len(data)
        if self._left < 0:
            raise WorkerCrashed("the parser answered with more than any document gives")
        self._data += data
        while len(self._data) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._data)
            if size > LARGEST_FRAME:
                raise WorkerCrashed(NO_MESSAGE)
            if len(self._data) < HEADER.size + size:
                return
            raw = bytes(self._data[HEADER.size : HEADER.size + size])
            del self._data[: HEADER.size + size]
            yield _message(raw)


def _message(raw: bytes) -> dict[str, Any]:
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise WorkerCrashed(NO_MESSAGE)
    return message
