"""Fetching one file whose content is known beforehand."""

import hashlib
import hmac
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx2

from models.errors import StorageError, Unavailable

PIECE = 1 << 16
SECONDS = 60.0
MOST_BYTES = 2 << 30


def fetch(url: str, target: Path, *, sha256: str, most: int = MOST_BYTES) -> None:
    """Downloads `url` to `target`, which appears whole or not at all, and only with the right SHA-256.

    Raises Unavailable when it cannot be fetched, StorageError when it is something else, more than `most`
    bytes, or cannot be kept.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".pull-", dir=target.parent)
    except OSError as error:
        raise StorageError(f"{target.parent} cannot be written: {error.strerror}") from error
    made = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            found = _copy(url, file.write, most)
            file.flush()
            os.fsync(file.fileno())
        if not hmac.compare_digest(found, sha256):
            raise StorageError(f"{url} has SHA-256 {found} and not {sha256}: nothing was kept")
        made.chmod(0o644)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)


def _copy(url: str, write: Callable[[bytes], object], most: int) -> str:
    """Streams the body; the SHA-256 of what came. No more than `most` bytes are ever taken."""
    digest = hashlib.sha256()
    size = 0
    try:
        with (
            httpx2.Client(timeout=SECONDS, follow_redirects=True) as client,
            client.stream("GET", url) as answer,
        ):
            answer.raise_for_status()
            for piece in answer.iter_bytes(PIECE):
                size += len(piece)
                if size > most:
                    raise StorageError(f"{url} is larger than {most} bytes: nothing was kept")
                digest.update(piece)
                write(piece)
    except httpx2.HTTPError as error:
        raise Unavailable(f"{url} cannot be fetched: {error}") from error
    return digest.hexdigest()
