"""For each part of a document the strategy that fits it, and why: code, numbers, layout, speakers."""

from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import Field

from models.document import Document
from models.options import ChunkingOptions, EmbeddingOptions, EntityOptions, ModelName, SentenceOptions
from models.outline import Outline
from services.segmentation.choosing.region import Region
from services.segmentation.choosing.regions import regions_of


class Options(ChunkingOptions, SentenceOptions, EntityOptions, EmbeddingOptions):
    """Options of `auto`: those of the strategies it chooses from, which get what they know."""

    strategy: Literal["auto"] = "auto"
    embedder: ModelName = Field(
        default="static",
        description="As for `topic`; the quick one where none is named, for the choice is made unasked.",
    )


def choose(document: Document, outline: Callable[[], Outline]) -> Sequence[Region]:
    """Regions that tile the text, each with a strategy and the reason for it."""
    return regions_of(document, outline)
