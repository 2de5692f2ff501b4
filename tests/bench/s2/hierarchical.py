"""Chunks as docling's HybridChunker makes them: blocks under the same headings, merged while they fit.

Written from its documentation: what is too long is split at line ends, else sentence ends, else blanks, and
nothing is merged across a heading. Headings are part of the text here, of its metadata there.
"""

from collections.abc import Iterator
from itertools import pairwise

from models.chunk import Chunk
from models.document import Block, Document
from models.span import Span
from services.segmentation.blocks import HEADINGS
from services.segmentation.s2.nodes import nodes_of

SPLITTERS = ("\n", ". ", " ")


def hierarchical(document: Document, limit: int) -> list[Chunk]:
    """Every chunk is one stretch of the text of at most `limit` characters."""
    found: list[Span] = []
    nodes = nodes_of(document)
    begins = [True, *(_is_new(a, b) for a, b in pairwise(nodes.blocks))]
    for unit, is_new in zip(nodes.units, begins, strict=True):
        for number, piece in enumerate(_pieces(document.text, unit.span, limit)):
            fits = bool(found) and piece.end - found[-1].start <= limit
            if fits and not (is_new and number == 0):
                found[-1] = Span(found[-1].start, piece.end)
            else:
                found.append(piece)
    return [Chunk(str(number), number, (span,), 0, "hierarchical", "") for number, span in enumerate(found)]


def _is_new(previous: Block, block: Block) -> bool:
    """Whether another path of headings begins; a heading right below a higher one makes it longer."""
    return block.kind in HEADINGS and not (previous.kind in HEADINGS and previous.level < block.level)


def _pieces(text: str, span: Span, limit: int) -> Iterator[Span]:
    start = span.start
    while span.end - start > limit:
        ends = (text.rfind(mark, start + 1, start + limit) + len(mark) for mark in SPLITTERS)
        end = next((end for end in ends if end > start + len(SPLITTERS)), start + limit)
        yield Span(start, end)
        start = end
    yield Span(start, span.end)
