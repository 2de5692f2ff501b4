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


def fetch(url: str, target: Path, *, sha256: str) -> None:
    """Downloads `url` to `target`, which appears whole or not at all, and only with the right SHA-256.

    Raises Unavailable when it cannot be fetched, StorageError when it is something else or cannot be kept.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".pull-", dir=target.parent)
    except OSError as error:
        raise StorageError(f"{target.parent} cannot be written: {error.strerror}") from error
    made = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            found = _copy(url, file.write)
            file.flush()
            os.fsync(file.fileno())
        if not hmac.compare_digest(found, sha256):
            raise StorageError(f"{url} has SHA-256 {found} and not {sha256}: nothing was kept")
        made.chmod(0o644)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)


def _copy(url: str, write: Callable[[bytes], object]) -> str:
    """Streams the body; the SHA-256 of what came."""
    digest = hashlib.sha256()
    try:
        with (
            httpx2.Client(timeout=SECONDS, follow_redirects=True) as client,
            client.stream("GET", url) as answer,
        ):
            answer.raise_for_status()
            for piece in answer.iter_bytes(PIECE):
                digest.update(piece)
                write(piece)
    except httpx2.HTTPError as error:
        raise Unavailable(f"{url} cannot be fetched: {error}") from error
    return digest.hexdigest()
