"""Pages on which text stands side by side."""

from collections.abc import Sequence
from itertools import groupby

from models.document import Block, BlockKind, Document
from models.geometry import Box
from services.segmentation.choosing.region import Choice

SHARE = 0.3
"""Of the pages."""
PAIRS = 2
"""Of blocks beside each other, with which a page counts."""
MOST = 200
"""Blocks of a page that are looked at."""
OVERLAP = 0.5
"""Of the lower block's height that is beside the other."""
_TEXT = frozenset((BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM))


def laid_out(document: Document) -> Choice | None:
    """For documents with columns, sidebars or boxes on many pages."""
    blocks = [block for block in document.blocks if block.kind in _TEXT and block.box and block.page]
    pages = groupby(blocks, key=lambda block: block.page)
    count = sum(_is_side_by_side(list(own)) for _, own in pages)
    if count == 0 or count < SHARE * len(document.pages):
        return None
    return Choice("s2", f"text stands side by side on {count} of {len(document.pages)} pages")


def _is_side_by_side(blocks: Sequence[Block]) -> bool:
    boxes = [block.box for block in blocks[:MOST] if block.box]
    pairs = 0
    for index, box in enumerate(boxes):
        pairs += sum(_are_beside(box, other) for other in boxes[index + 1 :])
        if pairs >= PAIRS:
            return True
    return False


def _are_beside(one: Box, other: Box) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    lower = min(one.y1 - one.y0, other.y1 - other.y0)
    return shared > OVERLAP * lower and (one.x1 <= other.x0 or other.x1 <= one.x0)
