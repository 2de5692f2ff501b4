"""What goes over the socket: one byte that says what it is, four of length (big endian), the bytes.

A question is JSON, an answer float32 rows (little endian) behind their number and width, or an error.
"""

import json
import os
import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models.errors import ModelError

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

HEAD = struct.Struct(">BI")
SHAPE = struct.Struct(">II")
QUESTION, ROWS, ERROR = 1, 2, 3
LARGEST = 64 << 20
"""Bytes of one answer."""
MOST_TEXTS = 512
"""In one question: whoever has more asks again, and others come in between."""


def question(name: str, texts: Sequence[str]) -> bytes:
    """Asks the embedder of that name for a row for each text."""
    return _message(QUESTION, json.dumps({"embedder": name, "texts": list(texts)}).encode())


def rows(found: "Floats") -> bytes:
    """The answer."""
    return _message(ROWS, SHAPE.pack(*found.shape) + found.astype("<f4").tobytes())


def error(told: Mapping[str, Any]) -> bytes:
    """The other answer."""
    return _message(ERROR, json.dumps(dict(told)).encode())


def _message(kind: int, data: bytes) -> bytes:
    return HEAD.pack(kind, len(data)) + data


def read(descriptor: int, largest: int = LARGEST) -> tuple[int, bytes] | None:
    """The next message and its kind; None at the end; ModelError when it is none, OSError."""
    head = _exactly(descriptor, HEAD.size)
    if not head:
        return None
    kind, size = HEAD.unpack(head)
    if size > largest:
        raise ModelError("a message is too large")
    data = _exactly(descriptor, size)
    if len(data) < size:
        raise ModelError("a message ends too soon")
    return kind, data


def asked(data: bytes) -> tuple[str, list[str]]:
    """Embedder and texts of a question; ModelError."""
    try:
        raw: Any = json.loads(data)
    except ValueError as error:
        raise ModelError("a question is no JSON") from error
    match raw:
        case {"embedder": str(name), "texts": list(texts)} if all(isinstance(text, str) for text in texts):
            return name, texts
    raise ModelError("a question has no embedder or no texts")


def array(data: bytes) -> "Floats":
    """The rows of an answer; ModelError."""
    import numpy as np  # noqa: PLC0415 - loaded by whoever embeds

    number, width = SHAPE.unpack_from(data)
    if len(data) != SHAPE.size + 4 * number * width:
        raise ModelError("an answer has another size than it says")
    return np.frombuffer(data, "<f4", number * width, SHAPE.size).reshape(number, width).astype(np.float32)


def _exactly(descriptor: int, size: int) -> bytes:
    """So many bytes, fewer only where the stream ends before."""
    parts, left = [], size
    while left and (part := os.read(descriptor, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def write(descriptor: int, data: bytes) -> None:
    """All of it; OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
