"""List items: blocks that begin with a bullet or an enumerator, with their depth by indentation."""

from collections.abc import Sequence
from dataclasses import replace

from models.document import BlockKind
from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.raw import RawBlock

_DEEPEST = 6


def mark_lists(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks, items marked; `level` is the depth in the list, from 1."""
    marked = []
    edges: list[float] = []
    for block in blocks:
        text = block.text
        if block.kind is not BlockKind.PARAGRAPH or not (is_bullet(text) or is_enumerated(text)):
            if block.kind is BlockKind.HEADING:
                edges = []
            marked.append(block)
            continue
        edge, slack = block.rows[0][0].box.x0, block.style.size or 6.0
        while edges and edges[-1] > edge + slack / 2:
            edges.pop()
        if not edges or edge > edges[-1] + slack / 2:
            edges.append(edge)
        marked.append(replace(block, kind=BlockKind.LIST_ITEM, level=min(len(edges), _DEEPEST)))
    return marked
