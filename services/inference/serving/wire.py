"""What goes over the socket: one byte that says what it is, four of length (big endian), the bytes.

A question is JSON, an answer float32 rows (little endian) behind their number and width, or an error.
"""

import json
import os
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from models.errors import ModelError
from models.span import Span

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

HEAD = struct.Struct(">BI")
SHAPE = struct.Struct(">II")
QUESTION, ROWS, ERROR = 1, 2, 3
LARGEST = 64 << 20
"""Bytes of one answer."""
MOST_TEXTS = 512
"""In one question: whoever has more asks again, and others come in between."""


class Question(NamedTuple):
    """Asks the embedder of that name for a row for each text, or for each of the `spans` of one text."""

    embedder: str
    texts: list[str]
    spans: list[Span] | None = None


def question(asked: Question) -> bytes:
    """The message."""
    return _message(QUESTION, json.dumps(asked._asdict()).encode())


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


def asked(data: bytes) -> Question:
    """What a message asks; ModelError."""
    try:
        raw: Any = json.loads(data)
    except ValueError as error:
        raise ModelError("a question is no JSON") from error
    match raw:
        case {"embedder": str(name), "texts": list(texts), "spans": spans} if all(map(_is_text, texts)):
            if spans is None and len(texts) <= MOST_TEXTS:
                return Question(name, texts)
            if len(texts) == 1 and isinstance(spans, list) and all(map(_is_span, spans)):
                return Question(name, texts, [Span(*span) for span in spans])
    raise ModelError("a question is not well formed")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_span(value: object) -> bool:
    match value:
        case [int(start), int(end)]:
            return 0 <= start <= end
    return False


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
