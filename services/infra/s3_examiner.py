"""Whether the bytes in a bucket are there and whole; what a machine keeps copies of is not asked."""

import asyncio

import obstore
from obstore.store import S3Store

from services.infra.integrity import MISSING, Examined, judged, whole
from services.infra.s3 import PART, answered, copies, folder_of


class S3Examiner:
    """The Examiner of a bucket: the newest object of an address is the one that is read."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def examine(self, sha256: str, *, reads: bool) -> Examined:
        """See Examiner."""
        return await asyncio.to_thread(self._examine, sha256, reads=reads)

    def _examine(self, sha256: str, *, reads: bool) -> Examined:
        known = copies(self._store, folder_of(sha256))
        if not known:
            return MISSING
        if not reads:
            return whole(known[-1].size)
        with answered():
            stream = obstore.get(self._store, known[-1].key).stream(min_chunk_size=PART)
            return judged(sha256, (bytes(piece) for piece in stream))
