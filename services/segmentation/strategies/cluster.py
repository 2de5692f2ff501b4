"""Runs of sentences, cut so that what is alike in meaning is together: the best clusters there are."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.document import Document
from models.options import ChunkingOptions, EmbeddingOptions
from services.segmentation.boundaries.pieces import Piece, cut_before, pieces_of, sentence_units
from services.segmentation.contexts import Contexts
from services.segmentation.plan import Flow, Plan
from services.segmentation.sizes import Sizes
from services.segmentation.tools import Tools

MOST_PIECES = 512
"""In one cluster: what bounds the time where the target is a whole book."""


class Options(ChunkingOptions, EmbeddingOptions):
    """Options of `cluster`; a cluster is never larger than the target."""

    strategy: Literal["cluster"] = "cluster"
    piece_tokens: int = Field(
        default=50, ge=1, le=1000, description="Sentences are embedded together up to this size."
    )


def plan(document: Document, options: Options, tools: Tools) -> Sequence[Flow] | Plan:
    """Every sentence is one unit; cuts are demanded between clusters of pieces."""
    from services.segmentation.boundaries.clusters import clusters  # noqa: PLC0415  loads numpy
    from services.segmentation.boundaries.vectors import vectors_of  # noqa: PLC0415

    units = sentence_units(document, tools)
    sizes = Sizes(document.text, tools.tokenizer)
    pieces = pieces_of(units, lambda span: sizes.fits(span.start, span.end, options.piece_tokens))
    if tools.embed is None or len(pieces) < 2:  # noqa: PLR2004 - nothing lies between fewer
        return [units]
    contexts = Contexts(document, tools.tokenizer, options.max_tokens, wanted=options.heading_context)
    vectors = vectors_of([piece.span.of(document.text) for piece in pieces], tools.embed)
    starts = clusters(vectors, _lowest(pieces, sizes, contexts, _room(options, tools)))
    return Plan([cut_before(units, pieces, dict.fromkeys(starts[1:], "end of a cluster"))], contexts)


def _room(options: Options, tools: Tools) -> int:
    """Tokens of a cluster and its context."""
    cap = options.max_tokens - options.overlap_tokens
    return min(options.target, cap) - tools.tokenizer.specials


def _lowest(pieces: Sequence[Piece], sizes: Sizes, contexts: Contexts, room: int) -> list[int]:
    """For each piece the first one with which it fits into a cluster."""
    lowest, low = [], 0
    for j, piece in enumerate(pieces):
        low = max(low, j + 1 - MOST_PIECES)
        while low < j and not sizes.fits(
            start := pieces[low].span.start, piece.span.end, room - contexts.context(start).tokens
        ):
            low += 1
        lowest.append(low)
    return lowest
