"""Vectors of chunks, for indexes that take them as they are."""

from collections.abc import Callable, Sequence

from models.chunk import Chunk, sent_to_model
from services.inference.embedders import Embed

Vectors = list[list[float]]


def vectors_by(embed: Embed) -> Callable[[str, Sequence[Chunk]], Vectors]:
    """What gives chunks of a canonical text their vectors, with no more digits than 32 bits have."""

    def vectors(text: str, chunks: Sequence[Chunk]) -> Vectors:
        rows = embed([sent_to_model(chunk.context, chunk.text(text)) for chunk in chunks])
        return [[float(f"{value:.9g}") for value in row] for row in rows.tolist()]

    return vectors
