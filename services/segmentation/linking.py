"""Metadata of chunks that points at other chunks, once all have their ids."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from models.chunk import Chunk
from services.segmentation.plan import Links


def linked(chunks: Sequence[Chunk], links: Links) -> list[Chunk]:
    """The same chunks with more metadata."""
    starts = [chunk.spans[0].start for chunk in chunks]

    def chunk_at(offset: int) -> str:
        return chunks[max(0, bisect_right(starts, offset) - 1)].id

    return [
        replace(chunk, metadata={**chunk.metadata, **links.links(chunk.spans, chunk_at)}) for chunk in chunks
    ]
