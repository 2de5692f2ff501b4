"""Where the bytes of an upload wait until all of them are there: pieces that are written once, by name.

Which pieces count is said by the database. A folder of an upload that it does not know is of no use.
"""

import asyncio
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from services.infra.storage import make_folder, reported, sync_folder

PARTIAL = "partial"


class Partials(Protocol):
    """Keeps pieces of uploads. What was added survives a power cut."""

    async def add(self, upload: str, piece: str, data: bytes) -> None:
        """Keep a piece under a new name."""
        ...

    async def read(self, upload: str, piece: str) -> bytes:
        """The piece; StorageError when it is not here."""
        ...

    async def drop(self, upload: str, pieces: Sequence[str]) -> None:
        """Forget these pieces, where they are here."""
        ...

    async def forget(self, upload: str) -> None:
        """Forget all pieces of the upload."""
        ...

    async def uploads(self) -> list[str]:
        """Uploads of which something is here."""
        ...


class LocalPartials:
    """`partial/<upload>/<piece>` in the folder of a LocalStorage."""

    def __init__(self, root: Path) -> None:
        self._folder = root / PARTIAL

    async def add(self, upload: str, piece: str, data: bytes) -> None:
        """See Partials."""
        await asyncio.to_thread(self._add, self._folder / upload, piece, data)

    async def read(self, upload: str, piece: str) -> bytes:
        """See Partials."""
        with reported():
            return await asyncio.to_thread((self._folder / upload / piece).read_bytes)

    async def drop(self, upload: str, pieces: Sequence[str]) -> None:
        """See Partials."""
        with reported():
            for piece in pieces:
                await asyncio.to_thread((self._folder / upload / piece).unlink, missing_ok=True)

    async def forget(self, upload: str) -> None:
        """See Partials."""
        with reported(), suppress(FileNotFoundError):
            await asyncio.to_thread(shutil.rmtree, self._folder / upload)

    async def uploads(self) -> list[str]:
        """See Partials."""
        with reported():
            return await asyncio.to_thread(self._uploads)

    def _add(self, folder: Path, piece: str, data: bytes) -> None:
        """Forced to the disk, or not there at all."""
        with reported():
            make_folder(folder)
            path = folder / piece
            try:
                with path.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                sync_folder(folder)
            except BaseException:
                path.unlink(missing_ok=True)
                raise

    def _uploads(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir())
