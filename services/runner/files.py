"""The files of one request: opened by name, or beforehand for a process that may open nothing."""

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from models.errors import StorageError, TooLarge
from services.runner.values import Request


class Files(Protocol):
    """Whole files, named by the paths of the request."""

    def read(self, path: Path, *, limit: int) -> bytes:
        """What is in the file; TooLarge beyond `limit` bytes, StorageError when it cannot be read."""

    def write(self, path: Path, data: bytes) -> None:
        """Put this into the file, behind what was put there before; StorageError."""

    def stream(self, path: Path) -> BinaryIO:
        """The file, to be read piece by piece; StorageError."""


class NamedFiles:
    """Opens what it is asked for: for the process of the command line."""

    def read(self, path: Path, *, limit: int) -> bytes:
        """The protocol's law."""
        with _storage_errors(), path.open("rb") as file:
            return _read(file.fileno(), limit)

    def write(self, path: Path, data: bytes) -> None:
        """The protocol's law."""
        with _storage_errors(), path.open("ab") as file:
            file.write(data)

    def stream(self, path: Path) -> BinaryIO:
        """The protocol's law."""
        with _storage_errors():
            return path.open("rb")


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """Descriptors that were opened before the sandbox closed."""

    descriptors: Mapping[Path, int]

    def read(self, path: Path, *, limit: int) -> bytes:
        """The protocol's law."""
        with _storage_errors():
            return _read(self.descriptors[path], limit)

    def write(self, path: Path, data: bytes) -> None:
        """The protocol's law."""
        rest = memoryview(data)
        with _storage_errors():
            while rest:
                rest = rest[os.write(self.descriptors[path], rest) :]

    def stream(self, path: Path) -> BinaryIO:
        """The protocol's law."""
        return io.BufferedReader(io.FileIO(self.descriptors[path], closefd=False))


@contextmanager
def opened(request: Request) -> Iterator[OpenFiles]:
    """Everything the request may read and write, open; StorageError when a file is not there."""
    found: dict[Path, int] = {}
    try:
        with _storage_errors():
            for path in request.reads:
                found[path] = os.open(path, os.O_RDONLY)
            for path in request.writes:
                found[path] = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        yield OpenFiles(found)
    finally:
        for descriptor in found.values():
            os.close(descriptor)


def _read(descriptor: int, limit: int) -> bytes:
    size = os.fstat(descriptor).st_size
    if size > limit:
        raise TooLarge(f"more than {limit} bytes")
    parts, position = [], 0
    while part := os.pread(descriptor, size + 1, position):
        parts.append(part)
        position += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(str(error.strerror)) from error
