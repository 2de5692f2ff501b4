"""Pieces of uploads as objects of a bucket, `partial/<upload>/<piece>`: any replica may go on."""

from collections.abc import Sequence

import obstore
from obstore.store import S3Store

from services.infra.partials import PARTIAL
from services.infra.s3 import answered


class S3Partials:
    """The Partials of a bucket."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def add(self, upload: str, piece: str, data: bytes) -> None:
        """See Partials."""
        with answered():
            await obstore.put_async(self._store, _key(upload, piece), data)

    async def read(self, upload: str, piece: str) -> bytes:
        """See Partials."""
        with answered():
            found = await obstore.get_async(self._store, _key(upload, piece))
            return bytes(await found.bytes_async())

    async def drop(self, upload: str, pieces: Sequence[str]) -> None:
        """See Partials."""
        if pieces:
            with answered():
                await obstore.delete_async(self._store, [_key(upload, piece) for piece in pieces])

    async def forget(self, upload: str) -> None:
        """See Partials."""
        with answered():
            async for page in obstore.list(self._store, prefix=f"{PARTIAL}/{upload}"):
                await obstore.delete_async(self._store, [item["path"] for item in page])

    async def uploads(self) -> list[str]:
        """See Partials."""
        with answered():
            found = await obstore.list_with_delimiter_async(self._store, prefix=PARTIAL)
        return sorted(path.strip("/").rpartition("/")[2] for path in found["common_prefixes"])


def _key(upload: str, piece: str) -> str:
    return f"{PARTIAL}/{upload}/{piece}"
