"""What a process that reads a document says: how far it is, chunks in portions, the end or an error."""

import json
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from models.error_forms import told
from models.errors import ExpansionLimit, KerfError, MemoryLimit, NestingLimit
from services.runner.frames import LARGEST_FRAME, frame
from services.runner.values import Progress, Result

MOST_BYTES = 1 << 30
"""Of all that is said of one document."""

PORTION_BYTES = 1 << 20
LAST_WORDS = 1 << 16
"""Bytes kept back, so that an error can still be told."""

NO_MEMORY = frame({"error": {"code": MemoryLimit.code, "detail": None, "pointer": None}})
"""Made beforehand: when it is needed there may be no memory to make it."""


class Answers:
    """Writes to the pipe of one document. ExpansionLimit when the document gives more than may be said."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._left = MOST_BYTES - LAST_WORDS

    def progress(self, progress: Progress) -> None:
        """How far the work is."""
        self._send(frame({"progress": asdict(progress)}))

    def result(self, result: Result) -> None:
        """The chunks, then what was measured of them."""
        for portion in portions(result.chunks):
            self._send(frame({"chunks": portion}))
        for portion in portions([member._asdict() for member in result.members]):
            self._send(frame({"members": portion}))
        rest = {name: value for name, value in asdict(result).items() if name not in {"chunks", "members"}}
        self._send(frame({"result": rest}))

    def failure(self, error: BaseException) -> None:
        """The error as its public code; of a bug of ours only where it happened, never what it quotes."""
        self._left += LAST_WORDS
        match error:
            case MemoryError():
                self._write(NO_MEMORY)
            case RecursionError():
                self._send(frame({"error": told(NestingLimit())}))
            case KerfError() if error.code != KerfError.code:
                self._send(frame({"error": told(error)}))
            case _:
                self._send(frame({"error": told(KerfError()), "trace": where(error)}))

    def _send(self, data: bytes) -> None:
        self._left -= len(data)
        if len(data) > LARGEST_FRAME or self._left < 0:
            raise ExpansionLimit("The chunks are larger than what can be answered.")
        self._write(data)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


def portions(chunks: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Runs of chunks, or members, of about PORTION_BYTES each; a larger one goes alone."""
    portion: list[Mapping[str, Any]] = []
    size = 0
    for chunk in chunks:
        weight = len(json.dumps(chunk, ensure_ascii=False))
        if portion and size + weight > PORTION_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(chunk)
        size += weight
    if portion:
        yield portion


def where(error: BaseException) -> list[str]:
    """The kind of error and the lines it came through; its message may quote the document."""
    lines = (
        f"{PurePath(found.filename).name}:{found.lineno} {found.name}"
        for found in traceback.extract_tb(error.__traceback__, limit=-20)
    )
    return [type(error).__name__, *lines]
