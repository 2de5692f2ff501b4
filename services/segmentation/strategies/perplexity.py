"""Sentences, cut where a language model finds that a passage has come to its end."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.document import Document
from models.options import ChunkingOptions, LanguageModelOptions
from models.span import Span
from services.segmentation.boundaries.minima import graded, minima, splits
from services.segmentation.boundaries.pieces import Piece, pieces_of, sentence_units, weighed
from services.segmentation.plan import Flow
from services.segmentation.tools import LanguageModel, Tools

SHOWN = 2_000
"""Code points on each side of a gap that a model is asked about; it may read fewer."""


class Options(ChunkingOptions, LanguageModelOptions):
    """Options of `perplexity`."""

    strategy: Literal["perplexity"] = "perplexity"
    method: Literal["minima", "margins"] = Field(
        default="minima",
        description="minima: cuts after sentences that surprise less than their neighbours; margins: the "
        "model is asked at every gap.",
    )
    depth: float = Field(
        default=0.0,
        ge=0,
        description="How much less a sentence must surprise than a neighbour of it (minima; nats a token).",
    )


def plan(document: Document, options: Options, tools: Tools) -> list[Flow]:
    """Every sentence is one unit; the chunks are drawn to the target at the deepest of the cuts found."""
    units = sentence_units(document, tools)
    pieces = pieces_of(units)
    model = tools.language_model
    if model is None or len(pieces) < 2:  # noqa: PLR2004 - nothing lies between fewer
        return [units]
    if options.method == "minima":
        values = model.surprisals(document.text, [piece.span for piece in pieces])
        found, why = minima(values, options.depth), "least perplexity around"
    else:
        found, why = _splits(document.text, pieces, model), "a language model's answer"
    reasons = {gap + 1: why for gap in found}
    return [weighed(units, pieces, graded(found, len(pieces) - 1), reasons)]


def _splits(text: str, pieces: Sequence[Piece], model: LanguageModel) -> dict[int, float]:
    def margin(first: int, last: int) -> float:
        end = pieces[last - 1].span.end
        before = Span(max(pieces[first].span.start, end - SHOWN), end)
        return model.margin(before.of(text), pieces[last].span.of(text)[:SHOWN])

    return splits(len(pieces), margin)
