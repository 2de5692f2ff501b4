"""Quotes: paragraphs set narrower, on both sides, than the text that leads to them."""

from collections.abc import Sequence
from dataclasses import replace

from models.document import BlockKind
from models.geometry import Box, bounds
from services.extraction.enumerators import is_section
from services.extraction.raw import RawBlock

_INDENT, _MOST_INDENT = 1.2, 8.0
_FEWEST_ROWS = 2
_SAME_EDGE = 0.5
_LARGER = 1.05
_FULL, _FEWEST_WORDS = 0.75, 6


def mark_quotes(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks; indented paragraphs below or between wider ones are quotes."""
    marked: list[RawBlock] = []
    leading: RawBlock | None = None
    for number, block in enumerate(blocks):
        below = next((other for other in blocks[number + 1 : number + 2] if _is_text(other)), None)
        if leading is not None and _is_text(block) and _is_quote(block, leading, below):
            marked.append(replace(block, kind=BlockKind.QUOTE))
            continue
        marked.append(block)
        leading = block if _is_text(block) and len(block.rows) >= _FEWEST_ROWS else None
    return marked


def _is_text(block: RawBlock) -> bool:
    return block.kind is BlockKind.PARAGRAPH and block.rows[0][0].turn == 0


def _is_quote(block: RawBlock, leading: RawBlock, below: RawBlock | None) -> bool:
    """Whether both edges are as far inside as each other's, and all rows begin at one."""
    if len(block.rows) < _FEWEST_ROWS or block.continues or leading.page != block.page:
        return False
    if block.style.size > _LARGER * leading.style.size or any(len(row) > 1 for row in block.rows):
        return False
    wide, box, size = _box(leading), _box(block), block.style.size or 10.0
    left, right = (box.x0 - wide.x0) / size, (wide.x1 - box.x1) / size
    inside = all(_INDENT <= side <= _MOST_INDENT for side in (left, right))
    full = all(row[0].box.width >= _FULL * box.width for row in block.rows[:-1])
    if not full or len(block.lines[0].words) < _FEWEST_WORDS or is_section(block.text):
        return False
    edges = [row[0].box.x0 for row in block.rows[1:]]
    flush = max(edges) - min(edges) <= _SAME_EDGE * size
    follows = box.y0 >= wide.y1 - size / 2
    if below is not None and below.page == block.page and len(below.rows) >= _FEWEST_ROWS:
        next_box = _box(below)
        same = abs(next_box.x0 - box.x0) + abs(next_box.x1 - box.x1) <= size
        inside = inside and (same or next_box.x0 <= box.x0 - _INDENT * size)
    return inside and flush and follows


def _box(block: RawBlock) -> Box:
    return bounds([line.box for line in block.lines])
