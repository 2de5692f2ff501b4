"""Blocks as units: the common ground of the strategies that follow the layout."""

from collections.abc import Iterator
from itertools import pairwise

from models.document import Block, BlockKind, Document
from models.span import Span, gaps
from services.segmentation.plan import (
    BELOW_HEADING,
    LIST_ITEM_END,
    PARAGRAPH_END,
    ROW_END,
    START,
    Evidence,
    Level,
    Unit,
    before_heading,
)

HEADINGS = (BlockKind.TITLE, BlockKind.HEADING)
CAPTIONED = (BlockKind.TABLE, BlockKind.FIGURE, BlockKind.CODE)


def block_units(document: Document) -> list[Unit]:
    """One unit a block, with the evidence its kind and its neighbour give for a cut before it."""
    blocks = list(_blocks(document))
    evidence = [START, *(_between(document, a, b) for a, b in pairwise(blocks))]
    return [Unit(block.span, Level.BLOCK, before) for block, before in zip(blocks, evidence, strict=False)]


def _blocks(document: Document) -> Iterator[Block]:
    """The blocks without surrounding white space, and as paragraphs whatever no block covers."""
    text = document.text
    uncovered = (Block(gap) for gap in gaps((b.span for b in document.blocks), len(text)))
    for block in sorted((*document.blocks, *uncovered), key=lambda block: block.span):
        span = trimmed(text, block)
        if span.start < span.end:
            yield Block(span, block.kind, block.level)


def trimmed(text: str, block: Block) -> Span:
    """The block's span without blank ends; code keeps the indentation of its first line."""
    span = block.span.trimmed(text)
    if block.kind is BlockKind.CODE and span.start < span.end:
        line = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
        return Span(max(block.span.start, line), span.end)
    return span


def _between(document: Document, previous: Block, block: Block) -> Evidence:
    """Parts of one table, on two pages, are cut as its rows are."""
    if previous.kind is block.kind is BlockKind.TABLE:
        table = document.table_at(block.span.start)
        if table is not None and table is document.table_at(previous.span.start):
            return ROW_END
    return _evidence(previous, block)


def _evidence(previous: Block, block: Block) -> Evidence:
    """What speaks for a cut between two neighbouring blocks."""
    if block.kind in HEADINGS and not (previous.kind in HEADINGS and previous.level < block.level):
        return before_heading(block.level)
    if previous.kind in HEADINGS:
        return BELOW_HEADING
    if previous.kind is BlockKind.CAPTION and block.kind in CAPTIONED:
        return Evidence(0.2, "between a caption and what it names")
    if block.kind is BlockKind.LIST_ITEM:
        return LIST_ITEM_END
    return PARAGRAPH_END
