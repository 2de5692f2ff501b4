"""List items: blocks that begin with a bullet or an enumerator, with their depth by indentation."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from models.document import BlockKind
from services.extraction.enumerators import is_bullet, is_enumerated, says_more
from services.extraction.raw import RawBlock

_DEEPEST = 6
_INITIAL = re.compile(r"([A-Z])\.(?= )")


def mark_lists(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks, items marked; `level` is the depth in the list, from 1."""
    marked = []
    letters = {(block.page, match[1]) for block in blocks if (match := _INITIAL.match(block.text))}
    edges: list[float] = []
    for block in blocks:
        if block.kind is not BlockKind.PARAGRAPH or not _is_item(block, letters):
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


def _is_item(block: RawBlock, letters: Collection[tuple[int, str]]) -> bool:
    """A bullet, or a number with something to say; a letter alone among its pages is somebody's initial."""
    text = block.text
    if not (is_bullet(text) or is_enumerated(text)) or not says_more(text):
        return False
    initial = _INITIAL.match(text)
    if initial is None:
        return True
    near = (chr(ord(initial[1]) - 1), chr(ord(initial[1]) + 1))
    return any((block.page + step, letter) in letters for step in (-1, 0, 1) for letter in near)
