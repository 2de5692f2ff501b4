"""Length-prefixed JSON over a pipe: 4 bytes big endian, then UTF-8. Never pickle: a parser may be hostile."""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from models.errors import WorkerCrashed

HEADER = struct.Struct(">I")
MAX_FRAME = 1 << 30


def write_frame(stream: BinaryIO, message: Mapping[str, Any]) -> None:
    """Send one message."""
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    stream.write(HEADER.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: BinaryIO) -> Any:
    """The next message; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return json.loads(stream.read(size))


class FrameBuffer:
    """Bytes in, whole messages out; WorkerCrashed when what arrives is no message."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The messages that are complete with these bytes."""
        self._data += data
        while len(self._data) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._data)
            if size > MAX_FRAME:
                raise WorkerCrashed("the parser sent something that is no message")
            if len(self._data) < HEADER.size + size:
                return
            raw = bytes(self._data[HEADER.size : HEADER.size + size])
            del self._data[: HEADER.size + size]
            yield _message(raw)


def _message(raw: bytes) -> dict[str, Any]:
    try:
        message = json.loads(raw)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise WorkerCrashed("the parser sent something that is no message")
    return message
