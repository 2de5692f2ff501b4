"""Vectors of chunks, for indexes that take them as they are."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.chunk import Chunk, sent_to_model
from models.errors import ModelUnavailable
from services.inference.embedding.engines import embedding_of

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

Vectors = list[list[float]]


def vectors_by(name: str, models: Path) -> Callable[[str, Sequence[Chunk]], Vectors]:
    """What gives chunks of a canonical text their vectors, by the embedder of that name.

    ModelUnavailable, ModelError.
    """
    try:
        embed = embedding_of(name, models)
    except ModelUnavailable as error:
        raise ModelUnavailable(error.detail, pointer="/vector_embedder") from error
    return lambda text, chunks: _shortest(
        embed([sent_to_model(each.context, each.text(text)) for each in chunks])
    )


def _shortest(rows: "Floats") -> Vectors:
    """Numbers with no more digits than a float of 32 bits has."""
    return [[float(f"{value:.9g}") for value in row] for row in rows.tolist()]
