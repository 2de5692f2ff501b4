"""Layout blocks that are near on the page and alike in meaning, by spectral clustering (S2)."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.document import Document
from models.options import ChunkingOptions, EmbeddingOptions, SentenceOptions
from services.segmentation.blocks import block_units
from services.segmentation.edges import Edge
from services.segmentation.plan import Flow, Plan
from services.segmentation.tools import Tools


class Options(ChunkingOptions, SentenceOptions, EmbeddingOptions):
    """Options of `s2`."""

    strategy: Literal["s2"] = "s2"
    mode: Literal["ordered", "spectral", "paper"] = Field(
        default="ordered",
        description="ordered keeps the reading order; spectral lifts clusters out of it, so that a chunk may "
        "have several spans; paper clusters as published, short documents only.",
    )


def plan(document: Document, options: Options, tools: Tools) -> Sequence[Flow] | Plan:
    """Clusters of the graph of blocks; a document of one block has none."""
    from services.segmentation.s2.planning import planned  # noqa: PLC0415 - loads scipy

    if tools.embed is None or len(document.blocks) <= 1:
        return [block_units(document)]
    across = options.min_tokens > 0
    return planned(document, options.mode, options.max_tokens, tools.tokenizer, tools.embed, across=across)


def edges(document: Document, tools: Tools, page: int) -> Sequence[Edge]:
    """The edges between the blocks of a page (from 1), whatever the mode, the lightest first."""
    from services.segmentation.s2.edges import edges_on  # noqa: PLC0415 - loads scipy

    if tools.embed is None or len(document.blocks) <= 1:
        return ()
    return edges_on(document, tools.embed, page)
