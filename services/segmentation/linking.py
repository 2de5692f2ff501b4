"""Metadata of chunks that points at other chunks, once all have their ids."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from models.chunk import Chunk
from services.segmentation.cutting import Cut


def linked(chunks: Sequence[Chunk], cuts: Sequence[Cut]) -> list[Chunk]:
    """The chunks that were made of the cuts, with more metadata where their strategies have links."""
    starts = [chunk.spans[0].start for chunk in chunks]

    def chunk_at(offset: int) -> str:
        return chunks[max(0, bisect_right(starts, offset) - 1)].id

    def found(chunk: Chunk, cut: Cut) -> Chunk:
        if cut.part.links is None:
            return chunk
        return replace(chunk, metadata={**chunk.metadata, **cut.part.links.links(chunk.spans, chunk_at)})

    return [found(chunk, cut) for chunk, cut in zip(chunks, cuts, strict=True)]
