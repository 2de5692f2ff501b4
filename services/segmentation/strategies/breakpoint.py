"""Sentences, cut where neighbours are further apart in meaning than a percentile of all neighbours."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.document import Document
from models.options import ChunkingOptions, EmbeddingOptions
from models.span import Span
from services.segmentation.boundaries.pieces import Piece, cut_before, pieces_of, sentence_units, weighed
from services.segmentation.plan import Flow
from services.segmentation.tools import Tools


class Options(ChunkingOptions, EmbeddingOptions):
    """Options of `breakpoint`."""

    strategy: Literal["breakpoint"] = "breakpoint"
    percentile: float = Field(
        default=95.0,
        ge=0,
        le=100,
        description="Gaps with a distance above this percentile of the document's are cut.",
    )
    buffer: int = Field(
        default=1, ge=0, le=10, description="Sentences on each side that are embedded with each."
    )


def plan(document: Document, options: Options, tools: Tools) -> list[Flow]:
    """Every sentence is one unit; above the percentile cuts are demanded, below they are weighed."""
    from services.segmentation.boundaries.breakpoints import breakpoints  # noqa: PLC0415  loads numpy
    from services.segmentation.boundaries.vectors import vectors_of  # noqa: PLC0415

    units = sentence_units(document, tools)
    pieces = pieces_of(units)
    if tools.embed is None or len(pieces) < 2:  # noqa: PLR2004 - nothing lies between fewer
        return [units]
    texts = _groups(document.text, pieces, options.buffer)
    found = breakpoints(vectors_of(texts, tools.embed), options.percentile)
    reasons = {
        number: f"distance {distance:.2f}, above percentile {options.percentile:g}"
        for number, distance in enumerate(found.distances, 1)
        if distance > found.threshold
    }
    return [cut_before(weighed(units, pieces, found.ranks.tolist(), {}), pieces, reasons)]


def _groups(text: str, pieces: Sequence[Piece], buffer: int) -> list[str]:
    """Each piece with its neighbours, as they stand in the text."""
    last = len(pieces) - 1
    return [
        Span(pieces[max(0, i - buffer)].span.start, pieces[min(last, i + buffer)].span.end).of(text)
        for i in range(len(pieces))
    ]
