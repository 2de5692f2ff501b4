"""Blocks that belong together whatever their distance, and boundaries that nothing reaches across."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from models.document import BlockKind, Document
from services.segmentation.blocks import HEADINGS
from services.segmentation.plan import FORBIDDEN
from services.segmentation.s2.nodes import Longs, Nodes

_LEADS_IN = (":", "：")


def must_link(document: Document, nodes: Nodes) -> list[tuple[int, int]]:
    """Pairs i < j: a heading and what it heads, a lead-in and its list, a caption, a footnote, a table."""
    found = {(i, i + 1) for i, unit in enumerate(nodes.units[1:]) if unit.before.score == FORBIDDEN}
    found |= {(i, i + 1) for i in _lead_ins(nodes)}
    starts = np.array([unit.span.start for unit in nodes.units])
    for link in document.apparatus.links:
        ends = np.searchsorted(starts, (link.source.start, link.target.start), "right") - 1
        i, j = sorted(int(end) for end in ends)
        if 0 <= i < j:
            found.add((i, j))
    return sorted(found)


def sections(nodes: Nodes) -> Longs:
    """For each node which of the outermost sections it is in: no edge leads from one to another."""
    headings = [block.level for block in nodes.blocks if block.kind is BlockKind.HEADING]
    outermost = min(headings, default=0)
    begins = [block.kind is BlockKind.HEADING and block.level == outermost for block in nodes.blocks]
    return np.cumsum(np.array(begins, np.int64)) if begins else np.zeros(0, np.int64)


def _lead_ins(nodes: Nodes) -> Iterator[int]:
    for i, (block, following) in enumerate(pairwise(nodes.blocks)):
        is_lead = block.kind not in HEADINGS and nodes.texts[i].rstrip().endswith(_LEADS_IN)
        if is_lead and following.kind in {BlockKind.LIST_ITEM, BlockKind.CODE, BlockKind.TABLE}:
            yield i
